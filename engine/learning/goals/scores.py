"""Main markets out of goal rates, many matches at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.grid.score_grid import SIZE, rho_limits, score_grids

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.goals_model import GoalRates
    from engine.pricing.grid.score_grid import Counts

_LEVEL: Final = SIZE - 1  # the column of a draw among the margins


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MainProbabilities:
    """Fair probabilities of n matches, NaN where there is no rate or no line.

    1X2 (n, 3), over and under 2.5 (n, 2), W/(W+L) of home and away at a handicap line (n, 2).
    """

    match_odds: NDArray[np.float64]
    total: NDArray[np.float64]
    handicap: NDArray[np.float64]


def main_probabilities(rates: GoalRates, line: NDArray[np.float64]) -> MainProbabilities:
    """Return the main markets of n matches; `line` is the home team's handicap in goals.

    Where rates are so high that rho would make a score's probability negative, it is cut.
    """
    low, high = rho_limits(rates.home, rates.away)
    counts = score_grids(rates.home, rates.away, np.clip(rates.rho, low, high)).counts()
    margins = _margins(counts)
    won = (margins[:, _LEVEL + 1 :].sum(axis=1), margins[:, :_LEVEL].sum(axis=1))
    quarters = 4 * np.arange(-_LEVEL, SIZE) + np.round(4 * line)[:, None]
    ahead = (margins * np.clip(quarters / 2, 0, 1)).sum(axis=1)
    behind = (margins * np.clip(-quarters / 2, 0, 1)).sum(axis=1)
    home, under = ahead / (ahead + behind), _at_most_two(counts)
    return MainProbabilities(
        match_odds=np.column_stack([won[0], margins[:, _LEVEL], won[1]]),
        total=np.column_stack([1 - under, under]),
        handicap=np.column_stack([home, 1 - home]),
    )


def _margins(counts: Counts) -> NDArray[np.float64]:
    """Return the probabilities (n, 2·SIZE - 1) of every margin, the away team's widest first."""
    home, away = counts.home, counts.away
    found = np.empty((len(home), 2 * SIZE - 1))
    for margin in range(SIZE):
        over, less = home[:, margin:], away[:, : SIZE - margin]
        found[:, _LEVEL + margin] = np.einsum("ij,ij->i", over, less)
        over, less = away[:, margin:], home[:, : SIZE - margin]
        found[:, _LEVEL - margin] = np.einsum("ij,ij->i", over, less)
    found[:, _LEVEL] -= 2 * counts.correction
    found[:, [_LEVEL - 1, _LEVEL + 1]] += counts.correction[:, None]
    return found


def _at_most_two(counts: Counts) -> NDArray[np.float64]:
    """Return the probability of under 2.5; all the scores that are corrected are in it."""
    home, away = counts.home, counts.away
    total: NDArray[np.float64] = (
        home[:, 0] * away[:, :3].sum(axis=1)
        + home[:, 1] * away[:, :2].sum(axis=1)
        + home[:, 2] * away[:, 0]
    )
    return total
