"""A database into a file and out of it, with the rows of each table counted on both sides."""

from __future__ import annotations

import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeAlias

import asyncpg

from engine.domain.errors import BackupRefused, BackupUnderWay
from storage.clients import run_client
from storage.pool import connect
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Callable
    from pathlib import Path

    from storage.clients import Clients
    from storage.dsn import Dsn
    from storage.pool import Connection

Says: TypeAlias = "Callable[[int, int], None]"
"""Hears how many tables of how many are done."""

# A session that waits for a dump is idle for as long as that takes.
PATIENT: Final = {"statement_timeout": "0", "idle_in_transaction_session_timeout": "0"}
COUNT_SECONDS: Final = 3600.0
_DUMPED: Final = re.compile(r"^pg_dump: dumping contents of table ")
_RESTORED: Final = re.compile(r"^pg_restore: processing data for table ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Dumped:
    """What a dump holds: counted in the same snapshot."""

    database: str
    server: int
    migrations: dict[str, str]
    rows: dict[str, int]


class Snapshot:
    """A database as it is at one instant, held for one backup; people may work on meanwhile."""

    def __init__(self, connection: Connection, dsn: Dsn, clients: Clients, server: int) -> None:
        self._connection = connection
        self._dsn = dsn
        self._clients = clients
        self._server = server

    async def write(self, file: Path, says: Says = lambda _done, _of: None) -> Dumped:
        """Write our schema to `file`.

        Raises:
            BackupRefused: the programs cannot do it, or the file cannot be written.
        """
        sql = queries("backups")
        snapshot = await self._connection.fetchval(sql.export)
        heaps = await self._connection.fetchval(sql.heaps)
        command = [
            "pg_dump",
            "--format=custom",
            "--schema=mon_ps",
            "--no-owner",
            "--no-privileges",
            "--verbose",
            f"--snapshot={snapshot}",
            f"--file={file}",
        ]
        hear = _counting(_DUMPED, heaps, says)
        await run_client(self._clients, command, self._dsn, says=hear)
        return Dumped(
            database=self._dsn.database,
            server=self._server,
            migrations=await _migrations(self._connection),
            rows=await _rows(self._connection),
        )


@asynccontextmanager
async def open_snapshot(dsn: Dsn, clients: Clients) -> AsyncIterator[Snapshot]:
    """Hold a database as it is now, alone among backups of it.

    Raises:
        BackupRefused: another backup is under way, or the programs cannot dump this database.
    """
    connection = await connect(dsn, application_name="mon_ps backup", extra_settings=PATIENT)
    sql = queries("backups")
    try:
        async with connection.transaction(isolation="repeatable_read", readonly=True):
            if not await connection.fetchval(sql.hold):
                raise BackupUnderWay("another backup of this database is under way")
            server = await connection.fetchrow(sql.server)
            if server is None or server["timescale"]:
                raise BackupRefused("a database with TimescaleDB is backed up by its own tools")
            clients.check(server["major"])
            if not await connection.fetchval(sql.is_ours):
                raise BackupRefused("there is nothing to back up: the database is empty")
            yield Snapshot(connection, dsn, clients, server["major"])
    except (asyncpg.PostgresConnectionError, asyncpg.InterfaceError) as lost:
        raise BackupRefused(f"the database went away: {type(lost).__name__}") from lost
    finally:
        connection.terminate()


async def load_dump(
    dsn: Dsn,
    clients: Clients,
    file: Path,
    *,
    tables: int,
    says: Says = lambda _done, _of: None,
) -> None:
    """Put what `file` holds into the empty database at `dsn`, whole or not at all.

    Raises:
        BackupRefused: it cannot be read to its end, or not by these programs.
    """
    command = [
        "pg_restore",
        "--single-transaction",
        "--no-owner",
        "--no-privileges",
        "--verbose",
        f"--dbname={dsn.database}",
        str(file),
    ]
    await run_client(clients, command, dsn, says=_counting(_RESTORED, tables, says))


async def read_dump(dsn: Dsn, clients: Clients, file: Path) -> None:
    """Read what `file` says it holds.

    Raises:
        BackupRefused: it is no dump, or was cut off.
    """
    await run_client(clients, ["pg_restore", "--list", str(file)], dsn)


async def count_rows(dsn: Dsn) -> dict[str, int]:
    """Return the rows of each table of ours."""
    connection = await connect(dsn, application_name="mon_ps backup", extra_settings=PATIENT)
    try:
        return await _rows(connection)
    finally:
        await connection.close()


async def _migrations(connection: Connection) -> dict[str, str]:
    rows = await connection.fetch(queries("schema").applied)
    return {row["name"]: row["checksum"] for row in rows}


async def _rows(connection: Connection) -> dict[str, int]:
    tables = await connection.fetch(queries("backups").countings)
    return {
        table["name"]: await connection.fetchval(table["statement"], timeout=COUNT_SECONDS)
        for table in tables
    }


def _counting(pattern: re.Pattern[str], of: int, says: Says) -> Callable[[str], None]:
    """Return what counts the tables as a program names them."""
    done = 0

    def hear(line: str) -> None:
        nonlocal done
        if pattern.match(line):
            done += 1
            says(min(done, of), of)

    return hear
