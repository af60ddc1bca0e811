import asyncio
from time import monotonic
from typing import Any

import aiohttp
import pytest

from sandbox.providers import Providers
from tests.contract.providers.conftest import ODDS_KEY, RESULTS_KEY

FIXTURES = "/fixtures"


@pytest.fixture
def odds_url(providers: Providers) -> str:
    query = f"apiKey={ODDS_KEY}&regions=eu"
    return f"{providers.odds_api_url}/v4/sports/soccer_epl/odds?{query}"


async def spoil(session: aiohttp.ClientSession, providers: Providers, **fault: Any) -> None:
    async with session.post(f"{providers.url}/faults", json=fault) as answer:
        assert answer.status == 200


async def test_a_status_is_answered_as_often_as_told(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, path="soccer_epl", status=503, times=2)
    statuses = []
    for _ in range(3):
        async with session.get(odds_url) as answer:
            statuses.append(answer.status)
    assert statuses == [503, 503, 200]


async def test_a_fault_waits_for_its_own_path(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, path=FIXTURES, status=500)
    async with session.get(odds_url) as answer:
        assert answer.status == 200
    async with session.get(f"{providers.api_football_url}{FIXTURES}") as answer:
        assert answer.status == 500


async def test_a_web_page_comes_instead_of_json(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, html=True)
    async with session.get(odds_url) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert (await answer.text()).startswith("<!DOCTYPE html>")


