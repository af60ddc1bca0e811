"""A recording of moving odds: every change of 17 books on 10 matches, as boards and as truth.

The recording's notes call its handicap and total odds Hong-Kong odds; the booksums of what the
file holds (1.04 in the median) say that they are decimal already, so they are taken as they are.
"""

from __future__ import annotations

import csv
import gzip
import math
from collections import defaultdict
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import groupby
from typing import TYPE_CHECKING, Final, TypeAlias

import numpy as np

from engine.domain.board import Board
from engine.domain.fixture import Fixture, Team, fixture_id
from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.numbers import BookmakerKey

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from engine.domain.path import OddsPath, Scope

KINDS: Final = {
    "1x2": MarketKind.MATCH_ODDS,
    "ah": MarketKind.ASIAN_HANDICAP,
    "ou": MarketKind.TOTAL_GOALS,
}
MINUTE: Final = timedelta(minutes=1)
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_UNNAMED: Final = Decimal(-20)
"""Stands for the handicap where a row names none, so that its changes are judged all the same."""

Track: TypeAlias = tuple[str, str, int]  # match, bookmaker, selection
Steps: TypeAlias = "dict[Track, list[tuple[float | None, datetime]]]"  # None: withdrawn


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One row: all that a book offers of one kind of market from `at` on; nothing if suspended."""

    match: str
    book: str
    kind: MarketKind
    at: datetime
    in_play: bool
    offer: tuple[tuple[int, float], ...]  # selections and odds

    @property
    def place(self) -> tuple[str, str, MarketKind]:
        return self.match, self.book, self.kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Recording:
    """The rows in file order, and the matches with the kick-off that counts."""

    lines: tuple[Line, ...]
    fixtures: Mapping[str, Fixture]

    def of(self, *matches: str, books: Iterable[str] = ()) -> Recording:
        """Some of the matches, and of the books where they are named."""
        return Recording(
            lines=tuple(
                line
                for line in self.lines
                if line.match in matches and (not books or line.book in books)
            ),
            fixtures={match: self.fixtures[match] for match in matches},
        )


def read_recording(folder: Path) -> Recording:
    """Kick-off is the first in-play row where there is one: the listed one is wrong there."""
    with gzip.open(folder / "moves.csv.gz", "rt") as file:
        lines = tuple(_line(row) for row in csv.DictReader(file))
    begun: dict[str, datetime] = {}
    for line in lines:
        if line.in_play:
            begun[line.match] = min(line.at, begun.get(line.match, line.at))
    with (folder / "matches.csv").open() as file:
        fixtures = {
            row["match_id"]: _fixture(row, begun.get(row["match_id"]))
            for row in csv.DictReader(file)
        }
    return Recording(lines=lines, fixtures=fixtures)


def _line(row: Mapping[str, str]) -> Line:
    kind = KINDS[row["market"]]
    market = MATCH_ODDS
    if kind is not MarketKind.MATCH_ODDS:
        market = Market(kind=kind, line=Decimal(row["line"] or _UNNAMED) + 0)
    names = ("o1", "ox", "o2") if kind is MarketKind.MATCH_ODDS else ("o1", "o2")
    odds = [row[name] for name in names]
    numbers = [selection.number for selection in market.selections]
    offer = tuple(zip(numbers, map(float, odds), strict=True)) if all(odds) else ()
    return Line(
        match=row["match_id"],
        book=row["bookmaker"],
        kind=kind,
        at=datetime.fromisoformat(row["ts_utc"]),
        in_play=row["status"] == "inplay",
        offer=offer,
    )


def _fixture(row: Mapping[str, str], begun: datetime | None) -> Fixture:
    listed = datetime.fromisoformat(row["kickoff_utc"])
    home, away = row["home"], row["away"]
    return Fixture(
        id=fixture_id("soccer_recorded", home, away, listed.date()),
        competition="soccer_recorded",
        home=Team(key=home, name=home),
        away=Team(key=away, name=away),
        kick_off=begun or listed,
    )


def in_time(lines: Iterable[Line]) -> list[Line]:
    """The rows as time brought them; those of one minute in file order."""
    return sorted(lines, key=lambda line: line.at)


def by_look(lines: Iterable[Line], every: timedelta = MINUTE) -> list[Line]:
    """What regular looks see of rows in time order: each book's last row before each look."""
    last = {}
    for line in lines:
        seen_at = line.at + (_EPOCH - line.at) % every
        last[seen_at, line.place] = replace(line, at=seen_at)
    return in_time(last.values())


