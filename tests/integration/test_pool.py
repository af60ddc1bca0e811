"""Connections: typed values, clear refusals, patience with a server that is still starting."""

from __future__ import annotations

import asyncio
import re
from datetime import UTC, datetime
from decimal import Decimal
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import asyncpg
import pytest

from engine.domain.errors import DatabaseRefused, StoreUnavailable
from storage.dsn import read_dsn
from storage.pool import open_pool

if TYPE_CHECKING:
    from storage.dsn import Dsn
    from storage.pool import Pool

SECRET = "canary-password"


async def test_values_come_back_as_they_went_in(pool: Pool) -> None:
    at = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    document = {"odds": [1.85, None], "név": "é"}
    row = await pool.fetchrow(
        "select $1::timestamptz, $2::numeric, $3::jsonb, $3::jsonb ->> 'név', $4::json",
        at,
        Decimal("1.90"),
        document,
        document,
    )
    assert row is not None
    assert tuple(row) == (at, Decimal("1.90"), document, "é", document)
    assert row[0].tzinfo is not None


async def test_sessions_are_named_bounded_and_in_our_schema(pool: Pool) -> None:
    names = ("application_name", "search_path", "statement_timeout", "timezone")
    values = [await pool.fetchval("select current_setting($1)", name) for name in names]
    assert values == ["mon_ps", "mon_ps, public", "30s", "UTC"]


async def test_a_runaway_statement_is_ended_by_the_server(pool: Pool) -> None:
    async with pool.acquire() as conn:
        await conn.execute("set statement_timeout = '50ms'")
        with pytest.raises(asyncpg.QueryCanceledError, match="statement timeout"):
            await conn.execute("select pg_sleep(5)")


@pytest.mark.parametrize(
    ("address", "reason"),
    [
        ("", "is empty"),
        ("   ", "is empty"),
        (f"mysql://u:{SECRET}@h/db", "another scheme"),
        (f"{SECRET}", "another scheme"),
        (f"postgresql://u:{SECRET}@h", "names no database"),
        (f"postgresql:///{SECRET}", "names no host"),
        (f"postgresql://u:{SECRET}@[::1/db", "malformed"),
        (f"postgresql://u:{SECRET}@h:port/db", "malformed"),
        (f"postgresql://u:{SECRET}/x@h/db", "percent-encoded"),
        (f"postgresql://u:x#{SECRET}@h/db", "percent-encoded"),
        (f"postgresql://u:x/{SECRET}@h/db", "percent-encoded"),
    ],
)
async def test_a_bad_address_is_refused_in_one_line_without_its_password(
    address: str, reason: str
) -> None:
    with pytest.raises(DatabaseRefused, match=reason) as refused:
        async with open_pool(address, patience_seconds=0):
            pass
    assert SECRET not in str(refused.value)
    assert "\n" not in str(refused.value)


async def test_a_wrong_password_is_refused_at_once_and_not_repeated(database: Dsn) -> None:
    wrong = re.sub(r"mon_ps:[^@]+@", f"mon_ps:{SECRET}@", database.get_secret_value())
    with pytest.raises(DatabaseRefused, match="password authentication failed") as refused:
        async with open_pool(wrong):
            pass
    assert SECRET not in str(refused.value)


async def test_a_missing_database_is_refused_by_name(database: Dsn) -> None:
    with pytest.raises(DatabaseRefused, match='database "nowhere" does not exist'):
        async with open_pool(database.with_database("nowhere")):
            pass


async def test_a_server_that_never_answers_is_unavailable(database: Dsn) -> None:
    closed = re.sub(r":\d+/", ":1/", database.get_secret_value())
    with pytest.raises(StoreUnavailable, match=r"127\.0\.0\.1:1/.* does not answer"):
        async with open_pool(closed, patience_seconds=0.2):
            pass


async def test_a_server_that_comes_up_late_is_waited_for(database: Dsn) -> None:
    """The port opens half a second after the first attempt, as with a starting server."""
    target = urlsplit(database.get_secret_value()).port
    relay = await asyncio.start_server(lambda _, writer: writer.close(), "127.0.0.1", 0)
    port = relay.sockets[0].getsockname()[1]
    relay.close()
    await relay.wait_closed()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        there, back = await asyncio.open_connection("127.0.0.1", target)
        async with asyncio.TaskGroup() as group:
            group.create_task(_pump(reader, back))
            group.create_task(_pump(there, writer))

    async def come_up() -> None:
        await asyncio.sleep(0.5)
        listening.append(await asyncio.start_server(serve, "127.0.0.1", port))

    listening: list[asyncio.Server] = []
    address = re.sub(r":\d+/", f":{port}/", database.get_secret_value())
    async with asyncio.TaskGroup() as group:
        group.create_task(come_up())
        async with open_pool(address) as pool:
            assert await pool.fetchval("select 1") == 1
    for server in listening:
        server.close()
        await server.wait_closed()


async def _pump(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    while data := await reader.read(65536):
        writer.write(data)
    writer.close()


def test_an_address_shows_neither_user_nor_password() -> None:
    dsn = read_dsn(f"postgresql://someone:{SECRET}@host:5432/db?sslmode=require&password={SECRET}")
    for text in (str(dsn), repr(dsn), f"{dsn}"):
        assert SECRET not in text
        assert "someone" not in text
    assert str(dsn) == "postgresql://host:5432/db"
    assert (
        dsn.with_database("o b")
        .get_secret_value()
        .startswith(f"postgresql://someone:{SECRET}@host:5432/o%20b?sslmode=require")
    )
