"""What a set of bets comes to: every figure with its n and an interval by weeks (METHOD B4)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.learning.clusters import Clustered, clustered_mean

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.backtest.picks import Bets

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """The figures of n bets of one unit each; shares and returns are of 1, not of 100.

    `beat` is the share whose close showed value. `ev` is what was expected at the look, and `gap`
    that less the CLV, over bets that have both: 0 where nobody fooled themselves. `clv_alt` is
    against a source that took no part, `clv_average` against the printed average. `profit` is in
    units.
    """

    n: int
    clv: Clustered
    clv_alt: Clustered
    clv_average: Clustered
    beat: Clustered
    ev: Clustered
    gap: Clustered
    roi: Clustered
    profit: float


def figures(bets: Bets, expected: Floats | None = None) -> Figures:
    """Return the figures of bets; `expected` is what was said of them where it is no edge."""
    said = bets.tried.edge if expected is None else expected
    return Figures(
        n=len(bets),
        clv=_mean(bets.clv, bets),
        clv_alt=_mean(bets.clv_alt, bets),
        clv_average=_mean(bets.clv_average, bets),
        beat=_mean(np.where(np.isfinite(bets.clv), (bets.clv > 0) * 1.0, np.nan), bets),
        ev=_mean(said, bets),
        gap=_mean(said - bets.clv, bets),
        roi=_mean(bets.profit, bets),
        profit=float(np.nansum(bets.profit)),
    )


def late_figures(bets: Bets) -> Figures:
    """Return the figures of whoever backs the same sides at the close instead."""
    silent = np.full(len(bets), np.nan)
    return Figures(
        n=int(np.isfinite(bets.late.odds).sum()),
        clv=_mean(bets.late.clv, bets),
        clv_alt=_mean(silent, bets),
        clv_average=_mean(silent, bets),
        beat=_mean(silent, bets),
        ev=_mean(silent, bets),
        gap=_mean(silent, bets),
        roi=_mean(bets.late.profit, bets),
        profit=float(np.nansum(bets.late.profit)),
    )


def _mean(values: Floats, bets: Bets) -> Clustered:
    return clustered_mean(values, bets.week)
