"""What a restore knows, and must not say again, of the outbox."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import asyncpg

from storage.pool import connect
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from storage.dsn import Dsn
    from storage.pool import Connection

RESTORED: Final = "restored: nobody knows whether it was said"
SAID: Final = "restored: said after the backup"
FORGOTTEN: Final = ("forgotten", "tombstones", "care")
"""Tables of who asked to be forgotten, or protected: they outlive a restore, and what was said
after the backup holds in it. Their keys are no identities.
"""
OF_NOW: Final = ("bans",)
"""Tables of who may not come in, as the database in use has it: no restore lets them in again, nor
shuts out who was let in since.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """An alert that was said, or perhaps said, as its outbox knew it; its words are not kept."""

    dedup_key: str
    chat_id: int
    thread_id: int
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What the database in use knows that a backup of it cannot: it is carried over."""

    said: tuple[Said, ...] = ()
    forgotten: Mapping[str, object] = field(default_factory=lambda: MappingProxyType({}))


async def read_known(dsn: Dsn, since: datetime) -> Known:
    """Return what was said from `since` on, and who was forgotten; of another schema, nothing."""
    connection = await connect(dsn, application_name="mon_ps restore")
    try:
        restores = Restores(connection)
        return Known(said=await restores.said_since(since), forgotten=await restores.forgotten())
    except (asyncpg.UndefinedTableError, asyncpg.UndefinedColumnError):
        return Known()
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
                one.thread_id,
            )
            known += row is not None and state == "sent"
        return known

    async def forgotten(self) -> Mapping[str, object]:
        """Return who asked to be forgotten and who is shut out, by the table it is written in."""
        tables = await self._connection.fetch(queries("restores").readings, [*FORGOTTEN, *OF_NOW])
        return {
            table["name"]: await self._connection.fetchval(table["statement"]) for table in tables
        }

    async def forget(self, forgotten: Mapping[str, object]) -> None:
        """Write down again who asked to be forgotten, also those who did after the backup.

        Who is shut out is who was so last, whatever the backup says.
        """
        tables = await self._connection.fetch(queries("restores").writings, list(forgotten))
        for table in tables:
            if table["name"] in OF_NOW:
                await self._connection.execute(table["emptying"])
            await self._connection.execute(table["statement"], forgotten[table["name"]])

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
