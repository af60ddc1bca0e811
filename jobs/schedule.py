"""The leader's calendar: regular jobs, catch-up after downtime, and slots around kick-offs."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger

from engine.domain.errors import StoreUnavailable
from jobs.catalogue import JOBS, closing_of
from jobs.run import RunState
from jobs.runner import Runner
from jobs.slots import CLOSING, KICK_OFF, SETTLE, missed_slots, plan_slots
from jobs.triggers import build_triggers, last_due

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from engine.domain.fixture import Fixture
    from jobs.context import Context
    from jobs.run import Job
    from jobs.slots import Slot
    from jobs.triggers import Trigger

_log = structlog.get_logger(__name__)
_RETRIES: Final = 3
_PAUSE_SECONDS: Final = 1.0
_NOT_RUN: Final = frozenset({"running", "abandoned", "retry"})
_CHANGES_FIXTURES: Final = frozenset({"snapshot", CLOSING, SETTLE})


class Leadership(Protocol):
    """What the calendar must know of who leads (`storage.leases.Leader`)."""

    async def elected(self) -> int: ...

    async def lost(self) -> None: ...


async def run_schedule(ctx: Context, leader: Leadership, stop: asyncio.Event) -> None:
    """Keep the calendar whenever this process leads, until `stop`; elsewhere do nothing."""
    while not stop.is_set():
        await _first(leader.elected(), stop.wait())
        if stop.is_set():
            return
        schedule = Schedule(ctx, Runner(ctx, fencing=await leader.elected()))
        try:
            await schedule.start()
            await _first(leader.lost(), stop.wait())
        except StoreUnavailable as away:
            _log.warning("calendar_not_kept", reason=str(away))
            await _first(asyncio.sleep(_PAUSE_SECONDS), stop.wait())
        finally:
            schedule.close()


class Schedule:
    """One leadership's calendar; the run rows in the store, not the timers, are the truth."""

    def __init__(self, ctx: Context, runner: Runner) -> None:
        self._ctx = ctx
        self._runner = runner
        self._triggers = build_triggers(ctx.rules.schedule, ctx.rules.time_zone, ctx.clock.now())
        self._timer = AsyncIOScheduler(
            timezone=ctx.rules.time_zone, job_defaults={"coalesce": True, "max_instances": 1}
        )
        self._slots: dict[str, Slot] = {}

    @property
    def runner(self) -> Runner:
        return self._runner

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What is planned for the kick-offs known so far, by time."""
        return tuple(sorted(self._slots.values(), key=lambda slot: slot.at))

    async def start(self) -> None:
        """Close what a dead leader left open, run what was missed, then keep the calendar."""
        async with self._ctx.store.transaction() as tx:
            await tx.runs.abandon_running(self._ctx.clock.now())
        grace = max(1, math.ceil(self._ctx.rules.schedule.grace.total_seconds()))
        for name, trigger in self._triggers.items():
            self._timer.add_job(
                partial(self._on_time, JOBS[name], trigger),
                trigger,
                id=name,
                misfire_grace_time=grace,
            )
        self._timer.start()
        await self.plan()
        await self._catch_up()

    def close(self) -> None:
        """Stop the calendar; runs under way are cancelled and roll back."""
        if self._timer.running:
            self._timer.shutdown(wait=False)

    async def plan(self) -> None:
        """Plan captures, closes and readings from the kick-offs in the store as they are now."""
        now = self._ctx.clock.now()
        closing = self._ctx.rules.closing
        fixtures = await self._followed(now - max(closing.result_offsets), now)
        wanted = {slot.id: slot for slot in plan_slots(fixtures, closing, now)}
        for gone in self._slots.keys() - wanted.keys():
            if self._timer.get_job(gone) is not None:
                self._timer.remove_job(gone)
        for slot_id in wanted.keys() - self._slots.keys():
            self._add(partial(self._at_slot, wanted[slot_id]), wanted[slot_id].at, slot_id)
        self._slots = wanted

    async def run_now(self, job: Job) -> None:
        """Run a job at once, outside its calendar; what it changes is planned for."""
        await self._run(job, self._ctx.clock.now())

    async def _catch_up(self) -> None:
        """Run each regular job whose last due run never happened, once, under its due time."""
        now, rules = self._ctx.clock.now(), self._ctx.rules.schedule
        for name, trigger in self._triggers.items():
            due = last_due(trigger, now - rules.catch_up, now)
            async with self._ctx.store.reading() as tx:
                last = await tx.runs.last(name)
            taken = due is not None and last is not None and last.scheduled_for >= due
            if due is None or (taken and last is not None and last.state not in _NOT_RUN):
                continue
            self._add(partial(self._run, JOBS[name], now if taken else due), now, f"{name}|late")
        self._add(partial(self._run, JOBS[KICK_OFF], now), now, f"{KICK_OFF}|late")
        await self._make_up(now)

    async def _make_up(self, now: datetime) -> None:
        """Run what kick-offs called for while nobody kept the calendar, where it is of use yet."""
        closing, since = self._ctx.rules.closing, now - self._ctx.rules.schedule.catch_up
        for slot in missed_slots(await self._followed(since, now), closing, since, now):
            async with self._ctx.store.reading() as tx:
                last = await tx.runs.last(slot.job)
            taken = last is not None and last.scheduled_for >= slot.at
            if taken and last is not None and last.state not in _NOT_RUN:
                continue
            job = closing_of(slot.competitions) if slot.job == CLOSING else JOBS[slot.job]
            self._add(partial(self._run, job, now if taken else slot.at), now, f"{slot.id}|late")
            if slot.job == SETTLE:  # what is read only now is believed once it is read again
                again = now + max(closing.result_offsets) - min(closing.result_offsets)
                self._add(partial(self._run, job, again), again, f"{slot.id}|again")

    async def _followed(self, since: datetime, now: datetime) -> tuple[Fixture, ...]:
        """Return the fixtures of followed competitions from `since` to the horizon."""
        horizon = self._ctx.rules.policy.scoring.horizon
        async with self._ctx.store.reading() as tx:
            fixtures = await tx.fixtures.between(since, now + horizon)
        return tuple(f for f in fixtures if f.competition in self._ctx.rules.competitions)

    async def _on_time(self, job: Job, trigger: Trigger) -> None:
        """Run a regular job under the time it was due, not the time it got going."""
        now = self._ctx.clock.now()
        due = last_due(trigger, now - self._ctx.rules.schedule.catch_up, now)
        await self._run(job, due or now)

    async def _at_slot(self, slot: Slot) -> None:
        """Run a slot's job; a capture that comes too late is recorded as missed, not made."""
        self._slots.pop(slot.id, None)
        job = closing_of(slot.competitions) if slot.job == CLOSING else JOBS[slot.job]
        late = self._ctx.clock.now() - slot.at
        if slot.job == CLOSING and late > self._ctx.rules.closing.grace:
            await self._runner.miss(job, slot.at)
            return
        await self._run(job, slot.at)

    async def _run(self, job: Job, scheduled_for: datetime, attempt: int = 1) -> None:
        """Run a job; where the outside or the database is away, set it up again for later."""
        try:
            outcome = await self._runner.run(job, scheduled_for)
            retry_at = outcome.retry_at
            if job.name in _CHANGES_FIXTURES and outcome.state is RunState.DONE:
                await self.plan()
        except StoreUnavailable as away:
            _log.warning("run_postponed", job=job.name, reason=str(away))
            retry_at = self._ctx.clock.now() + timedelta(seconds=away.after_seconds)
        if retry_at is not None and attempt < _RETRIES:
            again = partial(self._run, job, retry_at, attempt + 1)
            self._add(again, retry_at, f"{job.name}|retry|{retry_at.isoformat()}")

    def _add(self, run: Callable[[], Awaitable[object]], at: datetime, name: str) -> None:
        """Set a one-time run; it is never dropped for being late: `run` judges that itself."""
        self._timer.add_job(
            run,
            DateTrigger(at),
            id=name,
            replace_existing=True,
            misfire_grace_time=None,
        )


async def _first(*waits: Awaitable[object]) -> None:
    """Return once the first of `waits` is over; the others are cancelled."""
    over = asyncio.Event()

    async def one(wait: Awaitable[object]) -> None:
        await wait
        over.set()

    async with asyncio.TaskGroup() as group:
        tasks = [group.create_task(one(wait)) for wait in waits]
        await over.wait()
        for task in tasks:
            task.cancel()
