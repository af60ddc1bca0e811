"""The plan of the month's credits, made from what the store knows and shown to whoever asks."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from engine.collect.costs import cost, cost_of_odds, regions_charged
from engine.collect.payload import ODDS_API, Ask
from engine.collect.plan import Aims, Asked, Purpose, plan_month
from engine.collect.ration import ration_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from engine.collect.budget import KeyState
    from engine.collect.plan import CollectPlan, Planned
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId
    from jobs.context import Context
    from jobs.rules import Rules
    from storage.store import Tx

_DETAIL: Final = timedelta(hours=24)
_PURPOSES: Final = {"closing": Purpose.CLOSING, "lead": Purpose.LEAD}


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """What a plan is made from, read once."""

    fixtures: tuple[Fixture, ...]
    asked: tuple[Asked, ...]
    shortlisted: Mapping[FixtureId, str]


async def build_plan(ctx: Context, now: datetime) -> CollectPlan:
    """Return what is to be asked from `now` to the reset, as keys, fixtures and looks stand."""
    async with ctx.store.reading() as tx:
        known = await read_known(tx, ctx.rules, now)
    return await ctx.workers.run(plan_of, known, ctx.feeds.key_states, ctx.rules, now)


async def read_known(tx: Tx, rules: Rules, now: datetime) -> Known:
    """Read the fixtures of the last weeks and to come, the calls of today, and the shortlist.

    Shortlisted are the matches of open picks: their further markets are worth a call of their own.
    """
    past = rules.plan.week * (rules.plan.pattern_weeks + 1)
    ahead = rules.plan.forecast + rules.plan.sweep_ahead
    fixtures = await tx.fixtures.between(now - past, now + ahead)
    midnight = now.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    since = min(midnight, now - rules.plan.discover_every)
    rows = await tx.payloads.answered(ODDS_API, since)
    picks = await tx.picks.open(now, rules.provenance)
    events = await tx.fixtures.events_of({each.pick.fixture_id for each in picks})
    return Known(
        fixtures=tuple(f for f in fixtures if f.competition in rules.competitions),
        asked=tuple(one for row in rows if (one := read_back(*row)) is not None),
        shortlisted={
            fixture: event for (fixture, source), event in events.items() if source == ODDS_API
        },
    )


def plan_of(known: Known, keys: Iterable[KeyState], rules: Rules, now: datetime) -> CollectPlan:
    """Return the plan over what is known, with these keys.

    No scores are planned: results come from API-Football or football-data.co.uk's files, and
    credits kept for a question that nobody asks would be kept from the sweeps.
    """
    states = tuple(keys)
    regions = regions_charged(rules.collect.regions.split(","))
    price = cost_of_odds(len(rules.collect.markets), regions)
    return plan_month(
        known.fixtures,
        ration_of(states, rules.plan, price, now),
        rules.plan,
        aims=Aims(
            competitions=rules.competitions,
            markets=rules.collect.markets,
            regions=regions,
            offsets=rules.closing.offsets,
            grade_a=rules.closing.grade_a,
            shortlisted=known.shortlisted,
        ),
        asked=known.asked,
        now=now,
    )


def read_back(at: datetime, path: str, params: Mapping[str, str], purpose: str) -> Asked | None:
    """Return what was asked, from the path it was asked under; None where it was a free list."""
    steps = path.strip("/").split("/")
    if steps[-1] not in {"odds", "scores"} or "historical" in steps:
        return None
    event = steps[steps.index("events") + 1] if "events" in steps else None
    kind = Purpose.RESULTS if steps[-1] == "scores" else _PURPOSES.get(purpose, Purpose.SWEEP)
    return Asked(
        at=at,
        competition=steps[steps.index("sports") + 1],
        purpose=kind if event is None else Purpose.EVENT,
        cost=cost(Ask(source=ODDS_API, path=path, params=tuple(params.items()))),
        event_id=event,
    )


def to_json(plan: CollectPlan, keys: Iterable[KeyState]) -> dict[str, object]:
    """Return the whole plan as plain JSON values."""
    return {
        "keys": [
            {"fingerprint": key.fingerprint, "state": _standing(key, plan.made_at)}
            for key in keys
            if key.source == ODDS_API
        ],
        "made_at": _iso(plan.made_at),
        "remaining": plan.ration.remaining,
        "monthly": plan.ration.monthly,
        "resets_at": _iso(plan.ration.resets_at),
        "left": plan.left,
        "reserved": {purpose.value: credits_ for purpose, credits_ in plan.reserved.items()},
        "planned": [
            {
                "at": _iso(call.at),
                "purpose": call.purpose.value,
                "competition": call.competition,
                "markets": list(call.markets),
                "cost": call.cost,
                "fixtures": [str(one) for one in call.fixtures],
                "event_id": call.event_id,
                "expected": call.expected,
            }
            for call in plan.planned
        ],
        "dropped": [
            {
                "why": one.why.value,
                "purpose": one.purpose.value,
                "competition": one.competition,
                "calls": one.calls,
                "cost": one.cost,
                "first_at": _iso(one.first_at),
                "last_at": _iso(one.last_at),
                "capped": one.capped,
            }
            for one in plan.dropped
        ],
    }


def explain(plan: CollectPlan, keys: Iterable[KeyState]) -> str:
    """Return the plan as a person reads it: the next day call by call, then day by day."""
    states = tuple(key for key in keys if key.source == ODDS_API)
    if not states:
        return "no Odds API key is declared: nothing is asked of it (MON_PS_ODDS_API_KEYS)"
    lines = [*_heading(plan, states), ""]
    lines += ["next 24 hours (UTC):", *_detail(plan), ""]
    lines += ["then, by day:", *_days(plan), ""]
    lines += ["credits by purpose until the reset:", *_purposes(plan), ""]
    lines += ["given up, first what goes first:", *_given_up(plan)]
    return "\n".join(lines)


def _heading(plan: CollectPlan, keys: tuple[KeyState, ...]) -> Iterator[str]:
    ration = plan.ration
    yield (
        f"plan of {_minute(plan.made_at)} UTC: {ration.remaining} of {ration.monthly} credits"
        f" to spend until {_minute(ration.resets_at)} UTC, {plan.left} forecast to remain then"
    )
    for key in keys:
        yield f"  key {key.fingerprint}: {_standing(key, plan.made_at)}"


def _standing(key: KeyState, now: datetime) -> str:
    if key.disabled is not None:
        return f"refused for good ({key.disabled})"
    if not key.usable(now) and key.parked_until is not None:
        return f"out of credits until {_minute(key.parked_until)} UTC"
    if key.remaining is None:
        return "not used yet"
    return f"{key.remaining} credits left" + ("" if key.used is None else f", {key.used} used")


def _detail(plan: CollectPlan) -> list[str]:
    soon = [call for call in plan.planned if call.at < plan.made_at + _DETAIL]
    return [_call(call) for call in soon] or ["  nothing"]


def _call(call: Planned) -> str:
    what = ",".join(call.markets) or "scores"
    matches = f"{len(call.fixtures)} match{'' if len(call.fixtures) == 1 else 'es'}"
    known = "expected" if call.expected else matches if call.fixtures else "none listed yet"
    return (
        f"  {_minute(call.at)}  {call.purpose.value:<8}{call.cost:>3}  {call.competition}"
        f"  {what}  ({known})"
    )


def _days(plan: CollectPlan) -> list[str]:
    days: dict[str, dict[Purpose, int]] = defaultdict(lambda: defaultdict(int))
    for call in plan.planned:
        if call.at >= plan.made_at + _DETAIL:
            days[f"{call.at.astimezone(UTC):%Y-%m-%d}"][call.purpose] += call.cost
    return [
        f"  {day}  {sum(spent.values()):>5} credits  "
        + "  ".join(f"{purpose.value} {spent[purpose]}" for purpose in Purpose if spent[purpose])
        for day, spent in sorted(days.items())
    ] or ["  nothing"]


def _purposes(plan: CollectPlan) -> list[str]:
    calls: dict[Purpose, int] = defaultdict(int)
    for call in plan.planned:
        calls[call.purpose] += 1
    return [
        f"  {purpose.value:<8}{spent:>6} credits in {calls[purpose]} calls"
        for purpose, spent in plan.reserved.items()
    ] or ["  none"]


def _given_up(plan: CollectPlan) -> list[str]:
    return [
        f"  {one.why.value:<14}{one.calls:>5} calls  {one.cost:>6} credits  {one.competition}"
        f"  {_minute(one.first_at)} to {_minute(one.last_at)}"
        + ("  (the day's cap)" if one.capped else "")
        for one in plan.dropped
    ] or ["  nothing"]


def _minute(at: datetime) -> str:
    return f"{at.astimezone(UTC):%Y-%m-%d %H:%M}"


def _iso(at: datetime) -> str:
    return at.astimezone(UTC).isoformat()
