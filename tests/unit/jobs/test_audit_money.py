"""The auditor's own arithmetic, beside the settlement's: two ways to one result."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, Final

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import SIDES, Market, MarketKind, Selection
from engine.domain.numbers import units
from engine.domain.settlement import Outcome, Score
from engine.settlement.grading import profit, settle
from jobs.audit_money import audit_money, outcome_of, profit_of

if TYPE_CHECKING:
    from collections.abc import Iterator


def every_selection() -> Iterator[Selection]:
    """Yield every selection, with all lines within ±5 goals by quarters."""
    for kind in SIDES:
        if kind in {MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP}:
            first = 1 if kind is MarketKind.TOTAL_GOALS else -20
            for quarters in range(first, 21):
                yield from Market(kind=kind, line=Decimal(quarters) / 4).selections
        else:
            yield from Market(kind=kind).selections


SELECTIONS: Final = tuple(every_selection())


@pytest.mark.parametrize("kind", list(SIDES), ids=lambda kind: kind.name.lower())
def test_both_ways_agree_on_every_line_and_every_score_up_to_nine(kind: MarketKind) -> None:
    mine = [selection for selection in SELECTIONS if selection.market.kind is kind]
    assert mine
    for selection in mine:
        for home in range(10):
            for away in range(10):
                told = settle(selection, Score(home=home, away=away)).value
                assert outcome_of(selection, home, away) == told, (selection.code, home, away)


@given(
    st.sampled_from(Outcome),
    st.decimals(min_value="1.01", max_value=30, places=3),
    st.decimals(min_value="0.0001", max_value=10, places=4),
)
def test_both_ways_agree_on_the_money(outcome: Outcome, odds: Decimal, stake: Decimal) -> None:
    assert profit_of(outcome.value, float(odds), stake) == profit(
        outcome, float(odds), units(stake)
    )


def a_row(sequence: int, **changes: Any) -> dict[str, Any]:
    values: dict[str, Any] = {
        "pick_id": 1,
        "number": 1,
        "provenance": "live",
        "sequence": sequence,
        "outcome": "void",
        "rule": "cancelled",
        "profit": Decimal(0),
        "odds": 2.0,
        "stake": Decimal(1),
        "home_goals": None,
        "away_goals": None,
        "selection": Selection.parse("home").number,
    }
    return values | changes


@pytest.mark.parametrize(
    ("sequences", "whole"),
    [([1], True), ([1, 2, 3], True), ([2], False), ([1, 3], False), ([1, 1], False)],
)
def test_settlements_are_counted_from_the_first_each_once(
    sequences: list[int], *, whole: bool
) -> None:
    found = list(audit_money([a_row(number) for number in sequences]))
    assert [one.check for one in found] == ([] if whole else ["settled_twice"])


@pytest.mark.parametrize("cents", ["0.01", "-0.01", "0.0001"])
def test_a_profit_off_by_a_cent_or_less_is_named(cents: str) -> None:
    row = a_row(1, outcome="half_won", rule="manual", odds=1.85, profit=Decimal("0.4250"))
    assert list(audit_money([row])) == []
    (found,) = audit_money([row | {"profit": Decimal("0.4250") + Decimal(cents)}])
    assert (found.check, found.should) == ("profit", "0.4250")
