"""Whether moves to the close are information: the standing test of CLV as a currency.

    result ~ offset(log reference) + b·(log close - log reference)

(METHOD Part C; b = 1.03 ± 0.06 is known over 1X2 and over/under). At b = 1 the close is right and
the reference was wrong by the move; at b = 0 moves say nothing of results, and beating the close
is worth nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import stdtrit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEAST_SLOPE: Final = 0.5
_QUANTILE: Final = 0.975
_STEPS: Final = 50
_FITTED: Final = 1e-12
_FEWEST_WEEKS: Final = 2


class Worth(StrEnum):
    """What a slope says of CLV: shown as evidence, not told apart yet, or not shown."""

    EVIDENCE = "evidence"
    UNDECIDED = "undecided"
    NOT_SHOWN = "not_shown"


@dataclass(frozen=True, slots=True, kw_only=True)
class Slope:
    """b with its 95 % interval, weeks as clusters, over `n` matches."""

    value: float
    low: float
    high: float
    n: int
    weeks: int

    @property
    def worth(self) -> Worth:
        """Below 0.5 with its whole interval: CLV is not evidence. Above: it is."""
        if self.high < LEAST_SLOPE:
            return Worth.NOT_SHOWN
        return Worth.EVIDENCE if self.low >= LEAST_SLOPE else Worth.UNDECIDED


def move_slope(
    reference: NDArray[np.float64],
    close: NDArray[np.float64],
    outcome: NDArray[np.float64],
    week: NDArray[np.int64],
) -> Slope:
    """Return how far results go with the move from a reference to a close, both (n, k).

    The sides of a book are one draw (conditional logit); `outcome` are shares won, so a line that
    refunds half counts half. Rows without all three are left out; without a move there is no b.
    """
    finite = np.isfinite(np.hstack([reference, close, outcome]))
    known: NDArray[np.bool_] = np.logical_and.reduce(finite, axis=1)
    base, came, weeks = np.log(reference[known]), outcome[known], week[known]
    move = np.log(close[known]) - base
    groups, place = np.unique(weeks, return_inverse=True)
    value, curve = _fitted(base, move, came)
    if not np.isfinite(value) or len(groups) < _FEWEST_WEEKS:
        return _slope(float("nan"), float("nan"), known, groups)
    scores = np.bincount(place, weights=_scores(base, move, came, value)[0])
    inflation = len(groups) / (len(groups) - 1)
    return _slope(value, float(np.sqrt(inflation * (scores**2).sum())) / curve, known, groups)


def _slope(
    value: float, error: float, known: NDArray[np.bool_], groups: NDArray[np.int64]
) -> Slope:
    reach = error * float(stdtrit(max(len(groups) - 1, 1), _QUANTILE))
    return Slope(
        value=value,
        low=value - reach,
        high=value + reach,
        n=int(known.sum()),
        weeks=len(groups),
    )


def _fitted(base: Floats, move: Floats, came: Floats) -> tuple[float, float]:
    """Return b and the information on it: Newton's method on a concave likelihood."""
    value = 1.0
    for _ in range(_STEPS):
        slope, curve = (float(part.sum()) for part in _scores(base, move, came, value))
        if curve <= 0:
            return float("nan"), float("nan")
        step = slope / curve
        value += float(np.clip(step, -1, 1))
        if abs(step) < _FITTED:
            break
    return value, float(_scores(base, move, came, value)[1].sum())


def _scores(base: Floats, move: Floats, came: Floats, value: float) -> tuple[Floats, Floats]:
    """Return each row's derivative of the log-likelihood and its information at a slope."""
    lean = base + value * move
    told = np.exp(lean - lean.max(axis=1, keepdims=True, initial=-np.inf))
    told /= told.sum(axis=1, keepdims=True)
    decided = came.sum(axis=1)
    mean = (told * move).sum(axis=1)
    slope: Floats = (came * move).sum(axis=1) - decided * mean
    curve: Floats = decided * ((told * move**2).sum(axis=1) - mean**2)
    return slope, curve
