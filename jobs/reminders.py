"""Reminders: matches that are near, results just settled; each reader is told of them once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.alerting.reminders import compose_better, compose_last, compose_outcomes

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.run import Report

_LOOK_BACK: Final = timedelta(hours=1)
"""A run that was missed loses no result: what was told before is told once all the same."""


async def run(ctx: Context) -> Report:
    """Put the reminders that are due into the outbox, once each."""
    now, rules = ctx.clock.now(), ctx.rules
    async with ctx.store.transaction() as tx:
        readers = await tx.readers.listening(now, rules.time_zone)
        open_picks = await tx.picks.open(now, rules.provenance)
        answered = await tx.bets.answered(one.pick.id for one in open_picks)
        last = compose_last(open_picks, readers, rules.alerts, now, answered=answered)
        best = await tx.lives.best_edges(one.pick.id for one in open_picks)
        better = compose_better(open_picks, best, readers, rules.alerts, now, answered=answered)
        found = await tx.settlements.since(now - _LOOK_BACK, rules.provenance)
        views = await tx.picks.all_views(ids=found) if found else ()
        settled = [view.settlement for view in views if view.settlement is not None]
        outcomes = compose_outcomes(settled, readers, now, rules.alerts.result_life)
        return {
            "better": await tx.outbox.add(better),
            "last": await tx.outbox.add(last),
            "outcomes": await tx.outbox.add(outcomes),
        }
