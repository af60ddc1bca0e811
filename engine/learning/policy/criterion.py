"""How good each trial looks from what is known so far, and which of them may be asked for."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.policy.stream import REFERENCES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy_version import Thresholds
    from engine.learning.policy.stream import PickStream
    from engine.learning.policy.trials import Grid

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEAST_COMPARED: Final = 30
"""Picks with a close before a trial is compared with any other."""
SURE: Final = NormalDist().inv_cdf(0.8)
"""The errors between a mean and its lower 80 % bound."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Surface:
    """The CLV of each trial (k,), smoothed over its neighbours; NaN where too little is known.

    `error` is the standard error by weeks and `low` the lower 80 % bound. `n` counts the trial's
    own picks with a close.
    """

    mean: Floats
    error: Floats
    low: Floats
    n: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Which trial is wanted, and why.

    `best` has the highest bound; `wanted` is, of those within one standard error of it, the one
    nearest to the declared thresholds; `credible` are all of those. Bounds are of the smoothed
    surface; `n` counts the picks of `wanted` that have a close. Where `best` is None, too little
    is known of any trial.
    """

    wanted: Thresholds
    best: Thresholds | None
    credible: frozenset[Thresholds]
    low: float
    low_best: float
    low_declared: float
    error_best: float
    n: int


class Tally:
    """What each trial's picks came to, week by week; grows as closes and results come in.

    `declared` is the place of the declared thresholds among the trials, and `distance` how far
    each trial is from them.

    Raises:
        ValueError: the declared thresholds are no trial.
    """

    def __init__(self, stream: PickStream, grid: Grid, declared: Thresholds) -> None:
        self.trials = grid.trials
        self.declared = self.trials.index(declared)
        self.distance = [grid.distance(one, declared) for one in self.trials]
        self._stream = stream
        self._members = stream.members(self.trials).T.astype(np.float64)
        self._smooth = grid.kernel() @ self._members
        self._weeks, self._week = np.unique(stream.week, return_inverse=True)
        self._until = 0
        self._sums = {name: self._nothing() for name in REFERENCES}
        self._over = {name: self._nothing() for name in REFERENCES}

    def add(self, rows: Ints) -> None:
        """Count candidates that were not counted before."""
        if not len(rows):
            return
        for name in REFERENCES:
            value = self._stream.values(name)[rows]
            known = rows[np.isfinite(value)]
            value = self._stream.values(name)[known]
            weeks, place = np.unique(self._week[known], return_inverse=True)
            within = (place[:, None] == np.arange(len(weeks))).astype(np.float64)
            for table, members in (
                (self._sums[name], self._members[:, known]),
                (self._over[name], self._smooth[:, known]),
            ):
                table[0][:, weeks] += (members * value) @ within
                table[1][:, weeks] += members @ within
        self._until = max(self._until, int(self._week[rows].max()) + 1)

    def weekly(self, reference: str = "clv") -> tuple[Floats, Floats]:
        """Return each trial's sums and counts of each week so far, in order of time."""
        sums, counts = self._sums[reference]
        return sums[:, : self._until], counts[:, : self._until]

    def surface(self, reference: str = "clv") -> Surface:
        """Return how good each trial looks by one reference."""
        n = self.weekly(reference)[1].sum(axis=1).astype(np.int64)
        over, under = (table[:, : self._until] for table in self._over[reference])
        below, weeks = under.sum(axis=1), (under > 0).sum(axis=1)
        mean = np.full(len(n), np.nan)
        np.divide(over.sum(axis=1), below, out=mean, where=below > 0)
        square = ((over - mean[:, None] * under) ** 2).sum(axis=1)
        error = np.full(len(n), np.nan)
        enough = (weeks > 1) & (n >= LEAST_COMPARED)
        right = weeks[enough] / (weeks[enough] - 1)
        error[enough] = np.sqrt(square[enough] * right) / below[enough]
        return Surface(mean=mean, error=error, low=mean - SURE * error, n=n)

    def lower(self) -> Surface:
        """Return the surface of the reference whose bound is the lower, trial by trial.

        By the headline alone until the declared thresholds have picks enough by the other; from
        then on a trial is compared only if it has, too.
        """
        headline, other = (self.surface(name) for name in REFERENCES)
        if not np.isfinite(other.low[self.declared]):
            return headline
        less = ~(other.low >= headline.low)  # unknown by the other: not compared
        return Surface(
            mean=np.where(less, other.mean, headline.mean),
            error=np.where(less, other.error, headline.error),
            low=np.where(less, other.low, headline.low),
            n=np.where(less, other.n, headline.n),
        )

    def _nothing(self) -> tuple[Floats, Floats]:
        shape = (len(self.trials), len(self._weeks))
        return np.zeros(shape), np.zeros(shape)


def choose(tally: Tally) -> Choice:
    """Return the trial that what is known so far asks for (METHOD B5.2).

    The 1-SE rule: nobody leaves the declared thresholds further than the evidence of the best
    trial can tell apart. Of trials equally near the one with the highest bound is wanted. As long
    as the declared thresholds cannot be compared themselves, they are wanted.
    """
    found, trials, own = tally.lower(), tally.trials, tally.declared
    if not np.isfinite(found.low[own]):
        return _nothing_known(trials[own])
    best = int(np.nanargmax(found.low))
    error = float(found.error[best])
    near: list[int] = np.flatnonzero(found.low >= found.low[best] - error).tolist()
    wanted = min(near, key=lambda place: (tally.distance[place], -found.low[place]))
    return Choice(
        wanted=trials[wanted],
        best=trials[best],
        credible=frozenset(trials[place] for place in near),
        low=float(found.low[wanted]),
        low_best=float(found.low[best]),
        low_declared=float(found.low[own]),
        error_best=error,
        n=int(found.n[wanted]),
    )


def _nothing_known(declared: Thresholds) -> Choice:
    nan = float("nan")
    return Choice(
        wanted=declared,
        best=None,
        credible=frozenset((declared,)),
        low=nan,
        low_best=nan,
        low_declared=nan,
        error_best=nan,
        n=0,
    )
