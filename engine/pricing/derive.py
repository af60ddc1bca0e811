"""Markets that follow from the match odds, and the grid that match odds and totals imply."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.pricing.consensus import EVERY_BOOK
from engine.pricing.implied_goals import fit_grid

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.consensus import References
    from engine.pricing.score_grid import Grids

DOUBLE_CHANCE: Final = Market(kind=MarketKind.DOUBLE_CHANCE)
DRAW_NO_BET: Final = Market(kind=MarketKind.DRAW_NO_BET)
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


def grids_of(references: References, fixtures: int) -> Grids:
    """Return one grid per fixture from its match odds and its most even total; NaN for none."""
    whole = references.excluded == EVERY_BOOK
    match_odds = np.full((fixtures, 3), np.nan)
    rows = whole & (references.market == MATCH_ODDS.number)
    match_odds[references.fixture[rows]] = references.probability[rows]
    over, line = np.full(fixtures, np.nan), np.full(fixtures, np.nan)
    totals = references.where(whole & (references.market >> 12 == MarketKind.TOTAL_GOALS))
    # The most even total is written last: it is the one that stays.
    order = np.lexsort((totals.market, -np.abs(totals.probability[:, 0] - 0.5)))
    totals = totals.where(order)
    over[totals.fixture] = totals.probability[:, 0]
    line[totals.fixture] = ((totals.market & 0xFFF) - _ZERO_LINE) / 4
    return fit_grid(match_odds, over, line)
