from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass
from typing import Any

import aiohttp
import pytest

from sandbox.accounts import Account
from sandbox.clock import now
from sandbox.providers import Providers, open_providers
from sandbox.world.schedule import Plan
from sandbox.world.world import World

ODDS_KEY, RESULTS_KEY = "odds-key-one", "results-key-one"


@dataclass(frozen=True, kw_only=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: Any


Get = Callable[..., Awaitable[Answer]]


@pytest.fixture
async def providers() -> AsyncIterator[Providers]:
    """A demo world behind both providers, with one small key each."""
    keys = (
        Account(provider="odds_api", key=ODDS_KEY, quota=500),
        Account(provider="api_football", key=RESULTS_KEY, quota=100),
    )
    world = World(Plan(seed=5, scale=120, palp_rate=0), now())
    async with open_providers(world=world, keys=keys) as serving:
        yield serving


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as opened:
        yield opened


@pytest.fixture
def ask_odds(providers: Providers, session: aiohttp.ClientSession) -> Get:
    """Ask the odds provider: a path and its parameters, the key unless told otherwise."""

    async def ask(path: str, **parameters: str) -> Answer:
        query = {"apiKey": ODDS_KEY, **parameters}
        return await _got(session, f"{providers.odds_api_url}{path}", params=query)

    return ask


@pytest.fixture
def ask_results(providers: Providers, session: aiohttp.ClientSession) -> Get:
    async def ask(path: str, key: str = RESULTS_KEY, **parameters: str) -> Answer:
        headers = {"x-apisports-key": key} if key else {}
        url = f"{providers.api_football_url}{path}"
        return await _got(session, url, params=parameters, headers=headers)

    return ask


async def _got(session: aiohttp.ClientSession, url: str, **request: Any) -> Answer:
    async with session.get(url, **request) as answer:
        return Answer(
            status=answer.status,
            headers={name.lower(): value for name, value in answer.headers.items()},
            body=await answer.json(),
        )
