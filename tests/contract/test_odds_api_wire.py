"""Asking over a real HTTP server that answers as the providers do on their bad days."""

from __future__ import annotations

import asyncio
import gzip
import json
import logging
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import stamina
from aiohttp import web
from aiohttp.test_utils import TestServer

from engine.collect.asks import ask_league, ask_results_by_ids
from engine.collect.budget import KeyState, fingerprint
from engine.collect.feeds import Feeds, Fetched, open_feeds
from engine.collect.payload import API_FOOTBALL, ODDS_API, Ask
from engine.collect.rules import CollectRules
from engine.domain.errors import FeedDown, KeyRefused, QuotaSpent, RateLimited, Skip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator

    Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

NOW = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)
KEYS = ("canary-key-one", "canary-key-two", "canary-key-three", "canary-key-four")
FOOTBALL_KEY = "canary-football-key"
RULES = CollectRules(
    timeout=timedelta(seconds=0.4),
    retry_wait=timedelta(milliseconds=1),
    slow_wait=timedelta(milliseconds=2),
    minute=timedelta(milliseconds=2),
    attempts=2,
    max_body=300_000,
)
ASKS = (ask_league("soccer_epl", RULES.markets, RULES, "sweep"),)
GOOD = b'[{"id": "e1"}]'
QUOTA = {"x-requests-remaining": "480.0", "x-requests-used": "20", "x-requests-last": "3"}


@pytest.fixture(autouse=True)
def _quick_retries() -> Iterator[None]:
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


class Provider:
    """Plays a script: one answer a call, the last one for ever; remembers who asked."""

    def __init__(self, *answers: Answer) -> None:
        self.answers = list(answers)
        self.calls: list[tuple[str, str]] = []

    async def play(self, request: web.Request) -> web.StreamResponse:
        key = request.query.get("apiKey", request.headers.get("x-apisports-key", ""))
        self.calls.append((request.path, key))
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return await answer(request)

    @property
    def keys(self) -> list[str]:
        return [key for _, key in self.calls]


def says(body: bytes, status: int = 200, headers: dict[str, str] | None = None) -> Answer:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(
            body=body, status=status, headers=QUOTA if headers is None else headers
        )

    return answer


def refuses(code: str, status: int = 401) -> Answer:
    return says(json.dumps({"message": "no", "error_code": code}).encode(), status)


def blames(kind: str, status: int = 200) -> Answer:
    return says(json.dumps({"errors": {kind: "no"}, "response": []}).encode(), status)


@asynccontextmanager
async def feeds(
    provider: Provider,
    *,
    keys: tuple[str, ...] = KEYS,
    football_key: str | None = FOOTBALL_KEY,
    states: Iterable[KeyState] = (),
    clock: Callable[[], datetime] = lambda: NOW,
) -> AsyncIterator[Feeds]:
    app = web.Application()
    app.router.add_get("/{path:.*}", provider.play)
    async with TestServer(app) as server:
        url = str(server.make_url("/"))
        async with open_feeds(
            odds_api_url=url,
            odds_api_keys=keys,
            api_football_url=url,
            api_football_key=football_key,
            rules=RULES,
            clock=clock,
            key_states=states,
        ) as opened:
            yield opened


async def fetch(provider: Provider, asks: Iterable[Ask] = ASKS) -> Fetched:
    async with feeds(provider) as opened:
        return await opened.fetch(asks)


def state_of(fetched: Fetched, key: str) -> KeyState:
    (state,) = (each for each in fetched.key_states if each.fingerprint == fingerprint(key))
    return state


async def test_an_answer_is_kept_word_for_word_with_its_quota_headers() -> None:
    provider = Provider(says(GOOD))
    fetched = await fetch(provider)
    (payload,) = fetched.payloads
    assert (payload.body, payload.status, payload.fetched_at) == (GOOD, 200, NOW)
    assert payload.headers == QUOTA
    assert fetched.failures == ()
    assert provider.calls == [("/v4/sports/soccer_epl/odds", KEYS[0])]
    state = state_of(fetched, KEYS[0])
    assert (state.remaining, state.used, state.last) == (480, 20, 3)


