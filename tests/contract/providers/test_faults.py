from time import monotonic
from typing import Any

import aiohttp
import pytest

from sandbox.providers import Providers
from tests.contract.providers.conftest import ODDS_KEY

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
