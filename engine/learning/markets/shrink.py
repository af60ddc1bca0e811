"""What markets are truly worth, each pulled towards all by how little it says (METHOD B4).

Normal-normal: markets' worths scatter around a common mean by tau, and what is seen of each
scatters around its worth by its standard error. How far they scatter is not known: everything is
averaged over tau, a half-Cauchy beforehand, and the common mean is known only as well as the
markets tell it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

SCALE: Final = 0.02
"""The median of tau beforehand: markets differ by some points of CLV or yield."""
_POINTS: Final = 120
_HALVINGS: Final = 40


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Shrunk:
    """Beliefs on k markets, one mixture of normals each; NaN for those that say nothing.

    `centre` and `spread` are (..., k, points) for the points of tau, whose `weight` is
    (..., 1, points).
    """

    centre: Floats
    spread: Floats
    weight: Floats

    @property
    def mean(self) -> Floats:
        found: Floats = (self.centre * self.weight).sum(axis=-1)
        return found

    @property
    def deviation(self) -> Floats:
        """The standard deviation: that at each tau, and that between them."""
        square = ((self.spread**2 + self.centre**2) * self.weight).sum(axis=-1)
        found: Floats = np.sqrt(np.maximum(square - self.mean**2, 0.0))
        return found

    def above(self, bound: float | Floats) -> Floats:
        """Return the chance that each market is worth more than `bound`."""
        height = (self.centre - np.asarray(bound)[..., None]) / self.spread
        found: Floats = (ndtr(height) * self.weight).sum(axis=-1)
        return found

    def quantile(self, share: float) -> Floats:
        """Return what each market is worth less than with a chance of `share`."""
        reach = 10 * self.deviation
        low, high = self.mean - reach, self.mean + reach
        for _ in range(_HALVINGS):
            middle = (low + high) / 2
            beyond = self.above(middle) < 1 - share
            low, high = np.where(beyond, low, middle), np.where(beyond, middle, high)
        found: Floats = (low + high) / 2
        return found


def shrink(seen: Floats, error: Floats) -> Shrunk:
    """Return the beliefs from what was `seen` of each market and its standard `error` (..., k).

    A market without both (NaN) tells nothing and is told nothing. With B = tau² / (tau² + error²)
    a belief at one tau is normal around B·seen + (1 - B)·common with variance
    B·error² + (1 - B)²·Var(common).

    >>> found = shrink(np.array([0.05, -0.03, -0.02]), np.array([0.03, 0.01, 0.01]))
    >>> found.mean.round(3).tolist()
    [0.006, -0.026, -0.019]
    """
    known = np.isfinite(seen) & np.isfinite(error)
    values = np.where(known, seen, 0.0)[..., None]
    square = np.where(known, error, 1.0)[..., None] ** 2
    tau = _taus() ** 2
    precision = np.where(known[..., None], 1 / (square + tau), 0.0)
    total = np.maximum(precision.sum(axis=-2, keepdims=True), np.finfo(float).tiny)
    common = (precision * values).sum(axis=-2, keepdims=True) / total
    fit = np.where(known[..., None], -np.log(square + tau) - precision * (values - common) ** 2, 0)
    likely = (fit.sum(axis=-2, keepdims=True) - np.log(total)) / 2
    weight = np.exp(likely - likely.max(axis=-1, keepdims=True))
    own = tau / (tau + square)
    centre = own * values + (1 - own) * common
    spread = np.sqrt(own * square + (1 - own) ** 2 / total)
    return Shrunk(
        centre=np.where(known[..., None], centre, np.nan),
        spread=spread,
        weight=weight / weight.sum(axis=-1, keepdims=True),
    )


@lru_cache(maxsize=1)
def _taus() -> Floats:
    """Return taus that are equally likely beforehand: mid-points of the half-Cauchy's shares."""
    shares = (np.arange(_POINTS) + 0.5) / _POINTS
    found: Floats = SCALE * np.tan(np.pi / 2 * shares)
    return found
