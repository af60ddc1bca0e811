"""What people ask of the engine: who judges, what was held back, and why not this match."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np

from bot.render.split import MESSAGE_LIMIT, width
from engine.domain.closing import ClosingLine, Grade, Payoff
from engine.domain.fixture import Fixture
from engine.domain.judgement import Judgements
from engine.domain.market import CATALOGUE, Selection
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.opinion import Opinion
from engine.domain.pick import Gate, Pick, Provenance
from engine.domain.settlement import Phase, Result, Score
from engine.domain.signal import AgentName, Part, Reason, Signal, Standing
from storage.odds import Look
from storage.pool import Pool
from storage.store import Store
from tests.e2e.bot_house import MEMBER, VIEWER, a_pick, open_house
from tests.e2e.test_bot_picks import labels
from tests.unit.bot.views import HOSTILE, NOW

HOUR = timedelta(hours=1)
GATES = tuple(Gate)
WILD = HOSTILE.replace("\0", "")


async def the_match_of(store: Store, pick: Pick) -> Fixture:
    async with store.reading() as tx:
        [fixture] = await tx.fixtures.get([pick.fixture_id])
    return fixture


async def refuse(
    store: Store, fixture: Fixture, *refused: tuple[str, Gate, float], book: str = "unibet_fr"
) -> None:
    """Keep (selection, gate, edge) of one quote each, at 2.1."""
    ordered = sorted(refused, key=lambda one: Selection.parse(one[0]).number)
    count, edge = len(ordered), np.array([edge for *_, edge in ordered])
    nothing = np.full(count, np.nan)
    judged = Judgements(
        fixtures=(fixture,),
        bookmakers=(BookmakerKey(book),),
        fixture=np.zeros(count, dtype=np.int64),
        selection=np.array([Selection.parse(code).number for code, *_ in ordered]),
        bookmaker=np.zeros(count, dtype=np.int64),
        odds=np.full(count, 2.1),
        quoted_at=np.full(count, NOW.timestamp()),
        price=np.full(count, -1),
        raw=edge,
        edge=edge,
        low=nothing,
        high=nothing,
        deviation=nothing,
        signal_score=nothing,
        sweet_spot_score=nothing,
        fraction=nothing,
        gate=np.array([GATES.index(gate) for _, gate, _ in ordered]),
    )
    async with store.transaction() as tx:
        await tx.fixtures.save([fixture], NOW)
        await tx.refusals.add(judged, Provenance.LIVE, NOW)


async def looked(store: Store, at: datetime, refused: dict[str, int], **counts: int) -> None:
    values: dict[str, Any] = {"offered": 500, "kept": 480, "picks": 1} | counts
    look = Look(
        id=UUID(int=int(at.timestamp())),
        captured_at=at,
        purpose="sweep",
        rejected={},
        refused=refused,
        fixtures=9,
        fixtures_priced=8,
        **values,
    )
    async with store.transaction() as tx:
        await tx.odds.add_look(look)


def a_bet_of(agent: AgentName, match: Fixture, code: str, **changes: Any) -> Opinion:
    signal = Signal(
        agent=agent,
        standing=changes.pop("standing", Standing.SHADOW),
        probability=0.52,
        std_error=0.01,
        direction=1,
        reasons=(Reason(name="drift", value=0.1, effect=0.05),),
    )
    values: dict[str, Any] = {
        "provenance": Provenance.LIVE,
        "fixture_id": match.id,
        "selection": Selection.parse(code),
        "signal": signal,
        "bookmaker": BookmakerKey("unibet_fr"),
        "odds": Odds(2.2),
        "fair": 0.48,
        "refund": 0.0,
        "source": "sharp",
        "issued_at": match.kick_off - HOUR,
    }
    return Opinion(**values | changes)


async def say(store: Store, opinions: Sequence[Opinion], *, closed: bool = True) -> None:
    """Keep bets of agents, with a close at evens and a score of 2-1."""
    async with store.transaction() as tx:
        fixtures = {one.id: one for one in await tx.fixtures.get([o.fixture_id for o in opinions])}
        for one in opinions:
            await tx.opinions.add([one], one.provenance, one.issued_at)
        if not closed:
            return
        for each in {(one.fixture_id, one.selection): one for one in opinions}.values():
            kick_off = fixtures[each.fixture_id].kick_off
            line = ClosingLine(
                fixture_id=each.fixture_id,
                selection=each.selection,
                source="sharp",
                payoff=Payoff(win=0.5, half_win=0.0, push=0.0, half_loss=0.0, loss=0.5),
                raw_odds=None,
                captured_at=kick_off - timedelta(minutes=2),
                kick_off=kick_off,
                grade=Grade.A,
            )
            await tx.closings.add([line])
        for fixture in fixtures.values():
            result = Result(
                fixture_id=fixture.id,
                source="api_football",
                status="FT",
                phase=Phase.FINISHED,
                full_time=Score(home=2, away=1),
                half_time=None,
                kick_off=fixture.kick_off,
                read_at=NOW,
            )
            await tx.results.add([result])


async def test_why_not_names_the_gate_that_held_each_bet(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=5 * HOUR)
        match = await the_match_of(house.store, pick)
        await refuse(
            house.store,
            match,
            ("home", Gate.EDGE_TOO_SMALL, 0.004),
            ("btts_yes", Gate.NO_REFERENCE, np.nan),
            ("draw", Gate.DAY_FULL, 0.05),
        )
        [shown] = await house.write(MEMBER, "/pourquoi_pas psg lens")
        head, pick_line, *lines = [line for line in shown["text"].splitlines() if line]
        assert head == "❔ PSG – Lens · Ligue 1 · dim. 22 nov. 22:33"
        assert pick_line == "🎯 C’est un pick : Plus de 2,5 buts · 2,04 (Unibet)"
        assert lines[1:4] == [
            "• Match nul · 2,10 (Unibet) · value +5,0 % → assez de picks ce jour-là",
            "• Victoire PSG · 2,10 (Unibet) · value +0,4 % → value trop petite",
            "• Les deux équipes marquent : oui · 2,10 (Unibet) → pas de prix de référence",
        ]
        assert labels(shown) == ["🔄 Actualiser", "⬅ Menu"]


async def test_why_not_asks_back_when_no_match_is_surely_meant(pool: Pool) -> None:
    async with open_house(pool) as house:
        for hours, home, away in (
            (3, "Zorgon", "Lens"),
            (4, "Zurgan", "Nice"),
            (90, "PSG", "Metz"),
        ):
            await a_pick(house.store, after=hours * HOUR, home=home, away=away)
        [asked] = await house.write(MEMBER, "/whynot zargin")
        assert "Je ne suis pas sûr du match « zargin »." in asked["text"]
        assert labels(asked)[:-1] == ["⚽ Zorgon – Lens", "⚽ Zurgan – Nice"]
        await house.tap(MEMBER, asked, "Zurgan")
        [shown] = await house.see(MEMBER)
        assert shown["message_id"] == asked["message_id"]
        assert shown["text"].startswith("❔ Zurgan – Nice")


async def test_why_not_without_words_offers_the_next_matches(pool: Pool) -> None:
    async with open_house(pool) as house:
        for hours in (9, 2, 30, 4, 5, 6):
            await a_pick(house.store, after=hours * HOUR, home=f"Home{hours}")
        await a_pick(house.store, after=-HOUR, home="Begun")
        [asked] = await house.write(MEMBER, "/pourquoi_pas")
        assert "/pourquoi_pas PSG - Lens" in asked["text"]
        assert [label.split(" – ")[0] for label in labels(asked)[:-1]] == [
            *("⚽ Home2", "⚽ Home4", "⚽ Home5", "⚽ Home6")
        ]


async def test_why_not_offers_the_other_matches_of_a_team(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=4 * HOUR, home="Zorgon", away="Lens")
        await a_pick(house.store, after=90 * HOUR, home="Nice", away="Zorgon")
        [shown] = await house.write(MEMBER, "/whynot zorgon")
        assert shown["text"].startswith("❔ Zorgon – Lens")
        await house.tap(MEMBER, shown, "Nice")
        [other] = await house.see(MEMBER)
        assert other["text"].startswith("❔ Nice – Zorgon")


async def test_why_not_is_paged_in_place_and_never_too_long(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=5 * HOUR, home=WILD, away="Lens")
        match = await the_match_of(house.store, pick)
        codes = [*CATALOGUE, *(f"ah_home@{n:+g}" for n in (-2, -1.25, -0.75, 0.25))]
        refused = [(code, Gate.EDGE_IMPLAUSIBLE, -n / 1000) for n, code in enumerate(codes)]
        await refuse(house.store, match, *refused, book=WILD)
        [first] = await house.write(MEMBER, "/whynot lens")
        assert "page 1/3" in first["text"]
        assert width(first["text"]) <= MESSAGE_LIMIT
        await house.tap(MEMBER, first, "Suivants")
        [second] = await house.see(MEMBER)
        assert (second["message_id"], "page 2/3" in second["text"]) == (first["message_id"], True)
        await house.tap(MEMBER, second, "Suivants")
        [third] = await house.see(MEMBER)
        assert "Suivants ▶" not in labels(third)
        await house.tap(MEMBER, third, "Actualiser")
        await house.tap(MEMBER, third, "Précédents")
        [again] = await house.see(MEMBER)
        assert again["text"] == second["text"]


async def test_a_match_nobody_looked_at_is_said(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(house.store, after=5 * HOUR, provenance=Provenance.PAPER)
        assert pick
        [shown] = await house.write(MEMBER, "/whynot psg")
        assert "Aucune cote de ce match n’a été jugée" in shown["text"]
        [unknown] = await house.write(MEMBER, "/whynot <b>&")
        assert "« <b>& »" in unknown["text"]


async def test_the_funnel_counts_by_gate_in_the_order_they_are_asked(pool: Pool) -> None:
    async with open_house(pool) as house:
        [none] = await house.write(MEMBER, "/funnel")
        assert "Aucun relevé" in none["text"]
        held = {"day_full": 3, "edge_too_small": 900, "quote_stale": 60, "of_another_time": 2}
        await looked(house.store, NOW - HOUR, held)
        await looked(house.store, NOW - 3 * HOUR, {"edge_too_small": 33})
        await looked(house.store, NOW - 25 * HOUR, {"drawdown": 7})
        await house.tap(MEMBER, none, "Actualiser")
        [shown] = await house.see(MEMBER)
        assert shown["text"].splitlines() == [
            "🔻 Filtres · 24 dernières heures",
            "Depuis sam. 21 nov. 17:33",
            "",
            "2 relevés",
            "Cotes reçues 1 000, utilisables 960",
            "Candidats : 1 000, dont arrêtés en premier par",
            "",
            "• cote trop vieille : 60 (6,00 %)",
            "• value trop petite : 933 (93,30 %)",
            "• assez de picks ce jour-là : 3 (0,30 %)",
            "• of another time : 2 (0,20 %)",
            "",
            "🎯 Nouveaux picks : 2",
            (
                "Un candidat est une cote d’un book pour un pari ; il est compté à chaque relevé"
                " où il se présente."
            ),
        ]


async def test_the_scoreboard_says_not_yet_below_thirty(pool: Pool) -> None:
    async with open_house(pool) as house:
        [empty] = await house.write(VIEWER, "/agents")
        assert "No agent has said anything yet" in empty["text"]
        pick = await a_pick(house.store, after=-3 * HOUR)
        match = await the_match_of(house.store, pick)
        await say(house.store, [a_bet_of(AgentName.DRIFT, match, "home")])
        await house.tap(VIEWER, empty, "Refresh")
        [shown] = await house.see(VIEWER)
        assert shown["message_id"] == empty["message_id"]
        assert "🤖 Agents · LIVE" in shown["text"]
        assert "○ Drift · on trial · 1 bet\nMean CLV: not yet (n = 1)" in shown["text"]
        assert "Log-loss against the reference: not yet (n = 1)" in shown["text"]
        assert "Nothing said yet: Anomaly, Spread, Pattern, Backtest, PATRON" in shown["text"]


async def test_the_scoreboard_shows_records_of_each_provenance_apart(pool: Pool) -> None:
    async with open_house(pool) as house:
        counts = Standing.COUNTS
        for week in range(1, 11):
            for number in range(4):
                after = -week * 7 * 24 * HOUR + number * HOUR
                pick = await a_pick(
                    house.store, after=after, home=f"Home{week}", away=f"Away{number}"
                )
                match = await the_match_of(house.store, pick)
                bets = [a_bet_of(AgentName.SPREAD, match, "home", standing=counts)]
                if week == 1:
                    paper = replace(bets[0], provenance=Provenance.PAPER)
                    bets.append(replace(paper, odds=Odds(2.0)))
                await say(house.store, bets)
        [live] = await house.write(MEMBER, "/agents")
        assert "● Écarts · compte · 40 paris" in live["text"]
        assert "CLV moyenne +10,0 % [+10,0 ; +10,0] (n = 40)" in live["text"]
        assert (
            "Perte log. 0,6539, référence 0,7340 : avance +0,0800 [+0,0800 ; +0,0800]"
            in (live["text"])
        )
        await house.tap(MEMBER, live, "Papier")
        [paper_board] = await house.see(MEMBER)
        assert "🤖 Agents · PAPER" in paper_board["text"]
        assert "CLV moyenne : pas encore (n = 4)" in paper_board["text"]
        await house.tap(MEMBER, paper_board, "Réel")
        [back] = await house.see(MEMBER)
        assert back["text"] == live["text"]


async def test_the_detail_of_a_pick_shows_what_agents_said_when_it_was_made(pool: Pool) -> None:
    async with open_house(pool) as house:
        reasons = (Reason(name="gap_mean", value=0.05, effect=0.04),)
        signal = Signal(
            agent=AgentName.SPREAD,
            standing=Standing.SHADOW,
            probability=0.52,
            std_error=0.01,
            direction=1,
            reasons=reasons,
        )
        parts = (Part(name="ev", points=22.0, value=0.06),)
        await a_pick(house.store, after=5 * HOUR, signals=(signal,), parts=parts)
        [card] = await house.write(MEMBER, "/pick 1")
        await house.tap(MEMBER, card, "Détail")
        [detail] = await house.see(MEMBER)
        assert detail["message_id"] == card["message_id"]
        assert "+22,0 · value d’après PATRON : +6,0 %" in detail["text"]
        assert "○ Écarts (à l’essai)" in detail["text"]
        assert "– écart au prix moyen : +5,1 % (+1,0 pt)" in detail["text"]
