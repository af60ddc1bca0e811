"""What the bets on one match become together, believed no more than each of them is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

_STEPS: Final = 50
_TOLERANCE: Final = 1e-12
_FAR: Final = 2.0
_DOUBT: Final = 1e-5
"""Keeps the tilt finite where bets contradict each other: they are then believed in between."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchOutcomes:
    """The s ways in which a match can end for m bets: how likely each, and what one unit gains.

    `probability` (s,) sums to 1; `gain` (s, m).
    """

    probability: Floats
    gain: Floats


def match_outcomes(
    probability: Floats, halves: NDArray[np.int8], odds: Floats, believed: Floats
) -> MatchOutcomes:
    """Return the ways a match can end for bets at `odds`, each worth what is `believed` of it.

    `probability` (s,) of scores is tilted as little as can be (in relative entropy) so that every
    bet's W/(W+L) is the one believed; how bets hang together stays the scores'. That is the limit
    of iterative proportional fitting, found by Newton's method on its dual. `halves` (s, m) as in
    `JointOutcomes`.

    >>> fair = match_outcomes(
    ...     np.array([.3, .3, .4]), np.array([[2], [0], [-2]], dtype=np.int8),
    ...     np.array([2.0]), np.array([.5]),
    ... )
    >>> fair.gain[:, 0].tolist(), float(fair.probability[0] - fair.probability[2]).__round__(4)
    ([-1.0, 0.0, 1.0], 0.0)
    """
    cases, index = np.unique(halves, axis=0, return_inverse=True)
    weight = np.bincount(index.ravel(), weights=probability, minlength=len(cases))
    won, lost = np.maximum(cases, 0) / 2, np.maximum(-cases, 0) / 2
    return MatchOutcomes(
        probability=_tilted(weight / weight.sum(), won * (1 - believed) - lost * believed),
        gain=won * (odds - 1) - lost,
    )


def _tilted(weight: Floats, balance: Floats) -> Floats:
    """Return `weight` tilted until every column of `balance` (s, m) averages 0."""
    tilt = np.zeros(balance.shape[1])
    for _ in range(_STEPS):
        tilted = _at(weight, balance, tilt)
        mean = tilted @ balance
        slope = mean + _DOUBT * tilt
        if np.abs(slope).max(initial=0.0) < _TOLERANCE:
            break
        centred = balance - mean
        bend = centred.T @ (tilted[:, None] * centred) + _DOUBT * np.eye(len(tilt))
        tilt = tilt - _shortened(np.linalg.solve(bend, slope).astype(np.float64), balance)
    return _at(weight, balance, tilt)


def _at(weight: Floats, balance: Floats, tilt: Floats) -> Floats:
    exponent = balance @ tilt
    raised = weight * np.exp(exponent - exponent.max(initial=-np.inf))
    tilted: Floats = raised / raised.sum()
    return tilted


def _shortened(step: Floats, balance: Floats) -> Floats:
    """Return a step that moves no two cases apart by more than `_FAR` logits.

    Further away the curve is not the one seen here.
    """
    length = float(np.ptp(balance @ step))
    return step if length <= _FAR else step * (_FAR / length)
