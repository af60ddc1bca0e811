"""Prices of many bets on many score grids, with their refunds and standard errors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.grid.bets import WON, loss_share, win_share
from engine.pricing.grid.operator import MarketOperator
from engine.pricing.grid.score_grid import SIZE, Counts

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.pricing.grid.bets import Table
    from engine.pricing.grid.score_grid import Grids

_GOALS: Final = np.arange(SIZE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GridPrices:
    """What k bets are worth on n grids; NaN where a fixture has no grid.

    (k, n) each, rows in the order of `codes`: `probability` is W/(W+L), half results counted
    half; `refund` the expected part of the stake given back; `std_error` of the probability, in
    probability points, NaN where the grids' own errors are not known.
    """

    codes: tuple[str, ...]
    probability: NDArray[np.float64]
    refund: NDArray[np.float64]
    std_error: NDArray[np.float64]

    def row(self, code: str) -> int:
        """Return the row of a bet."""
        return self.codes.index(code)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceList:
    """Bets to be priced: one functional for what each wins, one for what it may lose.

    `loss` (k,) is the functional of what is lost, -1 where the rest of the stake is: a bet that
    is never refunded.
    """

    codes: tuple[str, ...]
    operator: MarketOperator
    loss: NDArray[np.int64]

    @classmethod
    def of(cls, tables: Mapping[str, Table]) -> PriceList:
        """Return the list of the bets with these tables, by code."""
        refunded = [(np.abs(table) != WON).any() for table in tables.values()]
        losses = [
            loss_share(table)
            for table, back in zip(tables.values(), refunded, strict=True)
            if back
        ]
        wins = [win_share(table) for table in tables.values()]
        number = len(wins) + np.cumsum(refunded) - 1
        return cls(
            codes=tuple(tables),
            operator=MarketOperator.of([*wins, *losses]),
            loss=np.where(refunded, number, -1),
        )

    def price(self, grids: Grids, covariance: NDArray[np.float64] | None = None) -> GridPrices:
        """Return every price on every grid.

        `covariance` (n, 3, 3) of (log home rate, log away rate, rho), as `implied_goals` finds
        it: the standard errors follow from the exact slopes of each price (delta method).

        >>> from engine.pricing.grid.bets import every_bet
        >>> from engine.pricing.grid.score_grid import score_grids
        >>> every = PriceList.of(every_bet())
        >>> prices = every.price(score_grids(np.array([1.5]), np.array([1.2])))
        >>> [round(float(prices.probability[prices.row(code), 0]), 4)
        ...     for code in ("home", "dnb_home", "btts_yes", "over_2.5", "score_1-1")]
        [0.4415, 0.5924, 0.5429, 0.5064, 0.121]
        """
        values = self.operator.apply(grids.counts())
        win, loss = self._won_and_lost(values, 1.0)
        decided = win + loss
        return GridPrices(
            codes=self.codes,
            probability=win / decided,
            refund=np.where((self.loss < 0)[:, None], 0.0 * win, np.maximum(1 - decided, 0.0)),
            std_error=(
                np.full_like(win, np.nan)
                if covariance is None
                else self._errors(grids, covariance, win, loss)
            ),
        )

    def _won_and_lost(
        self, values: NDArray[np.float64], stake: float
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        win = values[: len(self.codes)]
        rest = (self.loss < 0)[:, None]
        return win, np.where(rest, stake - win, values[self.loss])

    def _errors(
        self,
        grids: Grids,
        covariance: NDArray[np.float64],
        win: NDArray[np.float64],
        loss: NDArray[np.float64],
    ) -> NDArray[np.float64]:
        slopes = []
        for part in slopes_of(grids):
            more, less = self._won_and_lost(self.operator.apply(part), 0.0)
            slopes.append((loss * more - win * less) / (win + loss) ** 2)
        by = np.array(slopes)
        variance = np.zeros_like(win)
        for one in range(len(by)):
            for other in range(len(by)):
                variance += by[one] * by[other] * covariance[:, one, other]
        error: NDArray[np.float64] = np.sqrt(np.maximum(variance, 0.0))
        return error


def slopes_of(grids: Grids) -> tuple[Counts, Counts, Counts]:
    """Return the derivatives of grids by log home rate, by log away rate and by rho.

    They have a grid's own form, so whatever is linear in the grid has its slope by the same
    operator. dp(k)/dlog rate = p(k)·(k - mean); the correction is ρ·p(1)·q(1).

    >>> from engine.pricing.grid.score_grid import score_grids
    >>> by_rho = slopes_of(score_grids(np.array([1.5]), np.array([1.2]), -0.1))[2]
    >>> bool(np.isclose(by_rho.correction[0], 1.5 * 1.2 * np.exp(-2.7)))
    True
    """
    at = grids.counts()
    home, away = _by_log_rate(at.home), _by_log_rate(at.away)
    none, rho = np.zeros_like(at.home), grids.rho
    return (
        Counts(home=home, away=at.away, correction=rho * home[:, 1] * at.away[:, 1]),
        Counts(home=at.home, away=away, correction=rho * at.home[:, 1] * away[:, 1]),
        Counts(home=none, away=none, correction=at.home[:, 1] * at.away[:, 1]),
    )


def _by_log_rate(counts: NDArray[np.float64]) -> NDArray[np.float64]:
    mean = counts @ _GOALS
    slope: NDArray[np.float64] = counts * (_GOALS - mean[:, None])
    return slope
