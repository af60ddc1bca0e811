import gzip
import json
from collections import Counter
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import aiohttp
import pytest

from sandbox.clock import now
from sandbox.providers import Providers, open_providers
from sandbox.results import entry
from sandbox.world.schedule import Plan
from sandbox.world.world import World
from tests.contract.providers.conftest import RESULTS_KEY, Answer, Get
from tests.contract.providers.json_shape import required, shape

FIXTURES = "/fixtures"


def today(zone: str = "UTC") -> str:
    return now().astimezone(ZoneInfo(zone)).date().isoformat()


def ids(answer: Answer) -> list[int]:
    return [one["fixture"]["id"] for one in answer.body["response"]]


async def two_days(ask: Get, zone: str = "UTC") -> list[dict[str, Any]]:
    """Return the fixtures of today and tomorrow: a world begun at midnight spans both."""
    days = (today(zone), (date.fromisoformat(today(zone)) + timedelta(days=1)).isoformat())
    answers = [await ask(FIXTURES, date=day, timezone=zone) for day in days]
    return [one for answer in answers for one in answer.body["response"]]


async def test_a_day_has_the_fixtures_that_begin_on_it_in_the_zone_asked(ask_results: Get) -> None:
    found = await two_days(ask_results, "Asia/Tokyo")
    assert 40 <= len(found) <= 60
    for one in found:
        kick_off = datetime.fromisoformat(one["fixture"]["date"])
        assert kick_off.utcoffset() == timedelta(hours=9)
        assert one["fixture"]["timestamp"] == int(kick_off.timestamp())


async def test_fixtures_can_be_asked_by_number(ask_results: Get) -> None:
    wanted = [one["fixture"]["id"] for one in (await two_days(ask_results))[:20]]
    answer = await ask_results(FIXTURES, ids="-".join(str(one) for one in wanted))
    assert sorted(ids(answer)) == sorted(wanted)
    assert answer.body["results"] == 20


async def test_an_answer_echoes_its_question_and_has_no_errors(ask_results: Get) -> None:
    answer = await ask_results(FIXTURES, date=today(), timezone="UTC")
    assert answer.body["get"] == "fixtures"
    assert answer.body["parameters"] == {"date": today(), "timezone": "UTC"}
    assert answer.body["errors"] == []
    assert answer.body["paging"] == {"current": 1, "total": 1}


async def test_each_call_counts_against_the_day_and_the_minute(ask_results: Get) -> None:
    answers = [await ask_results(FIXTURES, live="all") for _ in range(2)]
    remaining = [one.headers["x-ratelimit-requests-remaining"] for one in answers]
    assert remaining == ["99", "98"]
    assert answers[0].headers["x-ratelimit-requests-limit"] == "100"
    assert [one.headers["x-ratelimit-remaining"] for one in answers] == ["299", "298"]


async def test_the_status_tells_the_quota_without_spending_it(ask_results: Get) -> None:
    await ask_results(FIXTURES, live="all")
    for _ in range(2):
        answer = await ask_results("/status")
        assert answer.body["response"]["requests"] == {"current": 1, "limit_day": 100}


@pytest.mark.parametrize(
    ("parameters", "name"),
    [
        ({}, "required"),
        ({"date": "tomorrow"}, "date"),
        ({"date": "2026-01-01", "timezone": "Moon/Sea"}, "timezone"),
        ({"ids": "-".join(str(one) for one in range(21))}, "ids"),
        ({"ids": "1-two"}, "ids"),
    ],
)
async def test_a_mistake_is_an_error_inside_an_answer_of_200(
    ask_results: Get, parameters: dict[str, str], name: str
) -> None:
    answer = await ask_results(FIXTURES, **parameters)
    assert (answer.status, answer.body["response"], answer.body["results"]) == (200, [], 0)
    assert list(answer.body["errors"]) == [name]


@pytest.mark.parametrize("key", ["", "nobody"])
async def test_a_missing_or_wrong_key_is_an_error_inside_an_answer_of_200(
    ask_results: Get, key: str
) -> None:
    answer = await ask_results("/status", key=key)
    assert answer.status == 200
    assert "application key" in answer.body["errors"]["token"]


