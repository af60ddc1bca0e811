"""How well each league's matches were told: scores and calibration, league by league."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.calibration.curve import reliability
from engine.learning.clusters import clustered_mean, week_of
from engine.learning.scores import log_loss, rps

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.clusters import Clustered

_BINS: Final = 10
_FEWEST: Final = 100
"""Matches of a league without which nothing is said of it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeagueScores:
    """What was said of one league's matches: mean scores with intervals by weeks, and the ECE.

    `ece_by_chance` is what a true forecast of so many matches would show.
    """

    competition: str
    log_loss: Clustered
    rps: Clustered
    ece: float
    ece_by_chance: float


def score_leagues(
    archive: Archive, probabilities: NDArray[np.float64], outcome: NDArray[np.float64]
) -> tuple[LeagueScores, ...]:
    """Return the scores of every league with enough matches told, played and not refunded."""
    told = np.isfinite(np.hstack([probabilities, outcome])).all(axis=1)
    told &= (np.isin(outcome, (0.0, 1.0)) & (outcome.sum(axis=1) == 1)[:, None]).all(axis=1)
    week = week_of(archive.kick_off)
    found = []
    for number, competition in enumerate(archive.competitions):
        rows = np.flatnonzero(told & (archive.competition == number))
        if len(rows) < _FEWEST:
            continue
        said, came = probabilities[rows], outcome[rows]
        curve = reliability(said, came, week[rows], bins=_BINS)
        found.append(
            LeagueScores(
                competition=competition,
                log_loss=clustered_mean(log_loss(said, came), week[rows]),
                rps=clustered_mean(rps(said, came), week[rows]),
                ece=curve.ece,
                ece_by_chance=curve.ece_by_chance,
            )
        )
    return tuple(found)
