"""Goal rates from the match odds alone: the fast road where counts are independent."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.grid.skellam import upsets
from engine.pricing.implied.search import HIGHEST_RATE, LOWEST_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

_BLOCK: Final = 4096  # rows at once: what is worked on stays in the processor's cache
_DEGREE: Final = 6
_MOST_STEPS: Final = 8
_LAST_STEP: Final = 2e-6  # relative; what is left after it is its square
_LEAST_RATE, _MOST_RATE = 1e-3, 2 * HIGHEST_RATE
"""Where a step may lead: further out, sums over goals would never end."""


def implied_rates(match_odds: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the goal rates (2, n), home's first, that repeat fair match odds (n, 3) exactly.

    Newton on the chances of an upset and of a draw with the Skellam identities as slopes (see
    `skellam`), from a start a polynomial gives; rates to 1e-10 of themselves. NaN where a few
    steps do not do: at rates that no football is played at, a slower search must decide.

    >>> implied_rates(np.array([[0.441465, 0.254817, 0.303718]])).round(4).tolist()
    [[1.5], [1.2]]
    """
    found = np.empty((2, len(match_odds)))
    with np.errstate(all="ignore"):  # what is no probability ends as NaN
        for first in range(0, len(match_odds), _BLOCK):
            rows = slice(first, first + _BLOCK)
            home, draw, away = np.ascontiguousarray(match_odds[rows].T)
            low, high = _search(np.minimum(home, away), draw)
            behind = home < away
            found[0, rows] = np.where(behind, low, high)
            found[1, rows] = np.where(behind, high, low)
    return found


def _search(
    upset: NDArray[np.float64], draw: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the rates of the weaker and the stronger team; NaN where they were not found."""
    low, high = (np.clip(rate, _LEAST_RATE, _MOST_RATE) for rate in _start(upset, draw))
    done = np.zeros(len(low), dtype=np.bool_)
    for _ in range(_MOST_STEPS):
        wins, level, by_one = upsets(low, high)
        behind_by_one = by_one * (high / low)
        wins -= upset
        missing = level - draw
        # wins falls by P(by one) and level by level - P(by one) as the stronger team's rate rises
        down, across = by_one - level, behind_by_one - level
        determinant = level * down + by_one * across
        step_low = (down * wins + by_one * missing) / determinant
        step_high = (level * missing - across * wins) / determinant
        low -= np.where(done, 0.0, step_low)  # a row's answer does not depend on its neighbours
        high -= np.where(done, 0.0, step_high)
        done |= (np.abs(step_low) < _LAST_STEP * low) & (np.abs(step_high) < _LAST_STEP * high)
        if done.all():
            break
        np.clip(low, _LEAST_RATE, _MOST_RATE, out=low)
        np.clip(high, low, _MOST_RATE, out=high)
    outside = ~done | (low < LOWEST_RATE) | (high > HIGHEST_RATE)
    low[outside] = high[outside] = np.nan
    return low, high


def _start(
    upset: NDArray[np.float64], draw: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return rates within a percent of the answer at the rates football is played at."""
    ratio, level = np.log(upset / (1 - draw - upset)), np.log(draw / (1 - draw))
    found = []
    for by_ratio in _polynomials():
        value = np.zeros_like(ratio)
        for by_level in by_ratio[::-1]:
            inner = np.full_like(level, by_level[-1])
            for coefficient in by_level[-2::-1]:
                inner *= level
                inner += coefficient
            value *= ratio
            value += inner
        found.append(np.exp(value))
    low, high = found
    return low, np.maximum(low, high)


@cache
def _polynomials() -> list[list[list[float]]]:
    """Return log rates as polynomials: coefficients by power of the ratio, then of the draw.

    Fitted to rates whose match odds are known: 0.5 to 6 goals a match, the stronger team scoring
    between half and 93 % of them.
    """
    total, share = (
        axis.ravel() for axis in np.meshgrid(np.linspace(0.5, 6, 50), np.linspace(0.5, 0.93, 40))
    )
    low, high = total * (1 - share), total * share
    upset, draw, _ = upsets(low, high)
    ratio, level = np.log(upset / (1 - draw - upset)), np.log(draw / (1 - draw))
    powers = [(i, j) for i in range(_DEGREE + 1) for j in range(_DEGREE + 1 - i)]
    terms = np.column_stack([ratio**i * level**j for i, j in powers])
    fitted = np.linalg.lstsq(terms, np.log([low, high]).T, rcond=None)[0]
    return [
        [
            [float(by) for by, (i, _) in zip(column, powers, strict=True) if i == power]
            for power in range(_DEGREE + 1)
        ]
        for column in fitted.T
    ]
