"""Looks at prices, and the path they leave: a plain rewriting of what the store does."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, TypeAlias
from uuid import UUID

import numpy as np

from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, FixtureId
from engine.domain.path import OddsPath
from tests.builders import NOW

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Price: TypeAlias = tuple[int, str, str]  # fixture, selection, bookmaker
Row: TypeAlias = tuple[float, float, float]  # odds, changed, last seen
LAY = "_lay"


def minute(n: float) -> datetime:
    return NOW + timedelta(minutes=n)


def prices(code: str, *odds: float, books: str = "abcdef", fixture: int = 0) -> dict[Price, float]:
    """One selection at several books, 0 where a book has none."""
    pairs = zip(books, odds, strict=False)
    return {(fixture, code, book): value for book, value in pairs if value}


def two_way(*over: float, books: str = "abcdef", fixture: int = 0) -> dict[Price, float]:
    """Complete books of over and under 2.5 with a booksum of 1.04; 0 where a book is closed."""
    under = [1 / (1.04 - 1 / odds) if odds else 0 for odds in over]
    return prices("over_2.5", *over, books=books, fixture=fixture) | prices(
        "under_2.5", *under, books=books, fixture=fixture
    )


def path_of(looks: Sequence[tuple[float, Mapping[Price, float]]]) -> OddsPath:
    """Return the path of looks, each at a minute and asking for everything."""
    rows: dict[Price, list[list[float]]] = defaultdict(list)
    for at, board in looks:
        now = minute(at).timestamp()
        for price in {*rows, *board}:
            odds = board.get(price, np.nan)
            track = rows[price]
            same = track and (odds == track[-1][0] or (np.isnan(odds) and np.isnan(track[-1][0])))
            if same:
                track[-1][2] = now
            else:
                track.append([odds, now, now])
    return path_from({price: [(o, c, s) for o, c, s in track] for price, track in rows.items()})


def path_from(
    tracks: Mapping[Price, Iterable[Row]], order: Sequence[str] | None = None
) -> OddsPath:
    """Return a path of rows given by track; `order` lists the bookmakers otherwise."""
    books = list(order or sorted({book.removesuffix(LAY) for _, _, book in tracks}))
    numbers = {code: Selection.parse(code).number for _, code, _ in tracks}
    places = sorted(
        tracks, key=lambda p: (p[0], numbers[p[1]], books.index(p[2].removesuffix(LAY)), p[2])
    )
    flat = [(place, *row) for place in places for row in tracks[place]]
    return OddsPath(
        fixtures=tuple(fixture_key(n) for n in range(1 + max((p[0] for p in tracks), default=0))),
        bookmakers=tuple(BookmakerKey(book) for book in books),
        fixture=np.array([place[0] for place, *_ in flat], np.int32),
        bookmaker=np.array([books.index(p[2].removesuffix(LAY)) for p, *_ in flat], np.int16),
        selection=np.array([numbers[place[1]] for place, *_ in flat], np.int32),
        lay=np.array([place[2].endswith(LAY) for place, *_ in flat], np.bool_),
        odds=np.array([odds for _, odds, _, _ in flat], np.float64),
        changed_at=np.array([changed for _, _, changed, _ in flat], np.float64),
        last_seen_at=np.array([seen for _, _, _, seen in flat], np.float64),
    )


def fixture_key(number: int) -> FixtureId:
    return FixtureId(UUID(int=number + 1))
