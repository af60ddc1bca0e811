"""What those who look after the house see and settle: paused jobs, troubled alerts, the audit."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.domain.alert import AlertKind
from storage.queries import queries
from storage.views import RunView

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class PausedJob:
    """A job that is out of the calendar, since when and by whom."""

    job: str
    paused_at: datetime
    paused_by: int


@dataclass(frozen=True, slots=True, kw_only=True)
class TroubledAlert:
    """An alert that failed, or nobody knows whether it was said; `number` is that of its pick."""

    id: int
    chat_id: int
    kind: AlertKind
    number: int | None
    state: str
    last_error: str | None
    attempts: int
    created_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class AuditLine:
    """What one person did."""

    id: int
    at: datetime
    user_id: int
    action: str
    detail: Mapping[str, Any]


class House:
    """The house on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def paused(self) -> Mapping[str, PausedJob]:
        """Return the jobs that are out of the calendar."""
        rows = await self._connection.fetch(queries("house").paused)
        return {row["job"]: PausedJob(**dict(row)) for row in rows}

    async def is_paused(self, job: str) -> bool:
        """Say whether a job is out of the calendar."""
        return bool(await self._connection.fetchval(queries("house").is_paused, job))

    async def pause(self, job: str, by: int, now: datetime) -> None:
        """Take a job out of the calendar, over restarts, until it is put back."""
        await self._connection.execute(queries("house").pause, job, now, by)

    async def resume(self, job: str) -> None:
        """Put a job back into the calendar."""
        await self._connection.execute(queries("house").resume, job)

    async def runs_of(self, job: str, most: int) -> tuple[RunView, ...]:
        """Return the last runs of a job, the newest first."""
        rows = await self._connection.fetch(queries("house").runs_of, job, most)
        return tuple(RunView(**dict(row)) for row in rows)

    async def troubled(self, most: int) -> tuple[TroubledAlert, ...]:
        """Return the newest alerts that were not said, or nobody knows whether they were."""
        rows = await self._connection.fetch(queries("house").troubled, most)
        return tuple(
            TroubledAlert(**{**dict(row), "kind": AlertKind(row["kind"])}) for row in rows
        )

    async def say_again(self, alert: int, now: datetime) -> int:
        """Let a troubled alert, or all of them (0), go out once more; return how many."""
        done = await self._connection.execute(queries("house").again, alert, now)
        return int(done.rsplit(" ", 1)[-1])

    async def drop(self, alert: int, now: datetime) -> int:
        """Never say a troubled alert, or all of them (0); return how many."""
        done = await self._connection.execute(queries("house").dropped, alert, now)
        return int(done.rsplit(" ", 1)[-1])

    async def waiting_since(self, now: datetime) -> datetime | None:
        """Return when the oldest alert that could be said by now was made."""
        found: datetime | None = await self._connection.fetchval(
            queries("house").waiting_since, now
        )
        return found

    async def audited(self, before: int, most: int) -> tuple[AuditLine, ...]:
        """Return what was done by whom, the newest first, before an entry (0: from the last)."""
        rows = await self._connection.fetch(queries("house").audited, before, most)
        return tuple(AuditLine(**dict(row)) for row in rows)
