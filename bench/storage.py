"""Storage: a look at the market kept as its changes, against the usual ways, on one PostgreSQL.

Every contender is offered the same looks in turn (150,000 prices, 8 % of them moved) on top of
the same history, and commits. Times are medians over the rounds, ratios medians of each round's.
"""

from __future__ import annotations

import asyncio
import shutil
import tempfile
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import product
from pathlib import Path
from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final
from uuid import UUID

import numpy as np

from bench import _odds_peers as peers
from bench._odds_archive import measure_paths
from engine.domain.board import Board
from engine.domain.fixture import Fixture, Team
from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.numbers import BookmakerKey, FixtureId
from storage.embedded import open_embedded
from storage.migrate import migrate
from storage.pool import open_pool
from storage.store import Store

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Mapping

    from numpy.typing import NDArray

    from storage.dsn import Dsn
    from storage.pool import Pool

FIXTURES: Final = 600
BOOKS: Final = 10
LINES: Final = 10
CHANGED: Final = 0.08
ROUNDS: Final = 7
_NOW: Final = datetime(2026, 8, 10, 12, tzinfo=UTC)


def measure() -> Mapping[str, object]:
    """Return rows per second and ratios, then the path of a match among ten million changes."""
    return asyncio.run(_measure())


@asynccontextmanager
async def opened() -> AsyncIterator[tuple[Pool, Dsn]]:
    """Give a migrated database of a throw-away cluster that is as durable as a real one."""
    home = Path(tempfile.mkdtemp(prefix="mon_ps-bench-"))
    home.chmod(0o755)  # noqa: ASYNC240  # before anything else runs in the loop
    try:
        async with open_embedded(home / "cluster") as server, open_pool(server.dsn) as pool:
            await migrate(pool)
            yield pool, server.dsn
    finally:
        shutil.rmtree(home)


async def _measure() -> Mapping[str, object]:
    async with opened() as (pool, dsn):
        return await _looks(pool, dsn) | dict(await measure_paths(pool))


def a_board(generator: np.random.Generator) -> Board:
    """Return a board of 150,000 prices, in the order in which one is read: by market."""
    selections = [s.number for s in MATCH_ODDS.selections]
    selections += [s.number for s in Market(kind=MarketKind.BTTS).selections]
    for line in range(LINES):
        total = Market(kind=MarketKind.TOTAL_GOALS, line=line + peers.HALF)
        selections += [s.number for s in total.selections]
    rows: NDArray[np.int32] = np.array(
        list(product(range(FIXTURES), selections, range(BOOKS))), np.int32
    )
    return Board(
        as_of=_NOW,
        fixtures=tuple(_fixture(place) for place in range(FIXTURES)),
        bookmakers=tuple(BookmakerKey(f"book_{place}") for place in range(BOOKS)),
        fixture=rows[:, 0].copy(),
        bookmaker=rows[:, 2].astype(np.int16),
        selection=rows[:, 1].copy(),
        odds=_odds(generator, len(rows)),
        quoted_at=_quoted_at(generator, rows, _NOW),
        lay=np.zeros(len(rows), np.bool_),
    )


def next_board(board: Board, generator: np.random.Generator) -> tuple[Board, Board]:
    """Return the look a minute later, and of it the prices that moved."""
    moved = generator.random(len(board)) < CHANGED
    odds = board.odds.copy()
    odds[moved] += 0.01
    at = board.as_of + timedelta(minutes=1)
    rows = np.stack((board.fixture, board.selection, board.bookmaker.astype(np.int32)), axis=1)
    later = replace(board, as_of=at, odds=odds, quoted_at=_quoted_at(generator, rows, at))
    return later, later.where(moved)


async def _looks(pool: Pool, dsn: Dsn) -> dict[str, object]:
    generator = np.random.default_rng(1)
    store, board = Store(pool), a_board(generator)
    await pool.execute(peers.SQL.tables)
    await _ours(store, board)
    whole = peers.encoded(board)
    for table in ("copied", "rowwise", "staged"):
        await peers.copy_bytes(pool, table, whole)
    await pool.execute(peers.SQL.analyze)
    rounds = []
    for _ in range(ROUNDS):
        board, moved = next_board(board, generator)
        rounds.append(await _round(pool, store, board, moved) | await _psql(pool, dsn, board))
    return _figures(rounds, len(board))


