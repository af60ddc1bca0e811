"""Double entry: every unit that comes to one account of a bankroll has left another.

Units come from outside (`capital`), wait as `cash`, lie `at_stake` while a bet is open, and are
won from or lost to the bookmakers (`result`, which is below zero by what was won). All accounts
of a bankroll add up to nothing, always.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from uuid import UUID

from engine.domain.numbers import Units, require_aware, units

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.pick import Provenance

NO_SUBJECT: Final = UUID(int=0)
"""What an entry is about that opens a bankroll."""
_TWO: Final = 2


class Account(StrEnum):
    CASH = "cash"
    AT_STAKE = "at_stake"
    RESULT = "result"
    CAPITAL = "capital"


class EntryKind(StrEnum):
    """Why units moved. REVERSED: a settlement was corrected; WITHDRAWN: a bet was never made."""

    OPENED = "opened"
    DEPOSITED = "deposited"
    PAID_OUT = "paid_out"
    STAKED = "staked"
    WITHDRAWN = "withdrawn"
    SETTLED = "settled"
    REVERSED = "reversed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Bankroll:
    """Whose money it is, of one provenance.

    `owner` is the person who says what bets were taken; None: the one that picks are recommended
    from. Nothing ever moves between two bankrolls.
    """

    provenance: Provenance
    owner: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Posting:
    """What one account gained; below zero, what it gave."""

    account: Account
    amount: Units


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """Units that moved within a bankroll, once.

    `subject` is the pick, the bet or the payment it is about; with `kind` and `sequence` it is
    the entry's identity: the same one again moves nothing.

    Raises:
        ValueError: what the accounts gain is not what others give, or nothing moves.
    """

    bankroll: Bankroll
    kind: EntryKind
    subject: UUID
    sequence: int
    at: datetime
    postings: tuple[Posting, ...]

    def __post_init__(self) -> None:
        require_aware(at=self.at)
        left = sum((posting.amount for posting in self.postings), Decimal(0))
        accounts = {posting.account for posting in self.postings}
        if left != 0 or len(accounts) != len(self.postings) or len(accounts) < _TWO:
            raise ValueError(f"{self.kind} of {self.subject} does not balance: {self.postings}")
        if any(posting.amount == 0 for posting in self.postings):
            raise ValueError(f"{self.kind} of {self.subject} moves nothing: {self.postings}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """How the accounts of a bankroll stand.

    Raises:
        ValueError: they do not add up to nothing.
    """

    bankroll: Bankroll
    cash: Units
    at_stake: Units
    result: Units
    capital: Units

    def __post_init__(self) -> None:
        left = self.cash + self.at_stake + self.result + self.capital
        if left != 0:
            raise ValueError(f"{self.bankroll}: the accounts are {left} apart")

    @property
    def profit(self) -> Units:
        """What settled bets earned so far."""
        return units(-self.result)

    @property
    def worth(self) -> Units:
        """Cash and what lies at stake."""
        return units(self.cash + self.at_stake)
