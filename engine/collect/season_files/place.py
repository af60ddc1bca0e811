"""Which fixture a line is: the one already known, or a new one. Never a guess at a name."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import UTC, timedelta
from typing import TYPE_CHECKING, Final, TypeAlias
from uuid import uuid5

from engine.collect.known import UnmatchedName, printable
from engine.collect.payload import FOOTBALL_DATA
from engine.collect.season_files.rows import BadRow, RowReject
from engine.domain.fixture import Fixture, FixtureStatus, fixture_id
from engine.domain.numbers import FixtureId

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from engine.collect.names import Names
    from engine.collect.season_files.rows import MatchRow
    from engine.domain.fixture import Team

_OVER: Final = frozenset({FixtureStatus.FINISHED, FixtureStatus.CANCELLED})
_SAME_GAME: Final = timedelta(hours=36)
"""A file says the day, often not the hour: further away, a game that is over is another one."""
_MOVED: Final = timedelta(days=1)

_Match: TypeAlias = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Named:
    """A line whose competition and teams are known."""

    index: int
    competition: str
    home: Team
    away: Team


@dataclass(frozen=True, slots=True, kw_only=True)
class NamedRows:
    """The lines that name a game of ours, and those that do not."""

    rows: tuple[Named, ...]
    bad: tuple[BadRow, ...]
    unmatched: tuple[UnmatchedName, ...]

    @property
    def competitions(self) -> tuple[str, ...]:
        """The competitions the lines are of."""
        return tuple(sorted({row.competition for row in self.rows}))


@dataclass(slots=True, kw_only=True)
class PlacedRows:
    """The fixture of each line that has one; `rows` indexes the lines given to `name_rows`."""

    rows: list[int] = field(default_factory=list)
    fixtures: list[Fixture] = field(default_factory=list)
    new: list[Fixture] = field(default_factory=list)
    changed: list[Fixture] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)


def name_rows(matches: Sequence[MatchRow], names: Names) -> NamedRows:
    """Find out who plays; a spelling nobody knows is asked about once, however often it stands."""
    people = _Spellings(names)
    rows, bad = [], []
    for index, match in enumerate(matches):
        leagues = names.leagues.get((FOOTBALL_DATA, match.division), ())
        for competition in leagues:
            home = people.team(competition, match.home)
            away = people.team(competition, match.away)
            if home is not None and away is not None and home != away:
                rows.append(Named(index, competition, home, away))
                break
        else:
            reason = RowReject.UNMATCHED_TEAM if leagues else RowReject.UNKNOWN_DIVISION
            bad.append(_bad(match, reason))
            if leagues:
                people.ask(leagues[0], match)
    return NamedRows(rows=tuple(rows), bad=tuple(bad), unmatched=tuple(people.unmatched.values()))


class _Spellings:
    """The spellings of one file, each looked up once: a season names a club forty times."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._teams: dict[tuple[str, str], Team | None] = {}
        self.unmatched: dict[tuple[str, str], UnmatchedName] = {}

    def team(self, competition: str, spelling: str) -> Team | None:
        place = (competition, spelling)
        if place not in self._teams:
            self._teams[place] = self._names.resolve(competition, spelling)
        return self._teams[place]

    def ask(self, competition: str, match: MatchRow) -> None:
        """Note which of a line's two names a person must say; both where they mean one club."""
        teams = [self.team(competition, name) for name in (match.home, match.away)]
        for team, name, other in (
            (teams[0], match.home, match.away),
            (teams[1], match.away, match.home),
        ):
            place = (competition, name)
            if place in self.unmatched or (team is not None and teams[0] != teams[1]):
                continue
            self.unmatched[place] = UnmatchedName(
                provider=FOOTBALL_DATA,
                competition=competition,
                name=printable(name),
                opponent=printable(other),
                kick_off=match.kick_off,
                suggestions=self._names.suggest(competition, name),
            )


def place_rows(
    matches: Sequence[MatchRow],
    named: Iterable[Named],
    stored: Iterable[Fixture],
    max_move: timedelta,
) -> PlacedRows:
    """Return the fixture of each line: a stored one of the same pair near its date, or a new one.

    A stored game that is over lies within a day and a half; one that is still to be played may
    have been put off by `max_move`. Two lines never share a fixture: of a match that stands
    twice on one day, the first line counts.
    """
    placed = PlacedRows()
    by_match = _by_match(matches, named, placed)
    known: dict[_Match, list[Fixture]] = defaultdict(list)
    for fixture in stored:
        known[fixture.competition, fixture.home.key, fixture.away.key].append(fixture)
    for match, rows in by_match.items():
        there = known.get(match, [])
        found = _nearest(matches, rows, there, max_move) if there else {}
        for row in rows:
            placed.rows.append(row.index)
            kick_off = matches[row.index].kick_off
            before = found.get(row.index)
            if before is None:
                fixture = _new(row, kick_off, {one.id for one in there})
                placed.new.append(fixture)
            else:
                fixture = _after(before, kick_off)
                if fixture != before:
                    placed.changed.append(fixture)
            placed.fixtures.append(fixture)
    return placed


def _by_match(
    matches: Sequence[MatchRow], named: Iterable[Named], placed: PlacedRows
) -> dict[_Match, list[Named]]:
    """Group the lines by ordered pair; a pair's second line of one day is none."""
    by_match: dict[_Match, list[Named]] = defaultdict(list)
    days = set()
    for row in named:
        match = (row.competition, row.home.key, row.away.key)
        day = (match, matches[row.index].kick_off.date())
        if day in days:
            placed.bad.append(_bad(matches[row.index], RowReject.REPEATED_MATCH))
            continue
        days.add(day)
        by_match[match].append(row)
    return by_match


def _nearest(
    matches: Sequence[MatchRow],
    rows: Sequence[Named],
    stored: Sequence[Fixture],
    max_move: timedelta,
) -> dict[int, Fixture]:
    """Pair lines with stored fixtures, the nearest first, each at most once."""
    pairs = []
    for row in rows:
        for fixture in stored:
            gap = abs(matches[row.index].kick_off - fixture.kick_off)
            if gap <= (_SAME_GAME if fixture.status in _OVER else max_move):
                pairs.append((gap, row.index, str(fixture.id), fixture))
    found: dict[int, Fixture] = {}
    used: set[FixtureId] = set()
    for _, index, _, fixture in sorted(pairs, key=lambda pair: pair[:3]):
        if index not in found and fixture.id not in used:
            found[index] = fixture
            used.add(fixture.id)
    return found


def _after(before: Fixture, kick_off: datetime) -> Fixture:
    """Return a stored fixture as the file leaves it: over, on the day it was played."""
    moved = abs(kick_off - before.kick_off) > _MOVED
    return replace(
        before,
        status=FixtureStatus.FINISHED,
        kick_off=kick_off if moved else before.kick_off,
    )


def _new(row: Named, kick_off: datetime, others: set[FixtureId]) -> Fixture:
    day = kick_off.astimezone(UTC).date()
    identity = fixture_id(row.competition, row.home.key, row.away.key, day)
    if identity in others:  # the pair's other match was first set for this day
        identity = FixtureId(uuid5(identity, kick_off.isoformat()))
    return Fixture(
        id=identity,
        competition=row.competition,
        home=row.home,
        away=row.away,
        kick_off=kick_off,
        status=FixtureStatus.FINISHED,
    )


def _bad(match: MatchRow, reason: RowReject) -> BadRow:
    text = f"{match.division},{match.kick_off:%Y-%m-%d},{match.home},{match.away}"
    return BadRow(line=match.row + 2, season=match.season, reason=reason, text=printable(text))
