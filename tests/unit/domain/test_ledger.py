"""An entry that does not balance cannot be made, and neither can a statement."""

from __future__ import annotations

from decimal import Decimal

import pytest

from engine.domain.ledger import (
    NO_SUBJECT,
    Account,
    Bankroll,
    Entry,
    EntryKind,
    Posting,
    Statement,
)
from engine.domain.numbers import units
from engine.domain.pick import Provenance
from tests.builders import NOW

MINE = Bankroll(provenance=Provenance.LIVE)


def entry(*moved: tuple[Account, str]) -> Entry:
    return Entry(
        bankroll=MINE,
        kind=EntryKind.STAKED,
        subject=NO_SUBJECT,
        sequence=0,
        at=NOW,
        postings=tuple(
            Posting(account=account, amount=units(amount)) for account, amount in moved
        ),
    )


def test_what_one_account_gains_another_gives() -> None:
    made = entry((Account.CASH, "-0.5"), (Account.AT_STAKE, "0.5"))
    assert [one.amount for one in made.postings] == [Decimal("-0.5"), Decimal("0.5")]


@pytest.mark.parametrize(
    "moved",
    [
        (),
        ((Account.CASH, "1"),),
        ((Account.CASH, "1"), (Account.CAPITAL, "-0.9999")),
        ((Account.CASH, "1"), (Account.CASH, "-1")),
        ((Account.CASH, "1"), (Account.CAPITAL, "-1"), (Account.RESULT, "0")),
        ((Account.CASH, "0"), (Account.CAPITAL, "0")),
    ],
)
def test_an_entry_that_does_not_balance_or_moves_nothing_cannot_be_made(
    moved: tuple[tuple[Account, str], ...],
) -> None:
    with pytest.raises(ValueError, match=r"does not balance|moves nothing"):
        entry(*moved)


def test_a_statement_tells_profit_and_worth_and_adds_up() -> None:
    stands = Statement(
        bankroll=MINE,
        cash=units("101.5"),
        at_stake=units("0.5"),
        result=units(-2),
        capital=units(-100),
    )
    assert (stands.profit, stands.worth) == (Decimal(2), Decimal(102))
    with pytest.raises(ValueError, match=r"0\.0001 apart"):
        Statement(
            bankroll=MINE,
            cash=units("100.0001"),
            at_stake=units(0),
            result=units(0),
            capital=units(-100),
        )
