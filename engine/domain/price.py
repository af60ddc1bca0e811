"""Fair prices: a table for the engine, a row view for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from math import isnan
from typing import TYPE_CHECKING, Final

from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, FixtureId, Odds, Probability

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from engine.domain.fixture import Fixture


class Rung(IntEnum):
    """Which rung of the reference ladder a price stands on (METHOD B1); `LADDER` is their order.

    IMPLIED: match odds that a sharp Asian handicap and a sharp total imply together.
    """

    SHARP = 1
    EXCHANGE = 2
    CONSENSUS = 3
    IMPLIED = 4


LADDER: Final = (Rung.SHARP, Rung.EXCHANGE, Rung.IMPLIED, Rung.CONSENSUS)
"""The best source first. The numbers are those of stored rows."""


class Basis(IntEnum):
    """What a price was read from.

    QUOTED: the market's own reference. ALGEBRA: the match odds, exactly. GRID: the scores that
    match odds and a total imply. POOLED: the market's own reference and the grid together.
    """

    QUOTED = 1
    ALGEBRA = 2
    GRID = 3
    POOLED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class FairPrice:
    """The fair probability of one selection for one book being bet.

    `probability` is W/(W+L), with half results counted half: the probability at which odds
    1/p break even on the part of the stake that is not refunded; `refund` is the expected
    part of the stake given back. `std_error` is in probability points. `close` is the W/(W+L)
    expected at the close and `close_error` its standard deviation; None where no model speaks.
    """

    fixture_id: FixtureId
    selection: Selection
    probability: Probability
    std_error: float
    refund: float
    rung: Rung
    source: str
    books: int
    dispersion: float
    as_of: datetime
    close: float | None = None
    close_error: float | None = None

    @property
    def odds(self) -> Odds:
        """The fair odds: 1 / probability."""
        return Odds(1 / self.probability)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceTable:
    """Fair prices as columns, sorted by (fixture, selection, excluded).

    `excluded` is the index of the bookmaker whose own quotes took no part (the book being bet),
    or -1 where the price serves every book without a row of its own. `books`: how many books
    stand behind it. `disagreement` is the logit of the market's own reference less that of the
    grid, NaN where one of them is missing. `stands_alone`: a pick may rest on this price; a grid
    whose market was not proven on results tells a price and nothing more. `close` is the expected
    closing W/(W+L) and `close_error` its standard deviation, NaN where no model speaks.
    """

    as_of: datetime
    fixtures: tuple[Fixture, ...]
    bookmakers: tuple[BookmakerKey, ...]
    fixture: NDArray[np.int32]
    selection: NDArray[np.int32]
    excluded: NDArray[np.int16]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    refund: NDArray[np.float64]
    rung: NDArray[np.int8]
    books: NDArray[np.int16]
    dispersion: NDArray[np.float64]
    quoted_at: NDArray[np.float64]
    basis: NDArray[np.int8]
    disagreement: NDArray[np.float64]
    stands_alone: NDArray[np.bool_]
    close: NDArray[np.float64]
    close_error: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.fixture)

    def row(self, index: int) -> FairPrice:
        """Return row `index` as an object."""
        rung, close = Rung(int(self.rung[index])), float(self.close[index])
        told = not isnan(close)
        return FairPrice(
            fixture_id=self.fixtures[int(self.fixture[index])].id,
            selection=Selection.from_number(int(self.selection[index])),
            probability=Probability(float(self.probability[index])),
            std_error=float(self.std_error[index]),
            refund=float(self.refund[index]),
            rung=rung,
            source=rung.name.lower(),
            books=int(self.books[index]),
            dispersion=float(self.dispersion[index]),
            as_of=self.as_of,
            close=close if told else None,
            close_error=float(self.close_error[index]) if told else None,
        )
