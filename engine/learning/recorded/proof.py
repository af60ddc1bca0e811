"""Whether an edge is there: what is believed of it, what was proven, how much is still needed."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from engine.learning.clusters import clustered_mean
from engine.learning.evidence import CLV_OTHER, CONVINCING, RETURN, evidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.clusters import Estimate
    from engine.learning.evidence import Claim
    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]

PRIOR: Final = 0.02
"""The standard deviation of what records are worth beforehand, around no edge: as of markets."""
BIAS: Final = 0.005
"""What all closes may be off by in one direction, whatever the number of picks (METHOD B5.4)."""
MOST: Final = 10_000
"""More picks than these nobody waits for: it is said so, and no number."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proven:
    """What n closes say of an edge.

    `positive` is the posterior chance that E[CLV] is above 0, from a normal prior around 0 with
    the standard deviation `PRIOR`, and closes that may all be off by `BIAS`; None below two weeks.
    `clv` and `profit` are e-values as they stand, `highest` the most that `clv` ever was:
    20 is convincing, at most one record in twenty without an edge ever gets there, looked at
    daily. `needed` are the picks still needed at the mean so far, within `needed_low` and
    `needed_high` at the ends of its interval: None where they would never do, or more than `MOST`.
    """

    n: int
    positive: float | None
    clv: float
    highest: float
    profit: float
    needed: int | None
    needed_low: int | None
    needed_high: int | None


def proven(bets: Columns) -> Proven:
    """Return the evidence of a record; of its two references the one that claims less counts.

    A matchday is one draw, a claim of 1 point is held against it (`CLV_OTHER`): closes of the
    source that chose the picks flatter them.
    """
    values = _claimed(bets)
    told = evidence(values, bets.day, CLV_OTHER)
    returns = np.divide(
        bets.profit, bets.stake, out=np.full(len(bets), np.nan), where=bets.stake > 0
    )
    found = clustered_mean(values, bets.week)
    low, middle, high = (_needed(bets, values, shift) for shift in _shifts(found))
    done = told.value >= CONVINCING
    return Proven(
        n=found.n,
        positive=_posterior(found),
        clv=told.value,
        highest=told.highest,
        profit=evidence(returns, bets.day, RETURN).value,
        needed=0 if done else middle,
        needed_low=0 if done else low,
        needed_high=0 if done else high,
    )


def _claimed(bets: Columns) -> Floats:
    """Return the CLV against the reference that is lower on average where both are known."""
    both = np.isfinite(bets.clv) & np.isfinite(bets.clv_alt)
    if both.any() and bets.clv_alt[both].mean() < bets.clv[both].mean():
        return bets.clv_alt
    return bets.clv


def _posterior(found: Estimate) -> float | None:
    """Return Pr(worth > 0): normal prior, normal mean with the closes' own error."""
    if not np.isfinite(found.error):
        return None
    square = found.error**2 + BIAS**2
    weight = PRIOR**2 / (PRIOR**2 + square)
    spread = (weight * square) ** 0.5
    return float(ndtr(weight * found.value / spread))


def _shifts(found: Estimate) -> tuple[float, float, float]:
    """Return by how much the mean may be higher, not at all, or lower: fewest picks first."""
    if not np.isfinite(found.error):
        return 0.0, 0.0, 0.0
    return found.high - found.value, 0.0, found.low - found.value


def _needed(bets: Columns, values: Floats, shift: float, claim: Claim = CLV_OTHER) -> int | None:
    """Return how many picks more make the evidence convincing, should days go on like this."""
    known = np.isfinite(values)
    if not known.any():
        return None
    days = len(np.unique(bets.day[known]))
    moved = evidence(values + shift, bets.day, claim)
    growth = log(moved.value) / days
    if growth <= 0:
        return None
    left = log(CONVINCING / evidence(values, bets.day, claim).value)
    picks = max(0, ceil(left / growth * int(known.sum()) / days))
    return picks if picks <= MOST else None
