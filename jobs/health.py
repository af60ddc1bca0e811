"""The hourly look at ourselves: freshness, keys, backlog; what a person must know is said once."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from jobs.context import load_key_states
from jobs.runner import ops_alert
from jobs.triggers import build_triggers, last_due

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.collect.budget import KeyState
    from jobs.context import Context
    from jobs.run import Report
    from storage.views import Health

_LATE_SENDS: Final = 4  # leases: one alert may wait out a vanished sender, not four in a row
_FEW_CREDITS: Final = 20


async def run(ctx: Context) -> Report:
    """Find what is wrong and tell the owner, the same trouble once a day."""
    now = ctx.clock.now()
    async with ctx.store.reading() as tx:
        health = await tx.reports.health(now, ctx.rules.provenance)
        keys = await load_key_states(tx)
    troubles = (*_freshness(ctx, health, now), *_backlog(ctx, health), *_keys(keys, now))
    async with ctx.store.transaction() as tx:
        owners = await tx.people.owners()
        said = await tx.outbox.add(
            [ops_alert(o.chat_id, "health", trouble, now) for o in owners for trouble in troubles]
        )
    return {
        "troubles": list(troubles),
        "alerts": said,
        "last_look_at": health.last_look_at.isoformat() if health.last_look_at else None,
        "outbox": dict(health.outbox),
        "unmatched": health.unmatched,
    }


def _freshness(ctx: Context, health: Health, now: datetime) -> Iterable[str]:
    """Complain when the sweep before the last due one has not been seen either."""
    schedule = ctx.rules.schedule
    trigger = build_triggers(schedule, ctx.rules.time_zone, now)["snapshot"]
    due = last_due(trigger, now - schedule.catch_up, now - schedule.grace)
    if due is None:
        return
    if health.last_look_at is None or health.last_look_at < due:
        yield f"no look at the market since {due:%Y-%m-%d %H:%M} UTC"


def _backlog(ctx: Context, health: Health) -> Iterable[str]:
    waiting = health.oldest_waiting_seconds
    limit = _LATE_SENDS * ctx.rules.alerts.lease
    if waiting is not None and timedelta(seconds=waiting) > limit:
        yield "alerts wait in the outbox and are not sent"
    if health.outbox.get("dead", 0):
        yield f"{health.outbox['dead']} alerts could not be delivered"
    if health.unmatched:
        yield f"{health.unmatched} team names are unknown"


def _keys(keys: Iterable[KeyState], now: datetime) -> Iterable[str]:
    for key in keys:
        if key.disabled is not None:
            yield f"{key.source}: key {key.fingerprint} is refused ({key.disabled})"
        elif not key.usable(now):
            yield f"{key.source}: key {key.fingerprint} is out of credits"
        elif key.remaining is not None and key.remaining < _FEW_CREDITS:
            yield f"{key.source}: key {key.fingerprint} is nearly out of credits"
