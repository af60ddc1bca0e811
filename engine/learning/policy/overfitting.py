"""How likely the best of many trials is the luckiest of them: PBO, and the deflated Sharpe ratio.

Bailey, Borwein, López de Prado & Zhu 2017 (combinatorially symmetric cross-validation); Bailey &
López de Prado 2014.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from itertools import combinations
from math import e, isfinite, sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

BLOCKS: Final = 10
"""Into how many stretches of time the past is cut (METHOD B5.3)."""
_GAMMA: Final = 0.5772156649015329  # Euler's
_LEAST: Final = 3
_SAME: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True)
class Deflated:
    """A Sharpe ratio per period, the best that luck gives of so many trials, and how sure it is.

    `chance` is that of the true ratio being above what luck alone gives: NaN where too little is
    known.
    """

    ratio: float
    by_luck: float
    chance: float
    periods: int
    trials: int


def overfit_chance(sums: Floats, counts: Floats) -> float:
    """Return the probability of backtest overfitting; NaN where nothing can be told.

    Both are (trials, periods) in order of time. The periods are cut into ten blocks; whoever has
    the highest mean in five of them is ranked by their mean in the other five, over all 252 ways
    to choose. PBO is how often they are in the lower half there.
    """
    if sums.shape[1] < BLOCKS:
        return float("nan")
    cuts = np.linspace(0, sums.shape[1], BLOCKS + 1).astype(np.int64)[:-1]
    over, under = np.add.reduceat(sums, cuts, axis=1), np.add.reduceat(counts, cuts, axis=1)
    chosen = _halves()
    inside, outside = _means(over, under, chosen), _means(over, under, 1 - chosen)
    known = np.isfinite(inside) & np.isfinite(outside)
    told = known.sum(axis=0) > 1
    if not told.any():
        return float("nan")
    best = np.where(known, inside, -np.inf).argmax(axis=0)
    own = np.take_along_axis(outside, best[None, :], axis=0)
    alike = np.isclose(outside, own, rtol=_SAME, atol=_SAME)  # but for rounding
    below = (known & (outside < own) & ~alike).sum(axis=0)
    ties = (known & alike).sum(axis=0)
    rank = (below + (ties + 1) / 2) / (known.sum(axis=0) + 1)
    return float((rank[told] <= 1 / 2).mean())


def deflated_sharpe(returns: Floats, ratios: Floats, trials: int) -> Deflated:
    """Return the Sharpe ratio of `returns`, one a period, deflated by all that was tried.

    `ratios` are the trials' own, of which the variance counts; `trials` is how many there were.
    """
    told = returns[np.isfinite(returns)]
    spread = float(told.std(ddof=1)) if len(told) >= _LEAST else 0.0
    known = ratios[np.isfinite(ratios)]
    variance = float(known.var(ddof=1)) if len(known) > 1 else 0.0
    luck = expected_best(variance, trials)
    if spread == 0:
        nan = float("nan")
        return Deflated(ratio=nan, by_luck=luck, chance=nan, periods=len(told), trials=trials)
    ratio = float(told.mean()) / spread
    standard = (told - told.mean()) / told.std()
    skew, kurtosis = float((standard**3).mean()), float((standard**4).mean())
    return Deflated(
        ratio=ratio,
        by_luck=luck,
        chance=chance_above(ratio, luck, len(told), skew, kurtosis),
        periods=len(told),
        trials=trials,
    )


def expected_best(variance: float, trials: int) -> float:
    """Return the best Sharpe ratio expected of trials without any skill.

    >>> round(expected_best(0.5 / 250, 100), 4)
    0.1132
    """
    if trials < 2:  # noqa: PLR2004  # one trial is not chosen among any
        return 0.0
    normal = NormalDist()
    usual, rare = normal.inv_cdf(1 - 1 / trials), normal.inv_cdf(1 - 1 / (trials * e))
    return sqrt(variance) * ((1 - _GAMMA) * usual + _GAMMA * rare)


def chance_above(ratio: float, least: float, periods: int, skew: float, kurtosis: float) -> float:
    """Return the chance that a Sharpe ratio is truly above `least`.

    >>> round(chance_above(2.5 / sqrt(250), expected_best(0.5 / 250, 100), 1250, -3, 10), 4)
    0.9004
    """
    scale = 1 - skew * ratio + (kurtosis - 1) / 4 * ratio**2
    if periods < _LEAST or scale <= 0 or not isfinite(scale):
        return float("nan")
    return NormalDist().cdf((ratio - least) * sqrt(periods - 1) / sqrt(scale))


@cache
def _halves() -> Floats:
    """Return which blocks are looked at in each way to choose half of them (ways, blocks)."""
    ways = list(combinations(range(BLOCKS), BLOCKS // 2))
    found = np.zeros((len(ways), BLOCKS))
    for row, chosen in enumerate(ways):
        found[row, list(chosen)] = 1.0
    return found


def _means(over: Floats, under: Floats, blocks: Floats) -> Floats:
    counts = under @ blocks.T
    found: Floats = np.divide(
        over @ blocks.T, counts, out=np.full(counts.shape, np.nan), where=counts > 0
    )
    return found
