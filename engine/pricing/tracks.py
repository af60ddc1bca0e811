"""The path of odds cut into tracks: one outcome at one book each, as of one look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.board import AGGREGATES
from engine.domain.market import MarketKind
from engine.pricing.devig.book import devig_rows
from engine.pricing.reference.books import WIDTH, outcomes_of, side_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.numbers import BookmakerKey, FixtureId
    from engine.domain.path import OddsPath

NONE: Final = -1
_SECOND: Final = 1e6
_NO_BOOK: Final = int(MarketKind.DOUBLE_CHANCE)  # its probabilities sum to 2


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tracks:
    """Tracks sorted by (fixture, selection, bookmaker), and the rows of each in their order.

    A row is one price with the looks that first and last saw it, in whole microseconds; `track`
    says whose. `first` and `last` are each track's rows. `book` numbers a book's prices of one
    market, `shop` all a book's prices of one kind of market. `fixture` and `bookmaker` index the
    tuples of the same name.
    """

    at: int
    fixtures: tuple[FixtureId, ...]
    bookmakers: tuple[BookmakerKey, ...]
    odds: NDArray[np.float64]
    changed: NDArray[np.int64]
    seen: NDArray[np.int64]
    track: NDArray[np.int64]
    first: NDArray[np.int64]
    last: NDArray[np.int64]
    fixture: NDArray[np.int64]
    selection: NDArray[np.int64]
    bookmaker: NDArray[np.int64]
    book: NDArray[np.int64]
    shop: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.first)

    @property
    def key(self) -> NDArray[np.int64]:
        """The tracks' identities, rising."""
        return track_key(self.fixture, self.selection, self.bookmaker)

    def last_by(self, instant: int | NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the row in force at an instant, one for all or one a track; NONE before it."""
        wanted = np.broadcast_to(np.asarray(instant), len(self))[self.track]
        known = np.bincount(self.track[self.changed <= wanted], minlength=len(self))
        return np.where(known > 0, self.first + known - 1, NONE)

    def first_where(self, rows: NDArray[np.bool_]) -> NDArray[np.int64]:
        """Return each track's first row of those marked; NONE where none is."""
        if len(self) == 0:
            return self.first
        beyond = len(self.odds)
        places = np.where(rows, np.arange(beyond), beyond)
        found = np.minimum.reduceat(places, self.first)
        return np.where(found < beyond, found, NONE)

    def longest_gap(self, since: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return each track's longest time between two looks that a change after a row fell in."""
        gap = np.zeros(len(self.odds), np.int64)
        gap[1:] = self.changed[1:] - self.seen[:-1]
        gap[np.arange(len(gap)) <= since[self.track]] = 0
        return np.maximum.reduceat(gap, self.first) if len(self) else self.first


def track_key(
    fixture: NDArray[np.int64], selection: NDArray[np.int64], bookmaker: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the identity of tracks as one integer each; sorts as the three do."""
    key: NDArray[np.int64] = fixture << 36 | selection << 16 | bookmaker
    return key


def cut_tracks(path: OddsPath, at: float) -> Tracks:
    """Return the tracks of the prices one can bet with, as the look at `at` left them.

    Rows stored later are not there, and no look after `at` has seen a price. Rows of one track at
    one instant keep the order in which they stand in the path.
    """
    now = round(at * _SECOND)
    changed = np.rint(path.changed_at * _SECOND).astype(np.int64)
    averages = [index for index, key in enumerate(path.bookmakers) if key in AGGREGATES]
    rows = np.flatnonzero(
        ~path.lay & (changed <= now) & ~np.isin(path.bookmaker, np.array(averages, np.int64))
    )
    key = track_key(
        path.fixture[rows].astype(np.int64),
        path.selection[rows].astype(np.int64),
        path.bookmaker[rows].astype(np.int64),
    )
    order = np.lexsort((changed[rows], key))
    rows, key = rows[order], key[order]
    seen = np.rint(path.last_seen_at[rows] * _SECOND).astype(np.int64)
    first = np.flatnonzero(np.diff(key, prepend=NONE))
    whose = key[first]
    book = whose >> 36 << 32 | (whose >> 20 & 0xFFFF) << 16 | whose & 0xFFFF
    shop = whose >> 36 << 32 | (whose >> 32 & 0xF) << 16 | whose & 0xFFFF
    return Tracks(
        at=now,
        fixtures=path.fixtures,
        bookmakers=path.bookmakers,
        odds=path.odds[rows],
        changed=changed[rows],
        seen=np.clip(seen, changed[rows], now),
        track=np.repeat(np.arange(len(first)), np.diff(first, append=len(rows))),
        first=first,
        last=np.append(first[1:], len(rows))[: len(first)] - 1,
        fixture=whose >> 36,
        selection=whose >> 16 & 0xFFFFF,
        bookmaker=whose & 0xFFFF,
        book=np.unique(book, return_inverse=True)[1],
        shop=np.unique(shop, return_inverse=True)[1],
    )


def gain(tracks: Tracks, base: NDArray[np.int64], now: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return by how many probability points each track rose from one row to another; NaN unknown.

    Fair probabilities where the book was complete both times, 1 / odds where it was not: the
    margin moves with the odds, and taking it out of one of the two alone would be a move. Rounded
    to a millionth, so that a move is compared with a threshold as it is shown.
    """
    known = (base != NONE) & (now != NONE)
    before = np.where(known, tracks.odds[base], np.nan)
    after = np.where(known, tracks.odds[now], np.nan)
    whole = _whole(tracks, base, before) & _whole(tracks, now, after)
    moved = np.bincount(tracks.book, weights=known & (before != after)) > 0
    fair = whole & moved[tracks.book]
    points = 1 / after - 1 / before
    points[fair] = _fair(tracks, after, fair) - _fair(tracks, before, fair)
    points[whole & ~fair] = 0.0
    rounded: NDArray[np.float64] = np.round(100 * points, 6)
    return rounded


def _whole(
    tracks: Tracks, rows: NDArray[np.int64], odds: NDArray[np.float64]
) -> NDArray[np.bool_]:
    """Say which tracks' books had every outcome at once; a double chance never is."""
    usable = np.isfinite(odds) & (odds > 1)
    kind = tracks.selection >> 16
    n = np.bincount(tracks.book, weights=usable).astype(np.int64)[tracks.book]
    began = np.zeros(len(n), np.int64)
    np.maximum.at(began, tracks.book, np.where(usable, tracks.changed[rows], 0))
    ended = np.full(len(n), np.iinfo(np.int64).max)
    np.minimum.at(ended, tracks.book, np.where(usable, tracks.seen[rows], ended[0]))
    together = (began <= ended)[tracks.book]
    whole: NDArray[np.bool_] = (n == outcomes_of(kind)) & together & (kind != _NO_BOOK)
    return whole


def _fair(
    tracks: Tracks, odds: NDArray[np.float64], wanted: NDArray[np.bool_]
) -> NDArray[np.float64]:
    """Return the fair probabilities of the wanted tracks, which make up complete books."""
    _, row = np.unique(tracks.book[wanted], return_inverse=True)
    side = side_of(tracks.selection[wanted])
    table = np.full((row.max(initial=-1) + 1, WIDTH), np.nan)
    table[row, side] = odds[wanted]
    three = np.isfinite(table[:, 2])
    for mask, size in ((three, WIDTH), (~three, WIDTH - 1)):
        if mask.any():
            table[mask, :size] = devig_rows(table[mask, :size])
    fair: NDArray[np.float64] = table[row, side]
    return fair
