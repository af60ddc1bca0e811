"""What may become of a bankroll: many possible runs of the same bets, one step of all at a time.

Each run draws how wrong the probabilities are before it draws who wins: the error is one for all
its bets, since errors that differ from bet to bet would average out and the bands would claim a
knowledge nobody has (METHOD B6).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import expit, ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Thresholds = NDArray[np.uint32]

PATHS: Final = 10_000
DEEP: Final = 0.30
"""The fall from a peak that is asked about first."""
_GROUPS: Final = 100
_BITS: Final = 32
_QUANTILES: Final = (0.05, 0.5, 0.95)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Stakes:
    """Bets in the order in which they are settled.

    `fraction` of the bankroll is staked on `odds` that win with `probability`; `error` is the
    standard error of its logit, `refund` the chance that the stake comes back.
    """

    odds: Floats
    probability: Floats
    error: Floats
    refund: Floats
    fraction: Floats

    def __len__(self) -> int:
        return len(self.odds)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Fan:
    """Where runs stand after each of `steps` bets, as multiples of the bankroll before them.

    `low`, `median` and `high` are the 5, 50 and 95 % quantiles; `ends` is where each run ended,
    `deepest` how low it ever stood beside its peak.
    """

    steps: tuple[int, ...]
    low: Floats
    median: Floats
    high: Floats
    ends: Floats
    deepest: Floats

    @property
    def deep(self) -> float:
        return self.fell(DEEP)

    def fell(self, by: float) -> float:
        """Return the share of runs that ever fell by more than this from a peak."""
        return float((self.deepest < 1 - by).mean())

    def below(self, level: float) -> float:
        """Return the share of runs that ended below this multiple of the bankroll."""
        return float((self.ends < level).mean())


def fan_of(
    stakes: Stakes, *, seed: int, paths: int = PATHS, steps: Sequence[int] | None = None
) -> Fan:
    """Return the fan of `paths` runs at `steps`, of none only at the end; a seed fixes it.

    Runs come in `_GROUPS` of equal size, one for each quantile of the common error; `paths` is
    rounded up to a multiple of twice their number.
    """
    many = -(-paths // (2 * _GROUPS)) * 2 * _GROUPS
    asked = (len(stakes),) if steps is None else tuple(steps)
    wins, done = thresholds(stakes)
    rows, ends, deepest = _walked(stakes, (wins, done), np.random.PCG64(seed), many, asked)
    low, median, high = (np.array(column) for column in zip(*rows, strict=True))
    return Fan(
        steps=asked,
        low=low,
        median=median,
        high=high,
        ends=ends.ravel(),
        deepest=deepest.ravel(),
    )


def thresholds(stakes: Stakes) -> tuple[Thresholds, Thresholds | None]:
    """Return (n, groups): below the first a draw wins, from the first to the second it is void.

    The second is None where no stake can come back. Draws are whole numbers below 2^32.
    """
    common = ndtri((np.arange(_GROUPS) + 0.5) / _GROUPS)
    with np.errstate(divide="ignore"):
        level = np.log(stakes.probability) - np.log1p(-stakes.probability)
    decided = 1 - stakes.refund
    won = decided[:, None] * expit(level[:, None] + stakes.error[:, None] * common)
    if not stakes.refund.any():
        return _whole(won), None
    return _whole(won), _whole(won + stakes.refund[:, None])


def _whole(share: Floats) -> Thresholds:
    whole: Thresholds = np.clip(np.rint(share * 2.0**_BITS), 0, 2**_BITS - 1).astype(np.uint32)
    return whole


def _walked(
    stakes: Stakes,
    limits: tuple[Thresholds, Thresholds | None],
    source: np.random.BitGenerator,
    paths: int,
    steps: tuple[int, ...],
) -> tuple[list[Floats], Floats, Floats]:
    """Return the quantiles at `steps`, where runs ended, and how low each stood by its peak."""
    wins, voids = limits
    shape = (_GROUPS, paths // _GROUPS)
    wealth, beside, deepest, level = (np.ones(shape) for _ in range(4))
    factor, share = np.empty(shape), np.empty(shape)
    lost = stakes.fraction
    more = stakes.fraction * stakes.odds if voids is None else stakes.fraction * (stakes.odds - 1)
    wanted, rows = set(steps), {0: np.ones(len(_QUANTILES))}
    for bet in range(len(stakes)):
        drawn = source.random_raw(paths // 2).view(np.uint32).reshape(shape)
        # without a branch: who wins is a coin, and a processor that guesses it loses its time
        np.multiply(drawn < wins[bet, :, None], more[bet], out=factor)
        factor += 1 - lost[bet]
        if voids is not None:
            factor += np.multiply(drawn < voids[bet, :, None], lost[bet], out=share)
        wealth *= factor
        beside *= factor
        np.minimum(beside, level, out=beside)
        np.minimum(deepest, beside, out=deepest)
        if bet + 1 in wanted:
            rows[bet + 1] = np.quantile(wealth, _QUANTILES)
    return [rows[step] for step in steps], wealth, deepest
