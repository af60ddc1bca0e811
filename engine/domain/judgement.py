"""What one look makes of every quote that could be bet: scores, stake, the first gate failed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.domain.fixture import Fixture
    from engine.domain.numbers import BookmakerKey

    Floats = NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Judgements:
    """Quotes of a look as columns, sorted by (fixture, selection, bookmaker).

    `price` is the row of the price table that each is held against, -1 where there is none. `raw`
    is the edge against the reference, `edge` the one expected at the close, within `low` and
    `high` in four cases of five; `deviation` is its standard deviation. Scores are 0-100, NaN
    without a price. `fraction` is the stake as a share of bankroll. `gate` is the place in
    `tuple(Gate)` of the first gate failed, `len(Gate)` for a pick.
    """

    fixtures: tuple[Fixture, ...]
    bookmakers: tuple[BookmakerKey, ...]
    fixture: NDArray[np.int64]
    selection: NDArray[np.int64]
    bookmaker: NDArray[np.int64]
    odds: Floats
    quoted_at: Floats
    price: NDArray[np.int64]
    raw: Floats
    edge: Floats
    low: Floats
    high: Floats
    deviation: Floats
    signal_score: Floats
    sweet_spot_score: Floats
    fraction: Floats
    gate: NDArray[np.int64]

    def __len__(self) -> int:
        return len(self.fixture)
