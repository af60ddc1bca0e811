"""Our wire against the sandbox over HTTP, as the tests of keys and of endpoints use it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from engine.collect.budget import KeyState, fingerprint
from engine.collect.feeds import Feeds, open_feeds
from engine.collect.rules import CollectRules
from sandbox.accounts import Account
from sandbox.clock import now
from sandbox.faults import Fault
from sandbox.providers import Providers, open_providers
from sandbox.world.schedule import Plan
from sandbox.world.world import World

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable, Iterable
    from datetime import datetime

KEYS = ("sandbox-key-one", "sandbox-key-two", "sandbox-key-three")
FOOTBALL = "sandbox-football-key"
RULES = CollectRules(
    retry_wait=timedelta(milliseconds=2),
    slow_wait=timedelta(milliseconds=80),
    minute=timedelta(milliseconds=300),
    attempts=2,
)


@dataclass(frozen=True, kw_only=True)
class Wired:
    """The sandbox, our wire to it, and the world's time, which a test may put forward."""

    providers: Providers
    feeds: Feeds
    later: list[timedelta]

    def spoil(self, **fault: Any) -> None:
        self.providers.faults.add(Fault.parse(fault))

    def account(self, key: str) -> Account:
        found = self.providers.accounts.find("odds_api", key)
        assert found is not None
        return found

    def state(self, key: str) -> KeyState:
        name = fingerprint(key)
        (state,) = (each for each in self.feeds.key_states if each.fingerprint == name)
        return state


@asynccontextmanager
async def wired(
    *,
    quotas: tuple[int, ...] = (500, 500, 500),
    states: Iterable[KeyState] = (),
    rules: CollectRules = RULES,
    football: dict[str, Any] | None = None,
    odds: dict[str, Any] | None = None,
) -> AsyncIterator[Wired]:
    accounts = tuple(
        Account(provider="odds_api", key=key, quota=quota, **(odds or {}))
        for key, quota in zip(KEYS, quotas, strict=False)
    )
    results = Account(provider="api_football", key=FOOTBALL, quota=100, **(football or {}))
    world = World(Plan(seed=5, scale=120, palp_rate=0), now())
    later = [timedelta(0)]
    clock: Callable[[], datetime] = lambda: now() + later[0]  # noqa: E731  # one line is clearer
    async with (
        open_providers(world=world, keys=(*accounts, results)) as providers,
        open_feeds(
            odds_api_url=providers.odds_api_url,
            odds_api_keys=tuple(account.key for account in accounts),
            api_football_url=providers.api_football_url,
            api_football_key=FOOTBALL,
            rules=rules,
            clock=clock,
            key_states=states,
        ) as feeds,
    ):
        yield Wired(providers=providers, feeds=feeds, later=later)