async def test_an_answer_without_quota_headers_is_as_good() -> None:
    fetched = await fetch(Provider(says(GOOD, headers={"x-requests-remaining": "soon"})))
    assert fetched.failures == ()
    assert state_of(fetched, KEYS[0]).remaining is None


@pytest.mark.parametrize("status", [401, 429, 403, 200])
async def test_a_spent_key_is_parked_and_the_next_one_asked_whatever_the_status(
    status: int,
) -> None:
    provider = Provider(refuses("OUT_OF_USAGE_CREDITS", status), says(GOOD))
    fetched = await fetch(provider)
    assert provider.keys == [KEYS[0], KEYS[1]]
    assert fetched.failures == ()
    assert len(fetched.payloads) == 2
    assert state_of(fetched, KEYS[0]).parked_until == datetime(2026, 9, 1, tzinfo=UTC)


async def test_when_every_key_is_spent_the_failure_names_the_reset() -> None:
    provider = Provider(refuses("OUT_OF_USAGE_CREDITS"))
    fetched = await fetch(provider)
    (failure,) = fetched.failures
    assert isinstance(failure.error, QuotaSpent)
    assert "01 Sep 00:00 UTC" in str(failure.error)
    assert provider.keys == list(KEYS)


async def test_a_parked_key_is_asked_again_after_its_reset() -> None:
    provider = Provider(refuses("OUT_OF_USAGE_CREDITS"), says(GOOD))
    async with feeds(provider, keys=KEYS[:1]) as opened:
        spent = await opened.fetch(ASKS)
    async with feeds(
        provider,
        keys=KEYS[:1],
        states=spent.key_states,
        clock=lambda: datetime(2026, 9, 1, 0, 0, 1, tzinfo=UTC),
    ) as opened:
        assert (await opened.fetch(ASKS)).failures == ()


@pytest.mark.parametrize("code", ["INVALID_KEY", "DEACTIVATED_KEY", "MISSING_KEY"])
async def test_a_refused_key_is_out_for_good_and_not_asked_by_a_later_run(code: str) -> None:
    provider = Provider(refuses(code), says(GOOD))
    async with feeds(provider) as opened:
        first = await opened.fetch(ASKS)
    assert state_of(first, KEYS[0]).disabled == code
    async with feeds(provider, states=first.key_states) as opened:
        await opened.fetch(ASKS)
    assert provider.keys == [KEYS[0], KEYS[1], KEYS[1]]


async def test_when_every_key_is_refused_a_person_must_act() -> None:
    fetched = await fetch(Provider(refuses("INVALID_KEY")))
    assert isinstance(fetched.failures[0].error, KeyRefused)
    assert "INVALID_KEY" in str(fetched.failures[0].error)


async def test_a_rate_limit_waits_and_never_switches_the_key() -> None:
    provider = Provider(refuses("EXCEEDED_FREQ_LIMIT", 429), says(GOOD))
    fetched = await fetch(provider)
    assert provider.keys == [KEYS[0], KEYS[0]]
    assert fetched.failures == ()
    assert state_of(fetched, KEYS[0]).slow_until == NOW + RULES.slow_wait
    fetched = await fetch(Provider(refuses("EXCEEDED_FREQ_LIMIT", 429)))
    assert isinstance(fetched.failures[0].error, RateLimited)
    assert state_of(fetched, KEYS[0]).parked_until is None


@pytest.mark.parametrize("code", ["UNKNOWN_SPORT", "EVENT_NOT_FOUND", "MISSING_REGION"])
async def test_an_ask_the_provider_does_not_know_is_skipped_without_a_retry(code: str) -> None:
    provider = Provider(refuses(code, 404))
    fetched = await fetch(provider)
    error = fetched.failures[0].error
    assert isinstance(error, Skip)
    assert error.reason == code
    assert len(provider.calls) == 1


