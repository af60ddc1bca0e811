"""The scores that one match's fair prices imply, and what markets they make of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MATCH_ODDS, Market, MarketKind, Side
from engine.pricing.implied.goals import implied_goals
from engine.pricing.implied.logits import FairMarkets

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_TOTAL: Final = int(MarketKind.TOTAL_GOALS)


def match_grid(fair: Mapping[int, float]) -> NDArray[np.float64] | None:
    """Return the chances of the scores (SIZE, SIZE), home goals down; None where none is implied.

    `fair` is W/(W+L) by `Selection.number`. The grid repeats the match odds and the total
    nearest to evens, see `implied_goals`; it needs the match odds.

    >>> sides = [side.number for side in MATCH_ODDS.selections]
    >>> grid = match_grid(dict(zip(sides, (0.45, 0.28, 0.27))))
    >>> round(float(np.trace(grid)), 6)
    0.28
    """
    numbers = [selection.number for selection in MATCH_ODDS.selections]
    if any(number not in fair for number in numbers):
        return None
    odds = np.array([[fair[number] for number in numbers]])
    odds /= odds.sum()
    over, line = _main_total(fair)
    goals = implied_goals(FairMarkets(match_odds=odds, over=over, total=line))
    return goals.grids.matrix(0) if goals.fitted[0] else None


def lumped(grid: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Return the grid with all that is `most` goals or more in its last row and column.

    >>> lumped(np.full((4, 4), 1 / 16), 2).tolist()[2]
    [0.125, 0.125, 0.25]
    """
    short = np.empty((most + 1, most + 1))
    short[:most, :most] = grid[:most, :most]
    short[most, :most] = grid[most:, :most].sum(axis=0)
    short[:most, most] = grid[:most, most:].sum(axis=1)
    short[most, most] = grid[most:, most:].sum()
    return short


def _main_total(fair: Mapping[int, float]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the chance of the over nearest to evens (1,) and its line (1,), or NaN."""
    overs = [
        (abs(chance - 0.5), chance, number)
        for number, chance in fair.items()
        if number >> 16 == _TOTAL and number & 0xF == Side.OVER
    ]
    if not overs:
        return np.array([np.nan]), np.array([np.nan])
    _, chance, number = min(overs)
    return np.array([chance]), np.array([float(Market.from_number(number >> 4).line or 0)])
