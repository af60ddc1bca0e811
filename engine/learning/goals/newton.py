"""Newton's method with a Gaussian prior: to the optimum, not near it."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, Protocol

import numpy as np
from scipy.linalg.lapack import dpotrf, dpotri, dpotrs

from engine.learning.goals.dixon_coles import OTHERS, Statistics, evaluate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from numpy.typing import NDArray

AT_REST: Final = 1e-6
"""The norm of the gradient at which the optimum is reached."""
_CLOSE: Final = 1e-3
"""Below this norm the curvature no longer changes by what matters: the last one serves."""
_MOST_STEPS: Final = 100
_USUAL_RHO: Final = -0.05
_LONGEST_STEP: Final = 1.0  # in log rate: rates never move by more than a factor e at a time
_SHORTEST: Final = 1e-8
_ROUNDING: Final = 1e-12


class Place(Protocol):
    """A function's value and slope somewhere, and its curvature if asked."""

    @property
    def value(self) -> float: ...
    @property
    def gradient(self) -> NDArray[np.float64]: ...
    def hessian(self) -> NDArray[np.float64]: ...


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prior:
    """A Gaussian prior, or a gauge: half the squared distance from `mean` under `precision`."""

    mean: NDArray[np.float64]
    precision: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Optimum:
    """Where the gradient's norm is `rest`; not below AT_REST if no step leads further down."""

    theta: NDArray[np.float64]
    value: float
    rest: float
    steps: int
    place: Place


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Penalised:
    likelihood: Place
    prior: Prior
    value: float
    gradient: NDArray[np.float64]

    def hessian(self) -> NDArray[np.float64]:
        found: NDArray[np.float64] = self.likelihood.hessian()
        found += self.prior.precision
        return found


def gauge(teams: int) -> Prior:
    """Return what holds mean attack and mean defence at zero: the likelihood does not care."""
    side = 2 * teams + OTHERS
    precision = np.zeros((side, side))
    precision[:teams, :teams] = precision[teams : 2 * teams, teams : 2 * teams] = 1.0
    return Prior(mean=np.zeros(side), precision=precision)


def start(statistics: Statistics) -> NDArray[np.float64]:
    """Return a start near the optimum: each team's goals over what its opponents would bring.

    Everybody has a mean match added: a team that never scored has a rating too.
    """
    teams, weight = statistics.teams, statistics.table[0]
    played, home, away = np.add.reduce(statistics.table[:3], axis=(1, 2)).tolist()
    mean = max((home + away) / max(2 * played, 1.0), 0.1)
    edge = math.log((home + 1.0) / (away + 1.0))
    at_home, at_away = mean * math.exp(edge / 2), mean * math.exp(-edge / 2)
    goals = statistics.linear[: 2 * teams] + mean
    # conceded first, as if all attacks were alike, then scored against those defences
    due = at_home * np.add.reduce(weight, axis=0) + at_away * np.add.reduce(weight, axis=1)
    defence = goals[teams:] / (due + mean)
    due = at_home * (weight @ defence) + at_away * (defence @ weight)
    ratings = np.log([goals[:teams] / (due + mean), defence])
    centre = np.add.reduce(ratings, axis=1) / teams
    ratings -= centre[:, None]
    base = math.log(at_away) + float(centre.sum())
    highest = math.exp(base + abs(edge) + float(ratings.max(axis=1).sum()))
    rho = max(_USUAL_RHO, -0.5 / highest)  # τ stays positive for any rate
    return np.concatenate([ratings[0], ratings[1], [base, edge, rho]])


def fit_league(
    statistics: Statistics,
    prior: Prior | None = None,
    warm: NDArray[np.float64] | None = None,
) -> Optimum:
    """Return the fit of one division, from a former fit's parameters if there is one."""
    held = gauge(statistics.teams) if prior is None else prior
    return minimise(lambda theta: evaluate(statistics, theta), held, _begins(statistics, warm))


def _begins(
    statistics: Statistics, warm: NDArray[np.float64] | None
) -> Iterator[NDArray[np.float64]]:
    if warm is not None:
        yield warm
    yield start(statistics)


def minimise(
    likelihood: Callable[[NDArray[np.float64]], Place | None],
    prior: Prior,
    begins: Iterable[NDArray[np.float64]],
) -> Optimum:
    """Return the minimum of a function plus a prior, by steps of Newton that never go up.

    It begins at the first of `begins` where the function is defined: a new result may be one
    that the last optimum held for impossible.

    Raises:
        ValueError: the function is defined at none of them.
    """
    held = _Held(likelihood=likelihood, prior=prior)
    defined = ((begin, held.at(begin)) for begin in begins)
    theta, place = next(((begin, at) for begin, at in defined if at is not None), (None, None))
    if theta is None or place is None:
        raise ValueError("a fit begins where its likelihood is defined")
    steps, rest = 0, _norm(place)
    root = None
    while rest > AT_REST and steps < _MOST_STEPS:
        if root is None or rest > _CLOSE:
            root = _root(place)
        following = held.downhill(theta, place, dpotrs(root, place.gradient)[0])
        if following is None:
            break
        theta, place = following
        steps, rest = steps + 1, _norm(place)
    return Optimum(theta=theta, value=place.value, rest=rest, steps=steps, place=place)


def _norm(place: Place) -> float:
    return math.sqrt(float(place.gradient @ place.gradient))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Held:
    """A likelihood with its prior."""

    likelihood: Callable[[NDArray[np.float64]], Place | None]
    prior: Prior

    def at(self, theta: NDArray[np.float64]) -> Place | None:
        likelihood = self.likelihood(theta)
        if likelihood is None:
            return None
        away = theta - self.prior.mean
        pull = self.prior.precision @ away
        return _Penalised(
            likelihood=likelihood,
            prior=self.prior,
            value=likelihood.value + 0.5 * float(away @ pull),
            gradient=likelihood.gradient + pull,
        )

    def downhill(
        self, theta: NDArray[np.float64], place: Place, step: NDArray[np.float64]
    ) -> tuple[NDArray[np.float64], Place] | None:
        """Return the end of one step, halved until it does not go up; None if none does."""
        scale = min(1.0, _LONGEST_STEP / float(np.abs(step).max()))
        allowed = place.value + _ROUNDING * (1.0 + abs(place.value))
        while scale > _SHORTEST:
            further = theta - scale * step
            found = self.at(further)
            if found is not None and found.value <= allowed:
                return further, found
            scale /= 2
        return None


def _root(place: Place) -> NDArray[np.float64]:
    """Return the Cholesky root of the curvature; where it is not convex, of one damped."""
    hessian = place.hessian()
    damping = 0.0
    while True:
        # the matrix is symmetric: its transpose is what LAPACK reads without reordering
        root, failed = dpotrf(hessian.T)
        if not failed:
            found: NDArray[np.float64] = root
            return found
        added = max(10 * damping, 1e-6 * float(np.abs(hessian).max())) - damping
        hessian[np.diag_indices_from(hessian)] += added
        damping += added


def inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverse of a symmetric positive definite matrix.

    Raises:
        ValueError: it is not positive definite.
    """
    root, failed = dpotrf(matrix.T, lower=1)
    if failed:
        raise ValueError("no covariance: the curvature is not that of a minimum")
    half = dpotri(root, lower=1)[0]
    found: NDArray[np.float64] = np.tril(half) + np.tril(half, -1).T
    return found
