"""Archives of made-up matches, in which the truth is known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np

from engine.learning.archive import Archive
from engine.pricing.reference.main_odds import MainOdds

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAY = timedelta(days=1).total_seconds()


def no_odds(count: int) -> MainOdds:
    return MainOdds(
        books=(),
        match_odds=np.empty((count, 0, 3)),
        total=np.empty((count, 0, 2)),
        total_line=np.full(count, np.nan),
        handicap=np.empty((count, 0, 2)),
        handicap_line=np.full(count, np.nan),
    )


def an_archive(home: NDArray[np.float64], away: NDArray[np.float64], leagues: int = 3) -> Archive:
    """Ten matches a day of those goals, looked at a day and a half before; leagues in turn."""
    count = len(home)
    rows = np.arange(count)
    kick_off = (1e9 + DAY * (rows // 10)).astype(np.float64)
    return Archive(
        competitions=tuple(f"league_{each}" for each in range(leagues)),
        teams=tuple(f"team_{each}" for each in range(20)),
        competition=rows % leagues,
        season=np.full(count, 2020),
        home=rows % 10,
        away=10 + rows % 10,
        kick_off=kick_off,
        looked_at=kick_off - 1.5 * DAY,
        home_goals=home,
        away_goals=away,
        look=no_odds(count),
        close=no_odds(count),
    )


def softmax(values: NDArray[np.float64]) -> NDArray[np.float64]:
    grown = np.exp(values - values.max(axis=1, keepdims=True))
    found: NDArray[np.float64] = grown / grown.sum(axis=1, keepdims=True)
    return found


def drawn(rng: np.random.Generator, probabilities: NDArray[np.float64]) -> NDArray[np.int64]:
    """Draw one side of each book."""
    below = rng.random(len(probabilities))[:, None] > probabilities.cumsum(axis=1)
    sides: NDArray[np.int64] = below.sum(axis=1).clip(max=probabilities.shape[1] - 1)
    return sides


def goals_of(side: NDArray[np.int64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the goals of a match that home won, drew or lost: 0, 1 or 2."""
    return (side == 0).astype(np.float64), (side == 2).astype(np.float64)
