"""95 % intervals of means, ratios and shares of picks, which are no independent draws.

Picks of a week share news, weather and mistakes (METHOD B4). The formulae are in
docs/STATISTICS.md.
"""

from __future__ import annotations

import math
from dataclasses import replace
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

from engine.domain.record import Estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Values = Sequence[float] | NDArray[np.float64]
    Names = Sequence[str] | NDArray[np.int64]
    """What clusters are called; equal names are one."""

_UPPER: Final = 0.975  # 95 %, two-sided
_Z: Final = NormalDist().inv_cdf(_UPPER)
WEEKS: Final = 8
WIDER: Final = 1.26
"""How much wider intervals by weeks are than those of independent picks (METHOD B4)."""
_TWO: Final = 2  # below two observations nothing has an interval


def by_weeks(totals: Values, weights: Values, weeks: Names, fixtures: Names) -> Estimate:
    """Return Σtotals/Σweights with a 95 % interval that treats a week's picks as one draw.

    It is never narrower than that of independent matches: weeks agree by luck, too. Fewer than
    `WEEKS` weeks tell little of how weeks differ: then it is that of matches, widened by what
    weeks add on real seasons (METHOD B4). None below two matches.

    >>> by_weeks([1.0, -1.0], [1.0, 1.0], ["1", "1"], ["a", "b"]).high
    16.0...
    """
    plain = clustered_ratio(totals, weights, fixtures)
    if plain.mean is None or plain.low is None or plain.high is None:
        return plain
    if len(np.unique(np.asarray(weeks))) >= WEEKS:
        weekly = clustered_ratio(totals, weights, weeks)
        return max(plain, weekly, key=lambda one: (one.high or 0.0) - (one.low or 0.0))
    return replace(
        plain,
        low=plain.mean - WIDER * (plain.mean - plain.low),
        high=plain.mean + WIDER * (plain.high - plain.mean),
    )


def clustered_ratio(totals: Values, weights: Values, clusters: Names) -> Estimate:
    """Return Σtotals/Σweights with a 95 % interval robust to dependence within clusters.

    The linearised ratio estimator with Student's t on clusters - 1 degrees of freedom; no
    interval below two clusters, however many rows.

    >>> clustered_ratio([1.0, -1.0, 0.5, -0.5], [1.0] * 4, ["a", "b", "c", "d"]).mean
    0.0
    >>> clustered_ratio([0.1, 0.2], [1.0, 1.0], ["a", "a"]).low is None
    True
    """
    total, weight = math.fsum(totals), math.fsum(weights)
    if weight <= 0:
        return Estimate(mean=None, n=len(totals), low=None, high=None)
    mean = total / weight
    names, group = np.unique(np.asarray(clusters), return_inverse=True)
    if len(names) < _TWO:
        return Estimate(mean=mean, n=len(totals), low=None, high=None)
    rests: NDArray[np.float64] = np.asarray(totals) - mean * np.asarray(weights)
    sums = np.bincount(group, weights=rests)
    count = len(names)
    error = math.sqrt(count / (count - 1) * float(sums @ sums)) / weight
    reach = float(stdtrit(count - 1, _UPPER)) * error
    return Estimate(mean=mean, n=len(totals), low=mean - reach, high=mean + reach)


def wilson(successes: int, n: int) -> Estimate:
    """Return a proportion with Wilson's 95 % interval.

    >>> seed = wilson(35, 77)
    >>> round(seed.low or 0, 2), round(seed.high or 0, 2)
    (0.35, 0.57)
    """
    if n == 0:
        return Estimate(mean=None, n=0, low=None, high=None)
    share = successes / n
    if n < _TWO:
        return Estimate(mean=share, n=n, low=None, high=None)
    shrunk = (share + _Z**2 / (2 * n)) / (1 + _Z**2 / n)
    reach = _Z / (1 + _Z**2 / n) * math.sqrt(share * (1 - share) / n + _Z**2 / (4 * n**2))
    return Estimate(mean=share, n=n, low=shrunk - reach, high=shrunk + reach)
