"""What a restore knows, and must not say again, of the outbox."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import asyncpg

from storage.pool import connect
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime
    from uuid import UUID

    from storage.dsn import Dsn
    from storage.pool import Connection

RESTORED: Final = "restored: nobody knows whether it was said"
SAID: Final = "restored: said after the backup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An alert that was said, or perhaps said, as its outbox knew it; its words are not kept."""

    dedup_key: str
    chat_id: int
    kind: str
    pick_id: UUID | None
    version: str
    priority: int
    state: str
    attempts: int
    created_at: datetime
    not_before: datetime
    expires_at: datetime
    message_id: int | None
    payload_hash: str | None
    finished_at: datetime | None


async def read_said(dsn: Dsn, since: datetime) -> tuple[Said, ...]:
    """Return what the database at `dsn` knows to have been said; without an outbox, nothing."""
    connection = await connect(dsn, application_name="mon_ps restore")
    try:
        return await Restores(connection).said_since(since)
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        return ()
    finally:
        await connection.close()


async def would_be_missed(dsn: Dsn) -> bool:
    """Say whether the database at `dsn` holds anything; what cannot be told counts as that."""
    connection = await connect(dsn, application_name="mon_ps restore")
    sql = queries("backups")
    try:
        if not await connection.fetchval(sql.is_ours):
            return bool(await connection.fetchval(sql.strangers))
        return await Restores(connection).holds_anything()
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        return True
    finally:
        await connection.close()


class Restores:
    """The outbox before and after a restore, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def unsure(self) -> int:
        """Let nothing that waited at the time of the backup be said by itself; return how many.

        It may have been said since: it stands as uncertain, and a person who has it said again
        has it said as a reminder.
        """
        return len(await self._connection.fetch(queries("restores").unsure, RESTORED))

    async def said_since(self, since: datetime) -> tuple[Said, ...]:
        """Return what was said from `since` on, and what perhaps was."""
        rows = await self._connection.fetch(queries("restores").said_since, since)
        return tuple(Said(**dict(row)) for row in rows)

    async def know(self, said: Iterable[Said]) -> int:
        """Keep what was said after the backup from being said again; return how much that was."""
        known = 0
        for one in said:
            state = "uncertain" if one.state == "sending" else one.state
            row = await self._connection.fetchval(
                queries("restores").know,
                one.dedup_key,
                one.chat_id,
                one.kind,
                one.pick_id,
                one.version,
                one.priority,
                state,
                one.attempts,
                one.created_at,
                one.not_before,
                one.expires_at,
                one.message_id,
                one.payload_hash,
                one.finished_at,
                SAID if state == "sent" else RESTORED,
            )
            known += row is not None and state == "sent"
        return known

    async def waiting(self) -> tuple[int, int]:
        """Return how many alerts wait, and how many are uncertain."""
        row = await self._connection.fetchrow(queries("restores").waiting)
        if row is None:
            raise AssertionError  # an aggregate without group by has one row
        return row["pending"], row["uncertain"]

    async def holds_anything(self) -> bool:
        """Say whether there is anything here that would be missed."""
        found: bool = await self._connection.fetchval(queries("restores").holds_anything)
        return found
