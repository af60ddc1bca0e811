import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.clock import now
from sandbox.providers import Providers
from tests.contract.providers.conftest import ODDS_KEY, Answer, Get
from tests.contract.providers.json_shape import required, shape

ALL = {"regions": "eu", "markets": "h2h,totals,spreads"}
ODDS = "/v4/sports/soccer_epl/odds"


def books(event: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {book["key"]: book for book in event["bookmakers"]}


def market_keys(answer: Answer) -> set[str]:
    return {m["key"] for e in answer.body for b in e["bookmakers"] for m in b["markets"]}


async def test_events_have_two_matchdays_and_at_least_twelve_books(ask_odds: Get) -> None:
    answer = await ask_odds(ODDS, **ALL)
    assert answer.status == 200
    assert len(answer.body) == 10
    assert all(len(books(event)) >= 12 for event in answer.body)
    assert {event["sport_key"] for event in answer.body} == {"soccer_epl"}


async def test_a_call_costs_its_markets_times_its_regions(ask_odds: Get) -> None:
    first = await ask_odds(ODDS, **ALL)
    second = await ask_odds(ODDS, regions="eu,uk", markets="h2h,totals")
    assert [one.headers["x-requests-last"] for one in (first, second)] == ["3", "4"]
    assert second.headers["x-requests-used"] == "7"
    assert second.headers["x-requests-remaining"] == "493"


async def test_ten_named_bookmakers_cost_one_region(ask_odds: Get) -> None:
    named = ",".join(["pinnacle", "betclic", *(f"nobody_{i}" for i in range(9))])
    answer = await ask_odds(ODDS, bookmakers=named, markets="h2h")
    assert answer.headers["x-requests-last"] == "2"
    assert set(books(answer.body[0])) == {"pinnacle", "betclic"}


async def test_nothing_found_costs_nothing(ask_odds: Get) -> None:
    answer = await ask_odds(ODDS, **ALL, commenceTimeFrom="2040-01-01T00:00:00Z")
    assert (answer.body, answer.headers["x-requests-last"]) == ([], "0")


async def test_sports_and_events_are_free(ask_odds: Get) -> None:
    sports = await ask_odds("/v4/sports")
    events = await ask_odds("/v4/sports/soccer_epl/events")
    assert "soccer_france_ligue_one" in {sport["key"] for sport in sports.body}
    assert "bookmakers" not in events.body[0]
    assert [one.headers["x-requests-last"] for one in (sports, events)] == ["0", "0"]
    assert events.headers["x-requests-used"] == "0"


async def test_an_exchange_adds_its_lay_prices_unasked(ask_odds: Get) -> None:
    assert market_keys(await ask_odds(ODDS, regions="eu")) == {"h2h", "h2h_lay"}
    assert market_keys(await ask_odds(ODDS, regions="eu", markets="totals")) == {"totals"}


async def test_spreads_and_totals_carry_their_lines(ask_odds: Get) -> None:
    answer = await ask_odds(ODDS, regions="eu", markets="spreads,totals")
    for event in answer.body:
        for market in books(event)["pinnacle"]["markets"]:
            points = [outcome["point"] for outcome in market["outcomes"]]
            assert points[0] == (-points[1] if market["key"] == "spreads" else points[1])
            assert all(point * 4 == int(point * 4) for point in points)


async def test_times_are_whole_seconds_of_the_true_clock(ask_odds: Get) -> None:
    for event in (await ask_odds(ODDS, **ALL)).body:
        assert event["commence_time"].endswith("Z")
        assert len(event["commence_time"]) == len("2026-11-22T16:38:01Z")
        updated = datetime.fromisoformat(books(event)["pinnacle"]["last_update"])
        assert abs((now() - updated).total_seconds()) < 5


async def test_events_can_be_chosen_by_id_and_by_time(ask_odds: Get) -> None:
    everything = (await ask_odds(ODDS, **ALL)).body
    wanted = everything[0]
    chosen = (await ask_odds(ODDS, **ALL, eventIds=wanted["id"])).body
    assert [event["id"] for event in chosen] == [wanted["id"]]
    until = (await ask_odds(ODDS, **ALL, commenceTimeTo=wanted["commence_time"])).body
    assert 0 < len(until) < len(everything)


async def test_prices_and_dates_come_in_other_formats_too(ask_odds: Get) -> None:
    answer = await ask_odds(ODDS, regions="eu", oddsFormat="american", dateFormat="unix")
    event = answer.body[0]
    prices = [o["price"] for o in books(event)["pinnacle"]["markets"][0]["outcomes"]]
    assert isinstance(event["commence_time"], int)
    assert all(isinstance(price, int) and abs(price) >= 100 for price in prices)


@pytest.mark.parametrize(
    ("path", "parameters", "status", "code"),
    [
        (ODDS, {"apiKey": "", "regions": "eu"}, 401, "MISSING_KEY"),
        (ODDS, {"apiKey": "nobody", "regions": "eu"}, 401, "INVALID_KEY"),
        ("/v4/sports/soccer_mars/odds", {"regions": "eu"}, 404, "UNKNOWN_SPORT"),
        (ODDS, {}, 422, "MISSING_REGION"),
        (ODDS, {"regions": "moon"}, 422, "INVALID_REGION"),
        (ODDS, {"regions": "eu", "markets": "btts"}, 422, "INVALID_MARKET"),
        (ODDS, {"regions": "eu", "oddsFormat": "roman"}, 422, "INVALID_ODDS_FORMAT"),
        (ODDS, {"regions": "eu", "commenceTimeTo": "soon"}, 422, "INVALID_COMMENCE_TIME_TO"),
        ("/v4/historical/sports", {}, 401, "HISTORICAL_UNAVAILABLE_ON_FREE_USAGE_PLAN"),
    ],
)
async def test_a_refusal_has_its_status_and_code(
    ask_odds: Get, path: str, parameters: dict[str, str], status: int, code: str
) -> None:
    answer = await ask_odds(path, **parameters)
    assert (answer.status, answer.body["error_code"]) == (status, code)
    assert set(answer.body) == {"message", "error_code", "details_url"}


@pytest.mark.parametrize("status", [401, 429])
async def test_a_spent_key_is_refused_with_the_status_chosen(
    ask_odds: Get, providers: Providers, status: int
) -> None:
    providers.accounts.put(
        {
            "provider": "odds_api",
            "key": ODDS_KEY,
            "used": 499,
            "out_of_credits_status": status,
        }
    )
    assert (await ask_odds(ODDS, regions="eu")).headers["x-requests-remaining"] == "0"
    refused = await ask_odds(ODDS, regions="eu")
    assert (refused.status, refused.body["error_code"]) == (status, "OUT_OF_USAGE_CREDITS")
    assert (await ask_odds("/v4/sports")).status == 200


async def test_a_deactivated_key_is_refused(
    ask_odds: Get, providers: Providers, session: aiohttp.ClientSession
) -> None:
    change = {"provider": "odds_api", "key": ODDS_KEY, "active": False}
    async with session.post(f"{providers.url}/keys", json=change) as changed:
        assert (await changed.json())["active"] is False
    refused = await ask_odds("/v4/sports")
    assert (refused.status, refused.body["error_code"]) == (401, "DEACTIVATED_KEY")


async def test_too_many_calls_in_a_second_are_refused_without_cost(ask_odds: Get) -> None:
    answers = [await ask_odds("/v4/sports") for _ in range(31)]
    assert [one.status for one in answers[:30]] == [200] * 30
    last = answers[-1]
    assert (last.status, last.body["error_code"]) == (429, "EXCEEDED_FREQ_LIMIT")


async def test_an_unknown_field_of_a_key_is_refused(
    providers: Providers, session: aiohttp.ClientSession
) -> None:
    change = {"provider": "odds_api", "key": "new", "money": 3}
    async with session.post(f"{providers.url}/keys", json=change) as refused:
        assert refused.status == 400
        assert "money" in (await refused.json())["error"]


@pytest.mark.realdata
async def test_odds_have_the_recorded_shape(ask_odds: Get, real_data: Path) -> None:
    recorded: list[Any] = []
    for path in (real_data / "odds-api/world-cup-2026").glob("*.json.gz"):
        recorded += json.loads(gzip.decompress(path.read_bytes()))
    known = shape(recorded)
    offered = shape((await ask_odds(ODDS, **ALL)).body)
    assert {
        path: kinds - known[path] for path, kinds in offered.items() if kinds - known[path]
    } == {}
    asked = (await ask_odds(ODDS, **ALL)).body
    assert required([event for event in recorded if event["bookmakers"]]) <= required(asked)


@pytest.mark.realdata
async def test_sports_have_the_recorded_shape(ask_odds: Get, real_data: Path) -> None:
    recorded = json.loads((real_data / "odds-api/sports/sports.json").read_text())
    assert shape((await ask_odds("/v4/sports")).body) == shape(recorded)


@pytest.mark.realdata
async def test_refusals_have_the_recorded_bodies(ask_odds: Get, real_data: Path) -> None:
    recorded = json.loads((real_data / "odds-api/errors.json").read_text())["errors"]
    by_code = {one["body"]["error_code"]: one for one in recorded}
    for path, parameters in (
        (ODDS, {"apiKey": "nobody", "regions": "eu"}),
        ("/v4/sports/soccer_mars/odds", {"regions": "eu"}),
        (ODDS, {}),
    ):
        answer = await ask_odds(path, **parameters)
        expected = by_code[answer.body["error_code"]]
        assert (answer.status, answer.body) == (expected["http_status"], expected["body"])
