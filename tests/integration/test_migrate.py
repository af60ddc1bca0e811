"""Migrations: once, in order, whole or not at all, and only on a database this code knows."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import pytest

from engine.domain.errors import SchemaMismatch
from storage.migrate import migrate
from storage.pool import connect

if TYPE_CHECKING:
    from pathlib import Path

    from storage.dsn import Dsn
    from storage.pool import Pool

FIRST = "create table shelves (n int primary key); insert into shelves values (1);"
SECOND = "alter table shelves add column label text;"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "0001_shelves.sql").write_text(FIRST)
    (tmp_path / "0002_labels.sql").write_text(SECOND)
    return tmp_path


@pytest.fixture
async def empty(pool: Pool) -> Pool:
    """The test's database without anything of ours."""
    await pool.execute("drop schema mon_ps cascade")
    return pool


async def test_files_are_applied_in_order_and_only_once(empty: Pool, folder: Path) -> None:
    assert await migrate(empty, folder) == ("0001_shelves.sql", "0002_labels.sql")
    assert await migrate(empty, folder) == ()
    assert await empty.fetchval("select (n, label)::text from mon_ps.shelves") == "(1,)"


async def test_a_new_file_is_applied_on_top(empty: Pool, folder: Path) -> None:
    await migrate(empty, folder)
    (folder / "0003_more.sql").write_text("insert into shelves values (2, 'b');")
    assert await migrate(empty, folder) == ("0003_more.sql",)


async def test_a_single_connection_will_do(empty: Pool, database: Dsn, folder: Path) -> None:
    conn = await connect(database)
    assert len(await migrate(conn, folder)) == 2
    assert await conn.fetchval("show statement_timeout") == "30s"
    await conn.close()
    assert await migrate(empty, folder) == ()


async def test_two_runners_at_once_apply_each_file_once(
    empty: Pool, database: Dsn, folder: Path
) -> None:
    (folder / "0003_slow.sql").write_text("select pg_sleep(0.3); insert into shelves values (3);")
    runners = [await connect(database) for _ in range(4)]
    results = await asyncio.gather(*(migrate(runner, folder) for runner in runners))
    assert sorted(len(applied) for applied in results) == [0, 0, 0, 3]
    assert await empty.fetchval("select count(*) from mon_ps.shelves") == 2
    for runner in runners:
        await runner.close()


async def test_a_migration_that_fails_halfway_leaves_nothing(empty: Pool, folder: Path) -> None:
    (folder / "0003_bad.sql").write_text("create table half (n int); select 1 / 0;")
    with pytest.raises(SchemaMismatch, match=r"^0003_bad\.sql: division by zero"):
        await migrate(empty, folder)
    assert await empty.fetchval("select to_regclass('mon_ps.half')") is None
    assert await empty.fetchval("select count(*) from mon_ps.schema_migrations") == 2
    (folder / "0003_bad.sql").write_text("create table half (n int);")
    assert await migrate(empty, folder) == ("0003_bad.sql",)


async def test_a_runner_killed_halfway_leaves_nothing_and_no_lock(
    empty: Pool, database: Dsn, folder: Path
) -> None:
    (folder / "0003_slow.sql").write_text("create table half (n int); select pg_sleep(30);")
    runner = await connect(database)
    async with asyncio.TaskGroup() as group:
        running = group.create_task(migrate(runner, folder))
        async with asyncio.timeout(5):
            while not await empty.fetchval(
                "select count(*) from pg_stat_activity"
                " where datname = current_database() and wait_event = 'PgSleep'"
            ):
                await asyncio.sleep(0.02)
        running.cancel()
    runner.terminate()
    (folder / "0003_slow.sql").write_text("create table whole (n int);")
    assert await migrate(empty, folder) == ("0003_slow.sql",)
    assert await empty.fetchval("select to_regclass('mon_ps.half')") is None


async def test_a_changed_file_is_refused_by_name(empty: Pool, folder: Path) -> None:
    await migrate(empty, folder)
    (folder / "0001_shelves.sql").write_text(FIRST + " -- harmless")
    (folder / "0003_more.sql").write_text("create table more (n int);")
    with pytest.raises(SchemaMismatch, match=r"^0001_shelves\.sql: changed"):
        await migrate(empty, folder)
    assert await empty.fetchval("select to_regclass('mon_ps.more')") is None


async def test_a_missing_file_is_refused_by_name(empty: Pool, folder: Path) -> None:
    await migrate(empty, folder)
    (folder / "0001_shelves.sql").unlink()
    with pytest.raises(SchemaMismatch, match=r"^0001_shelves\.sql: .*missing here"):
        await migrate(empty, folder)


async def test_a_database_ahead_of_this_code_is_refused(empty: Pool, folder: Path) -> None:
    await migrate(empty, folder)
    (folder / "0002_labels.sql").unlink()
    with pytest.raises(SchemaMismatch, match=r"^0002_labels\.sql: applied by newer code"):
        await migrate(empty, folder)


async def test_a_file_slipped_in_before_an_applied_one_is_refused(
    empty: Pool, folder: Path
) -> None:
    (folder / "0002_labels.sql").rename(folder / "0003_labels.sql")
    await migrate(empty, folder)
    (folder / "0002_late.sql").write_text("create table late (n int);")
    with pytest.raises(SchemaMismatch, match=r"^0002_late\.sql: comes before 0003_labels\.sql"):
        await migrate(empty, folder)


@pytest.mark.parametrize(
    ("name", "text", "reason"),
    [
        ("3_short.sql", "select 1;", "named like 0001_words"),
        ("0002_twin.sql", "select 1;", "same number"),
        ("0003_commits.sql", "create table a (n int);\nCommit;", "end its own transaction"),
    ],
)
async def test_a_folder_out_of_order_is_refused_before_anything_happens(
    empty: Pool, folder: Path, name: str, text: str, reason: str
) -> None:
    (folder / name).write_text(text)
    with pytest.raises(SchemaMismatch, match=reason):
        await migrate(empty, folder)
    assert await empty.fetchval("select to_regnamespace('mon_ps')") is None


async def test_an_empty_folder_is_refused(pool: Pool, tmp_path: Path) -> None:
    with pytest.raises(SchemaMismatch, match="no migrations in"):
        await migrate(pool, tmp_path)