async def test_a_spent_day_a_full_minute_and_a_closed_account_are_refused(
    ask_results: Get, providers: Providers
) -> None:
    key: dict[str, Any] = {"provider": "api_football", "key": RESULTS_KEY}
    providers.accounts.put(key | {"used": 100})
    spent = await ask_results(FIXTURES, live="all")
    assert (spent.status, list(spent.body["errors"])) == (200, ["requests"])
    providers.accounts.put(key | {"used": 0, "per_minute": 1})
    hurried = await ask_results(FIXTURES, live="all")
    assert (hurried.status, list(hurried.body["errors"])) == (429, ["rateLimit"])
    providers.accounts.put(key | {"active": False})
    closed = await ask_results(FIXTURES, live="all")
    assert (closed.status, closed.body["errors"]) == (403, {"token": "Account Inactive"})


async def test_names_and_numbers_differ_from_the_odds_provider(
    ask_results: Get, ask_odds: Get
) -> None:
    fixtures = await two_days(ask_results)
    teams = {one["teams"][side]["name"] for one in fixtures for side in ("home", "away")}
    events = [
        event
        for sport in (await ask_odds("/v4/sports")).body
        for event in (await ask_odds(f"/v4/sports/{sport['key']}/events")).body
    ]
    names = {event[side] for event in events for side in ("home_team", "away_team")}
    assert len(events) == len(fixtures)
    assert 5 < len(names - teams) < len(names) / 2


async def test_a_match_is_seen_live_then_final(session: aiohttp.ClientSession) -> None:
    """A world 12,000 times as fast: 105 minutes are half a second."""
    plan = Plan(seed=2, scale=12_000, first_kick_off=timedelta(hours=4), postponed_rate=0)
    world = World(plan, now())
    wanted = "-".join(str(match.fixture_id) for match in world.matchday(0)[:20])
    headers = {"x-apisports-key": "sandbox-results"}
    seen: Counter[str] = Counter()
    final: list[Any] = []
    async with open_providers(world=world) as serving:
        url = f"{serving.api_football_url}/fixtures"
        while len(final) < 15:
            async with session.get(url, params={"live": "all"}, headers=headers) as answer:
                live = (await answer.json())["response"]
            seen.update(one["fixture"]["status"]["short"] for one in live)
            assert all(one["score"]["fulltime"]["home"] is None for one in live)
            async with session.get(url, params={"ids": wanted}, headers=headers) as answer:
                found = (await answer.json())["response"]
            final = [one for one in found if one["fixture"]["status"]["short"] == "FT"]
    assert all(one["score"]["fulltime"] == one["goals"] for one in final)
    assert {"1H", "HT", "2H"} <= set(seen)


@pytest.mark.realdata
async def test_fixtures_of_every_status_have_the_recorded_shape(real_data: Path) -> None:
    recorded: list[Any] = []
    for path in (real_data / "api-football").rglob("fixtures_*.json*"):
        text = path.read_bytes()
        body = json.loads(gzip.decompress(text) if path.suffix == ".gz" else text)
        recorded += body["response"]
    known = shape(recorded)
    start = datetime(2026, 8, 1, 12, 0, tzinfo=UTC)
    world = World(Plan(seed=1, extra_time_rate=1, postponed_rate=0.2), start)
    offered = [
        entry(world, match, UTC, match.kick_off + timedelta(minutes=minutes))
        for match in world.matchday(0)
        for minutes in (-60, 20, 50, 80, 120, 200)
    ]
    statuses = {one["fixture"]["status"]["short"] for one in offered}
    assert statuses == {"NS", "1H", "HT", "2H", "ET", "FT", "AET", "PST"}
    strange = {path: kinds - known.get(path, set()) for path, kinds in shape(offered).items()}
    assert {path: kinds for path, kinds in strange.items() if kinds} == {}
    assert required(recorded) <= required(offered)


@pytest.mark.realdata
async def test_answers_have_the_recorded_envelope(ask_results: Get, real_data: Path) -> None:
    path = real_data / "api-football/fixtures_by_date/fixtures_live_all.json"
    recorded = json.loads(path.read_text())
    answer = await ask_results(FIXTURES, live="all")
    assert set(answer.body) == set(recorded)
    refusals = json.loads((real_data / "api-football/errors.json").read_text())["errors"]
    missing = await ask_results("/status", key="")
    assert missing.body["errors"] == refusals[0]["body"]["errors"]
    assert set(missing.body) == set(refusals[0]["body"])
