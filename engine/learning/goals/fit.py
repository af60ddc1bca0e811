"""The goals model of this moment: one fit of each country on every result known."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from engine.learning.goals.dixon_coles import Results
from engine.learning.goals.walk import countries

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.goals.walk import GoalsLearner
    from engine.pricing.goals_model import GoalsModel


def fit_goals(
    archive: Archive,
    learner: Callable[[], GoalsLearner],
    decays: Mapping[str, float],
    at: float,
) -> dict[str, GoalsModel]:
    """Return each country's model of the instant `at`, out of results played by then.

    `decays` holds ξ by competition; one that is missing keeps the learner's own.
    """
    found = {}
    for country, rows in countries(archive).items():
        known = rows[(archive.played_at[rows] <= at) & np.isfinite(archive.home_goals[rows])]
        if not len(known):
            continue
        model = learner()
        _admit(model, archive, known, decays)
        model.move_clock(at)
        for competition in np.unique(archive.competition[known]).tolist():
            played = known[archive.competition[known] == competition]
            model.learn(competition, _results(archive, played), archive.kick_off[played])
        model.fit()
        found[country] = model.model(archive.teams, archive.competitions)
    return found


def _admit(
    model: GoalsLearner, archive: Archive, rows: NDArray[np.int64], decays: Mapping[str, float]
) -> None:
    for row in rows[np.argsort(archive.kick_off[rows], kind="stable")].tolist():
        competition = int(archive.competition[row])
        season, home, away = (
            int(column[row]) for column in (archive.season, archive.home, archive.away)
        )
        model.admit(competition, season, home, away)
        decay = decays.get(archive.competitions[competition])
        if decay is not None:
            model.set_decay(competition, decay)


def _results(archive: Archive, rows: NDArray[np.int64]) -> Results:
    return Results(
        home=archive.home[rows],
        away=archive.away[rows],
        home_goals=archive.home_goals[rows],
        away_goals=archive.away_goals[rows],
        home_scored=archive.home_goals[rows],
        away_scored=archive.away_goals[rows],
    )
