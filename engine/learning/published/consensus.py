"""How true a consensus is, and what betting without a reason would have brought."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_WIDTH: Final = 0.0125
_BINS: Final = 80
_FEWEST: Final = 100
_DRAWS: Final = 2_000
_STILL_THERE: Final = 0.7


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """Hit rate = intercept + slope · consensus over bins; -intercept is Kaunitz' alpha."""

    slope: float
    intercept: float
    r2: float
    bins: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Chance:
    """What drawing anew brings on average, with its standard deviation."""

    mean: float
    sd: float


def consensus_line(probability: Floats, won: Floats) -> Line | None:
    """Return the line through bins of .0125 with 100 games or more; None of fewer than three.

    Bins count by the number of their games.
    """
    known = np.isfinite(probability) & np.isfinite(won)
    place = np.clip((probability[known] / _WIDTH).astype(np.int64), 0, _BINS - 1)
    games = np.bincount(place, minlength=_BINS)
    full = games >= _FEWEST
    if full.sum() < 3:  # noqa: PLR2004  # two points lie on a line whatever they say
        return None
    weight = games[full].astype(np.float64)
    x, y = (
        np.bincount(place, column[known], _BINS)[full] / weight for column in (probability, won)
    )
    dx, dy = x - np.average(x, weights=weight), y - np.average(y, weights=weight)
    slope = float((weight * dx * dy).sum() / (weight * dx * dx).sum())
    rest = float((weight * (dy - slope * dx) ** 2).sum())
    return Line(
        slope=slope,
        intercept=float(np.average(y, weights=weight) - slope * np.average(x, weights=weight)),
        r2=1 - rest / float((weight * dy * dy).sum()),
        bins=int(full.sum()),
    )


def at_random(profits: Floats, side: Ints, seed: int) -> Chance:
    """Return the mean profit of as many bets a side, on matches drawn at random at those prices.

    `profits` (n, 3) are of one unit on each outcome of each match, NaN where unknown; `side` is
    that of each bet to be matched.
    """
    rng = np.random.default_rng(seed)
    total = np.zeros(_DRAWS)
    for one, count in enumerate(np.bincount(side, minlength=3).tolist()):
        pool = profits[np.isfinite(profits[:, one]), one]
        if count and len(pool):
            total += _sums(pool, count, rng)
    return Chance(mean=float(total.mean() / len(side)), sd=float(total.std() / len(side)))


def _sums(pool: Floats, count: int, rng: np.random.Generator) -> Floats:
    sums = np.empty(_DRAWS)
    for draw in range(_DRAWS):
        sums[draw] = pool[rng.integers(0, len(pool), count)].sum()
    return sums


def still_there(profits: Floats, seed: int) -> Chance:
    """Return the mean profit where 30 % of the prices, at random, are gone when one bets."""
    rng = np.random.default_rng(seed)
    there = rng.random((_DRAWS, len(profits))) < _STILL_THERE
    counts = np.maximum(there.sum(axis=1), 1)
    means = (there @ profits) / counts
    return Chance(mean=float(means.mean()), sd=float(means.std()))
