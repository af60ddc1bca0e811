"""The scores that a price table's own match odds and totals imply, for stakes on one match."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.joint import JointOutcomes
from engine.domain.market import MATCH_ODDS, Market, MarketKind, Selection, Side
from engine.pricing.grid.bets import returns
from engine.pricing.grid.score_grid import SIZE
from engine.pricing.implied.goals import implied_goals
from engine.pricing.implied.logits import FairMarkets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.price import PriceTable

_RESULTS: Final = tuple(selection.number for selection in MATCH_ODDS.selections)
_TOTAL: Final = int(MarketKind.TOTAL_GOALS)


def joint_outcomes(
    prices: PriceTable, fixtures: NDArray[np.int64], selections: NDArray[np.int64]
) -> JointOutcomes:
    """Return the scores of `fixtures` and what each makes of `selections`, both rising numbers.

    From the fair match odds and the fair total nearest to evens; without a total the goals are
    those that match odds alone imply. Fixtures without match odds, or whose market no grid holds,
    are left out.
    """
    odds, over, line = _main_prices(prices, fixtures)
    goals = implied_goals(FairMarkets(match_odds=odds, over=over, total=line))
    told = np.flatnonzero(goals.fitted)
    chosen = [Selection.from_number(number) for number in selections.tolist()]
    halves = np.array([returns(one).ravel() for one in chosen], dtype=np.int8)
    return JointOutcomes(
        fixture=fixtures[told],
        probability=goals.grids.matrices(told).reshape(len(told), SIZE * SIZE),
        selection=selections,
        halves=halves,
    )


def _main_prices(
    prices: PriceTable, fixtures: NDArray[np.int64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return match odds (n, 3), the chance of the main total's over (n,) and its line, or NaN.

    Rows that serve every book come before those that leave one out.
    """
    odds = np.full((len(fixtures), len(_RESULTS)), np.nan)
    over, line = np.full(len(fixtures), np.nan), np.full(len(fixtures), np.nan)
    for row, fixture in enumerate(fixtures.tolist()):
        first, last = np.searchsorted(prices.fixture, [fixture, fixture + 1])
        selection, chance = prices.selection[first:last], prices.probability[first:last]
        for column, number in enumerate(_RESULTS):
            here = np.flatnonzero(selection == number)
            odds[row, column] = chance[here[0]] if len(here) else np.nan
        overs = np.flatnonzero((selection >> 16 == _TOTAL) & (selection & 0xF == Side.OVER))
        if len(overs):
            main = overs[np.argmin(np.abs(chance[overs] - 0.5))]
            over[row] = chance[main]
            line[row] = float(Market.from_number(int(selection[main]) >> 4).line or 0)
        odds[row] /= odds[row].sum()
    return odds, over, line
