"""What the picks of each market came to, week by week and day by day, and how surely."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import drawn_errors

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

ENOUGH: Final = 30
"""Values that a spread is taken from before it is believed alone."""
TYPICAL_CLV: Final = 0.08
TYPICAL_RETURN: Final = 1.0
"""The standard deviations of single values before any is seen: METHOD B5, and a bet at odds 2."""
TOGETHER: Final = 0.03
"""The correlation of a week's picks that an error allows for where weeks are too few to show it
(METHOD B4)."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stream:
    """Values of k markets: `n` and their `square` deviation in all (..., k), and sums.

    `typical` is the standard deviation of a value before any is seen.

    By week, `sums` of weight x value and `weights` (..., k, weeks); by day, `day_sums` of values
    and `day_counts` (..., k, days). Leading axes are worlds, where there are several.
    """

    n: Ints
    square: Floats
    typical: float
    sums: Floats
    weights: Floats
    day_sums: Floats
    day_counts: Floats

    @property
    def mean(self) -> Floats:
        """The weighted mean; NaN for a market without values."""
        below = self.weights.sum(axis=-1)
        total = self.sums.sum(axis=-1)
        unknown = np.full(below.shape, np.nan)
        found: Floats = np.divide(total, below, out=unknown, where=below > 0)
        return found

    def error(self) -> Floats:
        """Return the standard error of the mean by weeks; NaN for a market without values.

        The larger of two: weeks drawn anew, which few weeks make too small by luck, and that of
        picks which correlate by TOGETHER within a week.
        """
        weeks = self.weights.shape[-1]
        flat = (self.sums.reshape(-1, weeks), self.weights.reshape(-1, weeks))
        drawn = drawn_errors(*flat).reshape(self.n.shape)
        below = self.weights.sum(axis=-1)
        heaviest = np.divide(
            (self.weights**2).sum(axis=-1), below**2, out=np.zeros(below.shape), where=below > 0
        )
        alike = (1 - TOGETHER) / np.maximum(self.n, 1) + TOGETHER * heaviest
        floor = np.where(self.n > 0, np.sqrt(self._variance() * alike), np.nan)
        found: Floats = np.fmax(drawn, floor)
        return np.where(np.isfinite(floor), found, np.nan)

    def _variance(self) -> Floats:
        """Return each market's variance; the fewer its values, the nearer at least to all's.

        Values that agree by luck, such as three wins, have no spread of their own.
        """
        free = np.maximum(self.n - 1, 0)
        everything = self.square.sum(axis=-1, keepdims=True) + ENOUGH * self.typical**2
        pooled = everything / (free.sum(axis=-1, keepdims=True) + ENOUGH)
        found: Floats = np.maximum(
            self.square / np.maximum(free, 1), pooled * ENOUGH / (ENOUGH + free)
        )
        return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Cells:
    """Where each of n picks is counted: `market` of `markets`, `week` and `day`, from 0 each.

    A pick of a day that is not over yet has `day` -1: it is counted in no day.
    """

    markets: int
    market: Ints
    week: Ints
    day: Ints

    def stream(self, values: Floats, weights: Floats, typical: float) -> Stream:
        """Return the stream of the `values` that are known, weighted."""
        known = np.isfinite(values) & np.isfinite(weights)
        market, value = self.market[known], values[known]
        n = np.bincount(market, minlength=self.markets)
        mean = np.bincount(market, value, self.markets) / np.maximum(n, 1)
        square = np.bincount(market, (value - mean[market]) ** 2, self.markets).astype(np.float64)
        over = known & (self.day >= 0)
        return Stream(
            n=n.astype(np.int64),
            square=square,
            typical=typical,
            sums=self._summed(self.week, known, values * weights),
            weights=self._summed(self.week, known, weights),
            day_sums=self._summed(self.day, over, values),
            day_counts=self._summed(self.day, over, np.ones(len(values))),
        )

    def highest(self, values: Floats) -> Floats:
        """Return the highest of the values of each market and day (markets, days), at least 0."""
        over = np.isfinite(values) & (self.day >= 0)
        found = np.zeros((self.markets, self._width(self.day)))
        np.maximum.at(found, (self.market[over], self.day[over]), values[over])
        return found

    def _summed(self, column: Ints, rows: NDArray[np.bool_], values: Floats) -> Floats:
        width = self._width(column)
        place = self.market[rows] * width + column[rows]
        found = np.bincount(place, values[rows], self.markets * width).astype(np.float64)
        return found.reshape(self.markets, width)

    @staticmethod
    def _width(column: Ints) -> int:
        return int(column.max(initial=0)) + 1
