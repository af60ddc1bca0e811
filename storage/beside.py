"""Databases beside the one in use: made for a restore, dropped, or put in its place."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Final

import asyncpg

from engine.domain.errors import BackupRefused, BackupUnderWay
from storage.dump import COUNT_SECONDS, PATIENT
from storage.pool import connect
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.dsn import Dsn
    from storage.pool import Connection

_SERVERS_OWN: Final = "postgres"
_LONGEST_NAME: Final = 63


class Server:
    """The server of a database, entered by its back door; nothing here looks into a database."""

    def __init__(self, connection: Connection, dsn: Dsn) -> None:
        self._connection = connection
        self._dsn = dsn

    async def make(self, kind: str, stamp: str) -> Dsn:
        """Make an empty database `<name>_<kind>_<stamp>` beside ours; those left over go first."""
        beside = f"{self._dsn.database}_{kind}_"
        if len(beside) + len(stamp) > _LONGEST_NAME:
            raise BackupRefused(f"the name of the database {self._dsn.database} is too long")
        for left in await self._connection.fetch(queries("backups").left_over, beside):
            await self.drop(left["datname"])
        await self._do(queries("backups").create, f"{beside}{stamp}")
        return self._dsn.with_database(f"{beside}{stamp}")

    async def drop(self, name: str) -> None:
        """Drop a database, whoever is in it."""
        await self._do(queries("backups").drop, name)

    async def has(self, name: str) -> bool:
        """Say whether there is such a database."""
        found: bool = await self._connection.fetchval(queries("backups").exists, name)
        return found

    async def refuse_guests(self) -> None:
        """Refuse to go on while anybody else is in our database.

        Raises:
            BackupRefused: the service, or somebody, is.
        """
        others = await self._connection.fetchval(queries("backups").sessions, self._dsn.database)
        if others:
            raise BackupRefused(
                f"{others} sessions are in the database {self._dsn.database}: stop the service"
                " first (python -m bot), then run this again"
            )

    async def swap(self, restored: Dsn, aside: str) -> None:
        """Put `restored` in our database's place and ours `aside`, both or neither.

        Raises:
            BackupRefused: somebody is in one of them.
        """
        name = self._dsn.database
        try:
            async with self._connection.transaction():
                if await self.has(name):
                    await self._do(queries("backups").rename, name, aside)
                await self._do(queries("backups").rename, restored.database, name)
        except asyncpg.ObjectInUseError:
            await self.refuse_guests()
            raise BackupRefused(f"somebody is in the database {name}; nothing changed") from None

    async def _do(self, sql: str, *names: str) -> None:
        """Run the statement that `sql` writes: names take no parameter's place."""
        try:
            statement = await self._connection.fetchval(sql, *names)
            await self._connection.execute(statement, timeout=COUNT_SECONDS)
        except asyncpg.InsufficientPrivilegeError as error:
            raise BackupRefused(
                f"the account of the database may not do it ({error}): a restore needs the right"
                " to make databases (alter role ... createdb)"
            ) from None


@asynccontextmanager
async def open_server(dsn: Dsn) -> AsyncIterator[Server]:
    """Enter the server of `dsn` by its own database, alone among restores beside `dsn`.

    Raises:
        BackupRefused: another restore is under way.
    """
    connection = await connect(
        dsn.with_database(_SERVERS_OWN), application_name="mon_ps restore", extra_settings=PATIENT
    )
    try:
        if not await connection.fetchval(queries("backups").hold_restore, dsn.database):
            raise BackupUnderWay("another restore, or a check of one, is under way")
        yield Server(connection, dsn)
    finally:
        connection.terminate()
