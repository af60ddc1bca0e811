"""Whatever happens to bets, units are neither made nor lost, and the last word alone counts."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.ledger import Account, Bankroll
from engine.domain.numbers import Units, units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from engine.settlement.grading import profit
from engine.settlement.posting import opened, paid, reversed_, settled, staked, withdrawn
from tests.builders import NOW

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.domain.ledger import Entry

MINE = Bankroll(provenance=Provenance.PAPER)
STAKES = st.decimals("0.0001", 50, places=4).map(Units)
ODDS = st.integers(101, 2000).map(lambda cents: cents / 100)
LIFE = st.tuples(STAKES, ODDS, st.lists(st.sampled_from(Outcome), max_size=4))


def stands(entries: Iterable[Entry]) -> dict[Account, Decimal]:
    found: dict[Account, Decimal] = defaultdict(Decimal)
    for entry in entries:
        for posting in entry.postings:
            found[posting.account] += posting.amount
    return found


def lived(number: int, stake: Units, odds: float, outcomes: list[Outcome]) -> list[Entry]:
    """Return all entries of a bet that is settled, and corrected, as `outcomes` say in turn."""
    bet = UUID(int=number)
    found = [staked(MINE, bet, stake, NOW)]
    last = None
    for sequence, outcome in enumerate(outcomes, start=1):
        if last is not None:
            found.append(reversed_(last, NOW))
        earned = profit(outcome, odds, stake)
        last = settled(MINE, bet, stake, profit=earned, sequence=sequence, at=NOW)
        found.append(last)
    return found


@given(st.lists(LIFE, max_size=6))
def test_units_are_neither_made_nor_lost_and_the_last_settlement_alone_counts(
    lives: list[tuple[Units, float, list[Outcome]]],
) -> None:
    entries = [opened(MINE, units(100), NOW)]
    for number, life in enumerate(lives):
        entries += lived(number, *life)
    found = stands(entries)
    earned = sum(
        (profit(outcomes[-1], odds, stake) for stake, odds, outcomes in lives if outcomes),
        Decimal(0),
    )
    open_ = sum((stake for stake, _, outcomes in lives if not outcomes), Decimal(0))
    assert sum(found.values()) == 0
    assert found[Account.CAPITAL] == -100
    assert found[Account.AT_STAKE] == open_
    assert found[Account.RESULT] == -earned
    assert found[Account.CASH] == 100 + earned - open_


@given(LIFE)
def test_no_two_entries_of_a_bet_have_one_identity(
    life: tuple[Units, float, list[Outcome]],
) -> None:
    keys = [(one.kind, one.subject, one.sequence) for one in lived(1, *life)]
    assert len(set(keys)) == len(keys)


@given(STAKES)
def test_a_bet_that_was_never_made_moves_nothing_in_all(stake: Units) -> None:
    bet = UUID(int=1)
    found = stands([staked(MINE, bet, stake, NOW), withdrawn(MINE, bet, stake, NOW)])
    assert not any(found.values())


@pytest.mark.parametrize(
    ("outcome", "cash", "result"),
    [
        (Outcome.WON, "1.7", "-0.7"),
        (Outcome.HALF_WON, "1.35", "-0.35"),
        (Outcome.VOID, "1", "0"),
        (Outcome.HALF_LOST, "0.5", "0.5"),
        (Outcome.LOST, "0", "1"),
    ],
)
def test_a_settlement_pays_what_the_bookmaker_would(
    outcome: Outcome, cash: str, result: str
) -> None:
    stake = units(1)
    paying = settled(
        MINE, UUID(int=1), stake, profit=profit(outcome, 1.7, stake), sequence=1, at=NOW
    )
    found = stands([paying])
    assert found[Account.CASH] == Decimal(cash)
    assert found[Account.RESULT] == Decimal(result)
    assert found[Account.AT_STAKE] == -1


def test_payments_go_in_and_out_and_none_is_nothing() -> None:
    payment = UUID(int=7)
    assert stands([paid(MINE, units(50), payment, NOW)])[Account.CASH] == 50
    assert stands([paid(MINE, units(-20), payment, NOW)])[Account.CAPITAL] == 20
    with pytest.raises(ValueError, match="does not balance"):
        paid(MINE, units(0), payment, NOW)
