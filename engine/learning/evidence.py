"""Evidence that may be looked at every day: a fictitious bettor's wealth against a hypothesis.

The hypothesis says that a stream of picks is worth nothing. Someone who bets against it cannot
expect to gain if it is true; by Ville's inequality their wealth ever reaches 20 with a chance of
at most 1 in 20, however often one looks (METHOD B5.4).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

CONVINCING: Final = 20.0
"""The wealth at which a hypothesis is refused with at most one false alarm in twenty."""
_LEAST: Final = 0.05
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """What is bet against: that a day's mean is expected to be at most `hurdle`.

    `rate` is the stake, fixed before the picks are issued. A day's mean counts up to `ceiling`;
    clipping there hurts the claim alone. Below, a day takes all but a twentieth of the wealth,
    which cuts off means lower than `hurdle` - 0.95 / `rate`: on real closes .03 to .06 points of
    the mean of a whole record, .6 at most where a day has one pick. The hurdle is above that.
    """

    rate: float
    hurdle: float
    ceiling: float


CLV_SHARP: Final = Claim(rate=8.0, hurdle=0.005, ceiling=0.10)
"""Closing line value against a sharp close of a source that did not select."""
CLV_OTHER: Final = Claim(rate=8.0, hurdle=0.010, ceiling=0.10)
"""Closing line value against any other close, which may be off by half a point by itself."""
RETURN: Final = Claim(rate=0.2, hurdle=0.0, ceiling=float("inf"))
"""Profit of one unit, at least -1."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Evidence:
    """The wealth after each day with a pick, of one unit; `day` counts from 1 January 1970."""

    day: Ints
    wealth: Floats

    @property
    def value(self) -> float:
        """The wealth as it stands; 1 before the first pick."""
        return float(self.wealth[-1]) if len(self.wealth) else 1.0

    @property
    def highest(self) -> float:
        """The most it ever was."""
        return float(self.wealth.max(initial=1.0))

    @property
    def since(self) -> int | None:
        """The first day on which it was convincing."""
        there = np.flatnonzero(self.wealth >= CONVINCING)
        return int(self.day[there[0]]) if len(there) else None


def day_of(kick_off: Floats) -> Ints:
    """Return the day of each kick-off (POSIX seconds), in UTC."""
    day: Ints = np.floor(kick_off / _DAY).astype(np.int64)
    return day


def evidence(values: Floats, day: Ints, claim: Claim) -> Evidence:
    """Return the evidence for picks worth `values`, multiplied once for each kick-off `day`.

    Picks of a day are one draw: those of a match depend on each other, those of a look share
    shocks. Values that are not known (NaN) count for nothing.

    >>> one_good_day_one_bad = np.array([0.02, 0.04, -0.01]), np.array([1, 1, 2])
    >>> evidence(*one_good_day_one_bad, CLV_SHARP).wealth.round(3).tolist()
    [1.2, 1.056]
    """
    known = np.isfinite(values)
    days, place = np.unique(day[known], return_inverse=True)
    sums, counts = (
        np.bincount(place, w, len(days)).astype(np.float64) for w in (values[known], None)
    )
    return Evidence(day=days, wealth=wealth(sums, counts, claim))


def wealth(sums: Floats, counts: Floats, claim: Claim) -> Floats:
    """Return the wealth after each day, the last axis, for each of the streams before it.

    Days without a pick (`counts` 0) leave it as it was.

    >>> wealth(np.array([[0.06, 0.0, -0.01]]), np.array([[2, 0, 1]]), CLV_SHARP).round(3).tolist()
    [[1.2, 1.2, 1.056]]
    """
    gain = np.minimum(sums / np.maximum(counts, 1), claim.ceiling) - claim.hurdle
    factors = np.where(counts > 0, np.maximum(1 + claim.rate * gain, _LEAST), 1.0)
    found: Floats = np.exp(np.cumsum(np.log(factors), axis=-1))
    return found
