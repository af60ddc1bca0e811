"""Kick-offs of one league: listed, expected, and the fewest instants that look at all of them."""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

from engine.domain.fixture import FixtureStatus

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import timedelta

    from engine.collect.rules import PlanRules
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId

_TUESDAY: Final = datetime(2001, 1, 2, tzinfo=UTC)  # no round of any league goes over a Tuesday
_OFF: Final = frozenset({FixtureStatus.POSTPONED, FixtureStatus.CANCELLED})


@dataclass(frozen=True, slots=True, kw_only=True)
class KickOff:
    """Matches of one league that begin together; expected ones have a number but no name."""

    at: datetime
    matches: int
    fixtures: tuple[FixtureId, ...] = ()

    @property
    def expected(self) -> bool:
        return not self.fixtures


def kick_offs_of(fixtures: Iterable[Fixture]) -> Mapping[str, tuple[KickOff, ...]]:
    """Return each competition's kick-offs by time; what is off counts no more."""
    found: dict[str, dict[datetime, list[FixtureId]]] = defaultdict(lambda: defaultdict(list))
    for fixture in fixtures:
        if fixture.status not in _OFF:
            found[fixture.competition][fixture.kick_off.astimezone(UTC)].append(fixture.id)
    return {
        competition: tuple(
            KickOff(at=at, matches=len(ids), fixtures=tuple(sorted(ids)))
            for at, ids in sorted(by_instant.items())
        )
        for competition, by_instant in sorted(found.items())
    }


def with_expected(
    listed: Sequence[KickOff], rules: PlanRules, now: datetime, until: datetime
) -> tuple[KickOff, ...]:
    """Return `listed` and, after the last week that is listed in full, what is expected.

    An expected week has as many kick-offs as the last weeks had, at their usual hours. All is
    counted in whole weeks, so that the forecast changes with the facts and not with the minute.
    """
    weeks: dict[int, list[KickOff]] = defaultdict(list)
    for kick_off in listed:
        weeks[_week(kick_off.at, rules)].append(kick_off)
    this = _week(now, rules)
    usual = _usual_week(_sample(weeks, this, rules), rules)
    if not usual:
        return tuple(listed)
    full = sum(matches for _, matches in usual) / 2
    listed_weeks = [
        week for week in weeks if week >= this and sum(k.matches for k in weeks[week]) >= full
    ]
    first = max(listed_weeks, default=this - 1) + 1
    known = {kick_off.at for kick_off in listed}
    expected = [
        KickOff(at=at, matches=matches)
        for week in range(first, _week(until, rules) + 1)
        for offset, matches in usual
        if (at := _TUESDAY + week * rules.week + offset) not in known and now < at
    ]
    return tuple(sorted((*listed, *expected), key=lambda kick_off: kick_off.at))


def gather(kick_offs: Sequence[KickOff], reach: timedelta) -> tuple[tuple[KickOff, ...], ...]:
    """Return the kick-offs in the fewest groups no wider than `reach`: one look serves each.

    A look seen at the last instant before the first of a group is still young enough for its
    last. Taking the earliest first is what makes the groups the fewest there can be.
    """
    groups: list[list[KickOff]] = []
    for kick_off in kick_offs:
        if groups and kick_off.at - groups[-1][0].at <= reach:
            groups[-1].append(kick_off)
        else:
            groups.append([kick_off])
    return tuple(tuple(group) for group in groups)


def _sample(
    weeks: Mapping[int, list[KickOff]], this: int, rules: PlanRules
) -> list[tuple[int, list[KickOff]]]:
    """Return the last weeks that had matches; where none had, those that are listed."""
    past = [
        (week, weeks[week]) for week in range(this - rules.pattern_weeks, this) if week in weeks
    ]
    return past or [(week, weeks[week]) for week in sorted(weeks) if week >= this]


def _usual_week(
    sample: Sequence[tuple[int, list[KickOff]]], rules: PlanRules
) -> tuple[tuple[timedelta, int], ...]:
    """Return the usual hours of a week, as offsets into it, each with its usual matches."""
    if not sample:
        return ()
    seen: Counter[timedelta] = Counter()
    matches: Counter[timedelta] = Counter()
    for week, kick_offs in sample:
        for kick_off in kick_offs:
            offset = kick_off.at - (_TUESDAY + week * rules.week)
            seen[offset] += 1
            matches[offset] += kick_off.matches
    usual = max(1, round(seen.total() / len(sample)))
    offsets = sorted(seen, key=lambda offset: (-seen[offset], -matches[offset], offset))[:usual]
    return tuple((offset, round(matches[offset] / seen[offset])) for offset in sorted(offsets))


def _week(at: datetime, rules: PlanRules) -> int:
    return (at - _TUESDAY) // rules.week
