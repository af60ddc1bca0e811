"""What befalls a match, scripted over HTTP and seen through both providers."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any

import aiohttp
import pytest

from sandbox.providers import Providers
from tests.contract.providers.conftest import Get

Befall = Callable[..., Awaitable[dict[str, Any]]]
SPORT = "/v4/sports/soccer_epl/odds"


@pytest.fixture
def befall(session: aiohttp.ClientSession, providers: Providers) -> Befall:
    """Have something befall the first English match to come; return it as the odds list it.

    Its `told` moments are counted from the kick-off, an hour of the world and more from now.
    """

    async def do(**wanted: Any) -> dict[str, Any]:
        world = providers.world
        assert world is not None
        match = next(m for m in world.scheduled(0) if m.league.sport_key == "soccer_epl")
        body = {"event_id": match.event_id, **wanted}
        async with session.post(f"{providers.url}/happenings", json=body) as answer:
            assert answer.status == 200, await answer.text()
        return {"id": match.event_id, "number": match.fixture_id, "kick_off": match.kick_off}

    return do


async def listed(ask_odds: Get, event_id: str) -> dict[str, Any] | None:
    events = (await ask_odds(SPORT, regions="eu", eventIds=event_id)).body
    found: list[dict[str, Any]] = events
    return found[0] if found else None


async def shown(ask_results: Get, number: int) -> dict[str, Any]:
    found: dict[str, Any] = (await ask_results("/fixtures", ids=str(number))).body["response"][0]
    return found


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


async def test_a_moved_kick_off_reaches_one_provider_before_the_other(
    befall: Befall, ask_odds: Get, ask_results: Get
) -> None:
    match = await befall(kind="moved", minutes=60, told=-1000, told_results=-10)
    event, fixture = await listed(ask_odds, match["id"]), await shown(ask_results, match["number"])
    assert event is not None
    assert instant(event["commence_time"]) == match["kick_off"] + timedelta(seconds=30)
    assert instant(fixture["fixture"]["date"]) == match["kick_off"]


async def test_a_postponed_match_is_off_at_one_provider_and_still_priced_at_the_other(
    befall: Befall, ask_odds: Get, ask_results: Get
) -> None:
    match = await befall(kind="postponed", told=-10, told_results=-1000)
    assert await listed(ask_odds, match["id"]) is not None
    fixture = await shown(ask_results, match["number"])
    assert fixture["fixture"]["status"]["short"] == "PST"
    assert fixture["goals"] == {"home": None, "away": None}


async def test_books_drop_their_market_and_return(befall: Befall, ask_odds: Get) -> None:
    match = await befall(kind="books_out", minutes=1000, lasts=881, books=["unibet_eu"])

    async def books() -> set[str]:
        event = await listed(ask_odds, match["id"])
        assert event is not None
        return {book["key"] for book in event["bookmakers"]}

    assert "unibet_eu" not in await books()
    await asyncio.sleep(1)  # two minutes: the kick-off is 120 away and the books return at 119
    assert "unibet_eu" in await books()


@pytest.mark.parametrize(
    ("wanted", "status", "goals"),
    [
        ({"kind": "walkover"}, "WO", (3, 0)),
        ({"kind": "awarded", "minutes": 0, "lasts": 0, "goals": [0, 3]}, "AWD", (0, 3)),
        ({"kind": "abandoned", "minutes": 0}, "ABD", (0, 0)),
        ({"kind": "suspended", "minutes": 0, "lasts": 60}, "SUSP", (0, 0)),
    ],
)
async def test_a_match_that_is_not_played_out_says_so(
    befall: Befall,
    ask_results: Get,
    wanted: dict[str, Any],
    status: str,
    goals: tuple[int, int],
) -> None:
    match = await befall(**wanted)
    await befall(kind="moved", minutes=-126, told=-1000, told_results=-1000)
    fixture = await shown(ask_results, match["number"])
    assert fixture["fixture"]["status"]["short"] == status
    assert fixture["fixture"]["status"]["long"]
    assert (fixture["goals"]["home"], fixture["goals"]["away"]) == goals


async def test_results_come_late_and_wrong_and_the_truth_knows_better(
    befall: Befall, ask_results: Get, session: aiohttp.ClientSession, providers: Providers
) -> None:
    # over for 75 minutes, give or take the rounding of its kick-off to a second
    match = await befall(kind="moved", minutes=-300, told=-1000, told_results=-1000)
    await befall(kind="late_result", minutes=78)
    await befall(kind="corrected_result", minutes=2, goals=[7, 6])
    said: list[tuple[str, tuple[int | None, int | None]]] = []
    async with asyncio.timeout(10):
        while len(said) < 3:
            fixture = await shown(ask_results, match["number"])
            score = fixture["score"]["fulltime"]
            one = (fixture["fixture"]["status"]["short"], (score["home"], score["away"]))
            if one not in said:
                said.append(one)
            await asyncio.sleep(0.1)
    async with session.get(f"{providers.url}/truth?event_ids={match['id']}") as answer:
        truth = (await answer.json())["fixtures"][0]
    assert said == [("2H", (None, None)), ("FT", (7, 6)), ("FT", tuple(truth["result"]))]
    assert [one["kind"] for one in truth["happenings"]] == [
        *("moved", "late_result", "corrected_result")
    ]
    assert instant(truth["listed_first"]) == match["kick_off"]


async def test_steam_is_seen_in_what_most_books_offer(befall: Befall, ask_odds: Get) -> None:
    async def home(event_id: str) -> dict[str, float]:
        event = await listed(ask_odds, event_id)
        assert event is not None
        return {
            book["key"]: outcome["price"]
            for book in event["bookmakers"]
            for outcome in book["markets"][0]["outcomes"]
            if outcome["name"] == event["home_team"]
        }

    calm = await befall(kind="books_out", minutes=0, lasts=0)
    before = await home(calm["id"])
    await befall(kind="steam", minutes=130, size=0.4)
    since = await home(calm["id"])
    assert sum(since[key] < before[key] for key in before) >= 0.9 * len(before)


async def test_what_cannot_befall_is_refused(
    session: aiohttp.ClientSession, providers: Providers
) -> None:
    for body in ({"event_id": "nobody", "kind": "walkover"}, {"kind": "rain"}):
        async with session.post(f"{providers.url}/happenings", json=body) as answer:
            assert answer.status == 400
            assert (await answer.json())["error"]
