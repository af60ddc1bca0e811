"""Complete books out of a board: one row per fixture, bookmaker and market."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import SIDES, MarketKind
from engine.pricing.devig import is_book, is_plausible

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.policy import PricingRules

WIDTH: Final = 3
_POSITION: Final = np.zeros((16, 16), dtype=np.int64)
_SIZE: Final = np.zeros(16, dtype=np.int64)
for _kind, _sides in SIDES.items():
    _SIZE[_kind] = len(_sides)
    for _index, _side in enumerate(_sides):
        _POSITION[_kind, _side] = _index
NO_SUM: Final = np.array([MarketKind.DOUBLE_CHANCE, MarketKind.DRAW_NO_BET])
"""Markets read from the match odds: double chance sums to 2, draw no bet hides its refund."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Books:
    """Complete fresh books, sorted by (fixture, market, bookmaker, lay).

    `odds` is (n, 3) in the order of `SIDES`, NaN beyond the market's size; `quoted_at` is the
    oldest of the book's quotes.
    """

    fixture: NDArray[np.int64]
    market: NDArray[np.int64]
    bookmaker: NDArray[np.int64]
    lay: NDArray[np.bool_]
    odds: NDArray[np.float64]
    quoted_at: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.fixture)

    @property
    def size(self) -> NDArray[np.int64]:
        """How many sides each market has."""
        return outcomes_of(self.market >> 12)

    def where(self, mask: NDArray[np.bool_] | NDArray[np.int64]) -> Books:
        """Return the rows of a mask, or of indices in their order."""
        return Books(
            fixture=self.fixture[mask],
            market=self.market[mask],
            bookmaker=self.bookmaker[mask],
            lay=self.lay[mask],
            odds=self.odds[mask],
            quoted_at=self.quoted_at[mask],
        )


def outcomes_of(kind: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return how many outcomes a market of each kind has."""
    sizes: NDArray[np.int64] = _SIZE[kind]
    return sizes


def side_of(selection: NDArray[np.int64] | NDArray[np.int32]) -> NDArray[np.int64]:
    """Return each selection's place in the order of `SIDES`."""
    places: NDArray[np.int64] = _POSITION[selection >> 16, selection & 0xF]
    return places


def kick_offs(board: Board) -> NDArray[np.float64]:
    """Return each fixture's kick-off in POSIX seconds."""
    return np.array([fixture.kick_off.timestamp() for fixture in board.fixtures], dtype=np.float64)


def fresh(board: Board, rules: PricingRules, now: datetime) -> NDArray[np.bool_]:
    """Say which rows may stand in a reference at `now`: a book's, known, recent, before play."""
    at = now.timestamp()
    left = kick_offs(board)[board.fixture] - at
    limit = np.where(
        left <= rules.late.total_seconds(),
        rules.reference_age_late.total_seconds(),
        rules.reference_age.total_seconds(),
    )
    age = at - board.quoted_at
    return (left > 0) & (age >= 0) & (age <= limit) & ~board.is_aggregate


def complete_books(board: Board, rules: PricingRules, now: datetime) -> Books:
    """Return the complete books of the board's fresh quotes.

    A quote repeated for one outcome counts once: the latest, and of two at one moment the lower.
    Rows of the board may come in any order.
    """
    rows = board.where(fresh(board, rules, now) & np.isfinite(board.odds))
    order = np.lexsort(
        (-rows.odds, rows.quoted_at, rows.selection, rows.lay, rows.bookmaker, rows.fixture)
    )
    key = np.stack([rows.fixture, rows.market, rows.bookmaker, rows.lay], axis=1)[order]
    keys, group = np.unique(key.astype(np.int64), axis=0, return_inverse=True)
    odds = np.full((len(keys), WIDTH), np.nan)
    quoted_at = np.full((len(keys), WIDTH), np.inf)
    selection = rows.selection[order]
    side = side_of(selection)
    odds[group, side] = rows.odds[order]
    quoted_at[group, side] = rows.quoted_at[order]
    beyond = np.arange(WIDTH) >= outcomes_of(keys[:, 1] >> 12)[:, None]
    books = Books(
        fixture=keys[:, 0],
        market=keys[:, 1],
        bookmaker=keys[:, 2],
        lay=keys[:, 3].astype(np.bool_),
        odds=odds,
        quoted_at=quoted_at.min(axis=1, initial=np.inf),
    )
    priced = is_book(np.where(beyond, 2.0, odds)) & is_plausible(np.where(beyond, np.inf, odds))
    return books.where(priced & ~np.isin(keys[:, 1] >> 12, NO_SUM))
