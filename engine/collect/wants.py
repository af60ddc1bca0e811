"""Everything worth asking of one league, each at one instant, before anyone counts credits."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from engine.collect.kick_offs import gather
from engine.collect.ladder import on_grid, spread, sweep_instants
from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    from engine.collect.kick_offs import KickOff
    from engine.collect.rules import PlanRules
    from engine.domain.numbers import FixtureId


class Purpose(StrEnum):
    """Why something is asked, most needed first."""

    CLOSING = "closing"
    RESULTS = "results"
    LEAD = "lead"
    SWEEP = "sweep"
    EVENT = "event"


class Why(StrEnum):
    """Why something wanted is not asked, in the order in which collection degrades."""

    EVENT_MARKETS = "event_markets"
    MINOR_SWEEP = "minor_sweep"
    FAR_SWEEP = "far_sweep"
    SWEEP = "sweep"
    LEAD = "lead"
    EARLY_CLOSING = "early_closing"
    RESULTS = "results"
    MINOR_CLOSING = "minor_closing"
    CLOSING = "closing"


_OTHER_CALLS: Final = frozenset({Purpose.RESULTS, Purpose.EVENT})


@dataclass(frozen=True, slots=True, kw_only=True)
class Aims:
    """What the house expects of collection: `competitions` in the order of their importance.

    A close is wanted at the smallest of `offsets` before kick-off, and is of the best grade up to
    `grade_a` before it; the other offsets are wanted less. `scores`: no other provider brings
    results. `shortlisted`: the event ids of the matches whose further markets are wanted.
    """

    competitions: tuple[str, ...]
    markets: tuple[str, ...]
    regions: int
    offsets: tuple[timedelta, ...]
    grade_a: timedelta
    scores: bool = False
    shortlisted: Mapping[FixtureId, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """A call that was answered: it is not made again at nearly the same instant."""

    at: datetime
    competition: str
    purpose: Purpose
    cost: int
    event_id: str | None = None

    def __post_init__(self) -> None:
        require_aware(at=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Want:
    """One call worth making; of one `why`, the smallest `order` goes first."""

    at: datetime
    why: Why
    purpose: Purpose
    competition: str
    kick_offs: tuple[KickOff, ...]
    order: tuple[int, ...]
    event_id: str | None = None

    @property
    def expected(self) -> bool:
        return bool(self.kick_offs) and all(each.expected for each in self.kick_offs)


class League:
    """Collects the wants of one competition; one instant is never wanted twice.

    The kinds are added most needed first: a call that is there already serves every later kind
    whose instant lies near it. Nothing here depends on credits, so more of them buy more of the
    same list.
    """

    def __init__(
        self,
        competition: str,
        kick_offs: tuple[KickOff, ...],
        asked: Iterable[Asked],
        rules: PlanRules,
        aims: Aims,
    ) -> None:
        self._competition = competition
        self._kick_offs = kick_offs
        self._rules = rules
        self._rank = aims.competitions.index(competition)
        self._minor = self._rank >= rules.major
        self._asked = tuple(asked)
        odds = (one.at for one in self._asked if one.purpose not in _OTHER_CALLS)
        self._made = frozenset(at.astimezone(UTC) for at in odds)
        self._taken = sorted(self._made)
        offsets = sorted(rules.event_offsets)
        gaps = [after - offset for offset, after in pairwise(offsets)]
        self._reach = min([rules.late_every, *(gap / 2 for gap in gaps)])

    def wants(self, aims: Aims, now: datetime, until: datetime) -> Iterator[Want]:
        """Yield what is wanted in [now, until)."""
        margin, *early = sorted(aims.offsets)
        groups = gather(self._kick_offs, max(aims.grade_a - margin, timedelta(0)))
        yield from self._closings(groups, aims, now, until)
        if aims.scores:
            yield from self._results(now, until)
        for offset in early:
            yield from self._early(groups, offset, now, until)
        yield from self._leads(now, until)
        yield from self._discovery(now, until)
        yield from self._sweeps(now, until)
        yield from self._events(aims, now, until)

    def _closings(
        self,
        groups: Sequence[tuple[KickOff, ...]],
        aims: Aims,
        now: datetime,
        until: datetime,
    ) -> Iterator[Want]:
        """Want one look a group; where it was missed, one at those that it still can serve."""
        why = Why.MINOR_CLOSING if self._minor else Why.CLOSING
        margin = min(aims.offsets)
        for whole in groups:
            if self._is_closed(whole, margin, aims.grade_a):
                continue
            group = tuple(kick_off for kick_off in whole if kick_off.at - margin >= now)
            if not group or self._is_closed(group, margin, aims.grade_a):
                continue
            at = group[0].at - margin
            if at < until:
                insort(self._taken, at)
                yield self._want(at, why, Purpose.CLOSING, group, self._by_matches(at, group))

    def _is_closed(self, group: Sequence[KickOff], margin: timedelta, grade_a: timedelta) -> bool:
        """Say whether a look near the capture's instant is one of grade A for all of `group`."""
        begins, near = group[0].at, self._rules.together
        since = max(begins - margin - near, group[-1].at - grade_a)
        until = min(begins - margin + near, begins - timedelta.resolution)
        place = bisect_left(self._taken, since)
        return place < len(self._taken) and self._taken[place] <= until

    def _early(
        self,
        groups: Sequence[tuple[KickOff, ...]],
        offset: timedelta,
        now: datetime,
        until: datetime,
    ) -> Iterator[Want]:
        for group in groups:
            at = group[0].at - offset
            if now <= at < until and not self._near(at, self._rules.together):
                insort(self._taken, at)
                seconds = int(offset.total_seconds())
                order = (seconds, *self._by_matches(at, group))
                yield self._want(at, Why.EARLY_CLOSING, Purpose.CLOSING, group, order)

    def _leads(self, now: datetime, until: datetime) -> Iterator[Want]:
        lead, slack = self._rules.lead, self._rules.lead_slack
        open_ones = [
            kick_off for kick_off in self._kick_offs if not self._near(kick_off.at - lead, slack)
        ]
        for group in gather(open_ones, 2 * slack):
            at = group[0].at + (group[-1].at - group[0].at) / 2 - lead
            if now <= at < until and not self._near(at, self._rules.together):
                insort(self._taken, at)
                order = self._by_matches(at, group)
                yield self._want(at, Why.LEAD, Purpose.LEAD, group, order)

    def _sweeps(self, now: datetime, until: datetime) -> Iterator[Want]:
        begins = [kick_off.at for kick_off in self._kick_offs]
        for at, step in sweep_instants(self._kick_offs, self._rules, now, until):
            if not self._near(at, max(step / 2, self._rules.together)):
                insort(self._taken, at)
                last = bisect_right(begins, at + self._rules.sweep_ahead)
                yield self._sweep(at, self._kick_offs[bisect_right(begins, at) : last])

    def _sweep(self, at: datetime, coming: tuple[KickOff, ...]) -> Want:
        far = coming[0].at - at > self._rules.far if coming else False
        why = Why.MINOR_SWEEP if self._minor else Why.FAR_SWEEP if far else Why.SWEEP
        order = (spread(at, self._rules), self._rank)
        return self._want(at, why, Purpose.SWEEP, coming, order)

    def _discovery(self, now: datetime, until: datetime) -> Iterator[Want]:
        """Look whether a league of which nothing is listed has a match by now."""
        if any(k.at >= now and not k.expected for k in self._kick_offs):
            return
        last = self._taken_before(now)
        due = now if last is None else max(now, last + self._rules.discover_every)
        at = on_grid(due, self._rules.together)
        if at < until and not self._near(at, self._rules.together):
            insort(self._taken, at)
            yield self._sweep(at, ())

    def _results(self, now: datetime, until: datetime) -> Iterator[Want]:
        read = [one.at for one in self._asked if one.purpose is Purpose.RESULTS]
        for group in gather(self._kick_offs, self._rules.scores_reach):
            for offset in self._rules.scores_offsets:
                at = group[-1].at + offset
                if now <= at < until and not _any_near(read, at, self._rules.together):
                    order = self._by_matches(at, group)
                    yield self._want(at, Why.RESULTS, Purpose.RESULTS, group, order)

    def _events(self, aims: Aims, now: datetime, until: datetime) -> Iterator[Want]:
        for kick_off in self._kick_offs:
            for fixture in kick_off.fixtures:
                event_id = aims.shortlisted.get(fixture)
                if event_id is None:
                    continue
                read = [one.at for one in self._asked if one.event_id == event_id]
                for due in (kick_off.at - offset for offset in self._rules.event_offsets):
                    if _any_near(read, due, self._reach):
                        continue
                    at = self._beside_a_look(due, now, kick_off.at)
                    if now <= at < until:
                        yield self._event(at, kick_off, fixture, event_id)

    def _beside_a_look(self, due: datetime, now: datetime, before: datetime) -> datetime:
        """Return the instant of the league's look nearest to `due`, or `due` if none is near.

        Further markets are read from the match odds of the same look: a draw no bet, a double
        chance or a quarter line without them has no fair price, and what it cost bought nothing.
        """
        first = max(now, due - self._reach)
        last = min(due + self._reach, before - timedelta.resolution)
        near = self._taken[bisect_left(self._taken, first) : bisect_right(self._taken, last)]
        to_come = (at for at in near if at not in self._made)
        return min(to_come, key=lambda at: (abs(at - due), at), default=due)

    def _event(self, at: datetime, kick_off: KickOff, fixture: FixtureId, event_id: str) -> Want:
        return Want(
            at=at,
            why=Why.EVENT_MARKETS,
            purpose=Purpose.EVENT,
            competition=self._competition,
            kick_offs=(replace(kick_off, matches=1, fixtures=(fixture,)),),
            order=(self._minor, self._rank, fixture.int),
            event_id=event_id,
        )

    def _want(
        self,
        at: datetime,
        why: Why,
        purpose: Purpose,
        kick_offs: tuple[KickOff, ...],
        order: tuple[int, ...],
    ) -> Want:
        return Want(
            at=at,
            why=why,
            purpose=purpose,
            competition=self._competition,
            kick_offs=kick_offs,
            order=order,
        )

    def _by_matches(self, at: datetime, group: Sequence[KickOff]) -> tuple[int, ...]:
        """Most matches for a call first, then the listed, then evenly over the month."""
        matches = sum(kick_off.matches for kick_off in group)
        expected = all(kick_off.expected for kick_off in group)
        return (self._minor, -matches, expected, spread(at, self._rules), self._rank)

    def _taken_before(self, now: datetime) -> datetime | None:
        place = bisect_left(self._taken, now)
        return self._taken[place - 1] if place else None

    def _near(self, at: datetime, distance: timedelta) -> bool:
        place = bisect_left(self._taken, at - distance)
        return place < len(self._taken) and self._taken[place] <= at + distance


def _any_near(instants: Iterable[datetime], at: datetime, distance: timedelta) -> bool:
    return any(abs(one - at) <= distance for one in instants)
