"""Markets that follow from the match odds, and what a fixture's grid is made of."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.pricing.reference.consensus import EVERY_BOOK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.reference.consensus import References

DOUBLE_CHANCE: Final = Market(kind=MarketKind.DOUBLE_CHANCE)
DRAW_NO_BET: Final = Market(kind=MarketKind.DRAW_NO_BET)
_EVENS: Final = 0.5
_ZERO_LINE: Final = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal(0)).number & 0xFFF


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Derived:
    """A market's sides in the order of `SIDES`: columns as in `References`, with refunds."""

    market: Market
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    refund: NDArray[np.float64]


def double_chance(match_odds: NDArray[np.float64], std_error: NDArray[np.float64]) -> Derived:
    """Return 1X, 12 and X2: what the outcome left out leaves, with its error; they sum to 2.

    >>> fair, error = np.array([[0.5, 0.3, 0.2]]), np.full((1, 3), 0.01)
    >>> double_chance(fair, error).probability.round(9).tolist()
    [[0.8, 0.7, 0.5]]
    """
    left_out = [2, 1, 0]
    return Derived(
        market=DOUBLE_CHANCE,
        probability=1 - match_odds[:, left_out],
        std_error=std_error[:, left_out],
        refund=np.zeros_like(match_odds),
    )


def draw_no_bet(match_odds: NDArray[np.float64], std_error: NDArray[np.float64]) -> Derived:
    """Return home and away with the stake back at a draw.

    >>> fair, error = np.array([[0.5, 0.25, 0.25]]), np.full((1, 3), 0.01)
    >>> draw_no_bet(fair, error).probability.round(6).tolist()
    [[0.666667, 0.333333]]
    """
    decided = match_odds[:, [0, 2]]
    share = decided.sum(axis=1, keepdims=True)
    return Derived(
        market=DRAW_NO_BET,
        probability=decided / share,
        std_error=std_error[:, [0, 2]] / share,
        refund=np.repeat(match_odds[:, [1]], 2, axis=1),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MainReferences:
    """Each fixture's match odds and most even total (n,), as far as they have a reference.

    Errors are in probability points; `rung`, `books`, `dispersion` and `quoted_at` are those of
    the match odds. NaN, and 0 for whole numbers, where a fixture has none.
    """

    match_odds: NDArray[np.float64]
    match_odds_error: NDArray[np.float64]
    over: NDArray[np.float64]
    over_error: NDArray[np.float64]
    total: NDArray[np.float64]
    rung: NDArray[np.int64]
    books: NDArray[np.int64]
    dispersion: NDArray[np.float64]
    quoted_at: NDArray[np.float64]


def main_references(references: References, fixtures: int) -> MainReferences:
    """Return the main prices that serve every book."""
    rows = np.flatnonzero(references.excluded == EVERY_BOOK)
    market = references.market[rows]
    main = references.where(rows[market == MATCH_ODDS.number])
    totals = references.where(rows[market >> 12 == MarketKind.TOTAL_GOALS])
    # Of a fixture's totals the last written stays: the most even, of two the higher line.
    totals = totals.where(np.lexsort((totals.market, -np.abs(totals.probability[:, 0] - _EVENS))))

    def spread(at: References, values: NDArray[np.float64]) -> NDArray[np.float64]:
        found = np.full((fixtures, *values.shape[1:]), np.nan)
        found[at.fixture] = values
        return found

    def counted(values: NDArray[np.int64]) -> NDArray[np.int64]:
        found = np.zeros(fixtures, dtype=np.int64)
        found[main.fixture] = values
        return found

    return MainReferences(
        match_odds=spread(main, main.probability),
        match_odds_error=spread(main, main.std_error),
        over=spread(totals, totals.probability[:, 0]),
        over_error=spread(totals, totals.std_error[:, 0]),
        total=spread(totals, ((totals.market & 0xFFF) - _ZERO_LINE) / 4),
        rung=counted(main.rung),
        books=counted(main.books),
        dispersion=spread(main, main.dispersion.mean(axis=1)),
        quoted_at=spread(main, main.quoted_at),
    )
