"""football-data.co.uk, serving what a test puts there, with the site's manners."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime, parsedate_to_datetime
from typing import TYPE_CHECKING

from aiohttp import web

from config.catalogue import load_catalogue
from config.settings import load
from jobs.context import Providers, open_context
from jobs.rules import rules_from
from tests.integration.walks.world import Hands

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from jobs.context import Context
    from storage.store import Store

NOWHERE = "http://127.0.0.1:9"


@dataclass(slots=True, kw_only=True)
class Site:
    """Files by path, each with its Last-Modified; `asked` are the answers given, in order."""

    hands: Hands = field(default_factory=Hands)
    url: str = ""
    files: dict[str, tuple[bytes, datetime]] = field(default_factory=dict)
    asked: list[tuple[str, int]] = field(default_factory=list)
    dated: bool = True

    def put(self, path: str, text: str, at: datetime) -> None:
        self.files[path] = (text.encode(), at)

    async def answer(self, request: web.Request) -> web.Response:
        found = self.files.get(request.path)
        status = 200 if found else 404
        since = request.headers.get("If-Modified-Since")
        if found and since and parsedate_to_datetime(since) >= found[1]:
            status = 304
        self.asked.append((request.path, status))
        headers = (
            {"Last-Modified": format_datetime(found[1], usegmt=True)}
            if found and self.dated
            else {}
        )
        body = found[0] if found and status == 200 else None
        return web.Response(status=status, body=body, headers=headers)


@asynccontextmanager
async def open_site() -> AsyncIterator[Site]:
    site = Site()
    app = web.Application()
    app.router.add_get("/{path:.*}", site.answer)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        site.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        yield site
    finally:
        await runner.cleanup()


@asynccontextmanager
async def open_keyless(
    store: Store, site: Site, *, odds_api_keys: tuple[str, ...] = ()
) -> AsyncIterator[Context]:
    """Open the walks for somebody without a key, unless one is given."""
    rules = rules_from(load({}, env_file=None))
    collect = replace(rules.collect, retry_wait=timedelta(milliseconds=1), attempts=1)
    async with open_context(
        store,
        Providers(
            odds_api_url=NOWHERE,
            odds_api_keys=odds_api_keys,
            api_football_url=NOWHERE,
            api_football_key=None,
            football_data_url=site.url,
        ),
        clock=site.hands,
        rules=replace(rules, collect=collect),
        names=load_catalogue().names,
    ) as ctx:
        yield ctx


def utc(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=UTC)  # type: ignore[misc,arg-type]  # year, month, day, ...
