"""Whether what was said to be likely happened as often as it was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.recorded.columns import mean, share
from engine.learning.recorded.fortune import chances_to_win

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.record import Estimate
    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]

WIDTH: Final = 0.1
_LEAST: Final = 1e-6


@dataclass(frozen=True, slots=True, kw_only=True)
class SaidAndDone:
    """The bets said to win with a chance of `low` to `high`, and the share of them that won.

    `said` is the mean of what was said; the interval of `won` is the wider of Wilson's and that by
    weeks.
    """

    low: float
    high: float
    said: float
    won: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibrated:
    """How well chances were told of n bets that were won or lost; those given back say nothing.

    `brier` and `log_loss` are means over bets; `of_odds` is the log-loss of the odds that were
    bet, margin and all, as chances: what is to be beaten. `error` is the expected calibration
    error, the mean distance of bins weighted by bets, None without a bet.
    """

    n: int
    bins: tuple[SaidAndDone, ...]
    brier: Estimate
    log_loss: Estimate
    of_odds: Estimate
    error: float | None


def calibrated(bets: Columns) -> Calibrated:
    """Return how chances told at the alert compare with what happened.

    Quarter lines, which can be half won, are left out.
    """
    said = np.where(bets.half == 0, chances_to_win(bets, bets.expected), np.nan)
    judged = np.isfinite(bets.won) & np.isfinite(said)
    won = np.where(judged, bets.won, np.nan)
    bins = tuple(
        one
        for low in np.arange(0.0, 1.0, WIDTH).round(6).tolist()
        if (one := _bin(bets, said, won, low)) is not None
    )
    n = int(judged.sum())
    distance = sum(abs((one.won.mean or 0.0) - one.said) * one.won.n for one in bins)
    return Calibrated(
        n=n,
        bins=bins,
        brier=mean((said - won) ** 2, bets),
        log_loss=mean(_losses(said, won), bets),
        of_odds=mean(_losses(np.where(judged, 1 / bets.odds, np.nan), won), bets),
        error=distance / n if n else None,
    )


def _bin(bets: Columns, said: Floats, won: Floats, low: float) -> SaidAndDone | None:
    high = low + WIDTH
    there = np.isfinite(won) & (said >= low) & ((said < high) | (high >= 1))
    if not there.any():
        return None
    return SaidAndDone(
        low=low,
        high=high,
        said=float(said[there].mean()),
        won=share(np.where(there, won, np.nan), bets),
    )


def _losses(said: Floats, won: Floats) -> Floats:
    chance = np.clip(said, _LEAST, 1 - _LEAST)
    return -(won * np.log(chance) + (1 - won) * np.log1p(-chance))
