"""Which fixture a feed speaks of: one answer for every provider, by names and time.

A match is its competition, its two teams by name in their places, and its kick-off; never a
place in a list. What cannot be said for certain is left to a person: a name no table knows, or
a feed that lists host and guest the other way round than another has.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final, TypeAlias

from engine.collect.known import Known, UnmatchedName, printable
from engine.domain.fixture import FixtureStatus

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from engine.domain.fixture import Fixture, Team

OVER: Final = frozenset({FixtureStatus.FINISHED, FixtureStatus.CANCELLED})
SAME_HOUR: Final = timedelta(hours=12)
"""Two teams never meet twice within this: the other way round, it is one match told wrongly."""
_CONTEXT: Final = timedelta(days=4)
"""How far from a kick-off a fixture of the known opponent still hints at an unknown name."""
_BEST: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """A match as a provider lists it; `event_id` is empty where the provider has none."""

    provider: str
    event_id: str
    competition: str
    home: str
    away: str
    kick_off: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Identified:
    """Who plays; `fixture` is None where no stored fixture is this match."""

    home: Team
    away: Team
    fixture: Fixture | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Nameless:
    """At least one team is not known: what to ask a person."""

    names: tuple[UnmatchedName, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Contradicted:
    """The listing and a stored fixture cannot both be right: sides `turned`, or other teams."""

    fixture: Fixture
    turned: bool = False


Verdict: TypeAlias = "Identified | Nameless | Contradicted"
Pair: TypeAlias = "tuple[Team, Team]"


class Register:
    """What is known, found by event id, by pair of teams and by competition."""

    def __init__(self, known: Known) -> None:
        self._names = known.names
        self._event_ids = known.event_ids
        self._by_id = {fixture.id: fixture for fixture in known.fixtures}
        self._by_pair: dict[tuple[str, str, str], list[Fixture]] = defaultdict(list)
        self._by_competition: dict[str, list[Fixture]] = defaultdict(list)
        for fixture in known.fixtures:
            pair = (fixture.competition, fixture.home.key, fixture.away.key)
            self._by_pair[pair].append(fixture)
            self._by_competition[fixture.competition].append(fixture)

    def identify(self, seen: Listing, reach: timedelta) -> Verdict:
        """Return the fixture within `reach` of the listed kick-off, or why there is none.

        An event id met before keeps its fixture however far it moves, unless the names it now
        bears are of other teams or in other places.
        """
        pair = self.pair(seen)
        met = self._by_id.get(self._event_ids.get((seen.provider, seen.event_id)))  # type: ignore[arg-type]  # None is in no dictionary
        if met is not None:
            sides = (met.home.key, met.away.key)
            if pair is None or sides == (pair[0].key, pair[1].key):
                return Identified(home=met.home, away=met.away, fixture=met)
            return Contradicted(fixture=met, turned=sides == (pair[1].key, pair[0].key))
        if pair is None:
            return Nameless(names=tuple(self.questions(seen)))
        home, away = pair
        fixture = self.nearest(seen.competition, home, away, seen.kick_off, reach)
        turned = self.nearest(seen.competition, away, home, seen.kick_off, SAME_HOUR)
        if fixture is None and turned is not None and turned.status not in OVER:
            return Contradicted(fixture=turned, turned=True)
        return Identified(home=home, away=away, fixture=fixture)

    def pair(self, seen: Listing) -> Pair | None:
        """Return host and guest by their names, or None where a name says no team."""
        home = self._names.playing(seen.competition, seen.home)
        away = self._names.playing(seen.competition, seen.away)
        if home is None or away is None or home.key == away.key:
            return None
        return home, away

    def nearest(
        self, competition: str, home: Team, away: Team, kick_off: datetime, reach: timedelta
    ) -> Fixture | None:
        """Return the stored fixture of these sides nearest a kick-off, within `reach`."""
        near = [
            fixture
            for fixture in self._by_pair.get((competition, home.key, away.key), ())
            if abs(fixture.kick_off - kick_off) <= reach
        ]
        return min(
            near, key=lambda each: (abs(each.kick_off - kick_off), str(each.id)), default=None
        )

    def around(self, competition: str, kick_off: datetime, reach: timedelta) -> Sequence[Fixture]:
        """Return the stored fixtures of a competition within `reach` of a kick-off."""
        return [
            fixture
            for fixture in self._by_competition.get(competition, ())
            if abs(fixture.kick_off - kick_off) <= reach
        ]

    def questions(self, seen: Listing) -> Iterator[UnmatchedName]:
        """Give the names a person must say, each with its likeliest teams.

        Both are asked where the two names mean one club.
        """
        home = self._names.playing(seen.competition, seen.home)
        away = self._names.playing(seen.competition, seen.away)
        for team, other, name, opponent, at_home in (
            (home, away, seen.home, seen.away, True),
            (away, home, seen.away, seen.home, False),
        ):
            if printable(name) and (team is None or team == other):
                yield UnmatchedName(
                    provider=seen.provider,
                    competition=printable(seen.competition),
                    name=printable(name),
                    opponent=printable(opponent),
                    kick_off=seen.kick_off,
                    suggestions=self._suggest(
                        seen, name, None if team else other, at_home=at_home
                    ),
                )

    def _suggest(
        self, seen: Listing, name: str, opponent: Team | None, *, at_home: bool
    ) -> tuple[tuple[str, float], ...]:
        """Return the likeliest teams: whom the known opponent meets then comes before likeness."""
        scores = dict(self._names.suggest(seen.competition, name))
        alike = self._names.scores(seen.competition, name)
        for fixture in self.around(seen.competition, seen.kick_off, _CONTEXT) if opponent else ():
            here, there = fixture.home, fixture.away
            if not at_home:
                here, there = there, here
            if there == opponent and self._names.may_mean(name, here.key):
                scores[here.key] = round(50 + alike.get(here.key, 0.0) / 2, 1)
        ranked = sorted(scores.items(), key=lambda one: (-one[1], one[0]))
        return tuple(ranked[:_BEST])
