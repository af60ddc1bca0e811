"""Two records beside each other: this month and the last, or what backing the close would earn."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.record import Estimate
from engine.learning.recorded.columns import earned_at, mean, ratio, share, yield_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]


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
        yield_=_difference(*map(yield_of, pairs)),
        clv=_difference(*(mean(one.clv, one) for one in pairs)),
        strike_rate=_difference(*(share(one.won, one) for one in pairs)),
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


def _difference(first: Estimate, second: Estimate) -> Estimate:
    """Return second - first, its interval from both of theirs (Zou & Donner 2008).

    Each end is as far away as the two intervals' ends of that side are together, at right angles:
    what was no certainty in one window is none in the difference.
    """
    n = first.n + second.n
    if first.mean is None or second.mean is None:
        return Estimate(mean=None, n=n, low=None, high=None)
    gap = second.mean - first.mean
    ends = first.low, first.high, second.low, second.high
    low1, high1, low2, high2 = (np.nan if end is None else end for end in ends)
    down = np.hypot(second.mean - low2, high1 - first.mean)
    up = np.hypot(high2 - second.mean, first.mean - low1)
    if np.isnan(down + up):
        return Estimate(mean=gap, n=n, low=None, high=None)
    return Estimate(mean=gap, n=n, low=gap - float(down), high=gap + float(up))
