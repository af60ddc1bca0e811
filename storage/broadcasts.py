"""Announcements to many: to whom, how far they are, and what became of them."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING, Any

from engine.domain.alert import Role, Subscriber
from engine.domain.preferences import EventClass, Volume
from storage.queries import queries
from storage.visits import preferences_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    import asyncpg

    from storage.pool import Connection

ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """How many people an announcement reached so far, and why not the others.

    `left_out` chose to hear none, or may not come in any more; `uncertain` may have got it.
    """

    waiting: int = 0
    sent: int = 0
    uncertain: int = 0
    blocked: int = 0
    left_out: int = 0
    stopped: int = 0
    failed: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Broadcast:
    """Something said to many; `texts` by language, `segment` a role, a language or all.

    Its progress is told in `language`, in the message `message_id` of `chat_id`.
    """

    number: int = 0
    made_by: int
    made_at: datetime
    segment: str
    texts: Mapping[str, str]
    recipients: int
    chat_id: int
    message_id: int | None = None
    language: str
    stopped_at: datetime | None = None
    shown: Reached | None = None
    finished_at: datetime | None = None

    @property
    def version(self) -> str:
        return version_of(self.number)


def version_of(number: int) -> str:
    """Return what marks an announcement's alerts in the outbox: each chat gets one."""
    return f"broadcast/{number}"


class Broadcasts:
    """Announcements, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def readers(self, segment: str, now: datetime) -> tuple[Subscriber, ...]:
        """Return the people of a segment who may be told, those who opted out left out."""
        rows = await self._connection.fetch(queries("broadcasts").readers, segment, now)
        return tuple(_subscriber(row) for row in rows if _listens(row))

    async def add(self, made: Broadcast) -> int:
        """Write an announcement down; return its number."""
        number: int = await self._connection.fetchval(
            queries("broadcasts").add,
            made.made_by,
            made.made_at,
            made.segment,
            dict(made.texts),
            made.recipients,
            made.chat_id,
            made.language,
        )
        return number

    async def shown_at(self, number: int, message_id: int) -> None:
        """Remember in which message its progress is shown."""
        await self._connection.execute(queries("broadcasts").shown_at, number, message_id)

    async def one(self, number: int) -> Broadcast | None:
        """Return one announcement."""
        row = await self._connection.fetchrow(queries("broadcasts").one, number)
        return _broadcast(row) if row else None

    async def under_way(self) -> tuple[Broadcast, ...]:
        """Return the announcements whose report was not told yet."""
        rows = await self._connection.fetch(queries("broadcasts").under_way)
        return tuple(_broadcast(row) for row in rows)

    async def reached(self, number: int) -> Reached:
        """Return what became of an announcement so far."""
        row = await self._connection.fetchrow(queries("broadcasts").counts, version_of(number))
        return Reached(**dict(row)) if row else Reached()

    async def stop(self, number: int, now: datetime) -> bool:
        """Say no more of an announcement; False where it is over already."""
        sql = queries("broadcasts")
        if await self._connection.fetchval(sql.stop, number, now) is None:
            return False
        await self._connection.execute(sql.cancel, version_of(number), now)
        return True

    async def show(self, number: int, reached: Reached, ended_at: datetime | None) -> None:
        """Remember what its progress message shows, and whether that is its report."""
        await self._connection.execute(
            queries("broadcasts").show, number, asdict(reached), ended_at
        )


def _listens(row: asyncpg.Record) -> bool:
    chosen = preferences_of(row["user_id"], row["chosen"])
    return chosen.volume(EventClass.NEWS) is not Volume.OFF


def _subscriber(row: asyncpg.Record) -> Subscriber:
    fields: dict[str, Any] = dict(row)
    del fields["chosen"]
    return Subscriber(**{**fields, "role": Role(row["role"])})


def _broadcast(row: asyncpg.Record) -> Broadcast:
    shown = Reached(**row["shown"]) if row["shown"] else None
    return Broadcast(**{**dict(row), "shown": shown})
