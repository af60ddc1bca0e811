"""Means with their sample size and interval: no number of a record is told without them."""

from __future__ import annotations

import math
from collections import defaultdict
from typing import TYPE_CHECKING

from engine.domain.record import Estimate

if TYPE_CHECKING:
    from collections.abc import Hashable, Iterable

_NORMAL_95 = 1.959964


def estimate(observations: Iterable[tuple[Hashable, float]]) -> Estimate:
    """Return the mean of (fixture, value) pairs with its 95 % interval.

    Picks of one fixture win and lose together, so the interval counts fixtures, not picks.

    >>> estimate([("a", 1.0), ("b", 3.0)]).mean
    2.0
    >>> estimate([("a", 1.0), ("a", 3.0)]).low is None
    True
    """
    pairs = list(observations)
    n = len(pairs)
    if n == 0:
        return Estimate(mean=None, n=0, low=None, high=None)
    mean = math.fsum(value for _, value in pairs) / n
    residuals: dict[Hashable, float] = defaultdict(float)
    for fixture, value in pairs:
        residuals[fixture] += value - mean
    groups = len(residuals)
    if groups < 2:  # noqa: PLR2004  # one fixture has no spread
        return Estimate(mean=mean, n=n, low=None, high=None)
    spread = math.fsum(residual**2 for residual in residuals.values())
    error = math.sqrt(spread * groups / (groups - 1)) / n
    return Estimate(mean=mean, n=n, low=mean - _NORMAL_95 * error, high=mean + _NORMAL_95 * error)
