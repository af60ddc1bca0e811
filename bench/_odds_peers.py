"""The usual ways to keep a look at the market, each with a table like ours and its key."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Final

import numpy as np

from storage.binary_copy import encode_rows, microseconds, stream, uuids
from storage.queries import queries

if TYPE_CHECKING:
    from engine.domain.board import Board
    from storage.pool import Pool

HALF: Final = Decimal("0.5")
SAMPLE: Final = 3_000
_COLUMNS: Final = (
    "fixture_id",
    "changed_at",
    "sequence",
    "bookmaker_id",
    "selection",
    "lay",
    "odds",
)
SQL: Final = queries("odds", folder=Path(__file__).parent / "sql")


def encoded(board: Board) -> bytes:
    """Return a board's rows ready to be copied: for peers, outside of the time taken."""
    ids = uuids([fixture.id for fixture in board.fixtures])
    return encode_rows(
        {
            "fixture_id": ("uuid", ids[board.fixture]),
            "changed_at": ("timestamptz", microseconds(board.as_of)),
            "sequence": ("int8", np.arange(len(board))),
            "bookmaker_id": ("int2", board.bookmaker),
            "selection": ("int4", board.selection),
            "lay": ("bool", board.lay),
            "odds": ("float8", board.odds),
        },
        len(board),
    )


def records(board: Board) -> list[tuple[object, ...]]:
    """Return a board's rows as tuples."""
    ids = [fixture.id for fixture in board.fixtures]
    columns = (board.bookmaker, board.selection, board.lay, board.odds)
    return [
        (ids[fixture], board.as_of, sequence, *row)
        for sequence, (fixture, *row) in enumerate(
            zip(board.fixture.tolist(), *(c.tolist() for c in columns), strict=True)
        )
    ]


async def copy_bytes(pool: Pool, table: str, rows: bytes) -> None:
    """Copy rows that are encoded already, and commit."""
    async with pool.acquire() as connection:
        await connection.copy_to_table(
            table, source=stream((rows,)), columns=_COLUMNS, format="binary"
        )


async def copy_tuples(pool: Pool, table: str, rows: list[tuple[object, ...]]) -> None:
    """Copy rows as asyncpg takes them, and commit."""
    async with pool.acquire() as connection:
        await connection.copy_records_to_table(table, records=rows, columns=_COLUMNS)


async def insert_one_by_one(pool: Pool, rows: list[tuple[object, ...]]) -> None:
    """Insert rows one statement after the other, in one transaction."""
    async with pool.acquire() as connection, connection.transaction():
        statement = await connection.prepare(SQL.insert)
        for row in rows:
            await statement.fetch(*row)


async def stage_and_compare(pool: Pool, rows: bytes) -> None:
    """Copy all that is offered beside the table, and let the database find what is new."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute(SQL.stage)
        await connection.copy_to_table(
            "stage", source=stream((rows,)), columns=_COLUMNS, format="binary"
        )
        await connection.execute(SQL.compare)
