"""How much of a return survives what a record never shows: luck, worse prices, prices gone."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.backtest.closes import values
from engine.learning.clusters import Clustered, clustered_mean
from engine.settlement.columns import returns

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.backtest.picks import Bets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

GONE: Final = 0.30
"""The share of displayed prices that were gone when asked for (Kaunitz et al., METHOD A1)."""
_WORSE: Final = 0.98
_BEST: Final = 0.01
_SEED: Final = 20_260_802


@dataclass(frozen=True, slots=True, kw_only=True)
class Survived:
    """CLV and return of what is left of the picks."""

    n: int
    clv: Clustered
    roi: Clustered


@dataclass(frozen=True, slots=True, kw_only=True)
class Robustness:
    """The picks without the best hundredth by profit; at odds 2 % lower; with 30 % of prices gone.

    `gone` loses them at random, `gone_first` those furthest above the second-best price: a price
    that stands alone is the likeliest to be gone, or never to have been there.
    """

    without_best: Survived
    worse_odds: Survived
    gone: Survived
    gone_first: Survived


def robustness(bets: Bets) -> Robustness:
    """Return what survives of bets."""
    odds = _WORSE * bets.tried.odds
    lower = replace(
        bets,
        clv=values(odds, bets.close, bets.refund),
        profit=returns(bets.outcome, odds),
    )
    kept = np.random.default_rng(_SEED).random(len(bets)) >= GONE
    return Robustness(
        without_best=_survived(bets.where(_but_the_most(bets.profit, _BEST))),
        worse_odds=_survived(lower),
        gone=_survived(bets.where(kept)),
        gone_first=_survived(bets.where(_but_the_most(lonely(bets), GONE))),
    )


def lonely(bets: Bets) -> Floats:
    """Return how far each price is above the second-best (logarithm), infinite of the only one."""
    gap = np.log(bets.tried.odds) - np.log(bets.tried.second)
    return np.where(np.isfinite(gap), gap, np.inf)


def _but_the_most(worth: Floats, share: float) -> Ints:
    """Return all rows but that share of them with the highest values, in order."""
    most = round(share * len(worth))
    order = np.argsort(-np.nan_to_num(worth, nan=-np.inf, posinf=np.inf), kind="stable")
    return np.sort(order[most:])


def _survived(bets: Bets) -> Survived:
    return Survived(
        n=len(bets),
        clv=clustered_mean(bets.clv, bets.week),
        roi=clustered_mean(bets.profit, bets.week),
    )
