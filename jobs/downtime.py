"""What fell due while nobody kept the calendar: what is made up for, and what is lost."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from jobs.catalogue import JOBS, REGULAR_SWEEP, job_of
from jobs.plan import build_plan
from jobs.slots import CLOSING, KICK_OFF, LOOKS, SETTLE, SNAPSHOT, look_slots, plan_slots
from jobs.triggers import last_due

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping
    from datetime import datetime

    from jobs.context import Context
    from jobs.run import Job
    from jobs.slots import Slot
    from jobs.triggers import Trigger
    from storage.runs import Abandoned

_NOT_RUN: Final = frozenset({"running", "abandoned", "retry"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """A run to make at once (or at `at`, where that is later) under the time it was due."""

    job: Job
    at: datetime
    name: str


async def missed_captures(ctx: Context, now: datetime) -> tuple[Slot, ...]:
    """Return the captures that fell due since the last run, and no answer came to, by time.

    The plan of a while ago, with what was asked since, wants what nobody has asked. Those of
    the last moments are among them even if a run was made since: it may have been another job.
    """
    async with ctx.store.reading() as tx:
        alive = [run.finished_at or run.started_at for run in await tx.runs.last_of_each()]
    recent = now - ctx.rules.closing.grace
    since = max(now - ctx.rules.schedule.catch_up, min(max(alive, default=recent), recent))
    plan = await build_plan(ctx, since)
    return tuple(slot for slot in look_slots(plan.planned, (), since, now) if slot.job == CLOSING)


def broken_off(left: Iterable[Abandoned], ctx: Context, now: datetime) -> tuple[str, ...]:
    """Return the leagues whose capture a dead leader began and did not end, of late.

    Their answer may be kept, which is why the plan does not want it any more, but nobody judged
    it: a close is worth asking twice for.
    """
    since = now - ctx.rules.closing.grade_a
    leagues: set[str] = set()
    for run in left:
        asked = run.report.get("competitions")
        if run.job == CLOSING and run.scheduled_for >= since and isinstance(asked, list):
            leagues.update(asked)
    return tuple(sorted(leagues))


def still_counts(slot: Slot, ctx: Context, now: datetime) -> bool:
    """Say whether a capture made now is still the one that was planned."""
    return now - slot.at <= ctx.rules.closing.grace


async def overdue(ctx: Context, triggers: Mapping[str, Trigger], now: datetime) -> tuple[Due, ...]:
    """Return each regular job whose last due run never happened, the closes and the readings."""
    found = [Due(job=JOBS[KICK_OFF], at=now, name=f"{KICK_OFF}|late")]
    for name, trigger in triggers.items():
        due = last_due(trigger, now - ctx.rules.schedule.catch_up, now)
        names = LOOKS if name == SNAPSHOT else {name}
        if due is not None and (at := await _untaken(ctx, names, due, now)) is not None:
            job = REGULAR_SWEEP if name == SNAPSHOT else JOBS[name]
            found.append(Due(job=job, at=at, name=f"{name}|late"))
    return (*found, *await _readings(ctx, now))


async def _readings(ctx: Context, now: datetime) -> tuple[Due, ...]:
    """Return the reading of results that makes up for all that nobody was there for."""
    offsets = ctx.rules.closing.result_offsets
    since = now - ctx.rules.schedule.catch_up
    async with ctx.store.reading() as tx:
        fixtures = await tx.fixtures.between(since, now)
    followed = (each for each in fixtures if each.competition in ctx.rules.competitions)
    slots = plan_slots(followed, ctx.rules.closing, since)
    due = max((s.at for s in slots if s.job == SETTLE and s.at <= now), default=None)
    if due is None or (at := await _untaken(ctx, {SETTLE}, due, now)) is None:
        return ()
    # what is read only now is believed once it is read again
    again = now + max(offsets) - min(offsets)
    return (
        Due(job=JOBS[SETTLE], at=at, name=f"{SETTLE}|missed"),
        Due(job=JOBS[SETTLE], at=again, name=f"{SETTLE}|again"),
    )


async def _untaken(
    ctx: Context, names: Collection[str], due: datetime, now: datetime
) -> datetime | None:
    """Return under which time to make up for a run that was due; None where it was run."""
    async with ctx.store.reading() as tx:
        runs = [run for name in names if (run := await tx.runs.last(name)) is not None]
    taken = [run for run in runs if run.scheduled_for >= due]
    if any(run.state not in _NOT_RUN for run in taken):
        return None
    return now if taken else due


def lost(slots: Collection[Slot], ctx: Context, now: datetime) -> Iterator[tuple[Job, datetime]]:
    """Yield the captures that came to nothing, to be recorded as missed."""
    for slot in slots:
        if not still_counts(slot, ctx, now):
            yield job_of(slot), slot.at
