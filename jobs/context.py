"""What a walk may touch, opened once and handed to every walk."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import msgspec

from engine.collect.budget import KeyState
from engine.collect.feeds import Feeds, open_feeds
from jobs.judging import Judging
from jobs.learned_cache import LearnedCache
from jobs.policy_in_force import PolicyCache
from jobs.workers import Workers, open_workers

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from engine.collect.names import Names
    from jobs.clock import Clock
    from jobs.rules import Rules
    from jobs.vault import Vault
    from storage.store import Store, Tx


@dataclass(frozen=True, slots=True, kw_only=True)
class Providers:
    """Where the providers answer, and with which keys; never shown."""

    odds_api_url: str
    odds_api_keys: tuple[str, ...]
    api_football_url: str
    api_football_key: str | None
    football_data_url: str = ""

    def __repr__(self) -> str:
        return f"Providers({self.odds_api_url!r}, {self.api_football_url!r})"


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The store, the wire, the time, the computing, and the rules: nothing else exists.

    Who holds `judging` decides on picks, alone over this database. Backups go to the `vault`.
    """

    store: Store
    feeds: Feeds
    clock: Clock
    workers: Workers
    rules: Rules
    names: Names
    judging: Judging
    learned: LearnedCache = field(default_factory=LearnedCache)
    versions: PolicyCache = field(default_factory=PolicyCache)
    vault: Vault | None = None


@asynccontextmanager
async def open_context(
    store: Store,
    providers: Providers,
    *,
    clock: Clock,
    rules: Rules,
    names: Names,
    processes: int = 0,
    vault: Vault | None = None,
) -> AsyncIterator[Context]:
    """Open the wire and the workers over a store; keys stand as the last run left them."""
    async with store.reading() as tx:
        key_states = await load_key_states(tx)
    async with (
        open_feeds(
            odds_api_url=providers.odds_api_url,
            odds_api_keys=providers.odds_api_keys,
            api_football_url=providers.api_football_url,
            api_football_key=providers.api_football_key,
            football_data_url=providers.football_data_url,
            rules=rules.collect,
            clock=clock.now,
            key_states=key_states,
        ) as feeds,
        open_workers(processes) as workers,
    ):
        yield Context(
            store=store,
            feeds=feeds,
            clock=clock,
            workers=workers,
            rules=rules,
            names=names,
            judging=Judging(store),
            vault=vault,
        )


async def load_key_states(tx: Tx) -> tuple[KeyState, ...]:
    """Return how every key ever used stands with its provider."""
    return tuple(msgspec.convert(state, KeyState) for _, _, state in await tx.keys.load())


async def save_key_states(tx: Tx, states: tuple[KeyState, ...], ctx: Context) -> None:
    """Keep how the keys stand, so that a restart neither asks a spent key nor forgets one."""
    rows = [(s.source, s.fingerprint, msgspec.to_builtins(s)) for s in states]
    await tx.keys.save(rows, ctx.clock.now())