async def test_a_body_is_sent_as_written_with_its_status(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    body = {"message": "slow down", "error_code": "EXCEEDED_FREQ_LIMIT"}
    await spoil(session, providers, status=429, body=body, headers={"Retry-After": "2"})
    async with session.get(odds_url) as answer:
        assert (answer.status, await answer.json()) == (429, body)
        assert answer.headers["Retry-After"] == "2"
    await spoil(session, providers, body="[NaN, ")
    async with session.get(odds_url) as answer:
        assert await answer.text() == "[NaN, "


async def test_a_truncated_body_is_the_true_one_cut(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, truncate=40)
    async with session.get(odds_url) as answer:
        text = await answer.text()
    assert len(text) == 40
    assert text.startswith('[{"id":')


async def test_a_connection_cut_short_breaks_the_clients_read(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, disconnect=True)
    async with session.get(odds_url) as answer:
        with pytest.raises(aiohttp.ClientPayloadError):
            await answer.read()


async def test_a_delayed_answer_is_late_but_true(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, delay_seconds=0.3)
    began = monotonic()
    async with session.get(odds_url) as answer:
        assert len(await answer.json()) == 10
    assert monotonic() - began >= 0.3


async def test_faults_are_listed_refused_and_cleared(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    url = f"{providers.url}/faults"
    await spoil(session, providers, status=500, times=5)
    async with session.get(url) as answer:
        assert [fault["times"] for fault in await answer.json()] == [5]
    async with session.post(url, json={"mood": "bad"}) as refused:
        assert refused.status == 400
    async with session.delete(url) as cleared:
        assert cleared.status == 200
    async with session.get(odds_url) as answer:
        assert answer.status == 200


async def test_the_truth_is_told_by_event_with_canonical_codes(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    async with session.get(odds_url) as answer:
        wanted = (await answer.json())[0]
    async with session.get(f"{providers.url}/truth?event_ids={wanted['id']}") as answer:
        fixtures = (await answer.json())["fixtures"]
    assert [one["event_id"] for one in fixtures] == [wanted["id"]]
    truth = fixtures[0]
    assert (truth["home"], truth["kick_off"]) == (wanted["home_team"], wanted["commence_time"])
    assert truth["result"] is None
    sides = [truth["now"][side][0] for side in ("home", "draw", "away")]
    assert sum(sides) == pytest.approx(1)
    assert {"dc_1x", "dnb_home", "btts_no", "over_4.5", "ah_away@+0.25"} <= set(truth["close"])


async def statuses(session: aiohttp.ClientSession, url: str, times: int) -> list[int]:
    found = []
    for _ in range(times):
        async with session.get(url) as answer:
            found.append(answer.status)
    return found


async def events(session: aiohttp.ClientSession, url: str) -> list[dict[str, Any]]:
    async with session.get(url) as answer:
        found: list[dict[str, Any]] = await answer.json()
    return found


async def test_a_fault_that_lasts_begins_and_ends_by_the_worlds_clock(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    # at 120 times the pace a minute is half a second
    await spoil(session, providers, status=503, starts_in=1, lasts=1)
    before = await statuses(session, odds_url, 1)
    await asyncio.sleep(0.6)
    during = await statuses(session, odds_url, 3)
    await asyncio.sleep(0.6)
    assert (before, during) == ([200], [503, 503, 503])
    assert await statuses(session, odds_url, 1) == [200]


async def test_a_refused_connection_is_hung_up_before_a_word(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, refuse=True)
    with pytest.raises(aiohttp.ClientConnectionError):
        await session.post(odds_url)  # a GET would be tried again by the client itself
    assert await statuses(session, odds_url, 1) == [200]


async def test_an_outage_hangs_up_fails_and_answers_a_web_page_in_turn(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, outage=True, lasts=60)
    with pytest.raises(aiohttp.ClientConnectionError):
        await session.post(odds_url)
    assert await statuses(session, odds_url, 1) == [503]
    async with session.get(odds_url) as page:
        assert (page.status, page.content_type) == (502, "text/html")


async def test_a_burst_of_too_many_requests_speaks_each_providers_words(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, too_fast=True, lasts=60)
    async with session.get(odds_url) as answer:
        assert answer.status == 429
        assert (await answer.json())["error_code"] == "EXCEEDED_FREQ_LIMIT"
    async with session.get(f"{providers.api_football_url}{FIXTURES}") as answer:
        assert answer.status == 429
        assert "rateLimit" in (await answer.json())["errors"]


async def test_an_empty_answer_comes_with_200_though_there_are_matches(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, path="soccer_epl", empty=True)
    assert await events(session, odds_url) == []
    assert len(await events(session, odds_url)) == 10
    await spoil(session, providers, path=FIXTURES, empty=True)
    url, headers = f"{providers.api_football_url}{FIXTURES}?live=all", {"x-apisports-key": "x"}
    async with session.get(url, headers=headers) as answer:
        assert (await answer.json())["response"] == []


@pytest.mark.parametrize(("ids", "different"), [("same", 10), ("other", 20)])
async def test_events_are_listed_twice(
    session: aiohttp.ClientSession,
    providers: Providers,
    odds_url: str,
    ids: str,
    different: int,
) -> None:
    await spoil(session, providers, duplicate=ids)
    found = await events(session, odds_url)
    assert len(found) == 20
    assert len({event["id"] for event in found}) == different
    assert len({(event["home_team"], event["commence_time"]) for event in found}) == 10


async def test_a_frozen_feed_answers_200_with_what_was_true_when_it_froze(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    await spoil(session, providers, path="soccer_epl", freeze=True, lasts=60)
    first = await events(session, odds_url)
    await asyncio.sleep(1.1)
    assert await events(session, odds_url) == first
    other = odds_url.replace("soccer_epl", "soccer_spain_la_liga")
    living = [await events(session, other)]
    await asyncio.sleep(1.1)
    living.append(await events(session, other))
    assert living[0] != living[1]
    async with session.delete(f"{providers.url}/faults"):
        assert await events(session, odds_url) != first


async def test_a_spent_key_pays_again_after_its_renewal(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    key = {"provider": "odds_api", "key": ODDS_KEY}
    for minutes, spent in ((0, True), (1, False)):
        renewal = key | {"minutes": minutes, "spent": spent}
        async with session.post(f"{providers.url}/renewals", json=renewal) as answer:
            assert answer.status == 200
    async with session.get(odds_url) as answer:
        assert (answer.status, answer.headers["x-requests-remaining"]) == (401, "0")
        assert (await answer.json())["error_code"] == "OUT_OF_USAGE_CREDITS"
    await asyncio.sleep(0.6)
    async with session.get(odds_url) as answer:
        assert (answer.status, answer.headers["x-requests-used"]) == (200, "1")
    unknown = key | {"key": "nobody"}
    async with session.post(f"{providers.url}/renewals", json=unknown) as refused:
        assert refused.status == 400


async def test_a_small_allowance_is_spent_and_says_so(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    small = {"provider": "odds_api", "key": ODDS_KEY, "quota": 2, "out_of_credits_status": 429}
    async with session.post(f"{providers.url}/keys", json=small) as answer:
        assert answer.status == 200
    assert await statuses(session, odds_url, 3) == [200, 200, 429]


async def test_the_limit_of_a_minute_is_kept(
    session: aiohttp.ClientSession, providers: Providers
) -> None:
    slow = {"provider": "api_football", "key": RESULTS_KEY, "per_minute": 2, "minute": 0.5}
    async with session.post(f"{providers.url}/keys", json=slow) as answer:
        assert answer.status == 200
    url, headers = f"{providers.api_football_url}/status", {"x-apisports-key": RESULTS_KEY}
    said = []
    for pause in (0.0, 0.0, 0.0, 0.6):
        await asyncio.sleep(pause)
        async with session.get(url, headers=headers) as answer:
            said.append(answer.status)
    assert said == [200, 200, 429, 200]


async def test_what_was_truly_answered_is_counted_by_match(
    session: aiohttp.ClientSession, providers: Providers, odds_url: str
) -> None:
    listed = await events(session, odds_url)
    await spoil(session, providers, empty=True)
    await events(session, odds_url)
    async with session.get(f"{providers.url}/answers") as answer:
        assert await answer.json() == {event["id"]: 1 for event in listed}
