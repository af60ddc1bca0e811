"""Forecasts of the three main markets, side by side: of books, of models, of the close."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import SIDES, MarketKind
from engine.pricing.devig.book import devig_rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]

MARKETS: Final = {
    "match_odds": MarketKind.MATCH_ODDS,
    "total": MarketKind.TOTAL_GOALS,
    "handicap": MarketKind.ASIAN_HANDICAP,
}
"""The markets of `MainOdds`, by the name of its columns."""
REFERENCE: Final = "reference"
GOALS: Final = "goals_model"
BLEND: Final = "blend"
EXPECTED_CLOSE: Final = "expected_close"
CLOSE: Final = "close"
AGGREGATES: Final = frozenset({"fd_avg", "fd_max"})


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Forecast:
    """What one predictor said of n looks: (n, 3), (n, 2) and (n, 2), NaN where it said nothing.

    The handicap is at the look's line. `book` marks the devigged price of one named book.
    """

    name: str
    match_odds: Floats
    total: Floats
    handicap: Floats
    book: bool = False

    def of(self, market: str) -> Floats:
        """Return one of `MARKETS`."""
        told: Floats = getattr(self, market)
        return told

    def where(self, rows: NDArray[np.bool_]) -> Forecast:
        """Return the looks of a mask."""
        return Forecast(
            name=self.name,
            match_odds=self.match_odds[rows],
            total=self.total[rows],
            handicap=self.handicap[rows],
            book=self.book,
        )


def book_forecasts(look: MainOdds) -> tuple[Forecast, ...]:
    """Return the devigged prices of every book that quotes anything, aggregates last."""
    found = [fair_prices(look, book) for book in look.books]
    said = [one for one in found if any(np.isfinite(one.of(name)).any() for name in MARKETS)]
    return tuple(sorted(said, key=lambda one: (not one.book, one.name)))


def fair_prices(odds: MainOdds, book: str) -> Forecast:
    """Return one book's devigged prices: nothing where it is unknown or does not quote."""
    place = odds.book(book)
    fair = {
        name: np.full((len(odds), len(SIDES[kind])), np.nan)
        if place is None
        else devig_rows(getattr(odds, name)[:, place])
        for name, kind in MARKETS.items()
    }
    return Forecast(name=book, **fair, book=book not in AGGREGATES)
