"""One fit for all divisions of a country: teams that move carry what is known of them."""

from __future__ import annotations

from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.goals.dixon_coles import (
    OTHERS,
    TABLES,
    Point,
    Results,
    Statistics,
    evaluate,
    tabulate,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_DAY: Final = 86_400.0


@dataclass(slots=True, kw_only=True, eq=False)
class Division:
    """The decayed tables of one division at an instant; its teams in order of appearance.

    `places` are its teams' places in the country. Tables grow as teams appear: what is not yet
    known to exist has no cell, so nothing later can change a sum by a rounding.
    """

    decay: float
    at: float
    places: list[int] = field(default_factory=list)
    table: NDArray[np.float64] = field(default_factory=lambda: np.zeros((TABLES, 0, 0)))
    learnt: list[tuple[Results, NDArray[np.float64]]] = field(default_factory=list)

    def admit(self, places: Sequence[int]) -> None:
        """Make room for teams; those it has stay where they are."""
        new = [place for place in dict.fromkeys(places) if place not in self.places]
        if new:
            self.places = [*self.places, *new]
            self.table = np.pad(self.table, ((0, 0), (0, len(new)), (0, len(new))))

    def move_clock(self, at: float) -> None:
        """Decay every table to a later instant."""
        self.table *= np.exp(-self.decay * (at - self.at) / _DAY)
        self.at = at

    def learn(self, results: Results, played: NDArray[np.float64]) -> None:
        """Add results; their teams, by place in the country, are admitted already."""
        own = {place: index for index, place in enumerate(self.places)}
        columns = {each.name: getattr(results, each.name) for each in fields(results)}
        for side in ("home", "away"):
            columns[side] = np.array([own[place] for place in columns[side].tolist()])
        self.learnt.append((Results(**columns), played))
        self._count(*self.learnt[-1])

    def set_decay(self, decay: float) -> None:
        """Weigh all that was ever learnt anew."""
        if decay != self.decay:
            self.decay = decay
            self.table = np.zeros_like(self.table)
            for results, played in self.learnt:
                self._count(results, played)

    def _count(self, results: Results, played: NDArray[np.float64]) -> None:
        weight = np.exp(-self.decay * (self.at - played) / _DAY)
        self.table += tabulate(len(self.places), results, weight)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Sum:
    value: float
    gradient: NDArray[np.float64]
    parts: tuple[tuple[NDArray[np.int64], Point], ...]

    def hessian(self) -> NDArray[np.float64]:
        side = len(self.gradient)
        found = np.zeros((side, side))
        flat = found.reshape(-1)
        for places, point in self.parts:
            flat[(places[:, None] * side + places).ravel()] += point.hessian().ravel()
        return found


class CountryLikelihood:
    """The negative log-likelihood of a country: its divisions', added where they share teams.

    Parameters are in the order of `GoalsModel.parameters`. Without `low_scores` τ is 1: two
    independent Poisson counts.
    """

    def __init__(self, divisions: Sequence[Division], teams: int, *, low_scores: bool) -> None:
        self._parts = []
        for number, division in enumerate(divisions):
            own = np.array(division.places, dtype=np.int64)
            others = 2 * teams + number + np.arange(OTHERS) * len(divisions)
            places = np.concatenate([own, own + teams, others])
            table = division.table.copy()
            table[3:] *= low_scores
            self._parts.append((places, Statistics.of(table)))

    def __call__(self, theta: NDArray[np.float64]) -> _Sum | None:
        """Return the likelihood at `theta`, or None where a division's is not defined."""
        gradient, value = np.zeros(len(theta)), 0.0
        points = []
        for places, statistics in self._parts:
            point = evaluate(statistics, theta[places])
            if point is None:
                return None
            value += point.value
            gradient[places] += point.gradient
            points.append((places, point))
        return _Sum(value=value, gradient=gradient, parts=tuple(points))
