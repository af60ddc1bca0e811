"""The record this product began with, read by today's rules (METHOD A9).

Published were 77 settled bets at level stakes, 35 won, +6.59 units, a standard deviation of 1.20 a
bet, and that 70 of them were a backtest; neither dates nor single bets were. The rows here are the
simplest that say the same: two sizes of win.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import CATALOGUE
from engine.domain.pick import Provenance
from engine.domain.record import Estimate
from engine.learning.intervals import wilson
from engine.learning.markets.bets import MarketBets
from engine.learning.markets.table import table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.markets.badges import Badge

    Floats = NDArray[np.float64]

SETTLED: Final = 77
WON: Final = 35
PROFIT: Final = 6.59
DEVIATION: Final = 1.198  # published rounded, as 1.20; so given, the published interval follows
BACKTEST: Final = 70
_Z: Final = NormalDist().inv_cdf(0.975)
_DAY: Final = 86_400.0


@dataclass(frozen=True, slots=True, kw_only=True)
class SeedRecord:
    """What the seed's bets say: profit over turnover, share won, and how much was a backtest.

    Intervals take bets as independent: without dates nothing better can be said.
    """

    n: int
    profit: float
    yield_: Estimate
    strike_rate: Estimate
    backtest: int
    closes: int
    badge: Badge

    @property
    def share_of_backtest(self) -> float:
        return self.backtest / self.n


def seed_profits() -> Floats:
    """Return the profit of each bet: as many wins, as much in all, as far apart as published."""
    lost = SETTLED - WON
    total = PROFIT + lost
    square = (SETTLED - 1) * DEVIATION**2 + PROFIT**2 / SETTLED - lost
    size, half = total / WON, WON // 2
    apart = ((square - WON * size**2) / (2 * half)) ** 0.5
    wins = np.concatenate([np.full(half, size + apart), np.full(half, size - apart), [size]])
    found: Floats = np.concatenate([wins, np.full(lost, -1.0)])
    return found


def seed_record() -> SeedRecord:
    """Return the record as it would be shown today."""
    profits = seed_profits()
    n = len(profits)
    mean, reach = float(profits.mean()), _Z * float(profits.std(ddof=1)) / n**0.5
    return SeedRecord(
        n=n,
        profit=float(profits.sum()),
        yield_=Estimate(mean=mean, n=n, low=mean - reach, high=mean + reach),
        strike_rate=wilson(int((profits > 0).sum()), n),
        backtest=BACKTEST,
        closes=0,
        badge=_badge(profits),
    )


def _badge(profits: Floats) -> Badge:
    """Return the badge of these bets as one market's: no close of them was ever captured."""
    n, unknown = len(profits), np.full(len(profits), np.nan)
    days: Floats = np.arange(n, dtype=np.float64) * _DAY
    bets = MarketBets(
        provenance=Provenance.BACKTEST,
        market=np.zeros(n, dtype=np.int64),
        kick_off=days,
        odds=np.where(profits > 0, profits + 1, 2.0),
        stake=np.ones(n),
        profit=profits,
        won=(profits > 0).astype(np.float64),
        clv=unknown,
        clv_alt=unknown,
        alt_sharp=np.zeros(n, dtype=np.bool_),
    )
    rows = table(bets, now=float(days[-1] + _DAY), segments=len(CATALOGUE)).rows
    return rows[0].badge
