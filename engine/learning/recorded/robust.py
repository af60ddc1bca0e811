"""What would be left of a record with less luck, worse prices, or prices gone (METHOD B5.6)."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.recorded.columns import earned_at, mean, ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.record import Estimate
    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

GONE: Final = 0.30
"""The share of displayed prices that were gone when asked for (Kaunitz et al., METHOD A1)."""
WORSE: Final = 0.98
BEST: Final = 0.01
_SEED: Final = 20_261_123


@dataclass(frozen=True, slots=True, kw_only=True)
class Kept:
    """Yield and CLV of the n bets that are left."""

    n: int
    yield_: Estimate
    clv: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Robust:
    """A record without its best hundredth by profit; at odds 2 % lower; with 30 % of prices gone.

    At least one bet is left out as the best. Those that are gone are drawn once, by a fixed seed,
    in the order of settlement: a bet that comes later changes nothing of who was gone before.
    """

    without_best: Kept
    worse_odds: Kept
    gone: Kept


def robust(bets: Columns) -> Robust:
    """Return what would be left of settled bets."""
    everything = np.ones(len(bets), dtype=np.bool_)
    there = np.random.default_rng(_SEED).random(len(bets)) >= GONE
    decided = 1 - np.nan_to_num(bets.refund)
    lower = WORSE * bets.odds
    return Robust(
        without_best=_kept(bets, _but_the_best(bets.profit), bets.profit, bets.clv),
        worse_odds=_kept(
            bets, everything, earned_at(bets, lower), WORSE * (bets.clv + decided) - decided
        ),
        gone=_kept(bets, there, bets.profit, bets.clv),
    )


def _but_the_best(profit: Floats) -> Bools:
    """Return all but the best hundredth; of equal ones the latest goes first."""
    kept = np.ones(len(profit), dtype=np.bool_)
    kept[np.argsort(profit, kind="stable")[len(profit) - ceil(BEST * len(profit)) :]] = False
    return kept


def _kept(bets: Columns, kept: Bools, profit: Floats, clv: Floats) -> Kept:
    return Kept(
        n=int(kept.sum()),
        yield_=ratio(np.where(kept, profit, np.nan), bets.stake, bets),
        clv=mean(np.where(kept, clv, np.nan), bets),
    )
