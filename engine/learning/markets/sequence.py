"""The mean return, between bounds that hold on every day at once.

Someone bets each day against the hypothesis that returns are m or more (or m or less). What they
bet is fixed before the day: a few rates at once, none above what the day's highest odds allow, so
that wealth stays positive. Where the wealth against m reaches 20, m lies outside (Ville; each end
holds on all days with 95 %, however often one looks).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.evidence import CONVINCING

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

RATES: Final = (0.02, 0.05, 0.1, 0.2)
"""The rates bet at together: small ones notice small losses over many days (METHOD B5.4)."""
_LEAST: Final = -1.0
_MOST: Final = 3.0
_HALVINGS: Final = 30


def against_at_least(bound: float | Floats, sums: Floats, counts: Floats, most: Floats) -> Floats:
    """Return the wealth against "returns are expected to be `bound` or more", as it stands.

    `sums` (..., days) are a day's returns of one unit, `counts` how many, and `most` the highest
    that a bet of the day could return, known when it was made.

    >>> days = np.ones(300)
    >>> bool(against_at_least(0.0, -0.2 * days, days, days) > 20)
    True
    >>> bool(against_at_least(0.0, 0.0 * days, days, days) > 1)
    False
    """
    allowed = np.minimum(np.array(RATES), 0.5 / (most[..., None] + 1))
    gain = _gains(np.asarray(bound), sums, counts)[..., None] * allowed
    return _together(gain)


def against_at_most(bound: float | Floats, sums: Floats, counts: Floats) -> Floats:
    """Return the wealth against "returns are expected to be `bound` or less", as it stands."""
    return _together(-_gains(np.asarray(bound), sums, counts)[..., None] * np.array(RATES))


def ends(sums: Floats, counts: Floats, most: Floats) -> tuple[Floats, Floats]:
    """Return the lower and the upper end of the mean return of each stream.

    Where no day has refuted anything, they are what can be at worst and at best, -1 and 3.

    >>> low, high = ends(np.zeros(400), np.ones(400), np.ones(400))
    >>> bool(-0.2 < low < 0 < high < 0.2)
    True
    """
    shape = sums.shape[:-1]
    low_in, low_out = np.full(shape, _MOST), np.full(shape, _LEAST)
    high_in, high_out = np.full(shape, _LEAST), np.full(shape, _MOST)
    for _ in range(_HALVINGS):
        low, high = (low_in + low_out) / 2, (high_in + high_out) / 2
        refuted = against_at_most(low, sums, counts) >= CONVINCING
        low_in, low_out = np.where(refuted, low_in, low), np.where(refuted, low, low_out)
        refuted = against_at_least(high, sums, counts, most) >= CONVINCING
        high_in, high_out = np.where(refuted, high_in, high), np.where(refuted, high, high_out)
    return low_in, high_in


def _gains(bound: Floats, sums: Floats, counts: Floats) -> Floats:
    """Return by how much each day's mean was below `bound`; 0 on days without a bet."""
    mean = sums / np.maximum(counts, 1)
    found: Floats = np.where(counts > 0, bound[..., None] - mean, 0.0)
    return found


def _together(gain: Floats) -> Floats:
    """Return the mean wealth of the rates, the last axis, after all days, the one before."""
    found: Floats = np.exp(np.log1p(gain).sum(axis=-2)).mean(axis=-1)
    return found
