"""What others would have made of the same matches: rules, blind betting, bets drawn at random."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.learning.backtest.picks import Bets
    from engine.learning.backtest.tried import Tried

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

BANDS: Final = (1.5, 2.0, 2.5, 3.5, 5.0)
"""Odds that part bands."""
_MARGIN: Final = 0.05
_SEED: Final = 20_260_801
_DRAWS: Final = 200


@dataclass(frozen=True, slots=True, kw_only=True)
class Drawn:
    """Bets drawn at random: means over all draws, and what lies within 95 % of them.

    `n` bets a draw, of the same season, side and band of odds as the picks.
    """

    n: int
    clv: float
    clv_low: float
    clv_high: float
    roi: float
    roi_low: float
    roi_high: float


def kaunitz(archive: Archive, bets: Tried) -> Floats:
    """Return how far above 0 eq. 7 of Kaunitz et al. is: odds·(1/mean odds - 0.05) - 1.

    Of match odds, as published (METHOD A1); NaN of other markets, or without a printed average.
    """
    place = archive.look.book("fd_avg")
    if place is None:
        return np.full(len(bets), np.nan)
    average = archive.look.match_odds[bets.row, place, np.minimum(bets.bet, 2)]
    worth: Floats = bets.odds * (1 / average - _MARGIN) - 1
    return np.where(bets.market == 0, worth, np.nan)


def drawn_alike(picks: Bets, every: Bets, draws: int = _DRAWS) -> Drawn:
    """Return what bets drawn at random come to: as many of each season, side and band of odds.

    A side is a bet's place among its match's seven, so markets are mixed as in the picks.
    """
    rng = np.random.default_rng(_SEED)
    mine, theirs = _alike(picks), _alike(every)
    order = np.argsort(theirs, kind="stable")
    first, last = (np.searchsorted(theirs[order], mine, side) for side in ("left", "right"))
    clv, roi = np.empty(draws), np.empty(draws)
    for draw in range(draws):
        chosen = order[first + (rng.random(len(mine)) * (last - first)).astype(np.int64)]
        clv[draw], roi[draw] = (
            _known_mean(column[chosen]) for column in (every.clv, every.profit)
        )
    return Drawn(
        n=len(mine),
        clv=_known_mean(clv),
        clv_low=_quantile(clv, 0.025),
        clv_high=_quantile(clv, 0.975),
        roi=_known_mean(roi),
        roi_low=_quantile(roi, 0.025),
        roi_high=_quantile(roi, 0.975),
    )


def band_of(odds: Floats) -> Ints:
    """Return the band of odds, 0 the shortest.

    >>> band_of(np.array([1.2, 2.0, 9.0])).tolist()
    [0, 2, 5]
    """
    return np.searchsorted(BANDS, odds, side="right").astype(np.int64)


def _alike(bets: Bets) -> Ints:
    key: Ints = (bets.season * 8 + bets.tried.bet) * 8 + band_of(bets.tried.odds)
    return key


def _known_mean(values: Floats) -> float:
    known = values[np.isfinite(values)]
    return float(known.mean()) if len(known) else float("nan")


def _quantile(values: Floats, share: float) -> float:
    known = values[np.isfinite(values)]
    return float(np.quantile(known, share)) if len(known) else float("nan")
