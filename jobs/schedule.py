"""The leader's calendar: planned looks, regular jobs, and catch-up after downtime."""

from __future__ import annotations

import asyncio
import math
from datetime import timedelta
from functools import partial
from typing import TYPE_CHECKING, Final, Protocol

import structlog
from apscheduler.schedulers.asyncio import AsyncIOScheduler
from apscheduler.triggers.date import DateTrigger
from apscheduler.triggers.interval import IntervalTrigger

from engine.domain.errors import StoreUnavailable
from jobs.catalogue import JOBS, closing_of, job_of
from jobs.downtime import broken_off, lost, missed_captures, overdue, still_counts
from jobs.exhaustion import look_for_credits
from jobs.plan import build_plan
from jobs.run import RunState
from jobs.runner import Runner
from jobs.slots import CLOSING, LOOKS, SETTLE, SNAPSHOT, look_slots, plan_slots
from jobs.triggers import build_triggers, fires, last_due
from jobs.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Iterable, Mapping
    from datetime import datetime

    from engine.collect.plan import CollectPlan
    from engine.domain.fixture import Fixture
    from jobs.context import Context
    from jobs.run import Job, Outcome
    from jobs.slots import Slot
    from jobs.triggers import Trigger
    from storage.runs import Abandoned

_log = structlog.get_logger(__name__)
_RETRIES: Final = 3
_PAUSE_SECONDS: Final = 1.0
_CHANGES_PLAN: Final = LOOKS | {SETTLE, "fixtures_feed"}
_REPLAN: Final = "replan"
_ASKS: Final = 6
"""How often within `replan` a provider that is out of credits is asked for free about them."""
_AHEAD: Final = 24
"""How many times `replan` looks are set ahead: none is lost while the database is away."""


class Leadership(Protocol):
    """What the calendar must know of who leads (`storage.leases.Leader`)."""

    async def elected(self) -> int: ...

    async def lost(self) -> None: ...


async def run_schedule(
    ctx: Context, leader: Leadership, stop: asyncio.Event, wishes: Wishes | None = None
) -> None:
    """Keep the calendar whenever this process leads, until `stop`; elsewhere do nothing.

    `wishes` are runs that people ask for meanwhile.
    """
    asked = Wishes() if wishes is None else wishes
    while not stop.is_set():
        await _first(leader.elected(), stop.wait())
        if stop.is_set():
            return
        schedule = Schedule(ctx, Runner(ctx, fencing=await leader.elected()))
        try:
            await schedule.start()
            await _first(leader.lost(), stop.wait(), asked.serve(schedule.run_asked))
        except StoreUnavailable as away:
            _log.warning("calendar_not_kept", reason=str(away))
            await _first(asyncio.sleep(_PAUSE_SECONDS), stop.wait())
        finally:
            schedule.close()


