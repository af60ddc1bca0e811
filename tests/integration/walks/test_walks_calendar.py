"""The calendar on the real clock: APScheduler's timers cannot be moved by hand."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from engine.collect.asks import ask_league
from engine.collect.payload import Payload
from engine.domain.schedule import ScheduleRules
from jobs.catalogue import JOBS
from jobs.clock import SystemClock
from jobs.run import RunState
from jobs.runner import Runner
from jobs.schedule import Schedule, run_schedule
from jobs.slots import CLOSING, KICK_OFF, SETTLE
from tests.builders import a_fixture
from tests.integration.walks.world import open_house, open_outside

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
    from datetime import datetime

    from engine.domain.fixture import Fixture
    from jobs.context import Context
    from storage.pool import Pool
    from storage.store import Store
    from tests.integration.walks.world import Outside

_SECOND = timedelta(seconds=1)
_DAY = timedelta(days=1)
_BACKUPS = ("backup", "restore_check")
"""This house has no vault: they are skipped."""
_DAILY = ("snapshot", "settle", "learn", "health", "cleanup", *_BACKUPS)


@pytest.fixture
async def outside_of() -> AsyncIterator[Outside]:
    """Providers whose world began a minute ago on the wall clock."""
    async with open_outside(SystemClock().now() - timedelta(minutes=1)) as outside:
        yield outside


@pytest.fixture
async def ctx(store: Store, outside_of: Outside) -> AsyncIterator[Context]:
    """A context on the wall clock, whose regular jobs are due once a day."""
    clock = SystemClock()
    async with open_house(store, outside_of) as house:
        rules = house.ctx.rules
        daily = ScheduleRules(
            snapshot_every=_DAY,
            settle_every=_DAY,
            learn_every=_DAY,
            health_every=_DAY,
            cleanup_every=_DAY,
            backup_every=_DAY,
            restore_check_every=_DAY,
        )
        yield replace(
            house.ctx,
            clock=clock,
            rules=replace(
                rules,
                schedule=daily,
                closing=replace(rules.closing, grace=_SECOND),
            ),
        )


@asynccontextmanager
async def _calendar(ctx: Context) -> AsyncIterator[Schedule]:
    schedule = Schedule(ctx, Runner(ctx))
    await schedule.start()
    try:
        yield schedule
    finally:
        schedule.close()


async def _runs(store: Store) -> list[Mapping[str, object]]:
    async with store.reading() as tx:
        return [run for run in await tx.runs.recent(1000) if run["state"] != "running"]


async def _all_ran(store: Store) -> bool:
    return {str(run["job"]) for run in await _runs(store)} >= JOBS.keys() - {CLOSING}


async def _until(condition: Callable[[], Awaitable[bool]]) -> None:
    async with asyncio.timeout(20):
        while not await condition():  # rows in a database give no event
            await asyncio.sleep(0.05)


def _local_midnight(ctx: Context) -> datetime:
    local = ctx.clock.now().astimezone(ctx.rules.time_zone)
    return local.replace(hour=0, minute=0, second=0, microsecond=0)


async def _save(store: Store, *fixtures: Fixture) -> None:
    async with store.transaction() as tx:
        await tx.fixtures.save(fixtures, SystemClock().now())


async def test_after_downtime_every_missed_job_runs_once_under_the_time_it_was_due(
    ctx: Context, store: Store
) -> None:
    async with _calendar(ctx):
        await _until(lambda: _all_ran(store))
    due = _local_midnight(ctx)
    regular = [run for run in await _runs(store) if run["scheduled_for"] == due]
    assert sorted(str(run["job"]) for run in regular) == sorted(_DAILY)
    assert {run["state"] for run in regular if run["job"] not in _BACKUPS} == {"done"}
    assert {run["state"] for run in regular if run["job"] in _BACKUPS} == {"skipped"}


async def test_what_already_ran_is_not_run_again_by_the_next_leader(
    ctx: Context, store: Store
) -> None:
    async with _calendar(ctx):
        await _until(lambda: _all_ran(store))
    before = {(run["job"], run["scheduled_for"]) for run in await _runs(store)}
    async with _calendar(ctx):

        async def second_kick_off() -> bool:
            return sum(run["job"] == KICK_OFF for run in await _runs(store)) == 2

        await _until(second_kick_off)
    after = {(run["job"], run["scheduled_for"]) for run in await _runs(store)}
    assert {job for job, _ in after - before} == {KICK_OFF}


async def test_a_run_left_open_by_a_dead_leader_is_made_up_for(ctx: Context, store: Store) -> None:
    async with store.transaction() as tx:
        await tx.runs.begin("learn", _local_midnight(ctx), ctx.clock.now(), 1)

    async def learned() -> bool:
        runs = [run for run in await _runs(store) if run["job"] == "learn"]
        return {str(run["state"]) for run in runs} == {"abandoned", "done"}

    async with _calendar(ctx):
        await _until(learned)


async def test_a_look_plans_the_captures_of_what_it_saw(ctx: Context, store: Store) -> None:
    async with _calendar(ctx) as schedule:
        await schedule.run_now(JOBS["snapshot"])
        planned = [slot for slot in schedule.slots if slot.job == CLOSING]
    fixtures = {fixture.competition for fixture in await _upcoming(store)}
    assert {key for slot in planned for key in slot.competitions} == fixtures


async def _upcoming(store: Store) -> tuple[Fixture, ...]:
    now = SystemClock().now()
    async with store.reading() as tx:
        return await tx.fixtures.between(now, now + 7 * _DAY)


async def test_a_moved_kick_off_moves_its_captures(ctx: Context, store: Store) -> None:
    now = ctx.clock.now()
    fixture = a_fixture(competition="soccer_epl", kick_off=now + timedelta(hours=5))
    await _save(store, fixture)
    async with _calendar(ctx) as schedule:
        await schedule.plan()
        before = {slot.at for slot in schedule.slots if slot.job == KICK_OFF}
        await _save(store, replace(fixture, kick_off=now + timedelta(hours=9)))
        await schedule.plan()
        after = {slot.at for slot in schedule.slots if slot.job == KICK_OFF}
    assert fixture.kick_off in before
    assert fixture.kick_off not in after
    assert now + timedelta(hours=9) in after


async def _sweep_is_not_due(ctx: Context, store: Store) -> None:
    """Say that today's sweep was made: one made now would stand for the captures to come."""
    midnight = _local_midnight(ctx)
    async with store.transaction() as tx:
        await tx.runs.begin("snapshot", midnight, ctx.clock.now(), 1)
        await tx.runs.finish("snapshot", midnight, ctx.clock.now(), state="done", report={})


