"""What may become of a bankroll: many runs of bets like those of a record, or like one described.

A seed fixes the runs, so that the same question has the same answer.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.montecarlo import Stakes, fan_of
from engine.learning.recorded.columns import mean

if TYPE_CHECKING:
    from engine.domain.record import Estimate
    from engine.learning.montecarlo import Fan
    from engine.learning.recorded.columns import Columns

SEED: Final = 20_261_123
MOST: Final = 5_000
"""Bets ahead; further nobody's record can see."""
_LEAST: Final = 0.001
_NINETY_FIVE: Final = 1.96
_STEPS: Final = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Bet:
    """One bet that is made again and again: `edge` per unit staked, a `fraction` of bankroll."""

    odds: float
    edge: float
    fraction: float


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Futures:
    """The runs of `n` bets to come, and what they rest on.

    `edge` is what was measured of a record, closes before alerts; None where it was typed.
    `fall_expected` is the median of how far runs fell from a peak.
    """

    n: int
    fan: Fan
    edge: Estimate | None

    @property
    def fall_expected(self) -> float:
        return float(1 - np.median(self.fan.deepest))


def described(bet: Bet, n: int) -> Futures:
    """Return the futures of one bet made `n` times, were its edge exactly that."""
    probability = min(max((1 + bet.edge) / bet.odds, _LEAST), 1 - _LEAST)
    stakes = Stakes(
        odds=np.full(n, bet.odds),
        probability=np.full(n, probability),
        error=np.zeros(n),
        refund=np.zeros(n),
        fraction=np.full(n, bet.fraction),
    )
    return Futures(n=n, fan=fan_of(stakes, seed=SEED, steps=_steps(n)), edge=None)


def recorded(bets: Columns, n: int) -> Futures:
    """Return the futures of `n` bets drawn from a record, at its stakes.

    Each is worth what its close says, or what was said at the alert where no close counts; the
    error of their mean is common to all bets of a run.

    Raises:
        ValueError: the record has too few matches for its mean to have an interval.
    """
    edge = np.where(np.isfinite(bets.clv), bets.clv, bets.expected)
    found = mean(edge, bets)
    if found.low is None or found.high is None:
        raise ValueError("a mean without an interval says nothing of what is to come")
    drawn = np.random.default_rng(SEED).integers(len(bets), size=n)
    odds = bets.odds[drawn]
    refund = np.clip(np.nan_to_num(bets.refund[drawn]), 0.0, 1 - _LEAST)
    chance = np.clip((1 + edge[drawn] / (1 - refund)) / odds, _LEAST, 1 - _LEAST)
    spread = (found.high - found.low) / 2 / _NINETY_FIVE
    stakes = Stakes(
        odds=odds,
        probability=chance,
        error=spread / odds / (chance * (1 - chance)),
        refund=refund,
        fraction=bets.stake[drawn] / 100,
    )
    return Futures(n=n, fan=fan_of(stakes, seed=SEED, steps=_steps(n)), edge=found)


def _steps(n: int) -> tuple[int, ...]:
    """Return where runs are looked at: the start, the end, and evenly between."""
    return tuple(sorted({round(n * step / _STEPS) for step in range(_STEPS + 1)}))
