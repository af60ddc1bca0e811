"""Fetching files over real HTTP from a server that behaves like football-data.co.uk's."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
import stamina
from aiohttp import web
from aiohttp.test_utils import BaseTestServer, TestServer

from engine.collect.asks import ask_file
from engine.collect.feeds import Fetched, open_feeds
from engine.collect.rules import CollectRules
from engine.domain.errors import FeedDown, Skip

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Iterator

    Answer = Callable[[web.Request], Awaitable[web.StreamResponse]]

NOW = datetime(2026, 8, 20, 12, 0, tzinfo=UTC)
RULES = CollectRules(retry_wait=timedelta(milliseconds=1), attempts=2)
CSV = b"Div,Date,HomeTeam,AwayTeam\r\nE0,21/08/2026,Arsenal,Chelsea\r\n"
CHANGED = "Tue, 18 Aug 2026 09:00:00 GMT"
DATED = "Thu, 20 Aug 2026 12:00:00 GMT"


@pytest.fixture(autouse=True)
def _quick_retries() -> Iterator[None]:
    stamina.set_testing(True, attempts=2)
    yield
    stamina.set_testing(False)


@asynccontextmanager
async def served(answer: Answer) -> AsyncIterator[BaseTestServer]:
    app = web.Application()
    app.router.add_get("/{path:.*}", answer)
    async with TestServer(app) as server:
        yield server


async def fetch(answer: Answer, *, since: str | None = None) -> Fetched:
    async with served(answer) as server:
        return await fetch_from(str(server.make_url("/")), since=since)


async def fetch_from(url: str, *, since: str | None = None) -> Fetched:
    async with open_feeds(
        odds_api_url="",
        odds_api_keys=(),
        api_football_url="",
        api_football_key=None,
        football_data_url=url,
        rules=RULES,
        clock=lambda: NOW,
    ) as feeds:
        return await feeds.fetch([ask_file("/mmz4281/2627/E0.csv", since=since)])


async def file(request: web.Request) -> web.StreamResponse:
    headers = {"Last-Modified": CHANGED, "Date": DATED, "Server": "x"}
    if request.headers.get("If-Modified-Since") == CHANGED:
        return web.Response(status=304, headers=headers)
    return web.Response(body=CSV, headers=headers, content_type="text/csv")


async def test_a_file_is_fetched_without_a_key_and_keeps_when_it_changed() -> None:
    fetched = await fetch(file)
    (payload,) = fetched.payloads
    assert (payload.body, payload.status, payload.source) == (CSV, 200, "football_data")
    assert payload.headers == {"last-modified": CHANGED, "date": DATED}
    assert (fetched.failures, fetched.key_states, fetched.empty) == ((), (), ())


async def test_a_file_that_did_not_change_is_not_sent_again() -> None:
    fetched = await fetch(file, since=CHANGED)
    (payload,) = fetched.payloads
    assert (payload.status, payload.body) == (304, b"")
    assert (fetched.failures, fetched.empty) == ((), ())


async def test_a_file_with_a_header_alone_is_empty() -> None:
    async def bare(_: web.Request) -> web.StreamResponse:
        return web.Response(body=CSV.splitlines(keepends=True)[0])

    fetched = await fetch(bare)
    assert [ask.path for ask in fetched.empty] == ["/mmz4281/2627/E0.csv"]


@pytest.mark.parametrize(
    ("status", "body", "error", "calls"),
    [
        (200, b"<!DOCTYPE HTML><html></html>", FeedDown, 2),
        (200, b"", FeedDown, 2),
        (503, b"busy", FeedDown, 2),
        (404, b"<html>not found</html>", Skip, 1),
        (300, b"<html>multiple choices</html>", Skip, 1),
    ],
)
async def test_what_is_no_file_is_refused_and_retried_where_that_may_help(
    status: int, body: bytes, error: type[Exception], calls: int
) -> None:
    async def answer(_: web.Request) -> web.StreamResponse:
        return web.Response(status=status, body=body)

    fetched = await fetch(answer)
    assert [type(failure.error) for failure in fetched.failures] == [error]
    assert len(fetched.payloads) == calls


async def test_a_redirect_on_the_same_host_is_followed() -> None:
    async def moved(request: web.Request) -> web.StreamResponse:
        if request.path.startswith("/new"):
            return await file(request)
        return web.Response(status=301, headers={"Location": "/new/E0.csv"})

    fetched = await fetch(moved)
    assert [payload.body for payload in fetched.payloads] == [CSV]


async def test_a_redirect_to_another_host_or_without_end_is_not_followed() -> None:
    calls: list[str] = []

    async def elsewhere(request: web.Request) -> web.StreamResponse:
        calls.append(request.path)
        return await file(request)

    async with served(elsewhere) as other:
        target = str(other.make_url("/E0.csv"))

        async def away(_: web.Request) -> web.StreamResponse:
            return web.Response(status=302, headers={"Location": target})

        fetched = await fetch(away)
    assert [type(failure.error) for failure in fetched.failures] == [Skip]
    assert calls == []

    async def round_and_round(request: web.Request) -> web.StreamResponse:
        calls.append(request.path)
        return web.Response(status=302, headers={"Location": "/again"})

    assert isinstance((await fetch(round_and_round)).failures[0].error, Skip)
    assert len(calls) == 4


async def test_without_an_address_the_failure_says_so() -> None:
    fetched = await fetch_from("")
    assert "no address of football-data.co.uk is set" in str(fetched.failures[0].error)
