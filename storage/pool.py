"""Connections to PostgreSQL: typed values in and out, bounded statements, our schema first."""

from __future__ import annotations

import asyncio
import random
import time
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, TypeAlias

import asyncpg
import orjson
import structlog

from engine.domain.errors import DatabaseRefused, StoreUnavailable
from storage.dsn import Dsn, Secret, read_dsn
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable
    from typing import TypeVar

    from asyncpg.pool import PoolConnectionProxy

    Result = TypeVar("Result")

Pool: TypeAlias = "asyncpg.Pool[asyncpg.Record]"
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"

SEARCH_PATH = "mon_ps, public"
CONNECT_SECONDS = 10.0
PATIENCE_SECONDS = 30.0
# The server gives up on a statement first, so that the client's limit only meets a dead network.
STATEMENT_SECONDS = 30
COMMAND_SECONDS = STATEMENT_SECONDS + 10.0
IDLE_IN_TRANSACTION_SECONDS = 60
JSONB_VERSION = b"\x01"

_log = structlog.get_logger(__name__)
_NOT_YET = (
    OSError,
    TimeoutError,
    asyncpg.CannotConnectNowError,
    asyncpg.TooManyConnectionsError,
    asyncpg.ConnectionDoesNotExistError,
)


def session_settings(application_name: str) -> dict[str, str]:
    """What every session of ours starts with."""
    return {
        "application_name": application_name,
        "search_path": SEARCH_PATH,
        "timezone": "UTC",
        "statement_timeout": f"{STATEMENT_SECONDS}s",
        "idle_in_transaction_session_timeout": f"{IDLE_IN_TRANSACTION_SECONDS}s",
    }


@asynccontextmanager
async def open_pool(
    dsn: str | Secret,
    *,
    min_size: int = 1,
    max_size: int = 10,
    application_name: str = "mon_ps",
    patience_seconds: float = PATIENCE_SECONDS,
) -> AsyncIterator[Pool]:
    """Give a pool whose connections speak our types; refuse an address that cannot serve us."""
    address = read_dsn(dsn)

    async def start() -> Pool:
        pool = asyncpg.create_pool(
            address.get_secret_value(),
            min_size=min_size,
            max_size=max_size,
            init=_set_codecs,
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings=session_settings(application_name),
        )
        await pool
        return pool

    async with await patiently(start, address, patience_seconds) as pool:
        await _refuse_pooler(pool, address)
        yield pool


async def connect(
    dsn: str | Secret,
    *,
    application_name: str = "mon_ps",
    patience_seconds: float = PATIENCE_SECONDS,
    extra_settings: dict[str, str] | None = None,
) -> asyncpg.Connection[asyncpg.Record]:
    """Give one connection outside any pool, for what must live and die with its session."""
    address = read_dsn(dsn)
    conn = await patiently(
        lambda: asyncpg.connect(
            address.get_secret_value(),
            timeout=CONNECT_SECONDS,
            command_timeout=COMMAND_SECONDS,
            server_settings=session_settings(application_name) | (extra_settings or {}),
        ),
        address,
        patience_seconds,
    )
    await _set_codecs(conn)
    return conn


async def patiently(
    attempt: Callable[[], Awaitable[Result]], address: Dsn, patience_seconds: float
) -> Result:
    """Try until the server answers; a server that says no is believed at once."""
    deadline = time.monotonic() + patience_seconds
    pause, waited = 0.05, False
    while True:
        try:
            result = await attempt()
        except _NOT_YET as error:
            if time.monotonic() + pause > deadline:
                raise StoreUnavailable(f"the database at {address} does not answer") from error
            if not waited:
                _log.warning("database_awaited", at=str(address), seconds=patience_seconds)
                waited = True
        except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as error:
            raise _refusal(error, address) from None
        else:
            return result
        await asyncio.sleep(pause * random.uniform(0.8, 1.2))  # noqa: S311  jitter, not a secret
        pause = min(pause * 2, 2.0)


def _refusal(error: Exception, address: Dsn) -> DatabaseRefused:
    """Say why in one line: the server's words never quote the password, the parser's may."""
    if isinstance(error, asyncpg.PostgresError):
        return DatabaseRefused(f"the database at {address} refused: {error}")
    return DatabaseRefused(f"the database address is malformed ({type(error).__name__})")


async def _set_codecs(conn: Connection) -> None:
    """Make json plain Python values; aware timestamptz and Decimal numeric are asyncpg's own."""
    await conn.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: JSONB_VERSION + orjson.dumps(value),
        decoder=lambda data: orjson.loads(data[1:]),
        format="binary",
    )
    await conn.set_type_codec(
        "json", schema="pg_catalog", encoder=orjson.dumps, decoder=orjson.loads, format="binary"
    )


async def _refuse_pooler(pool: Pool, address: Dsn) -> None:
    """Refuse a pooler that drops our session's settings or shares one session among several.

    Directly connected, the process that greeted us is the one that answers. A pooler invents the
    greeting; then two sessions open at once tell: one server process for both is a shared one,
    and a lock held by such a session would be held by nobody.
    """
    greeting = queries("sessions").greeting
    async with pool.acquire() as first:
        seen = await first.fetchrow(greeting)
        if seen is None or seen["path"] != SEARCH_PATH:
            raise DatabaseRefused(f"{address} drops the settings of a session (a pooler?)")
        if seen["pid"] == first.get_server_pid():
            return
        other = await connect(address)
        try:
            if await other.fetchval(greeting) == seen["pid"]:
                raise DatabaseRefused(
                    f"{address} is a transaction pooler; give the address of PostgreSQL itself"
                )
        finally:
            await other.close()
