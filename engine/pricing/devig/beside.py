"""Every way to take the margin out of one book, side by side."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.domain.errors import BookInvalid
from engine.pricing.devig.method import Devig, Refusal
from engine.pricing.devig.one import devig_one

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

HOUSE: Final = Devig.POWER
"""What every price of the product is devigged by (METHOD B1)."""
COMPUTED: Final = tuple(method for method in Devig if method.computed_as is method)
"""The methods without those that are another one's other name."""
_IN_PAIRS: Final = 1.6
_THREE: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class SideBySide:
    """One book by each method: its probabilities, or why the method refuses it.

    `total` is what the probabilities sum to: 2 for the double chance, else 1.
    """

    odds: tuple[float, ...]
    total: float
    by_method: Mapping[Devig, tuple[float, ...] | Refusal]

    @property
    def booksum(self) -> float:
        return math.fsum(1 / each for each in self.odds)

    @property
    def margin(self) -> float:
        """What the booksum has above its total, of one bet."""
        return self.booksum / self.total - 1

    @property
    def house(self) -> tuple[float, ...] | Refusal:
        return self.by_method[HOUSE]


def side_by_side(odds: Sequence[float]) -> SideBySide:
    """Return a book by every method; three odds that sum to far above 1 are a double chance.

    Raises:
        BookIncomplete: fewer than two odds.
        BookInvalid: the odds are no prices, or of different markets.
    """
    booksum = math.fsum(1 / each for each in odds)
    total = 2.0 if len(odds) == _THREE and booksum > _IN_PAIRS else 1.0
    found: dict[Devig, tuple[float, ...] | Refusal] = {}
    for method in COMPUTED:
        if method is Devig.SHIN and total != 1:
            continue
        try:
            found[method] = tuple(devig_one(odds, method, total=total))
        except BookInvalid as refused:
            reason = Refusal(refused.reason)
            if reason in {Refusal.ODDS_INVALID, Refusal.MARGIN_ABSURD}:
                raise
            found[method] = reason
    return SideBySide(odds=tuple(odds), total=total, by_method=found)
