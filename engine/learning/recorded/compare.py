"""Two records beside each other: this month and the last, or what backing the close would earn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

from engine.domain.record import Estimate
from engine.learning.clusters import clustered_mean, clustered_ratio
from engine.learning.recorded.columns import earned_at, ratio

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.clusters import Estimate as Clustered
    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]

_UPPER: Final = 0.975
_LEAST: Final = 2


@dataclass(frozen=True, slots=True, kw_only=True)
class Compared:
    """The second record less the first, each difference with its 95 % interval."""

    first: int
    second: int
    yield_: Estimate
    clv: Estimate
    strike_rate: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingBacker:
    """What backing the same sides at the close's fair odds would have earned, n bets with a close.

    Its expectation is 0 by those odds, so it shows luck alone; `gained` is the record's yield less
    its own, on the same bets, with their common luck taken out.
    """

    n: int
    yield_: Estimate
    gained: Estimate


def compare(first: Columns, second: Columns) -> Compared:
    """Return how a second record differs from a first one that shares no week with it.

    Raises:
        ValueError: they are of two provenances, or share a week: they would not be independent.
    """
    if first.provenance is not second.provenance:
        raise ValueError(f"{first.provenance} and {second.provenance}: no two provenances compare")
    if np.intersect1d(first.week, second.week).size:
        raise ValueError("the two share a week: they are not independent")
    pairs = (first, second)
    return Compared(
        first=len(first),
        second=len(second),
        yield_=_difference(*(clustered_ratio(one.profit, one.stake, one.week) for one in pairs)),
        clv=_difference(*(clustered_mean(one.clv, one.week) for one in pairs)),
        strike_rate=_difference(*(clustered_mean(one.won, one.week) for one in pairs)),
    )


def closing_backer(bets: Columns) -> ClosingBacker:
    """Return what the same sides would have earned at the fair odds of the close."""
    decided = 1 - np.nan_to_num(bets.refund)
    chance = np.divide(bets.clv, decided, out=np.full(len(bets), np.nan), where=decided > 0)
    earned = earned_at(bets, bets.odds / (1 + chance))
    return ClosingBacker(
        n=int(np.isfinite(earned).sum()),
        yield_=ratio(earned, bets.stake, bets),
        gained=ratio(bets.profit - earned, bets.stake, bets),
    )


def _difference(first: Clustered, second: Clustered) -> Estimate:
    """Return second - first, its interval from both errors (Welch, with weeks as observations)."""
    n = first.n + second.n
    gap = second.value - first.value
    if not np.isfinite(gap):
        return Estimate(mean=None, n=n, low=None, high=None)
    if min(first.weeks, second.weeks) < _LEAST:
        return Estimate(mean=gap, n=n, low=None, high=None)
    squares = first.error**2, second.error**2
    total = sum(squares)
    if total <= 0:
        return Estimate(mean=gap, n=n, low=gap, high=gap)
    free = total**2 / sum(
        square**2 / (one.weeks - 1) for square, one in zip(squares, (first, second), strict=True)
    )
    reach = total**0.5 * float(stdtrit(free, _UPPER))
    return Estimate(mean=gap, n=n, low=gap - reach, high=gap + reach)
