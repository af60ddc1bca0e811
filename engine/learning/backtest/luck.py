"""How lucky a record was: its profit among those that the closing probabilities allow."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import LINED, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.backtest.picks import Bets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_SEED: Final = 20_260_803
_DRAWS: Final = 10_000
_AT_ONCE: Final = 100
_ZERO_LINE: Final = 512
_HALF_WON, _HALF_LOST = 1, 3  # quarters beyond a whole handicap


@dataclass(frozen=True, slots=True, kw_only=True)
class Luck:
    """Where the profit stands among those that the closing probabilities allow.

    `percentile` is 50 where the profit is what the closes expected; 95 % of fortunes lie within
    `low` and `high` units. Bets without close or result are not among the `n`.
    """

    n: int
    profit: float
    expected: float
    low: float
    high: float
    percentile: float


def luck(bets: Bets) -> Luck:
    """Return how lucky bets were, by 10,000 fortunes drawn from the closing probabilities.

    Bets are drawn independently; several on one match make the true spread a little wider.
    """
    mine = bets.where(np.isfinite(bets.clv) & np.isfinite(bets.profit))
    rng = np.random.default_rng(_SEED)
    chances, pays = outcome_chances(mine), _pays(mine.tried.odds)
    total = np.zeros(_DRAWS)
    for start in range(0, len(mine), _AT_ONCE):
        rows = slice(start, start + _AT_ONCE)
        total += _fortunes(rng, chances[rows], pays[rows])
    profit = float(mine.profit.sum())
    low, high = np.quantile(total, [0.025, 0.975]).tolist()
    below = float((total < profit).mean() + (total == profit).mean() / 2)
    return Luck(
        n=len(mine),
        profit=profit,
        expected=float(mine.clv.sum()),
        low=low,
        high=high,
        percentile=100 * below,
    )


def outcome_chances(bets: Bets) -> Floats:
    """Return the chances (m, 4) at the close of a win, half a win, half a loss and a loss.

    What is left is the chance that the whole stake comes back. A quarter line is refunded by one
    half result alone, and which one its fraction says.
    """
    kind, side = bets.selection >> 16, bets.selection & 0xF
    quarters = (bets.selection >> 4 & 0xFFF) - _ZERO_LINE
    ahead = np.where(np.isin(side, (Side.AWAY, Side.OVER)), -quarters, quarters) % 4
    lined = np.isin(kind, list(LINED))
    halved = np.where(lined & np.isin(ahead, (_HALF_WON, _HALF_LOST)), 2 * bets.refund, 0.0)
    half_won = np.where(ahead == _HALF_WON, halved, 0.0)
    half_lost = halved - half_won
    decided = 1 - bets.refund
    won, lost = decided * bets.close - half_won / 2, decided * (1 - bets.close) - half_lost / 2
    chances: Floats = np.clip(np.stack([won, half_won, half_lost, lost], axis=1), 0.0, 1.0)
    return chances


def _pays(odds: Floats) -> Floats:
    """Return what a unit earns by each of those outcomes (m, 4)."""
    one = np.ones(len(odds))
    return np.stack([odds - 1, (odds - 1) / 2, -one / 2, -one], axis=1)


def _fortunes(rng: np.random.Generator, chances: Floats, pays: Floats) -> Floats:
    """Return the profit of some bets together in every draw."""
    below = np.cumsum(chances, axis=1)
    drawn = rng.random((_DRAWS, len(chances)))
    total = np.zeros(_DRAWS)
    under = np.zeros_like(drawn, dtype=np.bool_)
    for outcome in range(chances.shape[1]):
        mine = (drawn < below[:, outcome]) & ~under
        total += mine @ pays[:, outcome]
        under |= mine
    return total
