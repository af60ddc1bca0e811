"""Market tables as people may see them: nothing, a start, and a record of all 22 markets."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import ndtri

from engine.domain.market import CATALOGUE
from engine.domain.pick import Provenance
from engine.learning.markets.bets import OUTSIDE, PLACE, MarketBets
from engine.learning.markets.table import table
from tests.unit.bot.views import NOW

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.learning.markets.rows import MarketTable

_DAY = 86_400.0
_SPREAD = 0.06
_STRIDE = 89
"""Coprime to every number of picks below: values come in no order, and the same each time."""
WORTHS: Mapping[str, tuple[float, int]] = {
    code: (0.045 - 0.0044 * place, 40 + 25 * (place * 5 % 22))
    for place, code in enumerate(("over_2.5", *(one for one in CATALOGUE if one != "over_2.5")))
}
"""The CLV and the number of picks of each market in the record of all."""


def some_picks(
    worths: Mapping[str, tuple[float, int]], *, outside: int = 0, closes: bool = True
) -> MarketBets:
    """Return picks at odds 2, three a day and market, whose closes are worth what is said."""
    market, clv, won = _columns(worths)
    since = _since(worths)
    kick_off = NOW.timestamp() - 2 * _DAY - since * _DAY
    market, clv, won, kick_off = (
        np.concatenate([column, column[:outside]]) for column in (market, clv, won, kick_off)
    )
    if outside:
        market[-outside:] = OUTSIDE
    n = len(market)
    return MarketBets(
        provenance=Provenance.LIVE,
        market=market.astype(np.int64),
        kick_off=kick_off,
        odds=np.full(n, 2.0),
        stake=np.ones(n),
        profit=np.where(won == 1, 1.0, -1.0),
        won=won,
        clv=clv if closes else np.full(n, np.nan),
        clv_alt=np.where(np.arange(n) % 2 == 0, clv - 0.002, np.nan) if closes else clv * np.nan,
        alt_sharp=np.ones(n, dtype=np.bool_),
    )


def everything() -> MarketTable:
    """Return a table in which every badge is given, and one market nobody picked."""
    worths = {code: one for code, one in WORTHS.items() if code != "dc_12"}
    return table(some_picks(worths, outside=3), now=NOW.timestamp())


def a_start() -> MarketTable:
    return table(some_picks({"home": (0.02, 1), "btts_no": (-0.01, 5)}), now=NOW.timestamp())


def no_close() -> MarketTable:
    """Return a table of 77 bets, 35 of them won, +6.59 units: the record of issue 6."""
    picks = some_picks({"over_2.5": (0.0, 77)}, closes=False)
    won = np.arange(77) * 35 % 77 < 35
    odds = np.where(won, 1 + (42 + 6.59) / 35, 2.0)
    profit = np.where(won, odds - 1, -1.0)
    return table(
        replace(picks, won=won.astype(np.float64), odds=odds, profit=profit), now=NOW.timestamp()
    )


def nothing() -> MarketTable:
    return table(some_picks({}), now=NOW.timestamp())


def _columns(
    worths: Mapping[str, tuple[float, int]],
) -> tuple[NDArray[np.float64], ...]:
    rows = [np.zeros((3, 0))]
    for code, (worth, n) in worths.items():
        place = (np.arange(n) * _STRIDE % n + 0.5) / n
        won = np.roll(place, n // 3) < (1 + worth) / 2
        rows.append(np.stack([np.full(n, PLACE[code]), worth + _SPREAD * ndtri(place), won]))
    market, clv, won = np.concatenate(rows, axis=1)
    return market, clv, won


def _since(worths: Mapping[str, tuple[float, int]]) -> NDArray[np.float64]:
    return np.concatenate([np.zeros(0), *(np.arange(n) // 3 for _, n in worths.values())])
