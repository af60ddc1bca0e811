"""Made-up worlds in which the true worth of every market is known: tables, and years of days."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, stdtrit

from engine.domain.market import CATALOGUE
from engine.learning.markets.standing import Streams
from engine.learning.markets.streams import TYPICAL_CLV, TYPICAL_RETURN, Stream

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

MARKETS: Final = len(CATALOGUE)
_UPPER: Final = 0.975
_SHORTEST: Final = 1.6
_LONGEST: Final = 3.5


@dataclass(frozen=True, slots=True, kw_only=True)
class World:
    """How picks come about in 22 markets, two kick-off days a week.

    Markets' true worths are normal (`mean`, `spread`). A pick's CLV is its market's worth, plus
    `bias`, plus an error of the close that its market keeps, plus its own. Picks correlate by
    `match` within a day of a market (they are of one match) and by `week` with all of the week;
    so do their results. `other` says whether a second reference exists, with errors of its own.
    """

    weeks: int = 25
    a_day: int = 2
    mean: float = -0.02
    spread: float = 0.02
    own: float = 0.08
    closing: float = 0.01
    bias: float = 0.0
    match: float = 0.0
    week: float = 0.0
    other: bool = False

    @property
    def bets(self) -> int:
        """Bets of each market."""
        return self.weeks * 2 * self.a_day


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Tables:
    """What happened in several worlds: the truth (worlds, 22), and what could be seen of it."""

    truth: Floats
    streams: Streams


def tables(world: World, worlds: int, rng: np.random.Generator) -> Tables:
    """Return what `worlds` drawn worlds bring."""
    truth = rng.normal(world.mean, world.spread, (worlds, MARKETS))
    odds = np.exp(rng.uniform(np.log(_SHORTEST), np.log(_LONGEST), _shape(world, worlds)))
    won = ndtr(_shocks(world, worlds, rng)) < _cells(truth + 1) / odds
    returns = np.where(won, odds, 0.0) - 1
    stream = _stream(returns, TYPICAL_RETURN)
    nothing = np.full(_shape(world, worlds), np.nan)
    own = world.own * _shocks(world, worlds, rng)
    first, second = (
        _cells(truth + world.bias + rng.normal(0, world.closing, truth.shape)) + own
        for _ in range(2)
    )
    return Tables(
        truth=truth,
        streams=Streams(
            headline=_stream(first, TYPICAL_CLV),
            alternative=_stream(second if world.other else nothing, TYPICAL_CLV),
            sharp=np.full(truth.shape, world.other),
            returns=stream,
            most=odds.max(axis=-1).reshape(worlds, MARKETS, -1) - 1,
            yield_high=_high(stream),
        ),
    )


def _shape(world: World, worlds: int) -> tuple[int, ...]:
    return worlds, MARKETS, world.weeks, 2, world.a_day


def _cells(values: Floats) -> Floats:
    return values[:, :, None, None, None]


def _shocks(world: World, worlds: int, rng: np.random.Generator) -> Floats:
    """Return standard normal shocks: one share of the week's, one of the match's, one its own."""
    shape = _shape(world, worlds)
    alone = 1 - world.week - world.match
    found: Floats = (
        np.sqrt(world.week) * rng.standard_normal((worlds, 1, world.weeks, 1, 1))
        + np.sqrt(world.match) * rng.standard_normal((*shape[:-1], 1))
        + np.sqrt(alone) * rng.standard_normal(shape)
    )
    return found


def _stream(values: Floats, typical: float) -> Stream:
    """Return the stream of values (worlds, markets, weeks, days, bets), unit weights."""
    there = np.isfinite(values)
    known = np.where(there, values, 0.0)
    n = there.sum(axis=(2, 3, 4))
    mean = known.sum(axis=(2, 3, 4)) / np.maximum(n, 1)
    rest = np.where(there, values - _cells(mean), 0.0)
    days = (*values.shape[:2], -1)
    return Stream(
        n=n.astype(np.int64),
        square=(rest**2).sum(axis=(2, 3, 4)),
        typical=typical,
        sums=known.sum(axis=(3, 4)),
        weights=there.sum(axis=(3, 4)).astype(np.float64),
        day_sums=known.sum(axis=4).reshape(days),
        day_counts=there.sum(axis=4).reshape(days).astype(np.float64),
    )


def _high(stream: Stream) -> Floats:
    """Return the upper end of the 95 % interval of the mean, linearised by weeks."""
    weeks = stream.weights.shape[-1]
    rest = stream.sums - stream.mean[..., None] * stream.weights
    error = np.sqrt((rest**2).sum(axis=-1) * weeks / (weeks - 1)) / stream.weights.sum(axis=-1)
    found: Floats = stream.mean + float(stdtrit(weeks - 1, _UPPER)) * error
    return found
