"""The picks of one provenance as columns: what the market table is made of."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Final

from engine.domain.market import CATALOGUE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from engine.domain.pick import Provenance

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]

OUTSIDE: Final = -1
"""The market of a pick that is none of the catalogue's."""
PLACE: Final = {code: place for place, code in enumerate(CATALOGUE)}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MarketBets:
    """Picks of one provenance whose game has begun, one row each, in any order.

    `market` is the place in the catalogue, or OUTSIDE; `kick_off` POSIX seconds. `profit` is NaN
    until settled; `won` 1 or 0, NaN where it is open or void. `clv` and `clv_alt` are NaN where
    no close of a grade that counts was caught; `alt_sharp` says that the second is a sharp one.
    """

    provenance: Provenance
    market: Ints
    kick_off: Floats
    odds: Floats
    stake: Floats
    profit: Floats
    won: Floats
    clv: Floats
    clv_alt: Floats
    alt_sharp: Bools

    def __post_init__(self) -> None:
        lengths = {
            each.name: len(getattr(self, each.name))
            for each in fields(self)
            if each.name != "provenance"
        }
        if len(set(lengths.values())) > 1:
            msg = f"columns were of different lengths: {lengths}"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.market)
