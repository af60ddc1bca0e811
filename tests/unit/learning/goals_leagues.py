"""Leagues that were never played, with goals as Dixon and Coles say."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from scipy.special import gammaln

from engine.learning.archive import Archive
from engine.learning.goals.dixon_coles import Results
from engine.pricing.reference.main_odds import MainOdds

Array = NDArray[Any]
DAY = 86_400.0
BEGIN = 1.5e9


def results(
    generator: np.random.Generator, teams: int, matches: int, mean: float = 1.3
) -> Results:
    """Return matches of random pairs; every team meets somebody."""
    home = np.concatenate([np.arange(teams), generator.integers(0, teams, matches)])
    away = (home + generator.integers(1, teams, len(home))) % teams
    strength = generator.normal(0, 0.3, teams)
    goals = generator.poisson(
        mean * np.exp([0.2 + strength[home] - strength[away], strength[away] - strength[home]])
    ).astype(float)
    return Results(
        home=home,
        away=away,
        home_goals=goals[0],
        away_goals=goals[1],
        home_scored=goals[0],
        away_scored=goals[1],
    )


def match_loss(played: Results, weight: Array, theta: Array, teams: int) -> float:
    """Return the weighted negative log-likelihood, match by match; infinite where undefined."""
    attack, defence = theta[:teams], theta[teams : 2 * teams]
    base, edge, rho = theta[-3:]
    home = base + edge + attack[played.home] + defence[played.away]
    away = base + attack[played.away] + defence[played.home]
    one, other, x, y = np.exp(home), np.exp(away), played.home_goals, played.away_goals
    cells = [(x == 0) & (y == 0), (x == 0) & (y == 1), (x == 1) & (y == 0), (x == 1) & (y == 1)]
    tau = np.select(cells, [1 - one * other * rho, 1 + one * rho, 1 + other * rho, 1 - rho], 1.0)
    if tau.min() <= 0:
        return np.inf
    log = x * home - one - gammaln(x + 1) + y * away - other - gammaln(y + 1) + np.log(tau)
    return -float(weight @ log)


def archive(seed: int, seasons: int = 3) -> Archive:
    """Return three divisions of two countries, six teams each, one moving up and one down a year.

    Looks are taken on Fridays at noon, matches played on the Saturday after and the Monday.
    """
    generator = np.random.default_rng(seed)
    names = [f"{country}:{team}" for country in "XY" for team in range(16)]
    members = {"X1": list(range(6)), "X2": list(range(6, 12)), "Y1": list(range(16, 22))}
    strength = generator.normal(0, 0.35, len(names)) - 0.03 * np.tile(np.arange(16), 2)
    rows = []
    for season in range(seasons):
        for number, division in enumerate(members):
            pairs = [(h, w) for h in members[division] for w in members[division] if h != w]
            generator.shuffle(pairs)
            for place, (home, away) in enumerate(pairs):
                friday = BEGIN + DAY * (365 * season + 7 * (place // 3))
                kick_off = friday + DAY * (1 if place % 3 else 3)
                rates = np.exp(
                    [0.3 + strength[home] - strength[away], strength[away] - strength[home]]
                )
                goals = generator.poisson(rates)
                rows.append((number, season, home, away, kick_off, friday, *goals))
        members["X1"][-1], members["X2"][0] = members["X2"][0], members["X1"][-1]
        members["X2"][-1], members["Y1"][-1] = 12 + season, 22 + season
    rows.sort(key=lambda row: (row[5], row[4], row[0], row[2]))
    columns = np.array(rows, dtype=float).T
    return Archive(
        competitions=tuple(members),
        teams=tuple(names),
        competition=columns[0].astype(np.int64),
        season=columns[1].astype(np.int64),
        home=columns[2].astype(np.int64),
        away=columns[3].astype(np.int64),
        kick_off=columns[4],
        looked_at=columns[5],
        home_goals=columns[6],
        away_goals=columns[7],
        look=no_odds(len(rows), line=-0.25),
        close=no_odds(len(rows), line=-0.25),
    )


def no_odds(count: int, line: float) -> MainOdds:
    """Return a market in which no book quotes."""
    return MainOdds(
        books=(),
        match_odds=np.empty((count, 0, 3)),
        total=np.empty((count, 0, 2)),
        total_line=np.full(count, 2.5),
        handicap=np.empty((count, 0, 2)),
        handicap_line=np.full(count, line),
    )
