"""Numbers with a meaning: the type checker refuses one where the other is due."""

from __future__ import annotations

from decimal import ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, NewType
from uuid import UUID

if TYPE_CHECKING:
    from datetime import datetime

Odds = NewType("Odds", float)
"""Decimal odds, > 1: what one unit staked returns when the bet wins."""

Probability = NewType("Probability", float)
"""A probability strictly between 0 and 1."""

Units = NewType("Units", Decimal)
"""Stakes and profit, in units; Decimal, because accounts must add up."""

FixtureId = NewType("FixtureId", UUID)
PickId = NewType("PickId", UUID)
BookmakerKey = NewType("BookmakerKey", str)

_CENT = Decimal("0.0001")


def units(value: Decimal | float | str) -> Units:
    """Return `value` in units, rounded once to four decimals, half to even.

    >>> units("1.00005")
    Decimal('1.0000')
    """
    exact = value if isinstance(value, Decimal) else Decimal(str(value))
    return Units(exact.quantize(_CENT, rounding=ROUND_HALF_EVEN))


def require_aware(**moments: datetime | None) -> None:
    """Refuse a naive datetime, naming its field.

    Raises:
        ValueError: a moment has no time zone.
    """
    for name, moment in moments.items():
        if moment is not None and moment.tzinfo is None:
            msg = f"{name} was {moment!r}: a moment needs a time zone"
            raise ValueError(msg)
