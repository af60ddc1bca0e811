"""Jobs that people pause, put back and ask for."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

from jobs.catalogue import JOBS
from jobs.run import RunState
from jobs.runner import Runner
from jobs.schedule import run_schedule
from jobs.wishes import Wishes

if TYPE_CHECKING:
    from storage.store import Store
    from tests.integration.walks.world import House


class _Lead:
    """Leadership that is given and never taken: the outside of the calendar, not part of it."""

    async def elected(self) -> int:
        return 7

    async def lost(self) -> None:
        await asyncio.Event().wait()


async def test_a_paused_job_is_skipped_over_restarts_until_it_is_put_back(
    house: House, store: Store
) -> None:
    ctx, now = house.ctx, house.ctx.clock.now()
    async with store.transaction() as tx:
        await tx.house.pause("health", 1, ctx.clock.now())
        await tx.house.pause("health", 2, ctx.clock.now())
    first = await Runner(ctx).run(JOBS["health"], now)
    again = await Runner(ctx).run(JOBS["health"], now + timedelta(hours=1))
    assert {(one.state, one.report["skipped"]) for one in (first, again)} == {
        (RunState.SKIPPED, "paused")
    }
    async with store.reading() as tx:
        assert (await tx.house.paused())["health"].paused_by == 1
        assert [run.state for run in await tx.house.runs_of("health", 5)] == ["skipped"] * 2
    asked = await Runner(ctx).run(JOBS["health"], now + timedelta(hours=2), asked=True)
    assert asked.state is RunState.DONE
    async with store.transaction() as tx:
        await tx.house.resume("health")
    back = await Runner(ctx).run(JOBS["health"], now + timedelta(hours=3))
    assert back.state is RunState.DONE


async def test_a_job_that_is_asked_for_runs_once_however_often_it_is_asked(
    house: House, store: Store
) -> None:
    lead, stop, wishes = _Lead(), asyncio.Event(), Wishes()

    assert wishes.ask("cleanup")
    assert not wishes.ask("cleanup")
    async with asyncio.timeout(30), asyncio.TaskGroup() as group:
        group.create_task(run_schedule(house.ctx, lead, stop, wishes))
        while wishes.is_open("cleanup"):
            await asyncio.sleep(0.02)
        assert wishes.ask("cleanup"), "what ended may be asked for again"
        stop.set()
    async with store.reading() as tx:
        runs = await tx.house.runs_of("cleanup", 5)
    assert [run.state for run in runs].count("done") >= 1
