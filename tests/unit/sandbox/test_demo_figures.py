"""Judging by the truth: what could be caught, what was on offer, what was settled rightly."""

from datetime import UTC, datetime, timedelta
from typing import Any

import orjson
import pytest
from aiohttp import web

from sandbox.demo_coverage import Began, Trouble, coverage
from sandbox.demo_figures import Spell, figures_of, told, unsettled
from sandbox.demo_prices import Sent, staleness
from sandbox.demo_settled import Ending, settlements, true_outcome
from sandbox.faults import other_id
from sandbox.providers import open_providers
from sandbox.witness import Witness
from sandbox.world.happenings import Happening
from sandbox.world.schedule import Match, Plan
from sandbox.world.world import World

AT = datetime(2026, 11, 22, 12, 0, tzinfo=UTC)
TEN = timedelta(minutes=10)
ODDS = "/odds-api/v4/sports/soccer_epl/odds"
GAME = Began(event_id="e1", sport_key="soccer_epl", name="A - B", kick_off=AT)


def minutes(count: float) -> timedelta:
    return timedelta(minutes=count)


def an_answer(*event_ids: str, status: int = 200, body: Any = None) -> web.Response:
    events = [{"id": one, "bookmakers": [{"key": "unibet_eu"}]} for one in event_ids]
    return web.Response(body=orjson.dumps(events if body is None else body), status=status)


def a_witness(*, at: datetime, as_of: datetime | None = None, fault: str = "") -> Witness:
    witness = Witness()
    witness.note(ODDS, an_answer("e1"), at, as_of or at, fault)
    return witness


def covered(witness: Witness, *troubles: Trouble, game: Began = GAME, **report: Any) -> Any:
    return coverage([game], witness, troubles, {"picks": [], **report}, TEN)


def test_odds_answered_within_ten_minutes_of_kick_off_could_be_caught() -> None:
    found = covered(a_witness(at=AT - minutes(9)), coverage={"share_a": 1.0})
    assert (found["n"], found["caught"], found["share"]) == (1, 1, 1.0)
    assert (found["missed"], found["claimed"]) == ([], {"share_a": 1.0})


@pytest.mark.parametrize("before", [11, 0, -1])
def test_odds_answered_earlier_or_after_kick_off_catch_nothing(before: int) -> None:
    found = covered(a_witness(at=AT - minutes(before)))
    assert (found["caught"], found["missed_unexplained"]) == (0, 1)


def test_a_frozen_answer_catches_nothing_and_is_named() -> None:
    frozen = a_witness(at=AT - minutes(2), as_of=AT - minutes(20), fault="frozen feed")
    found = covered(frozen)
    assert found["missed_by_reason"] == {"frozen feed": 1}
    assert found["missed_unexplained"] == 0


def test_a_refused_question_is_explained_by_what_was_refused() -> None:
    witness = Witness()
    refusal = {"error_code": "OUT_OF_USAGE_CREDITS"}
    witness.note(ODDS, an_answer(status=401, body=refusal), AT - TEN, AT, "")
    witness.note(ODDS, None, AT - minutes(3), AT, "outage")
    missed = covered(witness)["missed"]
    assert missed[0]["explained_by"] == ["OUT_OF_USAGE_CREDITS", "outage"]
    assert missed[0]["last_heard"] == "outage at 11:57:00"


def test_a_fault_that_kept_the_service_from_asking_is_named_only_while_it_lasted() -> None:
    def lasting(until: datetime, path: str = "/odds-api") -> Trouble:
        return Trouble(name="outage", path=path, since=AT - minutes(30), until=until)

    assert covered(Witness(), lasting(AT))["missed_by_reason"] == {"not asked during outage": 1}
    assert covered(Witness(), lasting(AT - minutes(11)))["missed_unexplained"] == 1
    assert covered(Witness(), lasting(AT, "soccer_italy"))["missed_unexplained"] == 1


def test_a_move_nobody_could_know_in_time_explains_a_miss() -> None:
    def told(before: float) -> Any:
        game = Began(
            event_id="e1",
            sport_key="soccer_epl",
            name="A - B",
            kick_off=AT,
            told_at=AT - minutes(before),
        )
        return covered(Witness(), game=game)["missed_unexplained"]

    assert (told(5), told(60)) == (0, 1)


def test_a_close_called_grade_a_without_an_answer_is_unfounded() -> None:
    picks = [{"close_grade": "A", "event_ids": {"odds_api": "e1"}}]
    assert covered(Witness(), picks=picks)["claims_unfounded"] == 1
    assert covered(a_witness(at=AT - TEN), picks=picks)["claims_unfounded"] == 0


PLAN = Plan(seed=3, scale=1, stale_rate=0, palp_rate=0, incomplete_rate=0, postponed_rate=0)


def a_card(match: Match, at: datetime, odds: float) -> Sent:
    pick = {
        "event_ids": {"odds_api": match.event_id},
        "selection": "home",
        "bookmaker": "unibet_eu",
        "odds": odds,
    }
    text = f"Pari : {match.home.name}\nCote {odds:.2f} (Unibet) · 2e 2,32 X · min. 1,01"
    return Sent(text=text.replace(".", ","), at=at, pick=pick)