@pytest.mark.parametrize(
    ("body", "status"),
    [
        (b"<!DOCTYPE html><html>maintenance</html>", 200),
        (b"<html>Bad Gateway</html>", 502),
        (b"", 200),
        (GOOD[:-3], 200),
        (b'{"message": "Internal server error"}', 500),
        (b"{}", 200),
        (b"unauthorised", 401),
        (GOOD, 500),
    ],
)
async def test_what_is_not_the_providers_json_is_a_failure_and_kept(
    body: bytes, status: int
) -> None:
    provider = Provider(says(body, status))
    fetched = await fetch(provider)
    assert isinstance(fetched.failures[0].error, FeedDown)
    assert [(each.body, each.status) for each in fetched.payloads] == [(body, status)] * 2
    assert "\n" not in str(fetched.failures[0].error)
    assert state_of(fetched, KEYS[0]).usable(NOW)


async def test_not_a_number_among_the_prices_is_still_an_answer() -> None:
    fetched = await fetch(Provider(says(b'[{"price": NaN}]')))
    assert fetched.failures == ()


async def test_a_web_page_then_the_answer_is_no_failure() -> None:
    provider = Provider(says(b"<html>", 503), says(GOOD))
    fetched = await fetch(provider)
    assert fetched.failures == ()
    assert [each.status for each in fetched.payloads] == [503, 200]


def cuts(whole: bytes, sent: int, headers: dict[str, str]) -> Answer:
    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Length": str(len(whole)), **headers})
        await response.prepare(request)
        await response.write(whole[:sent])
        assert request.transport is not None
        request.transport.close()
        return response

    return answer


async def test_a_body_cut_off_on_the_way_is_kept_as_far_as_it_came() -> None:
    whole = b"[" + b" " * 5000 + b"]"
    fetched = await fetch(Provider(cuts(whole, 100, {})))
    assert isinstance(fetched.failures[0].error, FeedDown)
    assert "cut off" in str(fetched.failures[0].error)
    assert fetched.payloads[0].status == 200
    assert whole.startswith(fetched.payloads[0].body)


async def test_a_body_without_end_is_not_read_to_its_end() -> None:
    fetched = await fetch(Provider(says(b"[" + b" " * (2 * RULES.max_body) + b"]")))
    assert "cut off" in str(fetched.failures[0].error)
    assert RULES.max_body < len(fetched.payloads[0].body) < 2 * RULES.max_body


