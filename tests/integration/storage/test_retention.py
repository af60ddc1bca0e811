"""Months come before they are needed; what goes leaves its hours, its opening and its close."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from engine.domain.market import MarketKind
from engine.domain.numbers import BookmakerKey
from tests.builders import KICK_OFF, NOW, a_board, a_book, a_fixture, a_pick
from tests.integration.storage.shelf import MINUTE

if TYPE_CHECKING:
    from storage.odds import MatchPath
    from storage.pool import Pool
    from storage.store import Store

FIXTURE = a_fixture()
LONG_AFTER = NOW + timedelta(days=800)
MONTHS = ("2026_08", "2026_09", "2026_10")


async def look(store: Store, at: datetime, home: float) -> None:
    board = replace(a_board(a_book("pinnacle", home, 3.5, 3.6)), as_of=at)
    async with store.transaction() as tx:
        await tx.odds.add(board, {FIXTURE.id: frozenset({MarketKind.MATCH_ODDS})})


async def a_history(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.fixtures.save([FIXTURE], NOW)
    told = ((0, 2.0), (1, 2.3), (2, 1.9), (30, 2.1), (180, 2.2), (355, 2.05), (365, 9.0))
    for minute, odds in told:
        await look(store, NOW + minute * MINUTE, odds)


async def drop(store: Store) -> int:
    async with store.transaction() as tx:
        hours = await tx.retention.roll_up_odds(LONG_AFTER)
        for table in ("odds_changes", "fixture_looks"):
            await tx.retention.drop_months(table, LONG_AFTER)
    return hours


async def match(store: Store) -> MatchPath:
    async with store.reading() as tx:
        found = await tx.odds.match_path(FIXTURE.id)
    assert found is not None
    return found


def home_odds(found: MatchPath, rows: list[int]) -> list[tuple[float, float]]:
    home = min(found.path.selection.tolist())
    return [
        (float(found.path.odds[row]), float(found.path.changed_at[row]))
        for row in rows
        if found.path.selection[row] == home
    ]


async def test_months_are_made_ahead_of_every_table_that_has_them(
    store: Store, pool: Pool
) -> None:
    for _ in range(2):
        async with store.transaction() as tx:
            await tx.retention.make_months(datetime(2026, 8, 31, 23, tzinfo=UTC))
    made = await pool.fetch("select inhrelid::regclass::text as name from pg_inherits")
    names = {row["name"] for row in made if "pkey" not in row["name"]}
    tables = ("payloads", "odds_changes", "fixture_looks", "prices")
    assert names == {f"{table}_{month}" for table in tables for month in MONTHS}


async def test_a_month_that_goes_leaves_opening_and_close_as_they_were(store: Store) -> None:
    await a_history(store)
    before = await match(store)
    assert await drop(store) == 5
    after = await match(store)
    for mark in ("opening", "closing"):
        told, left = getattr(before, mark).tolist(), getattr(after, mark).tolist()
        assert home_odds(before, told) == home_odds(after, left)
    assert [odds for odds, _ in home_odds(before, before.closing.tolist())] == [2.05]


async def test_the_hours_keep_first_last_lowest_and_highest(store: Store, pool: Pool) -> None:
    await a_history(store)
    await drop(store)
    rows = await pool.fetch(
        "select first, last, lowest, highest, n from odds_hours"
        " where selection = (select min(selection) from odds_hours) order by hour"
    )
    assert [tuple(row) for row in rows] == [
        (2.0, 2.1, 1.9, 2.3, 4),
        (2.2, 2.2, 2.2, 2.2, 1),
        (2.05, 2.05, 2.05, 2.05, 1),
    ]


async def test_rolling_up_twice_is_rolling_up_once(store: Store, pool: Pool) -> None:
    await a_history(store)
    for _ in range(2):
        async with store.transaction() as tx:
            assert await tx.retention.roll_up_odds(LONG_AFTER) == 5
    assert await pool.fetchval("select sum(n) from odds_hours") == 8
    assert await drop(store) == 5
    assert await drop(store) == 0
    assert await pool.fetchval("select count(*) from odds_hours") == 5


async def test_a_month_that_has_not_ended_that_long_ago_stays(store: Store, pool: Pool) -> None:
    await a_history(store)
    async with store.transaction() as tx:
        assert await tx.retention.roll_up_odds(datetime(2026, 8, 31, 23, tzinfo=UTC)) == 0
    assert await pool.fetchval("select count(*) from odds_hours") == 0


async def test_a_month_goes_between_two_looks_and_readers_do_not_wait(store: Store) -> None:
    """Amid a look it would wait for both of its tables, in another order than the look's own."""
    await a_history(store)
    looked, held = asyncio.Event(), asyncio.Event()

    async def clean_up() -> int:
        async with store.transaction() as tx:
            await tx.retention.roll_up_odds(LONG_AFTER)
            looked.set()
            await tx.retention.hold_odds()
            held.set()
            dropped = await tx.retention.drop_months("odds_changes", LONG_AFTER)
            return dropped + await tx.retention.drop_months("fixture_looks", LONG_AFTER)

    board = replace(a_board(a_book("pinnacle", 2.4, 3.5, 3.6)), as_of=LONG_AFTER)
    async with asyncio.timeout(10), asyncio.TaskGroup() as group, store.transaction() as tx:
        await tx.odds.add(board)
        cleaning = group.create_task(clean_up())
        await looked.wait()
        await asyncio.sleep(0.1)  # it asks for its lock by now
        await match(store)
        assert not held.is_set()
    assert cleaning.result() == 2
    async with store.reading() as tx:
        assert await tx.odds.stored() == 1


async def test_runs_go_but_for_the_last_of_each_job(store: Store) -> None:
    async with store.transaction() as tx:
        for job, day in (("snapshot", 0), ("snapshot", 1), ("learn", 0)):
            at = NOW + timedelta(days=day)
            await tx.runs.begin(job, at, at, 1)
            await tx.runs.finish(job, at, at, state="done", report={})
        await tx.retention.forget_runs(LONG_AFTER)
        left = await tx.runs.recent(9)
    assert {(row["job"], row["scheduled_for"]) for row in left} == {
        ("snapshot", NOW + timedelta(days=1)),
        ("learn", NOW),
    }


async def test_the_path_of_a_match_marks_the_price_an_alert_was_made_at(store: Store) -> None:
    pick = a_pick(bookmaker=BookmakerKey("pinnacle"), taken_at=NOW + 90 * MINUTE)
    await a_history(store)
    async with store.transaction() as tx:
        await tx.picks.add([pick])
    found = await match(store)
    assert found.kick_off == KICK_OFF
    assert float(found.path.odds[found.alerts[pick.id]]) == 2.1
    assert 9.0 not in found.path.odds.tolist()
    async with store.reading() as tx:
        assert await tx.odds.match_path(a_fixture("nice", "nantes").id) is None


async def test_a_pick_at_a_price_that_was_not_there_has_no_mark(store: Store) -> None:
    await a_history(store)
    async with store.transaction() as tx:
        await tx.picks.add([a_pick(bookmaker=BookmakerKey("nobody"))])
    assert (await match(store)).alerts == {}
