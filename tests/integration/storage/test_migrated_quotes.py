"""What was stored as every price of every look is there as its changes."""

from __future__ import annotations

import shutil
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import pytest

from storage.migrate import MIGRATIONS, migrate
from storage.pool import connect, open_pool
from storage.store import Store
from tests.builders import NOW, a_fixture, a_selection
from tests.integration.storage.shelf import MINUTE

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    from storage.dsn import Dsn
    from storage.pool import Pool

FIXTURE = a_fixture()
MONTH = timedelta(days=31)
HOME, AWAY, YES = (a_selection(code).number for code in ("home", "away", "btts_yes"))
AGO = timedelta(seconds=30)
# (look, bookmaker, selection, lay, odds, quoted before the look)
QUOTES = (
    (NOW, "pinnacle", HOME, False, 2.0, AGO),
    (NOW, "pinnacle", AWAY, False, 4.0, 2 * AGO),
    (NOW, "betfair_ex_eu", HOME, True, 2.1, AGO),
    (NOW, "pinnacle", YES, False, 1.8, AGO),
    (NOW + MINUTE, "pinnacle", HOME, False, 2.0, AGO),
    (NOW + MINUTE, "pinnacle", AWAY, False, 4.2, AGO),
    (NOW + MONTH, "pinnacle", HOME, False, 2.0, AGO),
    (NOW + MONTH, "betfair_ex_eu", HOME, True, 2.1, AGO),
)


@pytest.fixture
async def old(cluster: Dsn, tmp_path: Path) -> AsyncIterator[Pool]:
    """A database as it was before changes were stored."""
    name = f"old_{uuid4().hex}"
    conn = await connect(cluster)
    await conn.execute(f"create database {name}")
    for file in sorted(MIGRATIONS.glob("000[1-4]_*.sql")):
        shutil.copy(file, tmp_path)
    async with open_pool(cluster.with_database(name)) as pool:
        await migrate(pool, tmp_path)
        async with Store(pool).transaction() as tx:
            await tx.fixtures.save([FIXTURE], NOW)
        yield pool
    await conn.execute(f"drop database {name} with (force)")
    await conn.close()


async def test_every_look_of_old_can_be_rebuilt(old: Pool) -> None:
    for at, book, selection, lay, odds, age in QUOTES:
        await old.execute("select ensure_month('quotes', $1)", at)
        await old.execute(
            "insert into quotes values ($1, $2, $3, $4, $5, $6, $7)",
            *(at, FIXTURE.id, book, selection, lay, odds, at - age),
        )
    await migrate(old)
    assert await old.fetchval("select to_regclass('quotes')") is None
    async with Store(old).reading() as tx:
        for look in (NOW, NOW + MINUTE, NOW + MONTH):
            board = await tx.odds.latest([FIXTURE.id], look, look)
            seen = {
                (board.bookmakers[book], selection, lay, odds, quoted_at)
                for book, selection, lay, odds, quoted_at in zip(
                    board.bookmaker.tolist(),
                    board.selection.tolist(),
                    board.lay.tolist(),
                    board.odds.tolist(),
                    board.quoted_at.tolist(),
                    strict=True,
                )
            }
            assert seen == {
                (book, selection, lay, odds, (at - age).timestamp())
                for at, book, selection, lay, odds, age in QUOTES
                if at == look
            }
        # home; away, its move, its end; lay, its end, its return; btts
        assert await tx.odds.stored() == 8


async def test_the_looks_that_follow_go_on_from_the_old_ones(old: Pool) -> None:
    at, book, selection, lay, odds, age = QUOTES[0]
    await old.execute("select ensure_month('quotes', $1)", at)
    await old.execute(
        "insert into quotes values ($1, $2, $3, $4, $5, $6, $7)",
        *(at, FIXTURE.id, book, selection, lay, odds, at - age),
    )
    await migrate(old)
    async with Store(old).transaction() as tx:
        board = await tx.odds.latest([FIXTURE.id], at, at + MINUTE)
        assert (await tx.odds.add(board)).changed == 0


async def test_a_database_without_quotes_is_migrated_too(old: Pool) -> None:
    await migrate(old)
    async with Store(old).reading() as tx:
        assert await tx.odds.stored() == 0
