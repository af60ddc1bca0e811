"""Money a person says was paid in to a bookmaker or out of it, and where it stands."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.ledger import Bankroll
from engine.domain.numbers import Units, require_aware, units
from engine.domain.pick import Provenance

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from engine.domain.numbers import BookmakerKey


@dataclass(frozen=True, slots=True, kw_only=True)
class Payment:
    """A deposit, or below zero a withdrawal; never changed, a wrong one is reversed.

    `book` None is money at no bookmaker. The two halves of a transfer have one `transfer`.

    Raises:
        ValueError: nothing is paid, or to a bankroll of a backtest.
    """

    id: UUID
    user_id: int
    provenance: Provenance
    book: BookmakerKey | None
    amount: Units
    paid_at: datetime
    transfer: UUID | None = None

    def __post_init__(self) -> None:
        require_aware(paid_at=self.paid_at)
        if not self.amount.is_finite() or self.amount == 0:
            raise ValueError(f"amount was {self.amount}: a payment moves something")
        if self.provenance is Provenance.BACKTEST:
            raise ValueError("nobody pays into a backtest")

    @property
    def bankroll(self) -> Bankroll:
        return Bankroll(provenance=self.provenance, owner=self.user_id)


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentNow:
    """A payment by the number people know it by, and when it was reversed; None: it stands."""

    number: int
    payment: Payment
    reversed_at: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BookBalance:
    """What a person has at one bookmaker: free, at stake, and won or lost there so far.

    `book` None is money at no bookmaker.
    """

    book: BookmakerKey | None
    cash: Units
    at_stake: Units
    profit: Units

    @property
    def worth(self) -> Units:
        """Cash and what lies at stake."""
        return units(self.cash + self.at_stake)