async def test_a_compressed_body_cut_off_is_a_failure() -> None:
    packed = gzip.compress(json.dumps([{"id": str(n)} for n in range(4000)]).encode())
    provider = Provider(cuts(packed, len(packed) // 2, {"Content-Encoding": "gzip"}))
    assert isinstance((await fetch(provider)).failures[0].error, FeedDown)


async def test_a_body_compressed_but_not_whole_is_a_failure() -> None:
    packed = gzip.compress(json.dumps([{"id": str(n)} for n in range(4000)]).encode())
    provider = Provider(says(packed[: len(packed) // 2], headers={"Content-Encoding": "gzip"}))
    assert isinstance((await fetch(provider)).failures[0].error, FeedDown)


async def test_a_provider_that_does_not_answer_in_time_is_a_failure() -> None:
    async def sleeps(_: web.Request) -> web.StreamResponse:
        await asyncio.sleep(5)
        return web.Response()

    fetched = await fetch(Provider(sleeps))
    assert isinstance(fetched.failures[0].error, FeedDown)
    assert "in time" in str(fetched.failures[0].error)
    assert fetched.payloads == ()


async def test_a_provider_that_is_not_there_is_a_failure() -> None:
    async with open_feeds(
        odds_api_url="http://127.0.0.1:9",
        odds_api_keys=KEYS,
        api_football_url="not an address",
        api_football_key=FOOTBALL_KEY,
        rules=RULES,
        clock=lambda: NOW,
    ) as opened:
        fetched = await opened.fetch([*ASKS, *ask_results_by_ids(["7"])])
    assert [type(failure.error) for failure in fetched.failures] == [FeedDown, Skip]


async def test_a_redirect_is_not_followed_for_it_would_carry_the_key_away() -> None:
    provider = Provider(says(b"", 302, {"Location": "/elsewhere"}))
    fetched = await fetch(provider)
    assert isinstance(fetched.failures[0].error, FeedDown)
    assert {path for path, _ in provider.calls} == {"/v4/sports/soccer_epl/odds"}


async def test_one_failing_ask_does_not_take_the_others_down() -> None:
    async def by_path(request: web.Request) -> web.StreamResponse:
        down = "epl" in request.path
        return await says(b"<html>" if down else GOOD)(request)

    leagues = ("soccer_epl", "soccer_spl", "soccer_italy_serie_a")
    asks = [ask_league(key, RULES.markets, RULES, "sweep") for key in leagues]
    fetched = await fetch(Provider(by_path), asks)
    assert [failure.ask.competition for failure in fetched.failures] == ["soccer_epl"]
    good = [each.ask.competition for each in fetched.payloads if each.body == GOOD]
    assert good == ["soccer_spl", "soccer_italy_serie_a"]


@pytest.mark.parametrize(
    ("kind", "error"),
    [("token", KeyRefused), ("requests", QuotaSpent), ("rateLimit", RateLimited), ("plan", Skip)],
)
async def test_api_footballs_errors_come_in_a_200(kind: str, error: type[Exception]) -> None:
    provider = Provider(blames(kind))
    fetched = await fetch(provider, ask_results_by_ids(["7"]))
    assert isinstance(fetched.failures[0].error, error)
    assert set(provider.keys) == {FOOTBALL_KEY}


async def test_api_footballs_day_ends_at_midnight() -> None:
    fetched = await fetch(Provider(blames("requests")), ask_results_by_ids(["7"]))
    assert state_of(fetched, FOOTBALL_KEY).parked_until == datetime(2026, 8, 21, tzinfo=UTC)


async def test_without_a_key_the_failure_says_so_and_nobody_is_asked() -> None:
    provider = Provider(says(GOOD))
    async with feeds(provider, keys=(), football_key=None) as opened:
        fetched = await opened.fetch([*ASKS, *ask_results_by_ids(["7"])])
    assert [str(failure.error) for failure in fetched.failures] == [
        "no key for The Odds API is set",
        "no key for API-Football is set",
    ]
    assert provider.calls == []


@pytest.mark.parametrize(
    "answer",
    [
        says(b"<html>"),
        refuses("INVALID_KEY"),
        refuses("EXCEEDED_FREQ_LIMIT", 429),
        says(json.dumps({"message": f"key {KEYS[0]} {FOOTBALL_KEY}", "error_code": "X"}).encode()),
        cuts(b"[" + b" " * 5000, 10, {}),
    ],
)
async def test_no_key_shows_in_anything_that_is_kept_raised_or_logged(
    answer: Answer, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with feeds(Provider(answer)) as opened:
        fetched = await opened.fetch([*ASKS, *ask_results_by_ids(["7"])])
        shown = [repr(fetched), repr(opened), repr(vars(opened)["_accounts"])]
    for failure in fetched.failures:
        link: BaseException | None = failure.error
        while link is not None:
            shown.append(repr(link))
            link = link.__cause__ or (None if link.__suppress_context__ else link.__context__)
    logged = [record.getMessage() for record in caplog.records if record.name != "aiohttp.access"]
    said = "".join([*shown, *logged])
    assert fetched.failures
    assert KEYS[0] not in said
    assert FOOTBALL_KEY not in said


def test_the_sources_have_their_names() -> None:
    assert {ask.source for ask in (*ASKS, *ask_results_by_ids(["1"]))} == {ODDS_API, API_FOOTBALL}
