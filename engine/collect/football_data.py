"""football-data.co.uk's season files: results and closing odds, for replays."""

from __future__ import annotations

import csv
import gzip
import io
import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.collect.season_files.instants import read_kick_off
from engine.domain.settlement import Score

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.collect.names import Names
    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId

FOOTBALL_DATA: Final = "football_data"
SOURCES: Final = ("PS", "BFE", "Avg", "B365")
"""Closing references, best first (METHOD B1): Pinnacle, Betfair exchange, average, bet365."""
_NEAR: Final = timedelta(days=4)
_MAX_LINE: Final = 20.0
_SHORT: Final = {"PS": "P"}  # Pinnacle's prefix outside the 1X2 columns


@dataclass(frozen=True, slots=True, kw_only=True)
class Closes:
    """One source's closing odds; a market is complete or absent.

    `handicap` is the home team's line, then home and away odds.
    """

    match_odds: tuple[float, float, float] | None
    totals: tuple[float, float] | None
    handicap: tuple[float, float, float] | None


@dataclass(frozen=True, slots=True, kw_only=True)
class FileMatch:
    """One row: `home` and `away` in football-data's own spellings, kick-off in UTC clock."""

    division: str
    kick_off: datetime
    home: str
    away: str
    full_time: Score | None
    half_time: Score | None
    closes: Mapping[str, Closes]


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Fixtures with their rows; `unmatched` are our fixtures of its divisions without one."""

    rows: Mapping[FixtureId, FileMatch]
    unmatched: tuple[Fixture, ...]
    unknown_names: tuple[tuple[str, str], ...]


def read_season(content: bytes) -> tuple[FileMatch, ...]:
    """Return the matches of one season file, plain or gzipped; columns are found by name.

    Blank rows and rows without a readable date are left out.
    """
    raw = gzip.decompress(content) if content[:2] == b"\x1f\x8b" else content
    try:
        text = raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = raw.decode("cp1252", errors="replace")
    found = (_row(row) for row in csv.DictReader(io.StringIO(text)))
    return tuple(match for match in found if match is not None)


def match_rows(fixtures: Iterable[Fixture], rows: Iterable[FileMatch], names: Names) -> Matched:
    """Return each fixture's row: same division, same ordered pair, dates within four days.

    Only fixtures of the divisions among `rows` are looked for; the nearest date wins.
    """
    by_pair: dict[tuple[str, str, str], list[FileMatch]] = defaultdict(list)
    covered, unknown = set(), set()
    for row in rows:
        for competition in names.leagues.get((FOOTBALL_DATA, row.division), ()):
            covered.add(competition)
            home = names.resolve(competition, row.home)
            away = names.resolve(competition, row.away)
            if home is not None and away is not None:
                by_pair[competition, home.key, away.key].append(row)
            unknown |= {
                (competition, name)
                for name, team in ((row.home, home), (row.away, away))
                if team is None
            }
    found: dict[FixtureId, FileMatch] = {}
    missing = []
    for fixture in fixtures:
        if fixture.competition not in covered:
            continue
        near = [
            row
            for row in by_pair[fixture.competition, fixture.home.key, fixture.away.key]
            if abs(row.kick_off - fixture.kick_off) <= _NEAR
        ]
        if near:
            found[fixture.id] = min(near, key=lambda row: abs(row.kick_off - fixture.kick_off))
        else:
            missing.append(fixture)
    return Matched(rows=found, unmatched=tuple(missing), unknown_names=tuple(sorted(unknown)))


def _row(row: Mapping[str | None, str | None]) -> FileMatch | None:
    division = _text(row, "Div")
    home = _text(row, "HomeTeam") or _text(row, "HT")
    away = _text(row, "AwayTeam") or _text(row, "AT")
    kick_off = read_kick_off(_text(row, "Date"), _text(row, "Time"))
    if not (division and home and away) or kick_off is None:
        return None
    return FileMatch(
        division=division,
        kick_off=kick_off,
        home=home,
        away=away,
        full_time=_score(row, "FTHG", "FTAG") or _score(row, "HG", "AG"),
        half_time=_score(row, "HTHG", "HTAG"),
        closes=_closes(row),
    )


def _closes(row: Mapping[str | None, str | None]) -> dict[str, Closes]:
    closes = {}
    line = _number(row, "AHCh")
    for source in SOURCES:
        other = _SHORT.get(source, source)
        home, draw, away = (_odds(row, f"{source}C{end}") for end in "HDA")
        over, under = (_odds(row, f"{other}C{end}2.5") for end in "><")
        ah_home, ah_away = (_odds(row, f"{other}CAH{end}") for end in "HA")
        usable = line is not None and abs(line) <= _MAX_LINE and (line * 4).is_integer()
        close = Closes(
            match_odds=(home, draw, away) if home and draw and away else None,
            totals=(over, under) if over and under else None,
            handicap=(line, ah_home, ah_away)
            if line is not None and usable and ah_home and ah_away
            else None,
        )
        if close.match_odds or close.totals or close.handicap:
            closes[source] = close
    return closes


def _text(row: Mapping[str | None, str | None], column: str) -> str:
    return (row.get(column) or "").strip()


def _number(row: Mapping[str | None, str | None], column: str) -> float | None:
    try:
        value = float(_text(row, column))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _odds(row: Mapping[str | None, str | None], column: str) -> float | None:
    value = _number(row, column)
    return value if value is not None and value > 1 else None


def _score(row: Mapping[str | None, str | None], home: str, away: str) -> Score | None:
    goals = (_number(row, home), _number(row, away))
    if goals[0] is None or goals[1] is None:
        return None
    return Score(home=int(goals[0]), away=int(goals[1]))
