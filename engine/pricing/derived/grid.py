"""One score grid that holds the main markets and every corrected one at once.

Corrected prices come market by market. The grid nearest to independent counts that repeats them
all, with 1X2 and over 2.5, prices whatever else is read from scores (team goals, exact scores,
combinations) in agreement with them, by the same linear operator as any other grid.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import Selection
from engine.pricing.derived.view import DERIVED
from engine.pricing.grid.bets import WON, returns
from engine.pricing.grid.score_grid import SIZE, score_grids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.derived.view import DerivedView

_HELD: Final = (
    *(Selection.parse(code) for code in ("home", "draw", "over_2.5")),
    *DERIVED,
)
_MOST_STEPS: Final = 80
_LONGEST_STEP: Final = 1.5
_REPEATED: Final = 1e-9
_STEADY: Final = 1e-13
_WINS: Final = np.stack([(returns(held) == WON).ravel() for held in _HELD], axis=1)
_ATOMS, _ATOM_OF = np.unique(_WINS, axis=0, return_inverse=True)
"""Scores alike for every market held: 20 kinds; a tilt moves each kind as one."""
_MEMBERS: Final = np.equal.outer(_ATOM_OF.ravel(), np.arange(len(_ATOMS))).astype(np.float64)


def coherent_grids(
    view: DerivedView,
    match_odds: NDArray[np.float64],
    over: NDArray[np.float64],
    derived: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the grids (n, SIZE, SIZE) that repeat `match_odds`, over 2.5 and `derived` (n, 5).

    Of all such grids the one of least relative entropy to the view's independent counts. NaN
    where no scores could give these prices.

    >>> from engine.pricing.derived.view import expit, market_view, plain_logits
    >>> main, over = np.array([[0.46, 0.26, 0.28]]), np.array([0.52])
    >>> view = market_view(main, over)
    >>> grid = coherent_grids(view, main, over, expit(plain_logits(view) + 0.05))[0]
    >>> float(np.trace(grid).round(9)), float(grid.sum().round(9))
    (0.26, 1.0)
    """
    plain = score_grids(view.home_rate, view.away_rate).counts().matrices()
    cells = plain.reshape(len(view), -1)
    wanted = np.column_stack([match_odds[:, :2], over, derived])
    tilt = _tilt(cells @ _MEMBERS, wanted)
    return (cells * (tilt @ _MEMBERS.T)).reshape(len(view), SIZE, SIZE)


def _tilt(masses: NDArray[np.float64], wanted: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the factor of every kind of score (n, kinds), by Newton on the convex dual."""
    held = _ATOMS.astype(np.float64)
    dual = np.zeros(wanted.shape)
    tilted = masses
    with np.errstate(all="ignore"):  # what no scores could give runs away and ends as NaN
        for _ in range(_MOST_STEPS):
            tilted = masses * np.exp(dual @ held.T)
            tilted /= tilted.sum(axis=1, keepdims=True)
            now = tilted @ held
            if not (np.abs(now - wanted) > _STEADY).any():
                break
            curvature = np.einsum("nk,ki,kj->nij", tilted, held, held)
            curvature -= now[:, :, None] * now[:, None, :]
            curvature += np.eye(len(_HELD)) * _STEADY
            step = np.linalg.solve(curvature, (wanted - now)[:, :, None])[:, :, 0]
            dual += np.clip(step, -_LONGEST_STEP, _LONGEST_STEP)
        missed = np.abs(tilted @ held - wanted).max(axis=1, keepdims=True)
    factor: NDArray[np.float64] = np.where(missed < _REPEATED, tilted / masses, np.nan)
    return factor
