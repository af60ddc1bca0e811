"""Fair prices: a table for the engine, a row view for people."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import TYPE_CHECKING

from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, FixtureId, Odds, Probability

if TYPE_CHECKING:
    from datetime import datetime

    import numpy as np
    from numpy.typing import NDArray

    from engine.domain.fixture import Fixture


class Rung(IntEnum):
    """Which rung of the reference ladder a price stands on (METHOD B1)."""

    SHARP = 1
    EXCHANGE = 2
    CONSENSUS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class FairPrice:
    """The fair probability of one selection for one book being bet.

    `probability` is W/(W+L), with half results counted half: the probability at which odds
    1/p break even on the part of the stake that is not refunded; `refund` is the expected
    part of the stake given back. `std_error` is in probability points.
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

    @property
    def odds(self) -> Odds:
        """The fair odds: 1 / probability."""
        return Odds(1 / self.probability)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PriceTable:
    """Fair prices as columns, sorted by (fixture, selection, excluded).

    `excluded` is the index of the bookmaker whose own quotes took no part (consensus rung:
    the book being bet), or -1 where the price serves every book. `probability`, `std_error`,
    `refund`, `dispersion`: float64; `books`: how many books stand behind it.
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

    def __len__(self) -> int:
        return len(self.fixture)

    def row(self, index: int) -> FairPrice:
        """Return row `index` as an object."""
        rung = Rung(int(self.rung[index]))
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
        )
