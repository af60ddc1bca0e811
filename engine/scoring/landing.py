"""Where closes land around what was expected of them, in the deviations that were expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

LEVELS: Final = np.arange(1, 200) / 200
"""The shares below each of the quantiles; what is rarer is spread evenly to the ends."""
_BEYOND: Final = 3.0


def normal_quantiles() -> Floats:
    """Return the quantiles of a normal distribution."""
    return np.array([NormalDist().inv_cdf(level) for level in LEVELS.tolist()])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Landing:
    """The quantiles (199,) at `LEVELS` of (close - expected)/deviation, rising; normal at first.

    >>> Landing().chance(np.array([0.0, 1.0])).round(2)
    array([0.5 , 0.84])
    """

    quantiles: Floats = field(default_factory=normal_quantiles)

    @property
    def median(self) -> float:
        """The deviations that half of all closes land beyond."""
        return float(self.quantiles[len(self.quantiles) // 2])

    def chance(self, z: Floats) -> Floats:
        """Return how likely a close lands above an expectation less `z` deviations.

        Rises strictly with `z` within what is possible at all.
        """
        ends = self.quantiles[[0, -1]] + [-_BEYOND, _BEYOND]
        knots = np.concatenate([ends[:1], self.quantiles, ends[1:]])
        chance: Floats = 1 - np.interp(-z, knots, np.concatenate([[0.0], LEVELS, [1.0]]))
        return np.where(np.isfinite(z), chance, np.nan)
