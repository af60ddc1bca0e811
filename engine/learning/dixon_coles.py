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
_LOW_SCORES: Final = ((0, 0), (0, 1), (1, 0), (1, 1))
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
    cell = results.home * teams + results.away
    low = [
        weight * ((results.home_goals == home) & (results.away_goals == away))
        for home, away in _LOW_SCORES
    ]
    columns = (weight, weight * results.home_scored, weight * results.away_scored, *low)
    tables = [np.bincount(cell, column, teams * teams).astype(np.float64) for column in columns]
    found: NDArray[np.float64] = np.stack(tables).reshape(TABLES, teams, teams)
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Statistics:
    """The tables of one division and what no parameter changes about them."""

    table: NDArray[np.float64]
    linear: NDArray[np.float64]
    one_all: float

    @classmethod
    def of(cls, table: NDArray[np.float64]) -> Statistics:
        """Return the statistics of tables as `tabulate` makes them."""
        rows, columns = table[1:3].sum(axis=2), table[1:3].sum(axis=1)
        home, away = float(rows[0].sum()), float(rows[1].sum())
        others = np.array([home + away, home, 0.0])
        linear = np.concatenate([rows[0] + columns[1], columns[0] + rows[1], others])
        return cls(table=table, linear=linear, one_all=float(table[6].sum()))

    @property
    def teams(self) -> int:
        """How many teams the tables have."""
        return len(self.table[0])


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Point:
    """The negative log-likelihood at one point (constants left out), and its slope.

    `low` are the counts of 0-0, 0-1 and 1-0 times d log τ / dρ, `curved` the same over τ and
    `factor` what τ multiplies ρ by; `expected` are the weighted rates of home and of away goals.
    """

    rho: float
    value: float
    gradient: NDArray[np.float64]
    one_all: float
    factor: NDArray[np.float64]
    curved: NDArray[np.float64]
    expected: NDArray[np.float64]

    def hessian(self) -> NDArray[np.float64]:
        """Return the second derivatives, τ's included."""
        pairs = self.curved[0] + self.curved[1:]
        # by the logs of the home and of the away rate; by the one and the other; by rho and each
        curve, both = self.expected - self.rho * pairs, -self.rho * self.curved[0]
        teams = len(both)
        side = 2 * teams + OTHERS
        found = np.empty((side, side))
        found[:teams, :teams] = found[teams:-OTHERS, teams:-OTHERS] = both + both.T
        cross = curve[0] + curve[1].T
        found[:teams, teams:-OTHERS], found[teams:-OTHERS, :teams] = cross, cross.T
        own, mixed = _by_team(curve), both.sum(axis=1) + both.sum(axis=0)
        flat = found.reshape(-1)
        flat[: 2 * teams * side : side + 1] += own
        flat[teams : teams * side : side + 1] += mixed
        flat[teams * side : 2 * teams * side : side + 1] += mixed
        last = self._others(curve, both, pairs)
        last[0, : 2 * teams] = own + np.concatenate([mixed, mixed])
        last[2, : 2 * teams] = -_by_team(pairs)
        found[-OTHERS:], found[:, -OTHERS:] = last, last.T
        return found

    def _others(
        self,
        curve: NDArray[np.float64],
        both: NDArray[np.float64],
        pairs: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        """Return the rows of intercept, home advantage and rho, but for what `hessian` has."""
        teams = len(both)
        last = np.empty((OTHERS, 2 * teams + OTHERS))
        (home, away), shared = curve.sum(axis=(1, 2)).tolist(), float(both.sum())
        by_home, by_away = (-pairs.sum(axis=(1, 2))).tolist()
        last[1, :teams] = curve[0].sum(axis=1) + both.sum(axis=0)
        last[1, teams : 2 * teams] = curve[0].sum(axis=0) + both.sum(axis=1)
        by_rho = float(np.vdot(self.curved, self.factor)) + self.one_all / (1 - self.rho) ** 2
        last[0, -OTHERS:] = home + away + 2 * shared, home + shared, by_home + by_away
        last[1, -OTHERS:] = home + shared, home, by_home
        last[2, -OTHERS:] = by_home + by_away, by_home, by_rho
        return last


def evaluate(statistics: Statistics, theta: NDArray[np.float64]) -> Point | None:
    """Return the likelihood at `theta`, or None where τ of a score seen is not positive.

    `theta` holds the attacks, the defences, the intercept, the home advantage and rho.
    """
    rho, one_all = float(theta[-1]), statistics.one_all
    factor, seen = _factors(theta, statistics.teams), statistics.table[3:6]
    tau = rho * factor + 1.0
    if not tau.min() > _LEAST_TAU:  # it may be where no such score was seen
        tau = np.where(seen > 0, tau, 1.0)
    if rho >= 1.0 or not tau.min() > _LEAST_TAU:
        return None
    low = seen * factor / tau
    expected = statistics.table[0] * factor[1:]
    toward = expected - rho * (low[0] + low[1:])
    home, away = toward.sum(axis=(1, 2)).tolist()
    others = [home + away, home, one_all / (1 - rho) - float(low.sum())]
    gradient = np.concatenate([_by_team(toward), others]) - statistics.linear
    value = float(expected.sum()) - float(statistics.linear @ theta)
    value -= float(np.vdot(seen, np.log(tau))) + one_all * math.log1p(-rho)
    return Point(
        rho=rho,
        value=value,
        gradient=gradient,
        one_all=one_all,
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


def _by_team(pairs: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return sums by attack and by defence of what changes with home and away rates (2, n, n)."""
    rows, columns = pairs.sum(axis=2), pairs.sum(axis=1)
    return np.concatenate([rows[0] + columns[1], columns[0] + rows[1]])
