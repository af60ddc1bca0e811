"""The store's door: all or nothing, one snapshot, and a name for every absence."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import asyncpg
import pytest

from engine.domain.errors import RetryLater, StoreUnavailable
from storage.store import open_store
from tests.builders import NOW, a_board, a_book, a_fixture, a_pick
from tests.integration.storage.shelf import (
    a_look,
    a_payload,
    a_person,
    a_settlement,
    an_alert,
    an_event,
    keep_picks,
)

if TYPE_CHECKING:
    from storage.dsn import Dsn
    from storage.pool import Pool
    from storage.store import Store

TABLES = (
    "payloads",
    "fixtures",
    "fixture_events",
    "looks",
    "odds_changes",
    "fixture_looks",
    "picks",
    "settlements",
    "outbox",
    "subscribers",
    "provider_keys",
    "runs",
    "processed_updates",
    "audit",
)


async def test_a_transaction_that_fails_leaves_nothing_of_what_it_wrote(
    store: Store, pool: Pool
) -> None:
    with pytest.raises(KeyError):  # noqa: PT012  # what was written before the fault is the point
        async with store.transaction() as tx:
            await tx.payloads.add([a_payload()])
            await tx.fixtures.save([a_fixture()], NOW)
            await tx.fixtures.link([an_event()])
            await tx.odds.add(a_board(a_book("pinnacle", 2, 3, 4)))
            await tx.odds.add_look(a_look())
            await tx.picks.add([a_pick()])
            await tx.settlements.add([a_settlement(a_pick().id)])
            await tx.outbox.add([an_alert()])
            await tx.people.save(a_person(), NOW)
            await tx.keys.save([("odds_api", "aa11", {})], NOW)
            await tx.runs.begin("snapshot", NOW, NOW, 1)
            await tx.updates.first_seen(7, NOW)
            await tx.audit.add(1001, "run", {}, NOW)
            raise KeyError
    counts = {
        table: await pool.fetchval(f"select count(*) from {table}")  # noqa: S608  # ours
        for table in TABLES
    }
    assert counts == dict.fromkeys(TABLES, 0)


async def test_a_pick_and_its_alert_are_seen_together_or_not_at_all(store: Store) -> None:
    """An alert without its pick would be lost; a pick without its alert never said."""
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.picks.add([a_pick()])
        await tx.outbox.add([an_alert()])
        async with store.reading() as other:
            assert await other.picks.all_views() == ()
            assert await other.outbox.counts() == {}
    async with store.reading() as other:
        assert len(await other.picks.all_views()) == 1
        assert await other.outbox.counts() == {"pending": 1}


async def test_a_reading_sees_one_moment_whatever_commits_meanwhile(store: Store) -> None:
    async with store.reading() as tx:
        assert await tx.fixtures.count() == 0
        await keep_picks(store, a_pick())
        assert await tx.fixtures.count() == 0
        assert await tx.picks.all_views() == ()


async def test_a_reading_writes_nothing(store: Store) -> None:
    with pytest.raises(asyncpg.ReadOnlySQLTransactionError):
        async with store.reading() as tx:
            await tx.fixtures.save([a_fixture()], NOW)


async def test_the_clock_of_the_database_goes_on_within_a_transaction(store: Store) -> None:
    async with store.transaction() as tx:
        first, second = await tx.now(), await tx.now()
    assert first < second
    assert first.utcoffset() is not None


async def test_a_connection_the_server_ends_is_the_database_away_and_the_next_one_works(
    store: Store, pool: Pool
) -> None:
    async def work() -> None:
        async with store.transaction() as tx:
            await tx.fixtures.save([a_fixture()], NOW)
            await pool.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity"
                " where datname = current_database() and pid <> pg_backend_pid()"
            )
            await tx.fixtures.count()

    with pytest.raises(StoreUnavailable) as away:
        await work()
    assert isinstance(away.value, RetryLater)
    assert "postgresql://" not in str(away.value)
    async with store.reading() as tx:
        assert await tx.fixtures.count() == 0


async def test_a_closed_store_is_away(database: Dsn) -> None:
    async with (
        open_store(database.get_secret_value(), max_size=1) as store,
        store.reading() as tx,
    ):
        assert await tx.fixtures.count() == 0
    with pytest.raises(StoreUnavailable):
        async with store.reading():
            pass


async def test_the_loser_of_a_deadlock_is_told_to_come_again(store: Store) -> None:
    """It is no fault of the walk: the same walk a moment later passes."""
    mine, other = a_fixture(), a_fixture("nice", "nantes")
    both = asyncio.Barrier(2)

    async def cross(first: object, second: object) -> None:
        async with store.transaction() as tx:
            await tx._connection.execute("set local deadlock_timeout = '20ms'")
            await tx.fixtures.save([first], NOW)  # type: ignore[list-item]
            await both.wait()
            await tx.fixtures.save([second], NOW)  # type: ignore[list-item]

    ends = await asyncio.gather(cross(mine, other), cross(other, mine), return_exceptions=True)
    assert sorted(type(end).__name__ for end in ends) == ["NoneType", "StoreUnavailable"]
    async with store.reading() as tx:
        assert await tx.fixtures.count() == 2


async def test_a_value_of_the_wrong_kind_is_a_fault_and_not_an_absence(store: Store) -> None:
    """Taken for an absence, it would be tried again for ever."""
    with pytest.raises(asyncpg.DataError):
        async with store.transaction() as tx:
            await tx.runs.begin("snapshot", "today", NOW, 1)  # type: ignore[arg-type]  # the point


async def test_an_error_of_the_walk_passes_through_as_it_is(store: Store) -> None:
    class WalkError(Exception):
        pass

    with pytest.raises(WalkError):
        async with store.transaction():
            raise WalkError
    with pytest.raises(ValueError, match="mine"):
        async with store.reading():
            raise ValueError("mine")
