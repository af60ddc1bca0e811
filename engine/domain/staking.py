"""How much a person puts on a pick, by rules of their own."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final

FRACTIONS: Final = (0.125, 0.25, 0.5)
"""Shares of Kelly that may be chosen: nobody's probabilities bear more than half of it."""
HIGHEST_CAP: Final = 0.10
_LARGEST: Final = Decimal(10_000_000)


class StakePlan(StrEnum):
    """A share of Kelly, or the same stake on every bet that has value."""

    KELLY = "kelly"
    FLAT = "flat"


class StakeBasis(StrEnum):
    """What a share is a share of: the house's bankroll, a figure, or the person's own balance."""

    HOUSE = "house"
    FIXED = "fixed"
    BALANCE = "balance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Staking:
    """A person's rules for stakes.

    `fraction` is the share of Kelly and `cap` the most on one pick as a share of the basis; it
    holds for flat stakes, too. `flat`, `step` (what stakes are rounded to; 0: to cents) and
    `fixed` are money. `in_units` says that stakes are told in units, hundredths of the basis.

    Raises:
        ValueError: a share is none that may be chosen, or an amount is none.
    """

    plan: StakePlan = StakePlan.KELLY
    fraction: float = 0.25
    cap: float = 0.01
    flat: Decimal = Decimal(10)
    step: Decimal = Decimal(0)
    basis: StakeBasis = StakeBasis.HOUSE
    fixed: Decimal | None = None
    in_units: bool = False

    def __post_init__(self) -> None:
        if self.fraction not in FRACTIONS:
            raise ValueError(f"fraction was {self.fraction}: one of {FRACTIONS}")
        if not 0 < self.cap <= HIGHEST_CAP:
            raise ValueError(f"cap was {self.cap}: above 0 and up to {HIGHEST_CAP}")
        if not (0 < self.flat <= _LARGEST and 0 <= self.step <= _LARGEST):
            raise ValueError(f"flat was {self.flat} and step {self.step}: amounts")
        if self.fixed is not None and not 0 < self.fixed <= _LARGEST:
            raise ValueError(f"fixed was {self.fixed}: an amount above 0")
        if self.basis is StakeBasis.FIXED and self.fixed is None:
            raise ValueError("a fixed basis needs its figure")
