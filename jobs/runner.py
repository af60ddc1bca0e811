"""Run one walk: once for each (job, scheduled time), timed, and with its end recorded."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from structlog.contextvars import bound_contextvars

from engine.domain.errors import KeyRefused, MonPsError, QuotaSpent, RetryLater, Skip
from jobs.exhaustion import notice_credits, refused_keys
from jobs.run import Outcome, RunState
from jobs.telling import Trouble, tell_owners

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jobs.context import Context
    from jobs.run import Job
    from storage.store import Tx

_log = structlog.get_logger(__name__)


class Runner:
    """Runs jobs for one leader; `fencing` numbers its leadership in every run's row."""

    def __init__(self, ctx: Context, *, fencing: int = 0) -> None:
        self._ctx = ctx
        self._fencing = fencing
        self._lanes: Mapping[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def run(self, job: Job, scheduled_for: datetime, *, asked: bool = False) -> Outcome:
        """Run the job for `scheduled_for` unless that was done before; never raise for a walk.

        A job that is paused is skipped, unless somebody `asked` for this very run. A second call
        in the same lane waits for the first: walks of one lane share picks.
        """
        async with self._lanes[job.lane]:
            with bound_contextvars(job=job.name, scheduled_for=scheduled_for.isoformat()):
                if not await self._begin(job, scheduled_for):
                    return Outcome(
                        job=job.name,
                        scheduled_for=scheduled_for,
                        state=RunState.REPEATED,
                        report={},
                    )
                started = time.monotonic()
                walk = self._walk if asked or not await self._paused(job) else self._skip
                outcome = await walk(job, scheduled_for)
                seconds = round(time.monotonic() - started, 3)
                await self._finish(outcome, seconds)
                return outcome

    async def miss(self, job: Job, scheduled_for: datetime) -> None:
        """Record that a run came too late to be worth anything."""
        if await self._begin(job, scheduled_for):
            missed = Outcome(
                job=job.name,
                scheduled_for=scheduled_for,
                state=RunState.MISSED,
                report=job.about,
            )
            await self._finish(missed, 0.0)

    async def _begin(self, job: Job, scheduled_for: datetime) -> bool:
        async with self._ctx.store.transaction() as tx:
            return await tx.runs.begin(
                job.name, scheduled_for, self._ctx.clock.now(), self._fencing, about=job.about
            )

    async def _paused(self, job: Job) -> bool:
        async with self._ctx.store.reading() as tx:
            return await tx.house.is_paused(job.name)

    async def _skip(self, job: Job, scheduled_for: datetime) -> Outcome:
        return Outcome(
            job=job.name,
            scheduled_for=scheduled_for,
            state=RunState.SKIPPED,
            report={**job.about, "skipped": "paused"},
        )

    async def _walk(self, job: Job, scheduled_for: datetime) -> Outcome:
        state, report, error = RunState.DONE, dict(job.about), None
        cause: MonPsError | None = None
        try:
            report |= await job.walk(self._ctx)
        except MonPsError as refused:
            state, cause, error = _state_after(refused), refused, str(refused)
            report |= _why_skipped(refused)
        except Exception as fault:  # noqa: BLE001  # one walk's fault must not end the calendar
            # its transactions rolled back; its text may quote data, so only its type is kept
            _log.exception("run_failed")
            state, error = RunState.FAILED, type(fault).__name__
        retry_at = None
        if isinstance(cause, RetryLater):
            retry_at = self._ctx.clock.now() + timedelta(seconds=cause.after_seconds)
        return Outcome(
            job=job.name,
            scheduled_for=scheduled_for,
            state=state,
            report=report,
            error=error,
            cause=cause,
            retry_at=retry_at,
        )

    async def _finish(self, outcome: Outcome, seconds: float) -> None:
        now = self._ctx.clock.now()
        report = {**outcome.report, "seconds": seconds}
        async with self._ctx.store.transaction() as tx:
            await tx.runs.finish(
                outcome.job,
                outcome.scheduled_for,
                now,
                state=outcome.state.value,
                report=report,
                error=outcome.error,
            )
            await tell_owners(tx, outcome.job, await self._news(tx, outcome, now), now)
        _log.info("run_ended", state=outcome.state.value, error=outcome.error, **report)

    async def _news(self, tx: Tx, outcome: Outcome, now: datetime) -> tuple[Trouble, ...]:
        """Return what this run taught that an owner must know, the keys' troubles once each."""
        refused = refused_keys(self._ctx.feeds.key_states)
        news = (*refused, *await notice_credits(tx, self._ctx, now))
        if outcome.state is not RunState.STOPPED or outcome.error is None:
            return news
        if not isinstance(outcome.cause, KeyRefused):
            return (*news, Trouble(text=outcome.error))
        return news if refused else (Trouble(text=outcome.error, episode=outcome.error), *news)


def _state_after(refused: MonPsError) -> RunState:
    """Return how a run ends that was refused.

    Without credits nothing failed: there is nothing to ask with until the reset, as planned.
    """
    if isinstance(refused, RetryLater):
        return RunState.RETRY
    if isinstance(refused, (Skip, QuotaSpent)):
        return RunState.SKIPPED
    return RunState.STOPPED


def _why_skipped(refused: MonPsError) -> dict[str, str]:
    if isinstance(refused, QuotaSpent):
        return {"skipped": "no_credits"}
    return {"skipped": refused.reason} if isinstance(refused, Skip) else {}
