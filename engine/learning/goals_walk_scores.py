"""Main markets out of goal rates, many matches at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.goals_model import GoalRates

_SIZE: Final = 16  # goals 0-15
_CHUNK: Final = 4_096
_GOALS: Final = np.arange(_SIZE)
_LOG_FACTORIAL: Final = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, _SIZE)))])
_HOME, _AWAY = (each.ravel() for each in np.indices((_SIZE, _SIZE)))
_MARGINS: Final = np.equal.outer(_HOME - _AWAY, np.arange(1 - _SIZE, _SIZE)).astype(float)
_OVER: Final = (_HOME + _AWAY > 2).astype(float)  # noqa: PLR2004  # over 2.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MainProbabilities:
    """Fair probabilities of n matches, NaN where there is no rate or no line.

    1X2 (n, 3), over and under 2.5 (n, 2), W/(W+L) of home and away at a handicap line (n, 2).
    """

    match_odds: NDArray[np.float64]
    total: NDArray[np.float64]
    handicap: NDArray[np.float64]


def main_probabilities(rates: GoalRates, line: NDArray[np.float64]) -> MainProbabilities:
    """Return the main markets of n matches; `line` is the home team's handicap in goals."""
    margins, over = np.empty((len(rates), 2 * _SIZE - 1)), np.empty(len(rates))
    for begin in range(0, len(rates), _CHUNK):
        part = slice(begin, begin + _CHUNK)
        grid = score_grids(rates.home[part], rates.away[part], rates.rho[part])
        margins[part], over[part] = grid @ _MARGINS, grid @ _OVER
    sides = (margins[:, _SIZE:], margins[:, _SIZE - 1 : _SIZE], margins[:, : _SIZE - 1])
    match_odds = np.column_stack([side.sum(axis=1) for side in sides])
    quarters = 4 * np.arange(1 - _SIZE, _SIZE) + np.round(4 * line)[:, None]
    won = (margins * np.clip(quarters / 2, 0, 1)).sum(axis=1)
    lost = (margins * np.clip(-quarters / 2, 0, 1)).sum(axis=1)
    home = won / (won + lost)
    return MainProbabilities(
        match_odds=match_odds,
        total=np.column_stack([over, 1 - over]),
        handicap=np.column_stack([home, 1 - home]),
    )


def score_grids(
    home: NDArray[np.float64], away: NDArray[np.float64], rho: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the probabilities of the scores of n matches, flat (n, cells), home goals slowest."""
    counts = [
        np.exp(np.log(rate)[:, None] * _GOALS - rate[:, None] - _LOG_FACTORIAL)
        for rate in (home, away)
    ]
    grid = counts[0][:, :, None] * counts[1][:, None, :]
    grid[:, 0, 0] *= np.maximum(1 - home * away * rho, 0)
    grid[:, 0, 1] *= np.maximum(1 + home * rho, 0)
    grid[:, 1, 0] *= np.maximum(1 + away * rho, 0)
    grid[:, 1, 1] *= 1 - rho
    flat: NDArray[np.float64] = grid.reshape(len(home), -1)
    flat /= flat.sum(axis=1, keepdims=True)
    return flat