async def test_a_capture_runs_at_its_instant_and_under_it(ctx: Context, store: Store) -> None:
    kick_off = ctx.clock.now() + timedelta(minutes=2) + _SECOND
    await _sweep_is_not_due(ctx, store)
    await _save(store, a_fixture(competition="soccer_epl", kick_off=kick_off))

    async def captured() -> bool:
        return any(run["job"] == CLOSING for run in await _runs(store))

    async with _calendar(ctx):
        await _until(captured)
    runs = [run for run in await _runs(store) if run["job"] == CLOSING]
    assert [run["scheduled_for"] for run in runs] == [kick_off - timedelta(minutes=2)]
    assert [run["state"] for run in runs] == ["done"]


async def test_a_capture_that_failed_is_made_again_before_the_kick_off(
    ctx: Context, store: Store, outside_of: Outside
) -> None:
    """A provider that is away for some seconds must not cost the close."""
    kick_off = ctx.clock.now() + timedelta(minutes=2) + _SECOND
    await _sweep_is_not_due(ctx, store)
    await _save(store, a_fixture(competition="soccer_epl", kick_off=kick_off))
    outside_of.fail(path="/odds-api/v4/sports/soccer_epl/odds", html=True, times=6)

    async def captured() -> bool:
        runs = [run for run in await _runs(store) if run["job"] == CLOSING]
        return any(run["state"] == "done" for run in runs)

    async with _calendar(ctx):
        await _until(captured)
    runs = sorted(
        (run for run in await _runs(store) if run["job"] == CLOSING),
        key=lambda run: str(run["started_at"]),
    )
    assert [run["state"] for run in runs] == ["retry", "retry", "done"]


async def test_a_capture_that_its_leader_did_not_live_to_judge_is_made_again(
    ctx: Context, store: Store
) -> None:
    """Its answer is kept, so the plan wants it no more; but no close was made of it."""
    now = ctx.clock.now()
    await _sweep_is_not_due(ctx, store)
    await _save(store, a_fixture(competition="soccer_epl", kick_off=now + timedelta(minutes=2)))
    ask = ask_league("soccer_epl", ctx.rules.collect.markets, ctx.rules.collect, CLOSING)
    answer = Payload(source=ask.source, ask=ask, fetched_at=now, status=200, body=b"[]")
    about = {"competitions": ["soccer_epl"]}
    async with store.transaction() as tx:
        await tx.runs.begin(CLOSING, now - _SECOND, now - _SECOND, 1, about=about)
        await tx.payloads.add([answer])

    async def captured() -> bool:
        return any(run["state"] == "done" for run in await _captures(store))

    async with _calendar(ctx):
        await _until(captured)
    async with _calendar(ctx):
        await asyncio.sleep(0.3)
    runs = sorted(await _captures(store), key=lambda run: str(run["scheduled_for"]))
    assert [run["state"] for run in runs] == ["abandoned", "done"]
    assert runs[0]["report"] == about
    report = runs[1]["report"]
    assert isinstance(report, dict)
    assert report["captures"] == {"soccer_epl": "captured"}


async def _captures(store: Store) -> list[Mapping[str, object]]:
    return [run for run in await _runs(store) if run["job"] == CLOSING]