def truth(lines: Iterable[Line]) -> Steps:
    """Every change of every price, and every withdrawal, of rows in time order."""
    offered: dict[object, dict[int, float]] = defaultdict(dict)
    steps: Steps = defaultdict(list)
    for line in lines:
        before, now = offered[line.place], dict(line.offer)
        for number in {*before, *now}:
            if before.get(number) != now.get(number):
                steps[line.match, line.book, number].append((now.get(number), line.at))
        offered[line.place] = now
    return dict(steps)


def reduced(lines: Iterable[Line]) -> Steps:
    """The rows themselves without suspensions and repeats of a price."""
    steps: Steps = defaultdict(list)
    for line in lines:
        for number, odds in line.offer:
            track = steps[line.match, line.book, number]
            if not track or track[-1][0] != odds:
                track.append((odds, line.at))
    return dict(steps)


def without_withdrawals(steps: Steps) -> Steps:
    found: Steps = {}
    for track, changes in steps.items():
        offered = [change for change in changes if change[0] is not None]
        found[track] = [next(group) for _, group in groupby(offered, key=lambda one: one[0])]
    return found


def steps_of(path: OddsPath, recording: Recording) -> Steps:
    """The path as the truth writes it."""
    names = {fixture.id: match for match, fixture in recording.fixtures.items()}
    steps: Steps = defaultdict(list)
    columns = (path.fixture, path.bookmaker, path.selection, path.odds, path.changed_at)
    for fixture, book, number, odds, at in zip(*(c.tolist() for c in columns), strict=True):
        track = (names[path.fixtures[fixture]], str(path.bookmakers[book]), number)
        value = None if math.isnan(odds) else odds
        steps[track].append((value, datetime.fromtimestamp(at, UTC)))
    return dict(steps)


class Screen:
    """What all books offer of every match, as the rows so far left it."""

    def __init__(self, recording: Recording) -> None:
        self._fixtures = recording.fixtures
        self._offers: dict[tuple[str, MarketKind], dict[str, Line]] = defaultdict(dict)

    def show(self, lines: Iterable[Line]) -> tuple[Board, Scope]:
        """Return a look after these rows of one instant at the markets they are of."""
        touched = dict.fromkeys((line.match, line.kind) for line in lines)
        for line in lines:
            self._offers[line.match, line.kind][line.book] = line
        matches = tuple(dict.fromkeys(match for match, _ in touched))
        kinds = defaultdict(set)
        for match, kind in touched:
            kinds[self._fixtures[match].id].add(kind)
        rows = [
            (matches.index(match), line.book, number, odds, line.at.timestamp())
            for match, kind in touched
            for line in self._offers[match, kind].values()
            for number, odds in line.offer
        ]
        at = max(line.at for line in lines)
        fixtures = tuple(self._fixtures[match] for match in matches)
        return _board(at, fixtures, rows), {one: frozenset(them) for one, them in kinds.items()}


def _board(
    at: datetime, fixtures: tuple[Fixture, ...], rows: list[tuple[int, str, int, float, float]]
) -> Board:
    books = sorted({row[1] for row in rows})
    code = {book: index for index, book in enumerate(books)}
    return Board(
        as_of=at,
        fixtures=fixtures,
        bookmakers=tuple(BookmakerKey(book) for book in books),
        fixture=np.array([row[0] for row in rows], np.int32),
        bookmaker=np.array([code[row[1]] for row in rows], np.int16),
        selection=np.array([row[2] for row in rows], np.int32),
        odds=np.array([row[3] for row in rows], np.float64),
        quoted_at=np.array([row[4] for row in rows], np.float64),
        lay=np.zeros(len(rows), np.bool_),
    )


def one_by_one(lines: Iterable[Line]) -> Iterator[list[Line]]:
    """Rows in time order, one at a time for each book's market.

    Rows of one minute that are of different books or markets stand together: they do not touch.
    """
    for _, minute in groupby(in_time(lines), key=lambda line: line.at):
        queues: dict[object, list[Line]] = defaultdict(list)
        for line in minute:
            queues[line.place].append(line)
        for turn in range(max(map(len, queues.values()))):
            yield [queue[turn] for queue in queues.values() if turn < len(queue)]
