"""Whether an edge is there: what is believed of it, what was proven, how much is still needed."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, log
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from engine.learning.clusters import clustered_mean
from engine.learning.evidence import (
    CLV_OTHER,
    CLV_SHARP,
    CONVINCING,
    RETURN,
    evidence,
    wealth,
)
from engine.learning.markets.streams import ENOUGH

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.clusters import Clustered
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
    """What n closes say of an edge, by the reference that claims less.

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


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Reference:
    """CLV against one kind of close, and what is bet against of it."""

    values: Floats
    claim: Claim
    found: Clustered


def proven(bets: Columns) -> Proven:
    """Return the evidence of a record.

    A matchday is one draw. Against the closes of the source that chose the picks, which flatter
    them, a claim of 1 point is held; against a sharp close of another source one of half a point
    (METHOD B5.4). The e-value is the lower of both on each day: evidence against "one of them is
    at most its hurdle", as long as nobody knows which is right.
    """
    references = _references(bets)
    lowest = np.min([_wealth(bets, one, 0.0) for one in references], axis=0)
    value = float(lowest[-1]) if len(lowest) else 1.0
    decides = min(references, key=lambda one: (np.isnan(one.found.value), one.found.value)).found
    returns = np.divide(
        bets.profit, bets.stake, out=np.full(len(bets), np.nan), where=bets.stake > 0
    )
    low, middle, high = (
        0 if value >= CONVINCING else _needed(bets, references, end) for end in (1, 0, -1)
    )
    return Proven(
        n=decides.n,
        positive=_posterior(decides),
        clv=value,
        highest=float(lowest.max(initial=1.0)),
        profit=evidence(returns, bets.day, RETURN).value,
        needed=middle,
        needed_low=low,
        needed_high=high,
    )


def _references(bets: Columns) -> list[_Reference]:
    """Return the references that are heard: a second one of at least `ENOUGH` closes.

    Where the first says nothing at all, the second is heard however little it says.
    """
    other = np.isfinite(bets.clv_alt)
    claim = CLV_SHARP if bets.sharp[other].all() else CLV_OTHER
    first = _reference(bets, bets.clv, CLV_OTHER)
    second = _reference(bets, bets.clv_alt, claim)
    if not first.found.n and second.found.n:
        return [second]
    return [first, second] if second.found.n >= ENOUGH else [first]


def _reference(bets: Columns, values: Floats, claim: Claim) -> _Reference:
    return _Reference(values=values, claim=claim, found=clustered_mean(values, bets.week))


def _wealth(bets: Columns, reference: _Reference, shift: float) -> Floats:
    """Return the wealth after each day of the record, had every CLV been higher by `shift`."""
    days, place = np.unique(bets.day, return_inverse=True)
    known = np.isfinite(reference.values)
    moved = np.where(known, reference.values + shift, 0.0)
    sums, counts = (np.bincount(place, one, len(days)) for one in (moved, known * 1.0))
    return wealth(sums.astype(np.float64), counts.astype(np.float64), reference.claim)


def _posterior(found: Clustered) -> float | None:
    """Return Pr(worth > 0): normal prior, normal mean with the closes' own error."""
    if not np.isfinite(found.error):
        return None
    square = found.error**2 + BIAS**2
    weight = PRIOR**2 / (PRIOR**2 + square)
    spread = (weight * square) ** 0.5
    return float(ndtr(weight * found.value / spread))


def _needed(bets: Columns, references: list[_Reference], end: int) -> int | None:
    """Return how many picks more convince by every reference, should days go on like this.

    `end` is the end of the means' intervals that is taken for the mean: 1 the upper, -1 the lower.
    """
    picks = 0
    for one in references:
        found = one.found
        shift = end * (found.high - found.value) if np.isfinite(found.error) else 0.0
        growth = _logarithm(_wealth(bets, one, shift))
        if growth <= 0:
            return None
        left = log(CONVINCING) - _logarithm(_wealth(bets, one, 0.0))
        picks = max(picks, ceil(left / growth * found.n))
    return picks if picks <= MOST else None


def _logarithm(wealths: Floats) -> float:
    return log(wealths[-1]) if len(wealths) else 0.0