async def test_a_capture_later_than_its_grace_is_missed_and_says_so(
    ctx: Context, store: Store
) -> None:
    """A late capture would be graded as if it had been made in time."""
    late = replace(
        ctx, rules=replace(ctx.rules, closing=replace(ctx.rules.closing, grace=timedelta(0)))
    )
    kick_off = ctx.clock.now() + timedelta(minutes=2) + _SECOND
    await _sweep_is_not_due(ctx, store)
    await _save(store, a_fixture(competition="soccer_epl", kick_off=kick_off))

    async def recorded() -> bool:
        return any(run["job"] == CLOSING for run in await _runs(store))

    async with _calendar(late):
        await _until(recorded)
    runs = [run for run in await _runs(store) if run["job"] == CLOSING]
    assert [run["state"] for run in runs] == [RunState.MISSED.value]


async def test_what_kick_offs_called_for_during_downtime_is_made_up_for(
    ctx: Context, store: Store
) -> None:
    """A restart must not cost the close, nor leave a result unread until the evening."""
    closing = replace(ctx.rules.closing, grace=timedelta(seconds=120))
    restarted = replace(ctx, rules=replace(ctx.rules, closing=closing))
    now = ctx.clock.now()
    begins = now + timedelta(minutes=10) - 5 * _SECOND
    begun = now - min(closing.result_offsets) - 5 * _SECOND
    await _sweep_is_not_due(ctx, store)
    await _save(
        store,
        a_fixture(competition="soccer_epl", kick_off=begins),
        a_fixture("nice", "nantes", competition="soccer_epl", kick_off=begun),
    )
    wanted = {
        (CLOSING, begins - timedelta(minutes=10)),
        (SETTLE, begun + min(closing.result_offsets)),
    }

    async def made_up() -> bool:
        return {(run["job"], run["scheduled_for"]) for run in await _runs(store)} >= wanted

    async with _calendar(restarted):
        await _until(made_up)
    before = len([run for run in await _runs(store) if run["job"] in {CLOSING, SETTLE}])
    async with _calendar(restarted):
        await asyncio.sleep(0.3)
    after = [run for run in await _runs(store) if run["job"] in {CLOSING, SETTLE}]
    assert len(after) == before


async def test_captures_that_fell_due_while_nobody_was_there_are_recorded_as_missed(
    ctx: Context, store: Store
) -> None:
    """Coverage must say that they were lost, and why; a restart invents none."""
    now = ctx.clock.now()
    alive = now - timedelta(minutes=30)
    async with store.transaction() as tx:
        await tx.runs.begin("learn", alive, alive, 1)
        await tx.runs.finish("learn", alive, alive, state="done", report={})
    kick_off = now - timedelta(minutes=5)
    await _save(store, a_fixture(competition="soccer_epl", kick_off=kick_off))
    async with _calendar(ctx):
        pass
    missed = {
        run["scheduled_for"]: run["report"]
        for run in await _runs(store)
        if run["state"] == "missed"
    }
    assert missed.keys() == {kick_off - timedelta(minutes=minutes) for minutes in (10, 2)}
    for report in missed.values():
        assert isinstance(report, dict)
        assert report["competitions"] == ["soccer_epl"]


async def test_a_plan_that_cannot_be_made_ends_no_job_and_repeats_no_run(
    ctx: Context, store: Store, pool: Pool
) -> None:
    """A look that was made is not made, nor paid, a second time because planning failed."""
    async with _calendar(ctx) as schedule:
        await _until(lambda: _all_ran(store))
        await schedule.plan()  # what the last run brought is planned for, whoever comes first
        await pool.execute("alter table payloads rename to payloads_gone")
        before = schedule.slots
        await schedule.run_now(JOBS[SETTLE])
        await pool.execute("alter table payloads_gone rename to payloads")
        assert schedule.slots == before
        await asyncio.sleep(0.3)
        runs = [run["state"] for run in await _runs(store) if run["job"] == SETTLE]
        assert set(runs) == {"done"}
        await _save(store, a_fixture(kick_off=ctx.clock.now() + timedelta(hours=9)))
        await schedule.run_now(JOBS[SETTLE])
        assert schedule.slots != before


async def test_two_runs_of_one_lane_never_overlap(ctx: Context, store: Store) -> None:
    runner, now = Runner(ctx), ctx.clock.now()
    async with asyncio.TaskGroup() as group:
        for number in range(3):
            group.create_task(runner.run(JOBS["snapshot"], now + number * _SECOND))
    runs = sorted(await _runs(store), key=lambda run: str(run["started_at"]))
    spans = [(run["started_at"], run["finished_at"]) for run in runs]
    assert len(spans) == 3
    assert all(first[1] <= second[0] for first, second in pairwise(spans))  # type: ignore[operator]  # moments


class _Lead:
    """Leadership that a test gives and takes: the outside of the calendar, not part of it."""

    def __init__(self) -> None:
        self.given, self.taken = asyncio.Event(), asyncio.Event()

    async def elected(self) -> int:
        await self.given.wait()
        return 7

    async def lost(self) -> None:
        await self.taken.wait()


async def test_only_the_leader_runs_jobs_and_stops_when_told(ctx: Context, store: Store) -> None:
    lead, stop = _Lead(), asyncio.Event()

    async def ran() -> bool:
        return any(run["job"] == "snapshot" for run in await _runs(store))

    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(run_schedule(ctx, lead, stop))
        await asyncio.sleep(0.2)
        assert await _runs(store) == []
        lead.given.set()
        await _until(ran)
        stop.set()
