"""Months: made just before they are needed, by any number of writers; dropped whole."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import pytest

from tests.builders import NOW, a_board, a_book, a_fixture
from tests.integration.storage.shelf import a_payload

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store

MONTHS = [datetime(2026, month, 15, tzinfo=UTC) for month in (6, 7, 8)]


async def months(pool: Pool, table: str) -> list[str]:
    rows = await pool.fetch(
        "select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid"
        " where i.inhparent = $1::text::regclass order by 1",
        table,
    )
    return [row["relname"] for row in rows]


async def test_two_transactions_may_want_the_same_new_month_at_once(
    store: Store, pool: Pool
) -> None:
    """Neither fails and neither loses a row: the later one waits for the first to commit."""
    begun = asyncio.Event()

    async def first() -> None:
        async with store.transaction() as tx:
            await tx.payloads.add([a_payload(b"first")])
            begun.set()
            await asyncio.sleep(0.05)

    async def second() -> None:
        await begun.wait()
        async with store.transaction() as tx:
            await tx.payloads.add([a_payload(b"second")])

    async with asyncio.TaskGroup() as group:
        group.create_task(first())
        group.create_task(second())
    assert await pool.fetchval("select count(*) from payloads") == 2
    assert await months(pool, "payloads") == ["payloads_2026_08"]


async def test_a_month_made_by_a_transaction_that_failed_is_made_again(
    store: Store, pool: Pool
) -> None:
    begun = asyncio.Event()

    async def failing() -> None:
        async with store.transaction() as tx:
            await tx.payloads.add([a_payload(b"lost")])
            begun.set()
            await asyncio.sleep(0.05)
            raise KeyError

    async def waiting() -> None:
        await begun.wait()
        async with store.transaction() as tx:
            await tx.payloads.add([a_payload(b"kept")])

    outcomes = await asyncio.gather(failing(), waiting(), return_exceptions=True)
    assert [type(outcome) for outcome in outcomes] == [KeyError, type(None)]
    assert [row["body"] for row in await pool.fetch("select body from payloads")] == [b"kept"]


async def test_a_new_month_waits_for_no_one_who_uses_the_others(store: Store) -> None:
    """A reader in the middle of a long report must not hold up the look at midnight."""
    async with store.transaction() as tx:
        await tx.payloads.add([a_payload()])
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.odds.add(a_board(a_book("pinnacle", 2, 3, 4)))
    later = NOW + timedelta(days=31)
    async with store.reading() as reader, store.transaction() as writer:
        assert await reader.odds.stored() == 3
        await writer.payloads.add([a_payload(b"older")])
        async with asyncio.timeout(5), store.transaction() as tx:
            await tx.payloads.add([a_payload(fetched_at=later)])
            await tx.odds.add(replace(a_board(a_book("pinnacle", 5, 6, 7)), as_of=later))
    async with store.reading() as tx:
        assert await tx.odds.stored() == 6


async def test_a_month_has_the_keys_of_its_table(store: Store, pool: Pool) -> None:
    """Idempotence rests on them: a month without its key would take every look twice."""
    async with store.transaction() as tx:
        await tx.payloads.add([a_payload()])
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.odds.add(a_board(a_book("pinnacle", 2, 3, 4)))
    for table in ("payloads", "odds_changes"):
        keys = await pool.fetchval(
            "select count(*) from pg_index where indisprimary and indrelid = $1::text::regclass",
            f"{table}_2026_08",
        )
        assert keys == 1


@pytest.mark.parametrize(
    ("before", "left"),
    [
        (datetime(2026, 6, 1, tzinfo=UTC), 3),
        (datetime(2026, 6, 30, 23, 59, tzinfo=UTC), 3),
        (datetime(2026, 7, 1, tzinfo=UTC), 2),
        (datetime(2026, 7, 1, 1, tzinfo=timezone(timedelta(hours=2))), 3),
        (datetime(2026, 8, 31, tzinfo=UTC), 1),
        (datetime(2027, 1, 1, tzinfo=UTC), 0),
    ],
)
async def test_only_months_that_ended_before_an_instant_are_dropped(
    store: Store, pool: Pool, before: datetime, left: int
) -> None:
    async with store.transaction() as tx:
        await tx.payloads.add([a_payload(fetched_at=month) for month in MONTHS])
    async with store.transaction() as tx:
        assert await tx.retention.drop_months("payloads", before) == 3 - left
        assert await tx.retention.drop_months("payloads", before) == 0
    kept = [row["fetched_at"] for row in await pool.fetch("select fetched_at from payloads")]
    assert sorted(kept) == MONTHS[3 - left :]


async def test_dropping_the_months_of_one_table_leaves_the_others(
    store: Store, pool: Pool
) -> None:
    async with store.transaction() as tx:
        await tx.payloads.add([a_payload()])
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.odds.add(a_board(a_book("pinnacle", 2, 3, 4)))
        assert await tx.retention.drop_months("payloads", NOW + timedelta(days=365)) == 1
    assert await pool.fetchval("select count(*) from odds_changes") == 3


async def test_a_dropped_month_comes_back_when_it_is_written_to_again(
    store: Store, pool: Pool
) -> None:
    async with store.transaction() as tx:
        await tx.payloads.add([a_payload()])
    async with store.transaction() as tx:
        await tx.retention.drop_months("payloads", NOW + timedelta(days=365))
    async with store.transaction() as tx:
        await tx.payloads.add([a_payload()])
    assert await months(pool, "payloads") == ["payloads_2026_08"]
