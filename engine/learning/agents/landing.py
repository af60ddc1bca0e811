"""How far closes landed from what had been expected of them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.scoring.landing import LEVELS, Landing, normal_quantiles

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_FURTHEST: Final = 6.0


def fit_landing(residuals: Floats) -> tuple[float, Landing]:
    """Return the width of residuals, counted in deviations, and their shape at that width.

    A normal sample of as many as there are levels stands beside them: no few closes make a
    distribution of their own.
    """
    usual = normal_quantiles()
    known = np.clip(residuals[np.isfinite(residuals)], -_FURTHEST, _FURTHEST)
    width = float(np.sqrt(np.mean(np.concatenate([known, usual]) ** 2)))
    together = np.concatenate([known / width, usual])
    return width, Landing(quantiles=np.quantile(together, LEVELS))
