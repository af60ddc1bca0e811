"""The fit of the sweet-spot model: what best prices earned beside what was expected of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.agents.landing import fit_landing
from engine.learning.agents.linear import ENOUGH, MEMORY
from engine.scoring.spot import TERMS, SpotModel

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.agents.past_bets import PastBets
    from engine.learning.agents.told import Told

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

PRIOR_BETS: Final = 3_000.0
"""Bets that earned what was expected of them, which what was learned is shrunk by."""
HALF_LIFE: Final = 45 * 86_400.0
"""Seconds after which a close says half as much of the season: a month and a half.

Chosen of 30 to 1,800 days on the best 500 to 3,000 bets of 2015/16 to 2020/21.
"""
_WEEKLY: Final = 1.26**2
"""How much wider means are than independent bets would make them (METHOD B4)."""
_FURTHEST: Final = 4.0
_LEAST: Final = 1e-9
_LEVEL_SHARE: Final = 0.1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Ridge:
    """Weights (k,) and their covariance."""

    weights: Floats
    covariance: Floats


def fit_spot(past: PastBets, told: Told, until: float) -> SpotModel:
    """Return what closes known at an instant say of edges; nothing where they are too few.

    Learned of the bets that anybody could have wanted: those expected to earn something.
    """
    known = past.known(until) & (past.closed_at > until - MEMORY) & (told.plain > 0)
    rows = np.flatnonzero(known & np.isfinite(past.clv))
    if len(rows) < ENOUGH:
        return SpotModel()
    terms, value = told.terms[rows], past.clv[rows]
    centre, scale = terms.mean(axis=0), np.maximum(terms.std(axis=0), _LEAST)
    columns = np.concatenate(
        [np.clip((terms - centre) / scale, -_FURTHEST, _FURTHEST), told.markets[rows]], axis=1
    )
    prior = np.full(columns.shape[1], PRIOR_BETS)
    prior[len(TERMS) :] *= _LEVEL_SHARE
    found = _ridge(columns, value - told.plain[rows], np.ones(len(rows)), prior)
    edge = told.plain[rows] + columns @ found.weights
    season = _season(edge, value, until - past.closed_at[rows])
    usual = np.maximum(told.landing[rows], _LEAST)
    away, high = (value - edge) / usual, np.maximum(edge, 0.0) / usual
    growth = _growth(away, high)
    width, landing = fit_landing(away / np.sqrt(1 + growth * high**2))
    return SpotModel(
        centre=centre,
        scale=scale,
        weights=found.weights,
        covariance=found.covariance,
        level=float(season.weights[0]),
        slope=float(season.weights[1]),
        season_covariance=season.covariance,
        width=width,
        growth=growth,
        landing=landing,
        seen=len(rows),
    )


def _season(edge: Floats, value: Floats, age: Floats) -> _Ridge:
    """Return the level and the slope by which values have lately been other than edges."""
    weight = 0.5 ** (age / HALF_LIFE)
    centre = float(np.average(edge, weights=weight))
    scale = max(float(np.sqrt(np.average((edge - centre) ** 2, weights=weight))), _LEAST)
    frame = np.stack([np.ones(len(edge)), (edge - centre) / scale], axis=1)
    prior = np.array([PRIOR_BETS * _LEVEL_SHARE, PRIOR_BETS])
    found = _ridge(frame, value - edge, weight, prior)
    back = np.array([[1.0, -centre / scale], [0.0, 1 / scale]])
    return _Ridge(weights=back @ found.weights, covariance=back @ found.covariance @ back.T)


def _growth(away: Floats, high: Floats) -> float:
    """Return how much the square of a residual grows with that of its edge, never below 0.

    Both are counted in the deviations of the verdicts. Of each residual's square no more than 16
    counts: one mistyped price says nothing of all the others.
    """
    square, edge = np.minimum(away**2, _FURTHEST**2), np.minimum(high, _FURTHEST) ** 2
    frame = np.stack([np.ones(len(edge)), edge], axis=1)
    prior = np.array([0.0, PRIOR_BETS * _LEVEL_SHARE])
    level, growth = _ridge(frame, square, np.ones(len(edge)), prior).weights
    return max(float(growth) / max(float(level), _LEAST), 0.0)


def _ridge(columns: Floats, target: Floats, weight: Floats, prior: Floats) -> _Ridge:
    """Return the weights of least squares, pulled to 0 by `prior` rows of each column."""
    weighed = columns * weight[:, None]
    square = weighed.T @ columns + np.diag(prior)
    weights: Floats = np.asarray(np.linalg.solve(square, weighed.T @ target), dtype=np.float64)
    variance = float(np.average((target - columns @ weights) ** 2, weights=weight))
    covariance = _WEEKLY * variance * np.linalg.inv(square)
    return _Ridge(weights=weights, covariance=(covariance + covariance.T) / 2)
