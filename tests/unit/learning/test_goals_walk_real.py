"""Seasons of Serie A and B: close to the market, never better than it can be."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.learning.goals.dixon_coles import Results, Statistics, tabulate
from engine.learning.goals.forecast import walk_goals
from engine.learning.goals.newton import AT_REST, fit_league
from engine.pricing.devig.book import devig
from jobs.season_archive import read_archive

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.learning.archive import Archive

pytestmark = pytest.mark.realdata


@cache
def italy(folder: Path) -> Archive:
    return read_archive(folder / "football-data/main", range(2015, 2020), frozenset({"I1", "I2"}))


def rps(told: NDArray[np.float64], came: NDArray[np.int64]) -> NDArray[Any]:
    steps = told.cumsum(axis=1)[:, :2] - np.stack([came <= 0, came <= 1], axis=1)
    squares: NDArray[Any] = (steps**2).sum(axis=1) / 2
    return squares


def test_a_walk_over_real_seasons_is_close_to_the_close(real_data: Path) -> None:
    archive = italy(real_data)
    told = walk_goals(archive).probabilities
    close = archive.close.match_odds[:, archive.close.books.index("pinnacle")]
    rows = np.isfinite(close).all(axis=1) & (archive.season >= 2017)
    came = 1 - np.sign(archive.home_goals - archive.away_goals)[rows].astype(np.int64)
    ours, market = rps(told.match_odds[rows], came), rps(devig(close[rows]), came)
    assert len(came) > 2_000
    assert 0.0 < ours.mean() - market.mean() < 0.008
    assert ours.mean() > 0.17  # below, it would have seen the results
    over = archive.home_goals[rows] + archive.away_goals[rows] > 2
    chance = told.total[rows, 0]
    loss = -np.where(over, np.log(chance), np.log(1 - chance)).mean()
    assert 0.66 < loss < np.log(2)


def test_a_real_league_is_fitted_to_the_optimum(real_data: Path) -> None:
    archive = italy(real_data)
    archive = archive.where(archive.competition == archive.competitions.index("I1"))
    numbers = {team: place for place, team in enumerate(np.unique(archive.home).tolist())}
    played = Results(
        home=np.array([numbers[team] for team in archive.home.tolist()]),
        away=np.array([numbers[team] for team in archive.away.tolist()]),
        home_goals=archive.home_goals,
        away_goals=archive.away_goals,
        home_scored=archive.home_goals,
        away_scored=archive.away_goals,
    )
    weight = np.exp(-0.0018 * (archive.kick_off.max() - archive.kick_off) / 86_400)
    found = fit_league(Statistics.of(tabulate(len(numbers), played, weight)))
    assert found.rest < AT_REST
    assert found.steps <= 6
    assert -0.2 < found.theta[-1] < 0.1
    assert 0.0 < found.theta[-2] < 0.5
