"""The sweep: one look at the followed competitions, never at the cost of a close."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.collect.costs import cost_of_odds, regions_charged
from engine.collect.plan import Planned, Purpose
from jobs.asking import Allotted, allot, ask_market
from jobs.plan import build_plan
from jobs.slots import SNAPSHOT
from jobs.triggers import build_triggers, step_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.collect.plan import CollectPlan
    from jobs.context import Context
    from jobs.run import Report
    from jobs.slots import Slot


_SWEEPS: Final = frozenset({Purpose.LEAD, Purpose.SWEEP})


async def run(ctx: Context) -> Report:
    """Sweep by hand: every league whose sweep leaves the reserve alone, the first ones first."""
    now = ctx.clock.now()
    plan = await build_plan(ctx, now)
    wanted = allot(plan, _sweeps(ctx, ctx.rules.competitions, now))
    if not wanted.calls and plan.ration.remaining == 0:
        # no key can pay: asking says why, and without a call
        wanted = Allotted(calls=_sweeps(ctx, ctx.rules.competitions[:1], now))
    return await ask_market(ctx, wanted)


async def regular(ctx: Context) -> Report:
    """Sweep in turn: what the plan leaves over, spread evenly over the turns to come."""
    now = ctx.clock.now()
    return await ask_market(ctx, await _turn(ctx, await build_plan(ctx, now), (), now))


async def at_slot(ctx: Context, slot: Slot) -> Report:
    """Make a planned look; all but captures are weighed against the credits of now."""
    now = ctx.clock.now()
    plan = await build_plan(ctx, now)
    seen = await _seen(ctx, now - ctx.rules.plan.together)
    calls = [
        call for call in slot.calls if call.purpose not in _SWEEPS or call.competition not in seen
    ]
    wanted = allot(plan, calls)
    if slot.regular:
        more = await _turn(ctx, plan, wanted.calls, now)
        wanted = Allotted(
            calls=(*wanted.calls, *more.calls), left_out={**more.left_out, **wanted.left_out}
        )
    return await ask_market(ctx, wanted)


async def _turn(
    ctx: Context, plan: CollectPlan, asked: Iterable[Planned], now: datetime
) -> Allotted:
    """Return this turn's sweeps: leagues not seen of late, for a fair share of the surplus."""
    trigger = build_triggers(ctx.rules.schedule, ctx.rules.time_zone, now)[SNAPSHOT]
    step = step_of(trigger, now)
    seen = await _seen(ctx, now - step / 2) | {call.competition for call in asked}
    until = min(plan.ration.resets_at, now + ctx.rules.plan.forecast)
    turns = max(1, (until - now) // step)
    leagues = [key for key in ctx.rules.competitions if key not in seen]
    return allot(plan, _sweeps(ctx, leagues, now), most=plan.left // turns)


async def _seen(ctx: Context, since: datetime) -> frozenset[str]:
    """Return the leagues whose odds were answered for since then, by whatever look."""
    async with ctx.store.reading() as tx:
        return frozenset(await tx.keys.leagues_seen(since))


def _sweeps(ctx: Context, leagues: Iterable[str], now: datetime) -> tuple[Planned, ...]:
    rules = ctx.rules.collect
    price = cost_of_odds(len(rules.markets), regions_charged(rules.regions.split(",")))
    return tuple(
        Planned(
            at=now,
            purpose=Purpose.SWEEP,
            competition=key,
            markets=rules.markets,
            cost=price,
        )
        for key in leagues
    )
