"""Derived prices against the market's own quotes: log-loss, bias, and whether the aims are met."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.clusters import week_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

AIMS: Final = (0.0010, 0.0, 0.0007, 0.0007, 0.0)
"""The most that a derived price may lose on its quote in log-loss, in the order of `DERIVED`."""
POOLED_AIM: Final = 0.0002
BIAS_AIM: Final = 0.003
FEWEST_PROVEN: Final = 3_000
"""Matches below which nothing is proven: the bias of fewer is not known to a point."""
_Z95: Final = 1.959964
_CLOSEST: Final = 1e-9


@dataclass(frozen=True, slots=True, kw_only=True)
class Mean:
    """A mean with its 95 % interval, weeks as clusters; NaN where one week is all there is."""

    value: float
    low: float
    high: float
    n: int

    @property
    def covers_zero(self) -> bool:
        return self.low <= 0 <= self.high


@dataclass(frozen=True, slots=True, kw_only=True)
class Against:
    """One way to price a market, paired with its quote on the same matches."""

    log_loss: float
    loss: Mean
    """Log-loss less the quote's."""
    bias: Mean

    def bias_holds(self, quote: Mean) -> bool:
        """Say whether the bias is hardly further from zero than the quote's, or covers zero."""
        return self.bias.covers_zero or abs(self.bias.value) - abs(quote.value) <= BIAS_AIM


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketScore:
    """One derived market over some matches, all of them quoted and played."""

    code: str
    n: int
    quote_log_loss: float
    quote_bias: Mean
    plain: Against
    corrected: Against
    pooled: Against
    aim: float | None
    """The most that may be lost; None where nothing is aimed at."""

    @property
    def holds(self) -> bool:
        """Whether the corrected price meets its aims."""
        within = self.aim is None or self.corrected.loss.value <= self.aim
        return within and self.corrected.bias_holds(self.quote_bias)

    @property
    def pooled_holds(self) -> bool:
        return self.pooled.loss.value <= POOLED_AIM


def log_loss(
    probability: NDArray[np.float64], outcome: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return the log-loss of each forecast.

    >>> log_loss(np.array([0.5]), np.array([1.0])).round(4).tolist()
    [0.6931]
    """
    sure = np.clip(probability, _CLOSEST, 1 - _CLOSEST)
    loss: NDArray[np.float64] = -np.log(np.where(outcome > 0, sure, 1 - sure))
    return loss


def clustered_mean(values: NDArray[np.float64], at: NDArray[np.float64]) -> Mean:
    """Return the mean of `values`, its interval from the sums of whole weeks.

    Matches of one week share news, weather and mistakes: they count as one draw. One week alone
    tells nothing of how weeks differ: no interval.

    >>> clustered_mean(np.array([1.0, 1.0]), np.array([0.0, 8e5])).value
    1.0
    """
    count = len(values)
    if count == 0:
        return Mean(value=float("nan"), low=float("nan"), high=float("nan"), n=0)
    mean = float(values.mean())
    _, week = np.unique(week_of(at), return_inverse=True)
    sums = np.bincount(week, weights=values - mean)
    clusters = len(sums)
    inflation = clusters / (clusters - 1) if clusters > 1 else float("nan")
    error = float(np.sqrt(inflation * (sums**2).sum())) / count
    return Mean(value=mean, low=mean - _Z95 * error, high=mean + _Z95 * error, n=count)


def score_market(
    named: tuple[str, float | None],
    quote: NDArray[np.float64],
    prices: tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]],
    outcome: NDArray[np.float64],
    kick_off: NDArray[np.float64],
) -> MarketScore:
    """Return the score of a market by its code and its aim; `prices`: plain, corrected, pooled.

    Only matches with a quote, all prices and a result count: every comparison is paired.
    """
    known = np.isfinite(quote) & np.isfinite(outcome)
    for price in prices:
        known &= np.isfinite(price)
    quoted, won, at = quote[known], outcome[known], kick_off[known]
    base = log_loss(quoted, won)
    against = [_against(price[known], base, won, at) for price in prices]
    return MarketScore(
        code=named[0],
        n=int(known.sum()),
        quote_log_loss=float(base.mean()) if len(base) else float("nan"),
        quote_bias=clustered_mean(quoted - won, at),
        plain=against[0],
        corrected=against[1],
        pooled=against[2],
        aim=named[1],
    )


def _against(
    price: NDArray[np.float64],
    base: NDArray[np.float64],
    won: NDArray[np.float64],
    at: NDArray[np.float64],
) -> Against:
    loss = log_loss(price, won)
    return Against(
        log_loss=float(loss.mean()) if len(loss) else float("nan"),
        loss=clustered_mean(loss - base, at),
        bias=clustered_mean(price - won, at),
    )
