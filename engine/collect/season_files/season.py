"""One season file, read whole: which matches it has, and at what prices."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.collect.season_files.prices import read_prices
from engine.collect.season_files.rows import read_rows
from engine.collect.season_files.table import read_table

if TYPE_CHECKING:
    from collections import Counter

    from engine.collect.season_files.prices import Prices
    from engine.collect.season_files.rows import BadRow, MatchRow

_SEASON: Final = re.compile(r"(?<!\d)(\d{4})(?!\d)")
_DIVISION: Final = re.compile(r"(?<![A-Za-z0-9])([A-Z]{1,3}\d?)(?![A-Za-z0-9])")
_TURN: Final = 93  # the first season is 1993/94


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """What a file's name says: its division and its season, "" where it does not say."""

    name: str
    division: str
    season: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SeasonFile:
    """A file's lines, each a match or left out; `read` counts them, blank ones included."""

    read: int
    matches: tuple[MatchRow, ...]
    bad: tuple[BadRow, ...]
    blank: Counter[str]
    notes: Counter[str]
    prices: Prices


def origin_of(path: str) -> Origin:
    """Return what a path below the imported folder says of its file.

    >>> origin_of("main/2324/E0.csv.gz")
    Origin(name='main/2324/E0.csv', division='E0', season='2324')
    >>> origin_of("extra/ARG.csv")
    Origin(name='extra/ARG.csv', division='ARG', season='')
    >>> origin_of("E0_9900.csv")
    Origin(name='E0_9900.csv', division='E0', season='9900')
    """
    name = path.encode("utf-8", "backslashreplace").decode().removesuffix(".gz")
    stem = name.rpartition("/")[2].removesuffix(".csv")
    seasons = [text for text in _SEASON.findall(name) if _is_season(text)]
    division = _DIVISION.search(stem.replace("_", " "))
    return Origin(
        name=name,
        division=division[1] if division else "",
        season=seasons[-1] if seasons else "",
    )


def _is_season(text: str) -> bool:
    """Say whether four digits are two years that follow each other."""
    first, second = int(text[:2]), int(text[2:])
    return second == (first + 1) % 100 and (first >= _TURN or first < _TURN - 1)


def read_season_file(content: bytes, origin: Origin) -> SeasonFile:
    """Read a file, plain or gzipped, of any year's columns.

    Raises:
        Skip: the content is no table at all.
    """
    table = read_table(content)
    rows = read_rows(table, origin.division, origin.season)
    prices = read_prices(table, [match.row for match in rows.matches])
    return SeasonFile(
        read=len(table.rows),
        matches=tuple(rows.matches),
        bad=tuple(rows.bad),
        blank=rows.blank,
        notes=+rows.notes,
        prices=prices,
    )
