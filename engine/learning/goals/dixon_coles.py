"""Dixon and Coles (1997) on sufficient statistics, and the exact Newton step on them.

    log rate of home goals = intercept + home advantage + attack[home] + defence[away]
    log rate of away goals = intercept + attack[away] + defence[home]

with their factor τ on 0-0, 0-1, 1-0 and 1-1. Under exponential decay the weighted likelihood sees
the matches only through seven team x team tables: the work does not grow with their number.
A high `defence` concedes much: attack and defence enter alike.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

TABLES: Final = 7
"""Weight, home goals, away goals, and the counts of 0-0, 0-1, 1-0 and 1-1, home teams down."""
OTHERS: Final = 3
"""Parameters beside the teams' attacks and defences: intercept, home advantage, rho."""
_LEAST_TAU: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Results:
    """Matches played. What was scored may be other than the goals: a share of expected goals."""

    home: NDArray[np.int64]
    away: NDArray[np.int64]
    home_goals: NDArray[np.float64]
    away_goals: NDArray[np.float64]
    home_scored: NDArray[np.float64]
    away_scored: NDArray[np.float64]


def tabulate(teams: int, results: Results, weight: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the tables (TABLES, teams, teams) of weighted results; tables of parts add up.

    Tables weighted for an instant, times exp(-ξ·dt), are those for dt later.
    """
    cells, size = results.home * teams + results.away, teams * teams
    table = np.empty((TABLES, size))
    table[0] = np.bincount(cells, weight, size)
    table[1] = np.bincount(cells, weight * results.home_scored, size)
    table[2] = np.bincount(cells, weight * results.away_scored, size)
    low = np.flatnonzero(np.maximum(results.home_goals, results.away_goals) <= 1)
    score = (2 * results.home_goals[low] + results.away_goals[low]).astype(np.int64)
    counted = np.bincount(score * size + cells[low], weight[low], 4 * size)
    table[3:] = counted.reshape(4, size)
    return table.reshape(TABLES, teams, teams)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statistics:
    """The tables of one division and what no parameter changes about them."""

    table: NDArray[np.float64]
    linear: NDArray[np.float64]
    one_all: float

    @classmethod
    def of(cls, table: NDArray[np.float64]) -> Statistics:
        """Return the statistics of tables as `tabulate` makes them."""
        home, away = table[1:3].sum(axis=(1, 2)).tolist()
        linear = np.concatenate([_by_team(*_sums(table[1:3])), [home + away, home, 0.0]])
        return cls(table=table, linear=linear, one_all=float(table[6].sum()))

    @property
    def teams(self) -> int:
        """How many teams the tables have."""
        return len(self.table[0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """The negative log-likelihood at one point (constants left out), and its slope.

    Of 0-0, 0-1 and 1-0: `factor` is what τ multiplies ρ by, `curved` the count times it, over τ
    squared; `level_curve` is what 1-1 adds to the curve by ρ. `expected` are the weighted rates
    of home and of away goals.
    """

    rho: float
    value: float
    gradient: NDArray[np.float64]
    level_curve: float
    factor: NDArray[np.float64]
    curved: NDArray[np.float64]
    expected: NDArray[np.float64]

    def hessian(self) -> NDArray[np.float64]:
        """Return the second derivatives, τ's included."""
        teams = len(self.expected[0])
        side = 2 * teams + OTHERS
        found = np.empty((side, side))
        # by rho and each log rate, by each log rate twice, by the one and the other
        pairs = np.empty((5, teams, teams))
        np.add(self.curved[0], self.curved[1:], out=pairs[:2])
        np.multiply(pairs[:2], -self.rho, out=pairs[2:4])
        pairs[2:4] += self.expected
        np.multiply(self.curved[0], -self.rho, out=pairs[4])
        cross = pairs[2] + pairs[3].T
        found[:teams, :teams] = found[teams:-OTHERS, teams:-OTHERS] = pairs[4] + pairs[4].T
        found[:teams, teams:-OTHERS], found[teams:-OTHERS, :teams] = cross, cross.T
        rows, columns = _sums(pairs)
        own, mixed = _by_team(rows[2:4], columns[2:4]), rows[4] + columns[4]
        flat = found.reshape(-1)
        flat[: 2 * teams * side : side + 1] += own
        flat[teams : teams * side : side + 1] += mixed
        flat[teams * side : 2 * teams * side : side + 1] += mixed
        last = self._others(rows, columns)
        last[0, : 2 * teams] = own + np.concatenate([mixed, mixed])
        found[-OTHERS:], found[:, -OTHERS:] = last, last.T
        return found

    def _others(
        self, rows: NDArray[np.float64], columns: NDArray[np.float64]
    ) -> NDArray[np.float64]:
        """Return the rows of intercept, home advantage and rho, but for what `hessian` has."""
        teams = len(rows[0])
        last = np.empty((OTHERS, 2 * teams + OTHERS))
        by_home, by_away, home, away, shared = np.add.reduce(rows, axis=1).tolist()
        last[1, :teams] = rows[2] + columns[4]
        last[1, teams : 2 * teams] = columns[2] + rows[4]
        last[2, : 2 * teams] = -_by_team(rows[:2], columns[:2])
        by_rho = float(np.vdot(self.curved, self.factor)) + self.level_curve
        last[0, -OTHERS:] = home + away + 2 * shared, home + shared, -by_home - by_away
        last[1, -OTHERS:] = home + shared, home, -by_home
        last[2, -OTHERS:] = -by_home - by_away, -by_home, by_rho
        return last


def evaluate(statistics: Statistics, theta: NDArray[np.float64]) -> Point | None:
    """Return the likelihood at `theta`, or None where τ of a score seen is not positive.

    `theta` holds the attacks, the defences, the intercept, the home advantage and rho.
    """
    rho, one_all = float(theta[-1]), statistics.one_all
    level = 1.0 - rho if one_all > 0 else 1.0  # as for the others: it counts where seen
    factor, seen = _factors(theta, statistics.teams), statistics.table[3:6]
    tau = rho * factor
    tau += 1.0
    if not float(tau.min()) > _LEAST_TAU:  # it may be where no such score was seen
        tau = np.where(seen > 0, tau, 1.0)
    if not min(level, float(tau.min())) > _LEAST_TAU:
        return None
    low = seen * factor / tau
    expected = statistics.table[0] * factor[1:]
    toward = expected - rho * (low[0] + low[1:])
    rows, columns = _sums(toward)
    home, away = np.add.reduce(rows, axis=1).tolist()
    others = [home + away, home, one_all / level - float(low.sum())]
    gradient = np.concatenate([_by_team(rows, columns), others]) - statistics.linear
    value = float(expected.sum()) - float(statistics.linear @ theta)
    value -= float(np.vdot(seen, np.log(tau))) + one_all * math.log(level)
    return Point(
        rho=rho,
        value=value,
        gradient=gradient,
        level_curve=one_all / level**2,
        factor=factor,
        curved=low / tau,
        expected=expected,
    )


def _factors(theta: NDArray[np.float64], teams: int) -> NDArray[np.float64]:
    """Return what τ multiplies ρ by (3, teams, teams): -λμ at 0-0, λ at 0-1, μ at 1-0."""
    rates = np.exp(theta[:-1])
    attack, defence, base = rates[:teams], rates[teams : 2 * teams], rates[-2]
    factor = np.empty((3, teams, teams))
    np.multiply.outer(attack * (base * rates[-1]), defence, out=factor[1])
    np.multiply.outer(defence * base, attack, out=factor[2])
    np.multiply(factor[1], -factor[2], out=factor[0])
    return factor


def _sums(pairs: NDArray[np.float64]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the sums of rows and of columns of several tables."""
    return np.add.reduce(pairs, axis=2), np.add.reduce(pairs, axis=1)


def _by_team(rows: NDArray[np.float64], columns: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return by attack and by defence what sums up by home and away rates (2, n)."""
    return np.concatenate([rows[0] + columns[1], columns[0] + rows[1]])
