"""Which of the wanted calls are made now, by the credits that are left now, and what came back."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

from engine.collect.asks import ask_event, ask_league
from engine.collect.plan import Purpose
from engine.domain.errors import KeyRefused, QuotaSpent, RetryLater
from jobs.look import look

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.collect.feeds import Failure
    from engine.collect.payload import Ask
    from engine.collect.plan import CollectPlan, Planned
    from engine.domain.errors import MonPsError
    from jobs.context import Context
    from jobs.run import Report

CAPTURED: Final = "captured"
_RANK: Final = {purpose: place for place, purpose in enumerate(Purpose)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Allotted:
    """The calls to make, and the leagues left out by reason."""

    calls: tuple[Planned, ...] = ()
    left_out: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def allot(plan: CollectPlan, wanted: Iterable[Planned], *, most: int | None = None) -> Allotted:
    """Return the calls that leave untouched what is kept back for more needed ones.

    `plan` is of this moment: credits may have gone since the calls were planned. Captures are
    what is kept back for, so they are always made; `most` is what all may cost together. Nothing
    else passes the day's cap.
    """
    kept: list[Planned] = []
    left_out: dict[str, list[str]] = defaultdict(list)
    spent = 0
    for call in sorted(wanted, key=lambda each: _RANK[each.purpose]):
        left = plan.ration.remaining - spent - call.cost
        if call.purpose is not Purpose.CLOSING and left < plan.reserve_before(call.purpose):
            left_out[_short(plan, left)].append(call.competition)
        elif _is_capped(plan, call, spent):
            left_out["daily_cap"].append(call.competition)
        elif most is not None and spent + call.cost > most:
            left_out["share"].append(call.competition)
        else:
            spent += call.cost
            kept.append(call)
    return Allotted(
        calls=tuple(kept), left_out={why: tuple(leagues) for why, leagues in left_out.items()}
    )


async def ask_market(ctx: Context, wanted: Allotted) -> Report:
    """Make the calls as one look; say of each capture what became of it.

    `again` are the leagues whose capture failed in a way that may pass.

    Raises:
        MonPsError: nothing at all came back.
    """
    told: Report = {"left_out": {why: list(each) for why, each in wanted.left_out.items()}}
    if not wanted.calls:
        return told
    purpose = min((call.purpose for call in wanted.calls), key=_RANK.__getitem__)
    asks = [_ask(call, ctx) for call in wanted.calls]
    soon = set(await about_to_begin(ctx, ctx.clock.now()))
    # a sweep shortly before a kick-off stands for the capture that the plan then leaves out
    serves = any(call.competition in soon for call in wanted.calls)
    seen = await look(ctx, asks, purpose.value, closing=serves)
    closing = [call.competition for call in wanted.calls if call.purpose is Purpose.CLOSING]
    failed = _failed(seen.failures)
    captures = {key: _outcome(failed[key]) if key in failed else CAPTURED for key in closing}
    again = [key for key in closing if isinstance(failed.get(key), RetryLater)]
    return {**told, **seen.report(), "captures": captures, "again": again}


async def about_to_begin(ctx: Context, now: datetime) -> tuple[str, ...]:
    """Return the followed competitions with a kick-off that a capture of now may still serve."""
    closing = ctx.rules.closing
    async with ctx.store.reading() as tx:
        fixtures = await tx.fixtures.between(now, now + max(closing.offsets) + closing.grade_a)
    ahead = {fixture.competition for fixture in fixtures if fixture.kick_off > now}
    return tuple(key for key in ctx.rules.competitions if key in ahead)


def _short(plan: CollectPlan, left: int) -> str:
    """Return what is lacking: a key that its provider accepts, credits, or what is kept back."""
    if plan.ration.monthly == 0:
        return "no_key"
    return "no_credits" if left < 0 else "reserve"


def _is_capped(plan: CollectPlan, call: Planned, spent: int) -> bool:
    """Say whether the day's cap forbids a call: captures are what the others leave room for."""
    room = plan.room_today(call.purpose)
    return call.purpose is not Purpose.CLOSING and room is not None and spent + call.cost > room


def _ask(call: Planned, ctx: Context) -> Ask:
    rules = ctx.rules.collect
    purpose, markets = call.purpose.value, call.markets or rules.markets
    if call.event_id is not None:
        return ask_event(call.event_id, call.competition, markets, rules, purpose)
    return ask_league(call.competition, markets, rules, purpose)


def _failed(failures: Iterable[Failure]) -> Mapping[str, MonPsError]:
    """Return the leagues whose capture failed, and how."""
    closing = (one for one in failures if one.ask.purpose == Purpose.CLOSING)
    return {str(one.ask.competition): one.error for one in closing}


def _outcome(error: MonPsError) -> str:
    """Return why a capture brought nothing, as coverage is told."""
    if isinstance(error, QuotaSpent):
        return "no_credits"
    if isinstance(error, KeyRefused):
        return "refused"
    return "provider_down" if isinstance(error, RetryLater) else "not_offered"
