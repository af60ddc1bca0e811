"""How many closes a number of credits buys: a played season walked through the real planner."""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter, defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final

from engine.collect.budget import KeyState, choose, next_day, next_month, renewed, spend
from engine.collect.football_data import FOOTBALL_DATA, read_season
from engine.collect.payload import ODDS_API
from engine.collect.plan import Aims, Asked, Purpose, plan_month
from engine.collect.ration import ration_of
from engine.domain.errors import SettingsInvalid
from engine.domain.fixture import Fixture, Team, fixture_id
from engine.learning.intervals import wilson

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime
    from pathlib import Path

    from engine.collect.plan import CollectPlan
    from engine.collect.rules import PlanRules
    from engine.domain.record import Estimate
    from engine.settlement.rules import ClosingRules

LISTED: Final = timedelta(days=14)
"""How long before its kick-off a match is listed, here: providers differ, few list less."""
_REMEMBERED: Final = timedelta(days=1)
_ODDS: Final = frozenset({Purpose.CLOSING, Purpose.LEAD, Purpose.SWEEP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Setting:
    """One run: these competitions, with this many keys of `credits` a month each."""

    label: str
    competitions: tuple[str, ...]
    keys: int
    credits: int

    @property
    def monthly(self) -> int:
        return self.keys * self.credits


@dataclass(frozen=True, slots=True, kw_only=True)
class Coverage:
    """What a setting reached: the share of matches with a close of each grade.

    `spent` are the season's credits by purpose, `busiest` the most of one calendar month, and
    `unspent` the least that was left at a reset.
    """

    setting: Setting
    matches: int
    grade_a: Estimate
    grade_b: Estimate
    missed: Estimate
    spent: Mapping[Purpose, int]
    calls: int
    months: int
    busiest: int
    unspent: int


def read_fixtures(
    folder: Path, season: str, leagues: Mapping[tuple[str, str], Sequence[str]]
) -> tuple[Fixture, ...]:
    """Return the matches of a season's files under `folder`, as fixtures of our competitions.

    Raises:
        SettingsInvalid: there is no such file.
    """
    files = sorted(path for path in folder.rglob("*.csv*") if path.parent.name == season)
    if not files and folder.name == season:
        files = sorted(folder.glob("*.csv*"))
    if not files:
        raise SettingsInvalid(f"--football-data: no season {season!r} under {folder}")
    return tuple(
        Fixture(
            id=fixture_id(competition, row.home, row.away, row.kick_off.date()),
            competition=competition,
            home=Team(key=row.home, name=row.home),
            away=Team(key=row.away, name=row.away),
            kick_off=row.kick_off,
        )
        for path in files
        for row in read_season(path.read_bytes())
        for competition in leagues.get((FOOTBALL_DATA, row.division), ())
    )


def simulate(
    fixtures: Iterable[Fixture],
    setting: Setting,
    aims: Aims,
    rules: PlanRules,
    grades: ClosingRules,
) -> Coverage:
    """Return what `setting` reaches over the season: planned anew every day, called as planned.

    A match is known from `LISTED` before its kick-off, at the hour at which it was played; every
    call succeeds and every key gives what it promises. Results cost nothing here: API-Football
    brings them.
    """
    followed = frozenset(setting.competitions)
    season = sorted(
        (each for each in fixtures if each.competition in followed), key=lambda f: f.kick_off
    )
    if not season:
        raise SettingsInvalid("--divisions, --competitions: the season has no match of these")
    walk = _Walk(season, setting, aims, rules)
    walk.run()
    return _judged(season, walk, grades)


class _Walk:
    """Walks the days of a season, spending as planned."""

    def __init__(
        self, season: Sequence[Fixture], setting: Setting, aims: Aims, rules: PlanRules
    ) -> None:
        self.setting = setting
        self.looks: dict[str, list[datetime]] = defaultdict(list)
        self.spent: Counter[Purpose] = Counter()
        self.by_month: Counter[str] = Counter()
        self.calls = 0
        self._season = season
        self._begins = [fixture.kick_off for fixture in season]
        self._aims = aims
        self._rules = rules
        self._asked: list[Asked] = []
        first = season[0].kick_off.astimezone(UTC)
        self._now = first.replace(day=1, hour=0, minute=0, second=0, microsecond=0)
        self._keys = self._fresh()

    def run(self) -> None:
        ends = self._season[-1].kick_off
        while self._now <= ends:
            tomorrow = next_day(self._now)
            self._keys = [
                replace(renewed(key, self._now), renews_at=next_month(self._now))
                for key in self._keys
            ]
            self._make(self._planned(), tomorrow)
            self._now = tomorrow

    def _planned(self) -> CollectPlan:
        since = self._now - self._rules.week * (self._rules.pattern_weeks + 1)
        known = slice(
            bisect_right(self._begins, since), bisect_right(self._begins, self._now + LISTED)
        )
        price = len(self._aims.markets) * self._aims.regions
        return plan_month(
            self._season[known],
            ration_of(self._keys, self._rules, price, self._now),
            self._rules,
            aims=self._aims,
            asked=self._asked,
            now=self._now,
        )

    def _make(self, plan: CollectPlan, until: datetime) -> None:
        """Make the calls of the day; what was only expected and is not listed is not called."""
        self._asked = [one for one in self._asked if one.at > self._now - _REMEMBERED]
        for call in plan.planned:
            key = choose(self._keys, call.at, call.cost)
            if call.at >= until or call.expected or key is None:
                continue
            paid = call.cost if call.fixtures else 0  # an empty answer is free
            self._keys[self._keys.index(key)] = spend(key, paid)
            self.looks[call.competition].append(call.at)
            self.spent[call.purpose] += paid
            self.by_month[f"{call.at:%Y-%m}"] += paid
            self.calls += 1
            asked = Asked(
                at=call.at, competition=call.competition, purpose=call.purpose, cost=paid
            )
            self._asked.append(asked)

    def _fresh(self) -> list[KeyState]:
        return [
            KeyState(
                source=ODDS_API,
                fingerprint=str(number),
                remaining=self.setting.credits,
                used=0,
                renews_at=next_month(self._now),
            )
            for number in range(self.setting.keys)
        ]


def _judged(season: Sequence[Fixture], walk: _Walk, grades: ClosingRules) -> Coverage:
    reached: Counter[str] = Counter()
    for fixture in season:
        looks = walk.looks[fixture.competition]
        place = bisect_right(looks, fixture.kick_off)
        age = fixture.kick_off - looks[place - 1] if place else timedelta.max
        reached["a" if age <= grades.grade_a else "b" if age <= grades.grade_b else ""] += 1
    busiest = max(walk.by_month.values(), default=0)
    return Coverage(
        setting=walk.setting,
        matches=len(season),
        grade_a=wilson(reached["a"], len(season)),
        grade_b=wilson(reached["b"], len(season)),
        missed=wilson(reached[""], len(season)),
        spent=dict(walk.spent),
        calls=walk.calls,
        months=len(walk.by_month),
        busiest=busiest,
        unspent=walk.setting.monthly - busiest,
    )
