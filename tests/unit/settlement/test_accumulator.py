"""Combinations: void legs at 1.00, halves by the formula, one lost leg ends it; all in Decimal."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from itertools import permutations, product

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.numbers import units
from engine.domain.settlement import Outcome
from engine.settlement.accumulator import Leg, combined_odds, settle_accumulator
from engine.settlement.grading import profit

PRICES = st.integers(101, 100_000).map(lambda cents: Decimal(cents) / 100)
STAKES = st.integers(1, 10_000_000).map(lambda n: units(Decimal(n) / 10_000))
LEGS = st.builds(Leg, odds=PRICES, outcome=st.sampled_from(Outcome))
COMBINATIONS = st.lists(LEGS, min_size=1, max_size=12)


def by_hand(leg: Leg) -> Fraction:
    """The design's table, in fractions."""
    odds = Fraction(leg.odds)
    assert leg.outcome is not None
    return {
        Outcome.WON: odds,
        Outcome.HALF_WON: (odds + 1) / 2,
        Outcome.VOID: Fraction(1),
        Outcome.HALF_LOST: Fraction(1, 2),
        Outcome.LOST: Fraction(0),
    }[leg.outcome]


@given(COMBINATIONS)
def test_combined_odds_are_the_exact_product_of_the_legs(legs: list[Leg]) -> None:
    expected = Fraction(1)
    for leg in legs:
        expected *= by_hand(leg)
    found = combined_odds(legs)
    assert found is not None
    assert Fraction(found) == expected


@given(COMBINATIONS, STAKES)
def test_money_is_rounded_once_to_four_decimals(legs: list[Leg], stake: Decimal) -> None:
    found = settle_accumulator(legs, units(stake))
    assert found is not None
    exact = Fraction(found.odds) * Fraction(stake)
    assert abs(Fraction(found.returned) - exact) <= Fraction(1, 20_000)
    assert found.returned.as_tuple().exponent == -4
    assert found.profit == found.returned - stake >= -stake


@given(COMBINATIONS, PRICES, STAKES)
def test_a_void_leg_is_as_if_it_had_not_been_bet(
    legs: list[Leg], odds: Decimal, stake: Decimal
) -> None:
    void = Leg(odds=odds, outcome=Outcome.VOID)
    with_it = settle_accumulator([*legs, void], units(stake))
    without = settle_accumulator(legs, units(stake))
    assert with_it is not None
    assert without is not None
    assert (with_it.odds, with_it.returned) == (without.odds, without.returned)


@given(st.lists(PRICES, min_size=1, max_size=12), STAKES)
def test_all_legs_void_give_the_stake_back(prices: list[Decimal], stake: Decimal) -> None:
    legs = [Leg(odds=odds, outcome=Outcome.VOID) for odds in prices]
    found = settle_accumulator(legs, units(stake))
    assert found is not None
    assert (found.odds, found.returned, found.profit) == (Decimal(1), stake, Decimal(0))


@given(LEGS, STAKES)
def test_one_leg_is_a_single_bet(leg: Leg, stake: Decimal) -> None:
    found = settle_accumulator([leg], units(stake))
    assert found is not None
    assert leg.outcome is not None
    assert found.profit == profit(leg.outcome, float(leg.odds), units(stake))


def test_the_order_of_legs_does_not_matter() -> None:
    legs = [
        Leg(odds=Decimal(odds), outcome=outcome)
        for odds, outcome in zip(("1.85", "2.1", "3.333"), list(Outcome)[:3], strict=True)
    ]
    assert len({combined_odds(list(order)) for order in permutations(legs)}) == 1


@pytest.mark.parametrize("others", [*product((None, *Outcome), repeat=2)])
def test_it_waits_for_open_legs_unless_one_is_lost(
    others: tuple[Outcome | None, Outcome | None],
) -> None:
    legs = [Leg(odds=Decimal(2), outcome=one) for one in (*others, None)]
    lost = Outcome.LOST in others
    assert combined_odds(legs) == (Decimal(0) if lost else None)
    found = settle_accumulator(legs, units(5))
    assert (found.profit if found else None) == (-5 if lost else None)


def test_what_is_no_combination_is_refused() -> None:
    with pytest.raises(ValueError, match="at least one"):
        combined_odds([])
    for odds in ("1", "0.5", "-2", "NaN", "Infinity"):
        with pytest.raises(ValueError, match="above 1"):
            Leg(odds=Decimal(odds))
