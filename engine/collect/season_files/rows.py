"""The matches of a season file: every line is a match, or is left out for a reason with a name."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from engine.collect.known import printable
from engine.collect.season_files.instants import read_kick_off
from engine.domain.settlement import Score

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.collect.season_files.table import Table

EXTRA: Final[Mapping[str, str]] = {
    "argentina": "ARG",
    "australia": "AUS",
    "austria": "AUT",
    "brazil": "BRA",
    "china": "CHN",
    "denmark": "DNK",
    "finland": "FIN",
    "ireland": "IRL",
    "japan": "JPN",
    "mexico": "MEX",
    "norway": "NOR",
    "poland": "POL",
    "romania": "ROU",
    "russia": "RUS",
    "sweden": "SWE",
    "switzerland": "SWZ",
    "usa": "USA",
}
"""The leagues that have one file for all their seasons, by the country it names."""
_COLUMNS: Final[Mapping[str, tuple[str, ...]]] = {
    "division": ("Div",),
    "country": ("Country",),
    "season": ("Season",),
    "date": ("Date",),
    "time": ("Time",),
    "home": ("HomeTeam", "Home", "HT"),
    "away": ("AwayTeam", "Away", "AT"),
    "home_goals": ("FTHG", "HG"),
    "away_goals": ("FTAG", "AG"),
    "result": ("FTR", "Res"),
    "home_half": ("HTHG",),
    "away_half": ("HTAG",),
}
_YEARS: Final = re.compile(r"^(\d{2})?(\d{2})(?:/(\d{2})?(\d{2}))?$")
_MOST_GOALS: Final = 99
_SHOWN: Final = 8
_TURN: Final = 7


class RowReject(StrEnum):
    """Why a line is not a match."""

    BLANK = "blank"
    NO_TEAMS = "no_teams"
    NO_DATE = "no_date"
    NOT_PLAYED = "not_played"
    NO_SCORE = "no_score"
    RESULT_CONTRADICTS_GOALS = "result_contradicts_goals"
    UNKNOWN_DIVISION = "unknown_division"
    UNMATCHED_TEAM = "unmatched_team"
    REPEATED_MATCH = "repeated_match"


@dataclass(frozen=True, slots=True, kw_only=True)
class BadRow:
    """A line that is not stored: where it stands, why, and how it begins."""

    line: int
    season: str
    reason: RowReject
    text: str


@dataclass(frozen=True, slots=True)
class MatchRow:
    """A line that is a match; `row` counts from 0 under the header."""

    row: int
    division: str
    season: str
    kick_off: datetime
    home: str
    away: str
    full_time: Score
    half_time: Score | None


@dataclass(slots=True, kw_only=True)
class ReadRows:
    """All lines of a file, sorted into matches and others. Blank lines are counted, not listed."""

    matches: list[MatchRow] = field(default_factory=list)
    bad: list[BadRow] = field(default_factory=list)
    blank: Counter[str] = field(default_factory=Counter)
    notes: Counter[str] = field(default_factory=Counter)


def read_rows(table: Table, division: str, season: str) -> ReadRows:
    """Sort the lines of `table`; `division` and `season` are what the file's name says of them."""
    reader = _Reader(table, division, season)
    for number, row in enumerate(table.rows):
        reader.take(number, row)
    return reader.read


class _Reader:
    """Reads line by line; what the file's name says stands in where a line says nothing."""

    def __init__(self, table: Table, division: str, season: str) -> None:
        self.read = ReadRows()
        self._width = len(table.headings)
        self._at = {
            name: next((table.columns[one] for one in wanted if one in table.columns), -1)
            for name, wanted in _COLUMNS.items()
        }
        self._unplayed = self._at["home_goals"] < 0
        self._division = division
        self._season = season or "unknown"
        self._undated = not season
        self._nameless = [at for at, heading in enumerate(table.headings) if not heading]

    def take(self, number: int, row: Sequence[str]) -> None:
        """Take one line in."""
        if not any(row) or not any(cell.strip() for cell in row):
            self.read.blank[self._season] += 1
            return
        cells = defaultdict(
            str,
            {name: row[at].strip() for name, at in self._at.items() if 0 <= at < len(row)},
        )
        kick_off = read_kick_off(cells["date"], cells["time"])
        if cells["season"]:
            self._season = season_of(cells["season"])
        elif self._undated and kick_off is not None:
            self._season = season_on(kick_off)
        found = self._match(number, cells, kick_off)
        if isinstance(found, RowReject):
            text = printable(",".join(row[:_SHOWN]))
            self.read.bad.append(
                BadRow(line=number + 2, season=self._season, reason=found, text=text)
            )
            return
        self.read.matches.append(found)
        beyond = (*row[self._width :], *(row[at] for at in self._nameless if at < len(row)))
        self.read.notes["cells_without_heading"] += any(cell.strip() for cell in beyond)
        self.read.notes["no_half_time"] += found.half_time is None and self._at["home_half"] >= 0

    def _match(
        self, number: int, cells: Mapping[str, str], kick_off: datetime | None
    ) -> MatchRow | RowReject:
        home, away = cells["home"], cells["away"]
        if not home or not away:
            return RowReject.NO_TEAMS
        if kick_off is None:
            return RowReject.NO_DATE
        if self._unplayed:
            return RowReject.NOT_PLAYED
        full_time = _score(cells["home_goals"], cells["away_goals"])
        if full_time is None:
            return RowReject.NO_SCORE
        half_time = _score(cells["home_half"], cells["away_half"])
        if _contradicts(cells["result"], full_time, half_time):
            return RowReject.RESULT_CONTRADICTS_GOALS
        country = cells["country"].lower()
        division = cells["division"].upper() or EXTRA.get(country, "") or self._division
        return MatchRow(number, division, self._season, kick_off, home, away, full_time, half_time)


def season_of(text: str) -> str:
    """Return a season as the folders name it; one of a calendar year by that year.

    >>> season_of("2012/2013"), season_of("2024"), season_of("1999/2000"), season_of("any")
    ('1213', '2024', '9900', 'any')
    """
    years = _YEARS.match(text.strip())
    if years is None:
        return printable(text)[:20]
    return years[2] + years[4] if years[4] else f"{years[1] or '20'}{years[2]}"


def season_on(day: datetime) -> str:
    """Return the season a day falls in, from July to June.

    >>> from datetime import UTC, datetime
    >>> season_on(datetime(2000, 6, 30, tzinfo=UTC)), season_on(datetime(2000, 7, 1, tzinfo=UTC))
    ('9900', '0001')
    """
    first = day.year if day.month >= _TURN else day.year - 1
    return f"{first % 100:02}{(first + 1) % 100:02}"


def _score(home: str, away: str) -> Score | None:
    """Return the goals: whole numbers, which a re-saved file may write as 2.0."""
    try:
        goals = float(home), float(away)
    except ValueError:
        return None
    if not all(each.is_integer() and 0 <= each <= _MOST_GOALS for each in goals):
        return None
    return Score(home=int(goals[0]), away=int(goals[1]))


def _contradicts(result: str, full_time: Score, half_time: Score | None) -> bool:
    """Say whether the line is at odds with itself: nobody can tell then which half is true."""
    ahead = full_time.home - full_time.away
    if result and result.upper()[:1] != ("H" if ahead > 0 else "A" if ahead < 0 else "D"):
        return True
    return half_time is not None and (
        half_time.home > full_time.home or half_time.away > full_time.away
    )
