"""Runs of jobs, unique by (job, scheduled time); the state of providers' keys."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import asyncpg

from engine.domain.errors import StoreUnavailable
from storage.queries import queries
from storage.views import RunView

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Exhaustion:
    """A time during which every key of a provider is out of credits."""

    provider: str
    began_at: datetime
    until: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Abandoned:
    """A run that its leader did not live to end, and what it was for."""

    job: str
    scheduled_for: datetime
    report: Mapping[str, object]


class Runs:
    """Runs on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def begin(
        self,
        job: str,
        scheduled_for: datetime,
        now: datetime,
        fencing: int,
        *,
        about: Mapping[str, object] | None = None,
    ) -> bool:
        """Claim one run; False when it was begun before.

        `about` says what it is for: a run that never ends tells nothing else.
        """
        sql = queries("runs").begin
        begun = await self._connection.fetchval(
            sql, job, scheduled_for, now, fencing, dict(about or {})
        )
        return begun is not None

    async def finish(
        self,
        job: str,
        scheduled_for: datetime,
        now: datetime,
        *,
        state: str,
        report: Mapping[str, object],
        error: str | None = None,
    ) -> None:
        """End a run as done, skipped, retry, failed or stopped, with its report."""
        await self._connection.execute(
            queries("runs").finish, job, scheduled_for, now, state, dict(report), error
        )

    async def abandon_running(self, now: datetime) -> tuple[Abandoned, ...]:
        """Close the runs a dead leader left open; return them."""
        rows = await self._connection.fetch(queries("runs").abandon, now)
        return tuple(Abandoned(**dict(row)) for row in rows)

    async def last(self, job: str) -> RunView | None:
        """Return the last run of a job."""
        row = await self._connection.fetchrow(queries("runs").last, job)
        return RunView(**dict(row)) if row is not None else None

    async def told(self, job: str) -> Mapping[str, Any] | None:
        """Return the report of the last run of a job that was done."""
        report: Mapping[str, Any] | None = await self._connection.fetchval(
            queries("runs").told, job
        )
        return report

    async def last_of_each(self) -> tuple[RunView, ...]:
        """Return the last run of every job."""
        rows = await self._connection.fetch(queries("runs").last_of_each)
        return tuple(RunView(**dict(row)) for row in rows)

    async def recent(self, limit: int) -> tuple[Mapping[str, object], ...]:
        """Return the latest runs with their reports."""
        rows = await self._connection.fetch(queries("runs").recent, limit)
        return tuple(dict(row) for row in rows)

    async def alone(self, name: str) -> None:
        """Wait until nobody else is at `name` in this database; it is ours until we commit.

        Raises:
            StoreUnavailable: somebody has been at it for longer than a statement may take.
        """
        try:
            await self._connection.execute(queries("runs").alone, name)
        except asyncpg.QueryCanceledError:
            raise StoreUnavailable(f"another process has been {name} for long") from None

    async def failed(self) -> int:
        """Return how many runs failed."""
        return int(await self._connection.fetchval(queries("runs").failed))


class Keys:
    """Providers' keys on one connection, by fingerprint; never the key itself."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def load(self) -> tuple[tuple[str, str, Mapping[str, object]], ...]:
        """Return (provider, fingerprint, state) of each key seen so far."""
        rows = await self._connection.fetch(queries("runs").load_keys)
        return tuple((row["provider"], row["fingerprint"], row["state"]) for row in rows)

    async def save(
        self, states: Sequence[tuple[str, str, Mapping[str, object]]], now: datetime
    ) -> None:
        """Keep what the last answers said of each key."""
        rows = [
            (provider, fingerprint, dict(state), now)
            for provider, fingerprint, state in sorted(states, key=lambda s: s[:2])
        ]
        await self._connection.executemany(queries("runs").save_key, rows)

    async def exhaustions(self) -> tuple[Exhaustion, ...]:
        """Return the providers whose keys are all out of credits, as last noticed."""
        rows = await self._connection.fetch(queries("runs").open_exhaustions)
        return tuple(Exhaustion(**dict(row)) for row in rows)

    async def begin_exhaustion(self, provider: str, now: datetime, until: datetime) -> bool:
        """Note that all keys of a provider are spent until then; False where that is known."""
        sql = queries("runs").begin_exhaustion
        return await self._connection.fetchval(sql, provider, now, until) is not None

    async def end_exhaustion(self, provider: str, now: datetime) -> bool:
        """Note that a provider gives credits again; False where it was not known to be spent."""
        sql = queries("runs").end_exhaustion
        return await self._connection.fetchval(sql, provider, now) is not None

    async def leagues_seen(self, since: datetime) -> Mapping[str, datetime]:
        """Return when the odds of each league were last answered for, from `since` on."""
        rows = await self._connection.fetch(queries("runs").leagues_seen, since)
        return {row["competition"]: row["seen_at"] for row in rows}