def home_odds(world: World, match: Match, at: datetime) -> float:
    books = world.quotes(match, at)
    return next(
        one.price
        for book in books
        if book.bookmaker.key == "unibet_eu"
        for one in book.markets[0].outcomes
        if one.name == match.home.name
    )


def test_a_price_on_offer_when_sent_is_not_stale_and_any_other_is() -> None:
    world = World(PLAN, AT)
    match = world.scheduled(0)[0]
    at = match.kick_off - minutes(90)
    odds = home_odds(world, match, at)
    good, bad = (a_card(match, at, each) for each in (odds, odds + 0.5))
    found = staleness(world, [good, bad])
    assert (found["n"], found["stale"]) == (2, 1)
    assert found["cards"][0]["shown"] == pytest.approx(odds + 0.5)


def test_a_price_the_book_left_behind_stays_good_for_the_freshness_limit_alone() -> None:
    world = World(PLAN, AT)
    match = world.scheduled(0)[0]
    world.happen(match.event_id, Happening.parse({"kind": "steam", "minutes": 100}))
    broke = match.kick_off - minutes(100)
    odds = home_odds(world, match, broke - minutes(1))
    soon, late = (a_card(match, broke + minutes(each), odds) for each in (5, 20))
    assert home_odds(world, match, broke + minutes(4)) != odds
    found = staleness(world, [soon, late])
    assert (found["n"], found["stale"]) == (2, 1)
    assert found["cards"][0]["sent_at"] == late.at.isoformat()


def test_a_price_of_a_book_that_has_left_is_stale() -> None:
    world = World(PLAN, AT)
    match = world.scheduled(0)[0]
    at = match.kick_off - minutes(40)
    odds = home_odds(world, match, at)
    out = {"kind": "books_out", "minutes": 65, "lasts": 40, "books": ["unibet_eu"]}
    world.happen(match.event_id, Happening.parse(out))
    assert staleness(world, [a_card(match, at, odds)])["stale"] == 1


def test_a_card_without_a_price_is_not_judged() -> None:
    world = World(PLAN, AT)
    match = world.scheduled(0)[0]
    silent = Sent(text="nothing", at=AT, pick={"event_ids": {"odds_api": match.event_id}})
    assert staleness(world, [silent])["n"] == 0


@pytest.mark.parametrize(
    ("selection", "score", "outcome"),
    [
        ("home", (2, 1), "won"),
        ("dc_x2", (2, 1), "lost"),
        ("dnb_away", (1, 1), "void"),
        ("btts_no", (1, 0), "won"),
        ("over_2.5", (2, 1), "won"),
        ("under_2.75", (2, 1), "half_lost"),
        ("over_3", (2, 1), "void"),
        ("ah_home@-0.75", (2, 1), "half_won"),
        ("ah_away@+0.25", (1, 1), "half_won"),
        ("ah_away@-1.00", (0, 1), "void"),
        ("home", None, "void"),
    ],
)
def test_a_score_makes_an_outcome(
    selection: str, score: tuple[int, int] | None, outcome: str
) -> None:
    assert true_outcome(selection, Ending(status="FT", score=score)) == outcome


def test_settlements_are_held_against_how_matches_truly_ended() -> None:
    def a_pick(event: str, outcome: str | None) -> dict[str, Any]:
        return {"event_ids": {"odds_api": event}, "selection": "home", "outcome": outcome}

    endings = {
        "won": Ending(status="FT", score=(1, 0), happenings=("corrected_result",)),
        "off": Ending(status="ABD", score=None),
    }
    picks = [
        *(a_pick("won", "won"), a_pick("won", "lost"), a_pick("off", None)),
        *(a_pick("off", "void"), a_pick("playing", "won")),
    ]
    found = settlements(picks, endings)
    assert (found["n"], found["right"], found["before_the_end"]) == (3, 2, 1)
    assert (found["voids_said"], found["voids_awaited"]) == (1, 1)
    assert [one["explained_by"] for one in found["wrong"]] == [["corrected_result"]]


async def test_a_pick_known_by_the_second_id_of_a_doubled_event_is_of_the_same_match() -> None:
    world = World(PLAN, AT)
    match = world.scheduled(0)[0]
    pick = {
        "id": "p1",
        "event_ids": {"odds_api": other_id(match.event_id)},
        "selection": "home",
        "odds": 2.0,
        "edge": 0.02,
        "value_lost": False,
        "close_grade": "A",
        "clv": 0.0,
        "outcome": None,
        "profit": None,
    }
    counts = {"quotes_offered": 1, "quotes_stored": 1, "fixtures": 1, "errors": 0}
    report = {"picks": [pick], "outbox": [], **counts}
    after = match.kick_off + minutes(200)
    spell = Spell(ready_at=AT, reported_at=after)
    async with open_providers(world=world) as providers:
        found = figures_of(report, providers, (), after, spell)
    assert (found["picks_unknown_to_world"], found["errors"]) == (0, 0)
    assert found["close_coverage"]["claims_unfounded"] == 1
    assert (found["unsettled_finished"], unsettled(report, world, after)) == (1, 1)
    assert told(found).endswith("lost 0, duplicates 0")
