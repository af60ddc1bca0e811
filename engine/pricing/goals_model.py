"""What a fit of goals found in one country: ratings, and the rates they give a match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GoalRates:
    """Expected goals of n matches and their dependence; NaN where the model knows nothing.

    `home_error` and `away_error` are standard errors of the rates' logarithms and `shared` the
    correlation of the two. `rho` is Dixon and Coles's: negative means more 0-0 and 1-1.
    """

    home: NDArray[np.float64]
    away: NDArray[np.float64]
    rho: NDArray[np.float64]
    home_error: NDArray[np.float64]
    away_error: NDArray[np.float64]
    shared: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.home)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GoalsModel:
    """Dixon-Coles ratings of the teams of one country, as known at `seen_until` (POSIX seconds).

    `parameters` are, in this order: every team's attack, every team's defence (high concedes
    much), every competition's intercept, home advantage and rho; `covariance` is theirs. A team
    without rating is taken for a newcomer: `newcomer` (competitions, 2) is the attack and defence
    expected of one, `newcomer_covariance` (2, 2) what is not known of it. `decay` is ξ per day.
    """

    competitions: tuple[str, ...]
    teams: tuple[str, ...]
    parameters: NDArray[np.float64]
    covariance: NDArray[np.float64]
    newcomer: NDArray[np.float64]
    newcomer_covariance: NDArray[np.float64]
    decay: NDArray[np.float64]
    seen_until: float

    def rates(
        self, competition: Sequence[str], home: Sequence[str], away: Sequence[str]
    ) -> GoalRates:
        """Return the rates of matches by name; NaN in a competition without ratings."""
        divisions = {name: place for place, name in enumerate(self.competitions)}
        teams = {name: place for place, name in enumerate(self.teams)}
        return self.rates_at(
            np.array([divisions.get(name, -1) for name in competition], dtype=np.int64),
            np.array([teams.get(name, -1) for name in home], dtype=np.int64),
            np.array([teams.get(name, -1) for name in away], dtype=np.int64),
        )

    def rates_at(
        self,
        division: NDArray[np.int64],
        home: NDArray[np.int64],
        away: NDArray[np.int64],
    ) -> GoalRates:
        """Return the rates of matches by place in `competitions` and `teams`, -1 if not there."""
        known = division >= 0
        place = np.where(known, division, 0)
        count, divisions = len(self.teams), len(self.competitions)
        intercept = 2 * count + place
        advantage, rho = intercept + divisions, intercept + 2 * divisions
        rows = (
            self._logs(place, home, away, (intercept, advantage)),
            self._logs(place, away, home, (intercept,)),
        )
        home_variance, away_variance, between = self._variances(rows, home, away)
        blank = np.where(known, 0.0, np.nan)
        home_error, away_error = np.sqrt(home_variance), np.sqrt(away_variance)
        return GoalRates(
            home=np.exp(rows[0].log) + blank,
            away=np.exp(rows[1].log) + blank,
            rho=self.parameters[rho] + blank,
            home_error=home_error + blank,
            away_error=away_error + blank,
            shared=between / (home_error * away_error) + blank,
        )

    def _logs(
        self,
        division: NDArray[np.int64],
        attacking: NDArray[np.int64],
        defending: NDArray[np.int64],
        others: tuple[NDArray[np.int64], ...],
    ) -> _Logs:
        """Return log rates, and the parameters each is the sum of."""
        count = len(self.teams)
        terms = (attacking, np.where(defending < 0, -1, defending + count), *others)
        log = sum((self.parameters[each] * (each >= 0) for each in terms), np.zeros(len(division)))
        log += np.where(attacking < 0, self.newcomer[division, 0], 0.0)
        log += np.where(defending < 0, self.newcomer[division, 1], 0.0)
        return _Logs(log=log, terms=terms)

    def _variances(
        self,
        rows: tuple[_Logs, _Logs],
        home: NDArray[np.int64],
        away: NDArray[np.int64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
        own, across = self.newcomer_covariance.diagonal(), self.newcomer_covariance[0, 1]
        new_home, new_away = (home < 0).astype(float), (away < 0).astype(float)
        return (
            self._covariance(rows[0], rows[0]) + new_home * own[0] + new_away * own[1],
            self._covariance(rows[1], rows[1]) + new_away * own[0] + new_home * own[1],
            self._covariance(rows[0], rows[1]) + (new_home + new_away) * across,
        )

    def _covariance(self, first: _Logs, second: _Logs) -> NDArray[np.float64]:
        total = np.zeros(len(first.log))
        for one in first.terms:
            for other in second.terms:
                total += self.covariance[one, other] * ((one >= 0) & (other >= 0))
        return total


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Logs:
    log: NDArray[np.float64]
    terms: tuple[NDArray[np.int64], ...]
