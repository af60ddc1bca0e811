"""Whether a score keeps its word: how often the close beat the hurdle, by what had been said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import Clustered, clustered_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.backtest.picks import Bets

    Floats = NDArray[np.float64]

BINS: Final = 10
TOLERANCE: Final = 10.0
"""How many points a bin may be off (METHOD B3)."""
_FEW: Final = 100


@dataclass(frozen=True, slots=True, kw_only=True)
class Bin:
    """One tenth of the scale: bets with scores from `low` up to `high`.

    `said` is their mean score, `happened` the share (of 1) whose CLV was above the hurdle.
    """

    low: float
    high: float
    said: float
    happened: Clustered

    @property
    def holds(self) -> bool | None:
        """Whether it is within tolerance; None where too few bets tell."""
        if self.happened.n < _FEW:
            return None
        return abs(100 * self.happened.value - self.said) <= TOLERANCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Reliability:
    """The bins that have bets, and the Brier score beside that of always saying the base rate."""

    n: int
    bins: tuple[Bin, ...]
    brier: Clustered
    brier_constant: Clustered
    gain: Clustered

    @property
    def holds(self) -> bool:
        """Whether every bin that tells is within tolerance, and the score beats a constant."""
        told = [one.holds for one in self.bins if one.holds is not None]
        return bool(told) and all(told) and self.gain.value > 0


def reliability(bets: Bets, hurdle: float) -> Reliability:
    """Return how `sweet_spot_score` of bets with a close kept its word."""
    mine = bets.where(np.isfinite(bets.clv) & np.isfinite(bets.tried.sweet_spot_score))
    score, week = mine.tried.sweet_spot_score, mine.week
    above = (mine.clv > hurdle).astype(np.float64)
    place = np.minimum((score * BINS / 100).astype(np.int64), BINS - 1)
    base = float(above.mean()) if len(above) else float("nan")
    own, constant = (score / 100 - above) ** 2, (base - above) ** 2
    return Reliability(
        n=len(mine),
        bins=tuple(
            Bin(
                low=100 * one / BINS,
                high=100 * (one + 1) / BINS,
                said=float(score[place == one].mean()),
                happened=clustered_mean(above[place == one], week[place == one]),
            )
            for one in np.unique(place).tolist()
        ),
        brier=clustered_mean(own, week),
        brier_constant=clustered_mean(constant, week),
        gain=clustered_mean(constant - own, week),
    )
