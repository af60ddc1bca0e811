"""The usual ways to keep a look at the market, each with a table like ours and its key."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from storage.binary_copy import encode_rows, microseconds, stream, uuids

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
TABLES: Final = """
create table copied (like odds_changes including all) partition by range (changed_at);
create table copied_1 partition of copied default;
create table rowwise (like odds_changes including all) partition by range (changed_at);
create table rowwise_1 partition of rowwise default;
create table staged (like odds_changes including all) partition by range (changed_at);
create table staged_1 partition of staged default;
create index on staged (fixture_id, bookmaker_id, selection, lay, changed_at desc);
create table plain (like odds_changes including all);
"""
_INSERT: Final = "insert into rowwise values ($1, $2, $3, $4, $5, $6, $7) on conflict do nothing"
_LATERAL: Final = """
insert into staged
select s.* from stage s
left join lateral (
    select odds from staged t
    where t.fixture_id = s.fixture_id and t.bookmaker_id = s.bookmaker_id
        and t.selection = s.selection and t.lay = s.lay and t.changed_at <= s.changed_at
    order by changed_at desc limit 1
) last on true
where last.odds is distinct from s.odds
"""


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
        statement = await connection.prepare(_INSERT)
        for row in rows:
            await statement.fetch(*row)


async def stage_and_compare(pool: Pool, rows: bytes) -> None:
    """Copy all that is offered beside the table, and let the database find what is new."""
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("create temporary table stage (like odds_changes) on commit drop")
        await connection.copy_to_table(
            "stage", source=stream((rows,)), columns=_COLUMNS, format="binary"
        )
        await connection.execute(_LATERAL)
