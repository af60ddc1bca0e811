"""What was settled last, page by page, and the record in force at a glance."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.domain.numbers import Units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome, Settlement
from tests.e2e.bot_house import MEMBER, OWNER, VIEWER, House, a_pick, open_house, settle
from tests.unit.bot.views import HOSTILE, NOW

if TYPE_CHECKING:
    from storage.pool import Pool


async def history(house: House, n: int) -> None:
    """Settle `n` picks at the same instant, as a run does."""
    for number in range(n):
        pick = await a_pick(
            house.store, after=timedelta(hours=-3 - number), home=f"Club {number:02}"
        )
        await settle(house.store, pick, won=number % 2 == 0)


async def test_nothing_settled_says_when_results_come(pool: Pool) -> None:
    async with open_house(pool) as house:
        [french] = await house.write(MEMBER, "/resultats")
        assert "Rien n’est encore réglé" in french["text"]
        [english] = await house.write(VIEWER, "/results")
        assert "Nothing is settled yet" in english["text"]


async def test_one_result_shows_score_profit_and_what_is_not_known(pool: Pool) -> None:
    async with open_house(pool) as house:
        await history(house, 1)
        [shown] = await house.write(MEMBER, "/resultats")
        assert shown["text"].startswith("📜 Résultats · LIVE · n = 1")
        assert "Club 00 – Lens" in shown["text"]
        assert "✅ 3-1" in shown["text"]
        assert "CLV inconnue" in shown["text"]
        assert "pas assez de données" in shown["text"]
        await house.tap(MEMBER, shown, "#P1")
        [card] = await house.see(MEMBER)
        assert "Club 00" in card["text"]


async def test_pages_of_results_settled_at_once_repeat_and_skip_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        await history(house, 9)
        [first] = await house.write(MEMBER, "/resultats 4")
        assert "1 à 4 sur 9" in first["text"]
        late = await a_pick(house.store, after=timedelta(hours=-1), home="Tardif")
        settlement = Settlement(
            pick_id=late.id,
            sequence=1,
            outcome=Outcome.LOST,
            profit=Units(-late.stake),
            full_time=None,
            rule="default",
            settled_at=NOW + timedelta(minutes=1),
        )
        async with house.store.transaction() as tx:
            await tx.settlements.add([settlement])
        await house.tap(MEMBER, first, "anciens")
        [second] = await house.see(MEMBER)
        assert "6 à 9 sur 10" in second["text"]
        await house.tap(MEMBER, second, "anciens")
        [third] = await house.see(MEMBER)
        told = first["text"] + second["text"] + third["text"]
        assert all(told.count(f"Club {number:02}") == 1 for number in range(9))
        assert "Tardif" not in told
        await house.tap(MEMBER, third, "Actualiser")
        [newest] = await house.see(MEMBER)
        assert "Tardif" in newest["text"]


async def test_results_are_filtered_by_the_common_grammar(pool: Pool) -> None:
    async with open_house(pool) as house:
        await history(house, 2)
        [kept] = await house.write(MEMBER, "/resultats 3 market=over_2.5")
        assert "n = 2" in kept["text"]
        [none] = await house.write(MEMBER, "/resultats market=btts")
        assert "Aucun pick réglé ne passe ce filtre" in none["text"]
        await house.tap(MEMBER, none, "Sans filtre")
        [whole] = await house.see(MEMBER)
        assert "n = 2" in whole["text"]
        [taught] = await house.write(MEMBER, "/resultats marche=zzz")
        assert "Je ne comprends pas" in taught["text"] or "filtre" in taught["text"].lower()
        button = next(b["text"] for row in taught["buttons"] for b in row if "🔎" in b["text"])
        await house.tap(MEMBER, taught, button)
        [offered] = await house.see(MEMBER)
        assert "📜 Résultats" in offered["text"]


async def test_records_are_never_summed(pool: Pool) -> None:
    async with open_house(pool) as house:
        await history(house, 1)
        paper = await a_pick(
            house.store,
            after=timedelta(hours=-5),
            home="Papier",
            provenance=Provenance.PAPER,
        )
        await settle(house.store, paper, won=False)
        [live] = await house.write(MEMBER, "/resultats")
        assert "Papier" not in live["text"]
        await house.tap(MEMBER, live, "Papier")
        [shown] = await house.see(MEMBER)
        assert "PAPER · n = 1" in shown["text"]
        assert "Papier – Lens" in shown["text"]


@pytest.mark.parametrize(
    ("typed", "told"),
    [("/resultats 3 1-1", "/litiges 3 1-1"), ("/results 3 void", "/litiges 3 1-1")],
)
async def test_who_rules_as_before_is_told_where_that_is_now(
    pool: Pool, typed: str, told: str
) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(OWNER, typed)
        assert told in shown["text"]


async def test_the_dashboard_tells_the_record_and_what_is_open(pool: Pool) -> None:
    async with open_house(pool) as house:
        [empty] = await house.write(MEMBER, "/tableau")
        assert "Tableau de bord · LIVE" in empty["text"]
        assert "0 pick ouvert" in empty["text"]
        await history(house, 3)
        await a_pick(house.store, after=timedelta(hours=3), home="Demain")
        [menu] = await house.write(MEMBER, "/menu")
        await house.tap(MEMBER, menu, "Tableau")
        [shown] = await house.see(MEMBER)
        assert "Réglés : n = 3" in shown["text"]
        assert "Taux de réussite : 66,7 %" in shown["text"]
        assert "1 pick ouvert" in shown["text"]
        assert "Demain – Lens" in shown["text"]
        assert "Preuve par la CLV" in shown["text"]
        await house.tap(MEMBER, shown, "Résultats")
        [results] = await house.see(MEMBER)
        assert "n = 3" in results["text"]


async def test_hostile_names_hurt_no_result(pool: Pool) -> None:
    async with open_house(pool) as house:
        pick = await a_pick(
            house.store, after=timedelta(hours=-3), home=HOSTILE.replace("\0", "")[:200]
        )
        await settle(house.store, pick, won=True)
        [shown] = await house.write(VIEWER, "/results")
        assert "</b><script>" in shown["text"]
        [board] = await house.write(VIEWER, "/dashboard")
        assert "Settled: n = 1" in board["text"]