class Schedule:
    """One leadership's calendar; the run rows in the store, not the timers, are the truth.

    Looks follow the plan of the month's credits, which is made anew after everything that may
    change it, at the reset, and every `replan` at least.
    """

    def __init__(self, ctx: Context, runner: Runner) -> None:
        self._ctx = ctx
        self._runner = runner
        self._triggers = build_triggers(ctx.rules.schedule, ctx.rules.time_zone, ctx.clock.now())
        self._timer = AsyncIOScheduler(
            timezone=ctx.rules.time_zone, job_defaults={"coalesce": True, "max_instances": 1}
        )
        self._slots: dict[str, Slot] = {}
        self._planning = asyncio.Lock()

    @property
    def slots(self) -> tuple[Slot, ...]:
        """What is planned so far, by time."""
        return tuple(sorted(self._slots.values(), key=lambda slot: slot.at))

    async def start(self) -> None:
        """Close what a dead leader left open, run what was missed, then keep the calendar."""
        async with self._ctx.store.transaction() as tx:
            left = await tx.runs.abandon_running(self._ctx.clock.now())
        rules = self._ctx.rules.schedule
        grace = max(1, math.ceil(rules.grace.total_seconds()))
        for name, trigger in self._triggers.items():
            if name != SNAPSHOT:  # its turns are looks among others: see `plan`
                self._timer.add_job(
                    partial(self._on_time, JOBS[name], trigger),
                    trigger,
                    id=name,
                    misfire_grace_time=grace,
                )
        hourly = IntervalTrigger(seconds=max(1.0, rules.replan.total_seconds()))
        self._timer.add_job(self._plan_if_possible, hourly, id=_REPLAN)
        often = IntervalTrigger(seconds=max(1.0, rules.replan.total_seconds() / _ASKS))
        self._timer.add_job(self._look_for_credits, often, id="credits")
        self._timer.start()
        await self._catch_up(left)
        await self._plan_if_possible()

    def close(self) -> None:
        """Stop the calendar; runs under way are cancelled and roll back."""
        if self._timer.running:
            self._timer.shutdown(wait=False)

    async def plan(self) -> None:
        """Plan looks, closes and readings from kick-offs, keys and looks as they are now."""
        async with self._planning:
            now = self._ctx.clock.now()
            plan = await build_plan(self._ctx, now)
            self._set(await self._wanted(plan, now), now)
            if plan.ration.resets_at > now:
                self._add(self._plan_if_possible, plan.ration.resets_at, f"{_REPLAN}|reset")

    async def run_now(self, job: Job) -> None:
        """Run a job at once, outside its calendar; what it changes is planned for."""
        await self._run(job, self._ctx.clock.now())

    async def run_asked(self, name: str) -> None:
        """Run what a person asked for at once, paused or not."""
        await self._run(JOBS[name], self._ctx.clock.now(), asked=True)

    async def _wanted(self, plan: CollectPlan, now: datetime) -> Mapping[str, Slot]:
        """Return what is to be done, near looks only: those farther off will be planned anew."""
        rules = self._ctx.rules
        ahead = now + _AHEAD * rules.schedule.replan
        turns = fires(self._triggers[SNAPSHOT], now, ahead)
        fixtures = await self._followed(now - max(rules.closing.result_offsets), now)
        looks = look_slots(plan.planned, turns, now, ahead)
        return {slot.id: slot for slot in (*looks, *plan_slots(fixtures, rules.closing, now))}

    def _set(self, wanted: Mapping[str, Slot], now: datetime) -> None:
        """Make the timers those of `wanted`; what is due by now is left to its timer."""
        due = {name: slot for name, slot in self._slots.items() if slot.at <= now}
        for gone in self._slots.keys() - wanted.keys() - due.keys():
            if self._timer.get_job(gone) is not None:
                self._timer.remove_job(gone)
        for slot_id in wanted.keys() - self._slots.keys():
            self._add(partial(self._at_slot, wanted[slot_id]), wanted[slot_id].at, slot_id)
        self._slots = {**due, **wanted}

    async def _plan_if_possible(self) -> None:
        """Plan anew, soon again where the database is away; what is set stands until then."""
        try:
            await self.plan()
        except StoreUnavailable as away:
            _log.warning("plan_postponed", reason=str(away))
            soon = self._ctx.clock.now() + timedelta(seconds=away.after_seconds)
            self._add(self._plan_if_possible, soon, f"{_REPLAN}|away")
        except Exception:  # noqa: BLE001  # a fault of the plan must not end the calendar
            _log.exception("plan_failed")

    async def _look_for_credits(self) -> None:
        """Go on as soon as a spent key has credits again, whatever reset was expected."""
        before = self._ctx.feeds.key_states
        try:
            await look_for_credits(self._ctx)
            if self._ctx.feeds.key_states != before:
                await self._plan_if_possible()
        except StoreUnavailable as away:
            _log.warning("plan_postponed", reason=str(away))

    async def _catch_up(self, left: Iterable[Abandoned]) -> None:
        """Make up for what fell due while nobody kept the calendar; record what is lost."""
        now = self._ctx.clock.now()
        if again := broken_off(left, self._ctx, now):
            self._add(partial(self._run, closing_of(again), now), now, f"{CLOSING}|again")
        captures = await missed_captures(self._ctx, now)
        for job, at in lost(captures, self._ctx, now):
            await self._runner.miss(job, at)
        for slot in captures:
            if still_counts(slot, self._ctx, now):
                self._add(partial(self._at_slot, slot), now, f"{slot.id}|late")
        for due in await overdue(self._ctx, self._triggers, now):
            self._add(partial(self._run, due.job, due.at), max(due.at, now), due.name)

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
        late = self._ctx.clock.now() - slot.at
        if slot.job == CLOSING and late > self._ctx.rules.closing.grace:
            await self._runner.miss(job_of(slot), slot.at)
        elif slot.job != SNAPSHOT or late <= self._ctx.rules.schedule.grace:
            await self._run(job_of(slot), slot.at)
            return
        await self._plan_if_possible()  # what was not looked at is wanted still

    async def _run(
        self, job: Job, scheduled_for: datetime, attempt: int = 1, *, asked: bool = False
    ) -> None:
        """Run a job; where the outside or the database is away, set it up again for later."""
        again: tuple[Job, datetime] | None = None
        try:
            outcome = await self._runner.run(job, scheduled_for, asked=asked)
            again = self._second_try(job, outcome, attempt)
            if job.name in _CHANGES_PLAN and outcome.state is not RunState.REPEATED:
                await self._plan_if_possible()  # whose fault is not the run's: it was made
        except StoreUnavailable as away:
            _log.warning("run_postponed", job=job.name, reason=str(away))
            if again is None and attempt < _RETRIES:
                again = job, self._ctx.clock.now() + timedelta(seconds=away.after_seconds)
        if again is not None:
            job, at = again
            retry = partial(self._run, job, at, attempt + 1)
            self._add(retry, at, f"{job.name}|retry|{at.isoformat()}")

    def _second_try(self, job: Job, outcome: Outcome, attempt: int) -> tuple[Job, datetime] | None:
        """Return what to run again and when.

        A capture is tried again while its matches have not begun, at growing intervals: that the
        provider was away for a minute must not cost the close. `closing` drops what has begun.
        """
        if job.name == CLOSING:
            leagues = outcome.report.get("again", ())
            if outcome.state is RunState.RETRY:
                leagues = job.about.get("competitions", ())
            pause = 2**attempt * self._ctx.rules.collect.retry_wait
            leagues = leagues if isinstance(leagues, list) else []
            return (closing_of(leagues), self._ctx.clock.now() + pause) if leagues else None
        if outcome.retry_at is None or attempt >= _RETRIES:
            return None
        return job, outcome.retry_at

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
