"""Run one walk: once for each (job, scheduled time), timed, and with its end recorded."""

from __future__ import annotations

import asyncio
import time
from collections import defaultdict
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog
from structlog.contextvars import bound_contextvars

from engine.domain.alert import Alert, AlertKind
from engine.domain.errors import RetryLater, Skip, Stop
from jobs.run import Outcome, RunState

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from jobs.context import Context
    from jobs.run import Job, Report

_log = structlog.get_logger(__name__)
_OPS_PRIORITY = 1
_OPS_LIFE = timedelta(days=1)


class Runner:
    """Runs jobs for one leader; `fencing` numbers its leadership in every run's row."""

    def __init__(self, ctx: Context, *, fencing: int = 0) -> None:
        self._ctx = ctx
        self._fencing = fencing
        self._lanes: Mapping[str, asyncio.Lock] = defaultdict(asyncio.Lock)

    def is_running(self, lane: str) -> bool:
        """Say whether a job of this lane is under way in this process."""
        return self._lanes[lane].locked()

    async def run(self, job: Job, scheduled_for: datetime) -> Outcome:
        """Run the job for `scheduled_for` unless that was done before; never raise for a walk.

        A second call in the same lane waits for the first: walks of one lane share picks.
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
                outcome = await self._walk(job, scheduled_for)
                seconds = round(time.monotonic() - started, 3)
                await self._finish(outcome, seconds)
                return outcome

    async def miss(self, job: Job, scheduled_for: datetime) -> None:
        """Record that a run came too late to be worth anything."""
        if await self._begin(job, scheduled_for):
            missed = Outcome(
                job=job.name, scheduled_for=scheduled_for, state=RunState.MISSED, report={}
            )
            await self._finish(missed, 0.0)

    async def _begin(self, job: Job, scheduled_for: datetime) -> bool:
        async with self._ctx.store.transaction() as tx:
            return await tx.runs.begin(
                job.name, scheduled_for, self._ctx.clock.now(), self._fencing
            )

    async def _walk(self, job: Job, scheduled_for: datetime) -> Outcome:
        state, report, error, retry_at = RunState.DONE, _nothing(), None, None
        try:
            report = await job.walk(self._ctx)
        except RetryLater as refused:
            state, error = RunState.RETRY, str(refused)
            retry_at = self._ctx.clock.now() + timedelta(seconds=refused.after_seconds)
        except Skip as refused:
            state, error, report = RunState.SKIPPED, str(refused), {"skipped": refused.reason}
        except Stop as refused:
            state, error = RunState.STOPPED, str(refused)
        except Exception as fault:  # noqa: BLE001  # one walk's fault must not end the calendar
            # its transactions rolled back; its text may quote data, so only its type is kept
            _log.exception("run_failed")
            state, error = RunState.FAILED, type(fault).__name__
        return Outcome(
            job=job.name,
            scheduled_for=scheduled_for,
            state=state,
            report=report,
            error=error,
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
            if outcome.state is RunState.STOPPED and outcome.error is not None:
                owners = await tx.people.owners()
                await tx.outbox.add(
                    [ops_alert(o.chat_id, outcome.job, outcome.error, now) for o in owners]
                )
        _log.info("run_ended", state=outcome.state.value, error=outcome.error, **report)


def ops_alert(chat_id: int, job: str, reason: str, now: datetime) -> Alert:
    """Return what tells the owner that a person must act: the same trouble once a day."""
    return Alert(
        chat_id=chat_id,
        kind=AlertKind.OPS,
        pick_id=None,
        version=f"{job}|{reason}|{now:%Y-%m-%d}",
        body=(("job", job), ("reason", reason)),
        priority=_OPS_PRIORITY,
        created_at=now,
        not_before=now,
        expires_at=now + _OPS_LIFE,
    )


def _nothing() -> Report:
    return {}
