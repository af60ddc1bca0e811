"""Databases beside a test's own, and what is refused about them."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Final

import pytest

from engine.domain.errors import BackupRefused, DatabaseRefused, SchemaMismatch
from storage.pool import connect

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from storage.dsn import Dsn

NOW: Final = datetime(2026, 9, 7, 2, 40, tzinfo=UTC)
HOUR: Final = timedelta(hours=1)
MINUTE: Final = timedelta(minutes=1)


async def on_server(dsn: Dsn, statement: str) -> list[Any]:
    connection = await connect(dsn.with_database("postgres"))
    try:
        return list(await connection.fetch(statement))
    finally:
        await connection.close()


async def beside(dsn: Dsn) -> list[str]:
    """Name the databases whose name begins with that of `dsn`, itself apart."""
    rows = await on_server(dsn, "select datname from pg_database order by datname")
    names = [str(row["datname"]) for row in rows]
    return [name for name in names if name.startswith(f"{dsn.database}_")]


async def refused(work: Awaitable[Any]) -> str:
    """Return the one line with which it is refused."""
    with pytest.raises((BackupRefused, SchemaMismatch, DatabaseRefused)) as refusal:
        await work
    line = str(refusal.value)
    assert "\n" not in line
    return line
