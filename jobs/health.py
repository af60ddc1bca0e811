"""The hourly look at ourselves: freshness, keys, backlog; what a person must know is said once."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.collect.budget import renewed
from engine.collect.plan import Purpose
from engine.domain.policy_version import declared
from jobs.backup_files import made_at
from jobs.closes import close_coverage
from jobs.exhaustion import WHO, refused_keys, said_spent
from jobs.frozen import frozen
from jobs.plan import build_plan
from jobs.policy_in_force import standing
from jobs.slots import LOOKS, SNAPSHOT
from jobs.telling import Trouble, tell_owners
from jobs.triggers import build_triggers, last_due

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.collect.budget import KeyState
    from jobs.context import Context
    from jobs.run import Report
    from storage.runs import Exhaustion
    from storage.views import Health

_LATE_SENDS: Final = 4  # leases: one alert may wait out a vanished sender, not four in a row
_FEW_CREDITS: Final = 20
_TWO_NIGHTS: Final = timedelta(hours=50)
_UNREAD: Final = 3  # last readings after a kick-off: by then a provider that knows it has told


async def run(ctx: Context) -> Report:
    """Find what is wrong and tell the owner: lasting troubles once, others once a day."""
    now = ctx.clock.now()
    rules = ctx.rules
    unread_by = now - _UNREAD * max(rules.closing.result_offsets)
    async with ctx.store.reading() as tx:
        health = await tx.reports.health(now, rules.provenance)
        stale = await tx.reports.stale(LOOKS, now - rules.schedule.catch_up)
        spent = await tx.keys.exhaustions()
        unread = await tx.reports.unread(
            rules.provenance, now - rules.settlement.look_back, unread_by
        )
        contested = await tx.disputes.count_open()
        closes = await close_coverage(tx, rules, now, now - rules.schedule.catch_up)
        versions = await standing(tx, declared(rules.policy.version))
    await ctx.learned.load(ctx.store)
    troubles = (
        *await _freshness(ctx, health, now),
        *frozen(stale),
        *_backlog(ctx, health),
        *_unread(unread),
        *_contested(contested),
        *_unreadable(versions.skipped),
        *_spoiled(ctx.learned.skipped),
        *_keys(ctx.feeds.key_states, spent, now),
        *await _backups(ctx, now),
    )
    async with ctx.store.transaction() as tx:
        said = await tell_owners(tx, "health", troubles, now)
    return {
        "troubles": [trouble.text for trouble in troubles],
        "alerts": said,
        "last_look_at": health.last_look_at.isoformat() if health.last_look_at else None,
        "stale": sum(fact.stale for fact in stale if fact.looked_at == stale[0].looked_at),
        "coverage": closes.told(),
        "outbox": dict(health.outbox),
        "unmatched": health.unmatched,
        "disputes": contested,
    }


async def _freshness(ctx: Context, health: Health, now: datetime) -> tuple[Trouble, ...]:
    """Complain when a look that the plan wanted has not been made.

    The plan of the last look says when the next was due: on few credits that may be tomorrow,
    and without any it is never.
    """
    seen = health.last_look_at
    schedule = ctx.rules.schedule
    plan = await build_plan(ctx, seen or now)
    if seen is None:
        trigger = build_triggers(schedule, ctx.rules.time_zone, now)[SNAPSHOT]
        due = last_due(trigger, now - schedule.catch_up, now - schedule.grace)
        up = min((run.started_at for run in health.runs), default=now) < now - schedule.grace
        due = due if up and plan.ration.remaining else None
    else:
        looks = (call.at for call in plan.planned if call.purpose is not Purpose.RESULTS)
        due = min((at for at in looks if at > seen), default=None)
    if due is None or due > now - schedule.grace:
        return ()
    since = seen or due
    return (Trouble(text=f"no look at the market since {since:%Y-%m-%d %H:%M} UTC"),)


def _backlog(ctx: Context, health: Health) -> Iterable[Trouble]:
    waiting = health.oldest_waiting_seconds
    limit = _LATE_SENDS * ctx.rules.alerts.lease
    if waiting is not None and timedelta(seconds=waiting) > limit:
        yield Trouble(text="alerts wait in the outbox and are not sent")
    if health.outbox.get("dead", 0):
        yield Trouble(text=f"{health.outbox['dead']} alerts could not be delivered")
    if health.unmatched:
        yield Trouble(text=f"{health.unmatched} team names are unknown: /litiges")


def _unread(matches: int) -> Iterable[Trouble]:
    """An empty answer is never "not played": picks wait, and a person may look."""
    if matches:
        yield Trouble(text=f"{matches} matches with picks ended long ago and have no result")


def _contested(results: int) -> Iterable[Trouble]:
    if results:
        yield Trouble(text=f"{results} results wait for a person: /resultats")


def _unreadable(names: Iterable[str]) -> Iterable[Trouble]:
    for name in names:
        yield Trouble(text=f"{name} cannot be read and decides nothing: /versions")


def _spoiled(names: Iterable[str]) -> Iterable[Trouble]:
    """Yield what was learned and cannot be read: the last good version serves, if one is left."""
    for name in names:
        yield Trouble(text=f"what was learned cannot be read: {name}; an older version serves")


async def _backups(ctx: Context, now: datetime) -> tuple[Trouble, ...]:
    """Complain when the last whole backup is older than two nights."""
    kept = () if ctx.vault is None else await asyncio.to_thread(ctx.vault.backups)
    last = max((made_at(one) for one in kept if one.whole), default=None)
    if not kept or (last is not None and last > now - _TWO_NIGHTS):
        return ()
    since = "ever" if last is None else f"since {last:%Y-%m-%d %H:%M} UTC"
    return (Trouble(text=f"no whole backup {since}: /sauvegarde"),)


def _keys(
    keys: Iterable[KeyState], spent: Iterable[Exhaustion], now: datetime
) -> Iterable[Trouble]:
    """Yield what is wrong with keys; each key's trouble is said once, and once a period."""
    states = [renewed(key, now) for key in keys]
    yield from refused_keys(states)
    for one in spent:
        yield said_spent(one.provider, one.began_at, one.until)
    for key in states:
        name, period = f"{WHO[key.source]}: key {key.fingerprint}", key.renews_at
        if key.disabled is not None:
            continue
        if not key.usable(now):
            text = f"{name} is out of credits"
            yield Trouble(text=text, episode=f"parked|{text}|{key.parked_until}")
        elif key.remaining is not None and key.remaining < _FEW_CREDITS:
            text = f"{name} is nearly out of credits"
            yield Trouble(text=text, episode=f"few|{text}|{period}")