async def _round(pool: Pool, store: Store, board: Board, moved: Board) -> dict[str, float]:
    """Return the seconds each contender takes for one look."""
    whole, few, tuples = peers.encoded(board), peers.encoded(moved), peers.records(moved)
    sample = peers.records(board)[: peers.SAMPLE]
    await pool.execute(peers.SQL.clear_plain)
    taken = {
        "ours": await _seconds(_ours(store, board)),
        "copy_of_the_changed": await _seconds(peers.copy_bytes(pool, "copied", few)),
    }
    await pool.execute(peers.SQL.clear_copied, board.as_of)
    taken |= {
        "copy_of_the_changed_as_tuples": await _seconds(peers.copy_tuples(pool, "copied", tuples)),
        "row_by_row": await _seconds(peers.insert_one_by_one(pool, sample))
        * len(board)
        / len(sample),
        "stage_and_lateral": await _seconds(peers.stage_and_compare(pool, whole)),
        "plain": await _seconds(peers.copy_bytes(pool, "plain", whole)),
    }
    return taken


async def _psql(pool: Pool, dsn: Dsn, board: Board) -> dict[str, float]:
    """Return the seconds psql takes to copy the whole look; nothing where there is no psql."""
    found = shutil.which("psql")
    if found is None:
        return {}
    await pool.execute(peers.SQL.clear_plain)
    with tempfile.NamedTemporaryFile("w", suffix=".tsv") as file:
        file.writelines("\t".join(map(str, row)) + "\n" for row in peers.records(board))
        file.flush()
        start = perf_counter()
        command = (found, dsn.get_secret_value(), "-qc", f"\\copy plain from {file.name}")
        status = await (await asyncio.create_subprocess_exec(*command)).wait()
        return {} if status else {"psql_copy": perf_counter() - start}


async def _ours(store: Store, board: Board) -> None:
    async with store.transaction() as tx:
        await tx.odds.add(board)


def _figures(rounds: list[dict[str, float]], offered: int) -> dict[str, object]:
    figures: dict[str, object] = {"offered": offered, "rounds": len(rounds)}
    for name in rounds[0]:
        figures[f"{name}_ms"] = 1000 * median(one[name] for one in rounds)
    figures["offered_rows_per_second"] = offered / median(one["ours"] for one in rounds)
    figures["plain_rows_per_second"] = offered / median(one["plain"] for one in rounds)
    if "psql_copy" in rounds[0]:
        figures["psql_copy_rows_per_second"] = offered / median(o["psql_copy"] for o in rounds)
    for name in ("row_by_row", "stage_and_lateral"):
        figures[f"{name}_against_ours"] = median(one[name] / one["ours"] for one in rounds)
    for name in ("copy_of_the_changed", "copy_of_the_changed_as_tuples"):
        figures[f"ours_against_{name}"] = median(one["ours"] / one[name] for one in rounds)
    return figures


async def _seconds(work: Awaitable[None]) -> float:
    start = perf_counter()
    await work
    return perf_counter() - start


def _fixture(place: int) -> Fixture:
    return Fixture(
        id=FixtureId(UUID(int=place * 0x9E3779B97F4A7C15F39CC0605CEDC835 % (1 << 128))),
        competition="soccer_epl",
        home=Team(key=f"home_{place}", name=f"Home {place}"),
        away=Team(key=f"away_{place}", name=f"Away {place}"),
        kick_off=_NOW + timedelta(days=2),
    )


def _odds(generator: np.random.Generator, count: int) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = np.round(generator.uniform(1.2, 9, count), 2)
    return odds


def _quoted_at(
    generator: np.random.Generator, rows: NDArray[np.int32], at: datetime
) -> NDArray[np.float64]:
    """Return one instant for each market of each bookmaker, as feeds give it."""
    ages = generator.integers(1, 120, (FIXTURES, 8, BOOKS))
    chosen: NDArray[np.float64] = ages[rows[:, 0], rows[:, 1] >> 16, rows[:, 2]].astype(np.float64)
    return at.timestamp() - chosen
