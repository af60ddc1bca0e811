"""How much of an edge against a reference the close leaves: the winner's curse, measured."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.expected_close.model import PRIOR_CURSE

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PALPABLE: Final = 0.15
"""An edge above this is likelier a mistyped price than value."""
_BELIEF: Final = 0.1
"""What the prior slope weighs, in summed squares of edges: 250 edges of 2 %."""


def curse_slope(fair: Floats, best: Floats, closed: Floats) -> float:
    """Return the slope b of E[odds·p_close - 1] = b·(odds·fair - 1) over edges above 0.

    All are (n, k); a line through the origin shrunk to `PRIOR_CURSE`, kept within 0 and 1. NaN
    anywhere leaves a selection out.

    >>> half = np.full((2000, 2), 0.5)
    >>> odds = np.tile([2.1, 1.9], (2000, 1))
    >>> round(curse_slope(half, odds, half * 0.97), 2)
    0.37
    """
    edge, left = fair * best - 1, closed * best - 1
    used = (edge > 0) & (edge <= PALPABLE) & np.isfinite(left)
    square = float((edge[used] ** 2).sum())
    product = float((edge[used] * left[used]).sum())
    slope = (product + _BELIEF * PRIOR_CURSE) / (square + _BELIEF)
    return min(1.0, max(0.0, slope))
