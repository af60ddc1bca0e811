"""Forward-only migrations: plain .sql files, applied once, in order, each in one transaction."""

from __future__ import annotations

import hashlib
import re
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

import asyncpg
import structlog

from engine.domain.errors import SchemaMismatch, StoreUnavailable
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping, Sequence

    from storage.pool import Connection, Pool

MIGRATIONS = Path(__file__).parent / "migrations"
TIMESCALE = Path(__file__).parent / "overlays" / "timescaledb.sql"
# A large table's migration may rightly outlast any statement timeout of the service.
PATIENCE_SECONDS = 3600.0
_log = structlog.get_logger(__name__)
_NAME = re.compile(r"^\d{4}_[a-z0-9_]+\.sql$")
_ENDS_TRANSACTION = re.compile(r"^\s*(commit|rollback)\b[^;]*;", re.IGNORECASE | re.MULTILINE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Migration:
    """One file as it stands in the folder."""

    name: str
    text: str

    @property
    def checksum(self) -> str:
        return hashlib.sha256(self.text.encode()).hexdigest()


async def migrate(where: Pool | Connection, folder: Path = MIGRATIONS) -> tuple[str, ...]:
    """Bring the database up to the folder; give the names applied now, none if it was there.

    A second runner waits on the advisory lock and then finds nothing to do. A database that
    this code does not know (changed, missing or newer files) is refused before any change.
    A database made now takes the overlay of TimescaleDB where its server has that loaded.
    """
    files = read_folder(folder)
    sql = queries("schema")
    async with _connection(where) as conn:
        await conn.execute("set statement_timeout = 0")
        await conn.execute(sql.lock, timeout=PATIENCE_SECONDS)
        try:
            await conn.execute(sql.prepare)
            done = {row["name"]: row["checksum"] for row in await conn.fetch(sql.applied)}
            pending = _pending(files, done)
            for file in pending:
                await _apply(conn, file)
            if not done:
                await _lay_over(conn)
        finally:
            if not conn.is_closed():
                await conn.execute(sql.unlock)
                await conn.execute("reset statement_timeout")
    return tuple(file.name for file in pending)


def read_folder(folder: Path) -> tuple[Migration, ...]:
    """Read the files in order; an odd name, a repeated number or an empty folder is refused."""
    files = tuple(
        Migration(name=path.name, text=path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("*.sql"))
    )
    if not files:
        raise SchemaMismatch(f"no migrations in {folder}")
    for file in files:
        if not _NAME.match(file.name):
            raise SchemaMismatch(f"{file.name}: a migration is named like 0001_words.sql")
        if _ENDS_TRANSACTION.search(file.text):
            raise SchemaMismatch(f"{file.name}: a migration may not end its own transaction")
    for earlier, later in pairwise(files):
        if earlier.name[:4] == later.name[:4]:
            raise SchemaMismatch(f"{later.name}: {earlier.name} has the same number")
    return files


def refuse_unknown(done: Mapping[str, str]) -> None:
    """Refuse a history of migrations that this code could not go on from.

    Raises:
        SchemaMismatch: newer, changed or missing files; the first is named.
    """
    _pending(read_folder(MIGRATIONS), done)


def _pending(files: Sequence[Migration], done: Mapping[str, str]) -> list[Migration]:
    known = {file.name: file.checksum for file in files}
    for name, checksum in done.items():
        if name not in known and name > files[-1].name:
            raise SchemaMismatch(f"{name}: applied by newer code than this; update the code")
        if name not in known:
            raise SchemaMismatch(f"{name}: applied to this database but missing here")
        if known[name] != checksum:
            raise SchemaMismatch(f"{name}: changed after it was applied; add a new file instead")
    pending = [file for file in files if file.name not in done]
    last = max(done, default="")
    if pending and pending[0].name < last:
        raise SchemaMismatch(f"{pending[0].name}: comes before {last}, which is already applied")
    return pending


async def _apply(conn: Connection, file: Migration) -> None:
    sql = queries("schema")
    try:
        async with conn.transaction():
            await conn.execute(sql.enter)
            await conn.execute(file.text, timeout=PATIENCE_SECONDS)
            await conn.execute(sql.record, file.name, file.checksum)
    except asyncpg.PostgresConnectionError as error:
        raise StoreUnavailable(
            f"{file.name}: the connection was lost; nothing of it stays"
        ) from error
    except asyncpg.PostgresError as error:
        raise SchemaMismatch(f"{file.name}: {error.args[0]}; nothing of it stays") from error


async def _lay_over(conn: Connection) -> None:
    """Let TimescaleDB keep the odds of a new database, or leave it as it is: both read alike."""
    sql = queries("schema")
    if await conn.fetchval(sql.timescale_is_there):
        try:
            async with conn.transaction():
                await conn.execute(sql.enter)
                await conn.execute(TIMESCALE.read_text(encoding="utf-8"))
        except asyncpg.PostgresError as error:
            # an edition without compression or continuous aggregates, or a role that may not
            _log.warning("overlay_left_out", overlay=TIMESCALE.name, reason=str(error))


@asynccontextmanager
async def _connection(where: Pool | Connection) -> AsyncIterator[Connection]:
    if isinstance(where, asyncpg.Pool):
        async with where.acquire() as conn:
            yield conn
    else:
        yield where
