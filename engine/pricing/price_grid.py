"""What grids of scores say of a look: refunds, unquoted markets, doubts about the quoted."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import Market, MarketKind
from engine.pricing.derived.totals import coherent_totals, halves_beside
from engine.pricing.derived.view import DERIVED, LINE, market_view, with_usual
from engine.pricing.grid.bets import returns
from engine.pricing.grid.prices import PriceList
from engine.pricing.implied.goals import implied_goals
from engine.pricing.implied.logits import FairMarkets

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import PricingRules
    from engine.pricing.derive import MainReferences
    from engine.pricing.derived.corrections import DerivedCorrections, DerivedPrices
    from engine.pricing.implied.goals import ImpliedGoals

_CORRECTED: Final = tuple(selection.market.number for selection in DERIVED)
_SUREST: Final = 1e-9
"""Nobody bets on what a grid is surer of: at rho's limit a score has no chance at all."""
_VIEWED: Final = int(MarketKind.TOTAL_GOALS) << 12 | int(512 + 4 * LINE)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GridMarkets:
    """k markets on n fixtures' grids, by their first side in the order of `SIDES`.

    `markets` (k,) are rising numbers. `probability` W/(W+L), `std_error` and `refund` (n, k) are
    NaN where no grid tells them: goals are not read from match odds alone, and what is as good as
    certain has no price. `stands_alone` (k,):
    the grid's price of this market was proven on results. `derived` are the corrected markets,
    None where nothing was learned.
    """

    markets: NDArray[np.int64]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    refund: NDArray[np.float64]
    stands_alone: NDArray[np.bool_]
    derived: DerivedPrices | None

    def column(self, market: NDArray[np.int64]) -> NDArray[np.int64]:
        """Return the column of each market, which must be among `markets`."""
        columns: NDArray[np.int64] = np.searchsorted(self.markets, market)
        return columns


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class GridCorrections:
    """What was learned of markets read from grids, for the fixtures of one board.

    `usual` (n, 3) is what is usual of each fixture's teams and league (`NamedLines.of`).
    """

    learned: DerivedCorrections
    usual: NDArray[np.float64] | None

    def price(self, match_odds: NDArray[np.float64], over: NDArray[np.float64]) -> DerivedPrices:
        """Return corrected prices of the fixtures, NaN where match odds or total are missing."""
        view = market_view(match_odds, over)
        return self.learned.price(view if self.usual is None else with_usual(view, self.usual))


def grid_markets(
    main: MainReferences,
    markets: NDArray[np.int64],
    rules: PricingRules,
    corrections: GridCorrections | None,
) -> GridMarkets:
    """Return what the grids that repeat `main` say of `markets` (rising numbers).

    A grid errs twice: with the prices it is made of (delta method), and as a model of scores, by
    `rules.grid_std_error` or, on a corrected market, by what was learned. Totals at other lines
    than half goals follow the corrected ones.
    """
    found = implied_goals(_fair(main))
    wanted = np.union1d(markets, [_VIEWED]).astype(np.int64)
    if corrections is not None:
        wanted = np.union1d(wanted, halves_beside(wanted)).astype(np.int64)
    told = _price_list(tuple(wanted.tolist())).price(found.grids, found.covariance)
    chance, carried = told.probability.T.copy(), told.std_error.T
    model, refund = 4 * chance * (1 - chance) * rules.grid_std_error, told.refund.T
    alone, derived = np.zeros(len(wanted), dtype=np.bool_), None
    if corrections is not None:
        viewed = chance[:, np.searchsorted(wanted, _VIEWED)]
        derived = _corrected(main, found, viewed, corrections)
        for number, market in enumerate(_CORRECTED):
            column = int(np.searchsorted(wanted, market))
            if column < len(wanted) and wanted[column] == market:
                fair = chance[:, column] = derived.probability[:, number]
                model[:, column] = fair * (1 - fair) * derived.standard_error[:, number]
                alone[column] = derived.proven[number]
        chance, refund = coherent_totals(wanted, chance, refund)
    goals = np.isin(wanted >> 12, (MarketKind.TOTAL_GOALS, MarketKind.BTTS))
    chance[np.isnan(main.over)[:, None] & goals] = np.nan
    chance[~((chance > _SUREST) & (chance < 1 - _SUREST))] = np.nan
    kept = np.isin(wanted, markets)
    return GridMarkets(
        markets=wanted[kept],
        probability=chance[:, kept],
        std_error=np.hypot(carried, model)[:, kept],
        refund=refund[:, kept],
        stands_alone=alone[kept],
        derived=derived,
    )


def _fair(main: MainReferences) -> FairMarkets:
    """Return the main prices with their errors in logits."""
    odds, over = main.match_odds, main.over
    return FairMarkets(
        match_odds=odds,
        over=over,
        total=main.total,
        match_odds_error=main.match_odds_error / (odds * (1 - odds)),
        over_error=main.over_error / (over * (1 - over)),
    )


def _corrected(
    main: MainReferences,
    found: ImpliedGoals,
    over: NDArray[np.float64],
    corrections: GridCorrections,
) -> DerivedPrices:
    """Return corrected prices; NaN where match odds or a total are missing."""
    known = found.fitted & ~np.isnan(main.over)
    odds = np.where(known[:, None], main.match_odds, np.nan)
    return corrections.price(odds, np.where(known, over, np.nan))


@lru_cache(maxsize=64)
def _price_list(markets: tuple[int, ...]) -> PriceList:
    first = (Market.from_number(number).selections[0] for number in markets)
    return PriceList.of({one.code: returns(one) for one in first})
