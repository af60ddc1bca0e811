"""What to ask, when, within the credits of the month."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC
from operator import attrgetter
from typing import TYPE_CHECKING

from engine.collect.costs import SCORES, cost_of_odds
from engine.collect.kick_offs import kick_offs_of, with_expected
from engine.collect.wants import Aims, Asked, League, Purpose, Want, Why
from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import date, datetime

    from engine.collect.rules import PlanRules
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId

__all__ = [
    "Aims",
    "Asked",
    "CollectPlan",
    "Dropped",
    "Planned",
    "Purpose",
    "Ration",
    "Why",
    "plan_month",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ration:
    """The credits of all usable keys together: left now, given a month, and when that is."""

    remaining: int
    monthly: int
    resets_at: datetime

    def __post_init__(self) -> None:
        require_aware(resets_at=self.resets_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One call to come: `markets` as the provider writes them, `cost` in credits.

    `fixtures` are those it is made for; `event_id` is set where it asks of one match alone.
    `expected` marks a call for kick-offs nobody has listed yet: it counts in the forecast only.
    """

    at: datetime
    purpose: Purpose
    competition: str
    markets: tuple[str, ...]
    cost: int
    fixtures: tuple[FixtureId, ...] = ()
    event_id: str | None = None
    expected: bool = False

    def __post_init__(self) -> None:
        require_aware(at=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Calls that were wanted and will not be made: how many, at which cost, and why.

    `capped`: the month had the credits, the cap of their days had not.
    """

    why: Why
    purpose: Purpose
    competition: str
    calls: int
    cost: int
    first_at: datetime
    last_at: datetime
    capped: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPlan:
    """Everything to be asked until the credits are renewed, by time, and what was given up.

    `reserved` are the credits each purpose may not lose to a lesser one; `left` what is forecast
    to remain at the reset, never below 0 while the plan is kept. `day_left` is what the day's cap
    leaves of today, for what is planned and all else together; None without a cap.
    """

    made_at: datetime
    ration: Ration
    planned: tuple[Planned, ...]
    dropped: tuple[Dropped, ...]
    reserved: Mapping[Purpose, int] = field(default_factory=dict)
    left: int = 0
    day_left: int | None = None

    def reserve_before(self, purpose: Purpose) -> int:
        """Return the credits kept back until the reset for what is needed more."""
        return sum(self.reserved.get(each, 0) for each in _more_needed(purpose))

    def room_today(self, purpose: Purpose) -> int | None:
        """Return what the day's cap leaves for `purpose` once what is needed more is paid."""
        if self.day_left is None:
            return None
        today, before = self.made_at.astimezone(UTC).date(), _more_needed(purpose)
        kept = (
            one.cost for one in self.planned if one.at.date() == today and one.purpose in before
        )
        return max(0, self.day_left - sum(kept))


_FIRST_TO_STAY = {why: place for place, why in enumerate(reversed(Why))}


def plan_month(
    fixtures: Iterable[Fixture],
    ration: Ration,
    rules: PlanRules,
    *,
    aims: Aims,
    asked: Iterable[Asked] = (),
    now: datetime,
) -> CollectPlan:
    """Return what to ask from `now` until the credits are renewed.

    `fixtures` are those to come and those of the last weeks, from which the kick-offs nobody has
    listed yet are expected; `asked` the calls of those days. Wants are funded in one fixed order,
    the reverse of `Why`, and funding stops at the first that cannot be paid: so no sweep is ever
    made while a close was given up, and more credits only ever add calls.
    """
    made_before = tuple(asked)
    since = now.astimezone(UTC)
    until = min(ration.resets_at.astimezone(UTC), since + rules.forecast)
    ordered = _wanted(fixtures, rules, aims, asked=made_before, since=since, until=until)
    spent = _spent_by_day(made_before)
    kept, given_up = _fund(ordered, ration.remaining, aims, rules, spent)
    planned = sorted((_planned(want, aims, rules) for want in kept), key=_by_time)
    reserved: dict[Purpose, int] = defaultdict(int)
    for call in planned:
        reserved[call.purpose] += call.cost
    return CollectPlan(
        made_at=now,
        ration=ration,
        planned=tuple(planned),
        dropped=_dropped(given_up, aims, rules),
        reserved={purpose: reserved[purpose] for purpose in Purpose if purpose in reserved},
        left=max(0, ration.remaining - sum(reserved.values())),
        day_left=_left_of(since.date(), spent, rules),
    )


def _wanted(
    fixtures: Iterable[Fixture],
    rules: PlanRules,
    aims: Aims,
    *,
    asked: Iterable[Asked],
    since: datetime,
    until: datetime,
) -> list[Want]:
    """Return everything worth asking in [since, until), most needed first."""
    listed = kick_offs_of(fixtures)
    made: dict[str, list[Asked]] = defaultdict(list)
    for one in asked:
        made[one.competition].append(one)
    wants: list[Want] = []
    for competition in aims.competitions:
        kick_offs = with_expected(listed.get(competition, ()), rules, since, until)
        league = League(competition, kick_offs, made[competition], rules, aims)
        wants.extend(league.wants(aims, since, until))
    wants.sort(key=lambda want: (_FIRST_TO_STAY[want.why], want.order, want.at))
    return wants


def _fund(
    ordered: Iterable[Want],
    credits_left: int,
    aims: Aims,
    rules: PlanRules,
    spent: Mapping[date, int],
) -> tuple[list[Want], list[tuple[Want, bool]]]:
    """Return what can be paid for, and what cannot with whether the day's cap forbade it."""
    kept: list[Want] = []
    given_up: list[tuple[Want, bool]] = []
    by_day: dict[date, int] = defaultdict(int, spent)
    full: set[date] = set()
    over = False
    for want in ordered:
        price, day = _price(want, aims, rules), want.at.date()
        over = over or price > credits_left
        if not over and rules.daily_cap is not None and by_day[day] + price > rules.daily_cap:
            full.add(day)
        if over or day in full:
            given_up.append((want, not over))
            continue
        credits_left -= price
        by_day[day] += price
        kept.append(want)
    return kept, given_up


def _price(want: Want, aims: Aims, rules: PlanRules) -> int:
    if want.purpose is Purpose.RESULTS:
        return SCORES
    return cost_of_odds(len(_markets(want, aims, rules)), aims.regions)


def _markets(want: Want, aims: Aims, rules: PlanRules) -> tuple[str, ...]:
    if want.purpose is Purpose.RESULTS:
        return ()
    return rules.event_markets if want.purpose is Purpose.EVENT else aims.markets


def _planned(want: Want, aims: Aims, rules: PlanRules) -> Planned:
    return Planned(
        at=want.at,
        purpose=want.purpose,
        competition=want.competition,
        markets=_markets(want, aims, rules),
        cost=_price(want, aims, rules),
        fixtures=tuple(one for kick_off in want.kick_offs for one in kick_off.fixtures),
        event_id=want.event_id,
        expected=want.expected,
    )


def _dropped(
    given_up: Iterable[tuple[Want, bool]], aims: Aims, rules: PlanRules
) -> tuple[Dropped, ...]:
    """Return what was given up, one line for each reason, competition and kind."""
    alike: dict[tuple[Why, str, bool], list[Want]] = defaultdict(list)
    for want, capped in given_up:
        alike[want.why, want.competition, capped].append(want)
    return tuple(
        Dropped(
            why=why,
            purpose=wants[0].purpose,
            competition=competition,
            calls=len(wants),
            cost=sum(_price(want, aims, rules) for want in wants),
            first_at=min(want.at for want in wants),
            last_at=max(want.at for want in wants),
            capped=capped,
        )
        for (why, competition, capped), wants in sorted(
            alike.items(), key=lambda item: (tuple(Why).index(item[0][0]), item[0][1:])
        )
    )


def _spent_by_day(asked: Iterable[Asked]) -> Mapping[date, int]:
    spent: dict[date, int] = defaultdict(int)
    for one in asked:
        spent[one.at.astimezone(UTC).date()] += one.cost
    return spent


def _left_of(day: date, spent: Mapping[date, int], rules: PlanRules) -> int | None:
    return None if rules.daily_cap is None else max(0, rules.daily_cap - spent.get(day, 0))


def _more_needed(purpose: Purpose) -> tuple[Purpose, ...]:
    order = tuple(Purpose)
    return order[: order.index(purpose)]


_by_time = attrgetter("at", "purpose", "competition")
