"""What became of the sides of the main markets, as shares: who won how much of the stakes."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive


def match_odds_outcome(archive: Archive) -> NDArray[np.float64]:
    """Return (n, 3): 1 for what happened of home, draw and away; NaN where no result is known."""
    margin = archive.home_goals - archive.away_goals
    won = np.column_stack([margin > 0, margin == 0, margin < 0]).astype(np.float64)
    won[np.isnan(margin)] = np.nan
    return won


def total_outcome(archive: Archive, line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n, 2): the shares of over and under won at `line`, both 0 where all is refunded.

    >>> from types import SimpleNamespace as Matches
    >>> goals = Matches(home_goals=np.array([2.0, 1.0]), away_goals=np.array([1.0, 1.0]))
    >>> total_outcome(goals, np.array([2.5, 2.25])).tolist()
    [[1.0, 0.0], [0.0, 0.5]]
    """
    return _shares(archive.home_goals + archive.away_goals - line)


def handicap_outcome(archive: Archive, line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return (n, 2): the shares of home and away won at the home team's handicap `line`."""
    return _shares(archive.home_goals - archive.away_goals + line)


def _shares(ahead: NDArray[np.float64]) -> NDArray[np.float64]:
    """Half a goal ahead is won, a quarter half won, level refunded."""
    return np.clip(np.column_stack([2 * ahead, -2 * ahead]), 0, 1)
