"""What a bet, its settlement and a correction move within a bankroll."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.ledger import NO_SUBJECT, Account, Entry, EntryKind, Posting
from engine.domain.numbers import Units

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime
    from uuid import UUID

    from engine.domain.ledger import Bankroll


def opened(bankroll: Bankroll, amount: Units, at: datetime) -> Entry:
    """Return the entry that a bankroll begins with."""
    moved = {Account.CASH: amount, Account.CAPITAL: Units(-amount)}
    return _entry(bankroll, EntryKind.OPENED, (NO_SUBJECT, 0), at, moved)


def paid(bankroll: Bankroll, amount: Units, payment: UUID, at: datetime) -> Entry:
    """Return a payment into a bankroll or, below zero, out of it.

    Raises:
        ValueError: it is nothing.
    """
    kind = EntryKind.DEPOSITED if amount > 0 else EntryKind.PAID_OUT
    moved = {Account.CASH: amount, Account.CAPITAL: Units(-amount)}
    return _entry(bankroll, kind, (payment, 0), at, moved)


def staked(bankroll: Bankroll, bet: UUID, stake: Units, at: datetime) -> Entry:
    """Return what a bet takes from the cash until it is settled."""
    moved = {Account.CASH: Units(-stake), Account.AT_STAKE: stake}
    return _entry(bankroll, EntryKind.STAKED, (bet, 0), at, moved)


def withdrawn(bankroll: Bankroll, bet: UUID, stake: Units, at: datetime) -> Entry:
    """Return what gives back the stake of a bet that was never made."""
    moved = {Account.CASH: stake, Account.AT_STAKE: Units(-stake)}
    return _entry(bankroll, EntryKind.WITHDRAWN, (bet, 0), at, moved)


def settled(
    bankroll: Bankroll, bet: UUID, stake: Units, *, profit: Units, sequence: int, at: datetime
) -> Entry:
    """Return what the settlement of that `sequence` pays: stake and profit, or what is left.

    >>> from datetime import UTC, datetime
    >>> from engine.domain.ledger import Bankroll
    >>> from engine.domain.numbers import units
    >>> from engine.domain.pick import Provenance
    >>> mine, now = Bankroll(provenance=Provenance.PAPER), datetime(2026, 8, 1, tzinfo=UTC)
    >>> lost = settled(mine, NO_SUBJECT, units(1), profit=units(-1), sequence=1, at=now)
    >>> [(one.account.value, str(one.amount)) for one in lost.postings]
    [('at_stake', '-1.0000'), ('result', '1.0000')]
    """
    moved = {
        Account.CASH: Units(stake + profit),
        Account.AT_STAKE: Units(-stake),
        Account.RESULT: Units(-profit),
    }
    return _entry(bankroll, EntryKind.SETTLED, (bet, sequence), at, moved)


def reversed_(entry: Entry, at: datetime) -> Entry:
    """Return what takes back a settlement that another one corrects."""
    moved = {one.account: Units(-one.amount) for one in entry.postings}
    key = (entry.subject, entry.sequence)
    return _entry(entry.bankroll, EntryKind.REVERSED, key, at, moved)


def _entry(
    bankroll: Bankroll,
    kind: EntryKind,
    key: tuple[UUID, int],
    at: datetime,
    moved: Mapping[Account, Units],
) -> Entry:
    subject, sequence = key
    return Entry(
        bankroll=bankroll,
        kind=kind,
        subject=subject,
        sequence=sequence,
        at=at,
        postings=tuple(
            Posting(account=account, amount=amount) for account, amount in moved.items() if amount
        ),
    )
