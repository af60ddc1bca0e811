"""Stakes by a person's own rules: never over the cap, never without an edge."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Selection
from engine.domain.numbers import Odds
from engine.domain.policy import PricingRules
from engine.domain.staking import FRACTIONS, StakeBasis, StakePlan, Staking
from engine.scoring.edge import Fair, edges
from engine.scoring.own_stake import Held, cautious_probability, own_stake, rounded
from tests.builders import a_pick

if TYPE_CHECKING:
    from engine.domain.pick import Pick

EUROS = st.decimals(Decimal("0.01"), Decimal(1_000_000), places=2)
STEPS = st.sampled_from([Decimal(0), Decimal("0.5"), Decimal(1), Decimal(5)])
RULES = st.builds(
    Staking,
    plan=st.sampled_from(StakePlan),
    fraction=st.sampled_from(FRACTIONS),
    cap=st.floats(0.001, 0.1),
    flat=EUROS,
    step=STEPS,
)


def picked(edge: float, code: str = "over_2.5", *, odds: float = 2.0, **changes: object) -> Pick:
    """A pick with that edge, its interval three hundredths wide each way."""
    pick = replace(
        a_pick(),
        selection=Selection.parse(code),
        odds=Odds(odds),
        edge=edge,
        edge_low=edge - 0.03,
        edge_high=edge + 0.03,
    )
    refund = 0.12 if pick.selection.market.refundable else 0.0
    return replace(pick, fair=replace(pick.fair, refund=refund, close=None), **changes)  # type: ignore[arg-type]  # fields of a pick


@given(RULES, st.floats(-0.3, 1.0), EUROS, st.sampled_from(["over_2.5", "ah_home@-0.25"]))
def test_a_stake_is_never_over_the_cap_nor_below_nothing(
    rules: Staking, edge: float, basis: Decimal, code: str
) -> None:
    stake = own_stake(picked(edge, code), 2.0, rules, basis)
    assert 0 <= stake.money <= Decimal(str(rules.cap)) * basis
    assert stake.share <= rules.cap


@given(RULES, st.floats(-0.3, 1.0), st.floats(0, 0.3), EUROS)
def test_more_edge_is_never_a_smaller_stake(
    rules: Staking, edge: float, more: float, basis: Decimal
) -> None:
    lower = own_stake(picked(edge), 2.0, rules, basis)
    higher = own_stake(picked(edge + more), 2.0, rules, basis)
    assert lower.money <= higher.money


@given(RULES, st.floats(-0.9, 0.0), EUROS)
def test_nothing_is_staked_without_an_edge(rules: Staking, edge: float, basis: Decimal) -> None:
    stake = own_stake(picked(edge), 2.0, rules, basis)
    assert stake.money == 0
    assert stake.held is Held.NO_EDGE


@given(EUROS, STEPS, EUROS)
def test_rounding_never_goes_up_past_the_cap_and_lands_on_steps(
    amount: Decimal, step: Decimal, most: Decimal
) -> None:
    found = rounded(min(amount, most), step, most)
    assert 0 <= found <= most
    if step:
        assert found % step == 0
        assert abs(found - min(amount, most)) <= step


def test_the_cautious_probability_is_the_engines_own() -> None:
    """Where no model expects the close, as it was when the pick was made."""
    silent = np.full(1, np.nan)
    fair = Fair(
        probability=np.array([0.53]),
        std_error=np.array([0.012]),
        refund=np.zeros(1),
        close=silent,
        close_error=silent,
        doubt=silent,
    )
    made = edges(np.array([2.04]), fair, PricingRules())
    pick = replace(
        picked(0.0),
        odds=Odds(2.04),
        edge=float(made.edge[0]),
        edge_low=float(made.low[0]),
    )
    assert cautious_probability(pick) == pytest.approx(float(made.probability_low[0]), abs=1e-12)


def test_a_quarter_of_kelly_on_the_lower_bound_by_hand() -> None:
    pick = picked(0.10)
    believed = (1 + 0.10) / 2 - 0.8416212 * 0.03 / (1.2815516 * 2)
    expected = 0.25 * (2 * believed - 1)
    stake = own_stake(pick, 2.0, Staking(cap=0.1), Decimal(1000))
    assert stake.share == pytest.approx(expected, abs=1e-9)
    assert stake.money == pytest.approx(Decimal(expected * 1000), abs=Decimal("0.01"))
    assert stake.held is None


def test_worse_odds_than_the_picks_are_staked_less_and_in_the_end_not_at_all() -> None:
    stakes = [
        own_stake(picked(0.10), odds, Staking(cap=0.1), Decimal(1000)) for odds in (2.0, 1.95, 1.8)
    ]
    assert stakes[0].money > stakes[1].money > stakes[2].money == 0


def test_what_held_a_stake_is_said() -> None:
    pick = picked(0.30)
    assert own_stake(pick, 2.0, Staking(cap=0.01), Decimal(1000)).held is Held.CAP
    flat = Staking(plan=StakePlan.FLAT, flat=Decimal(7))
    assert own_stake(pick, 2.0, flat, Decimal(1000)).money == 7
    assert own_stake(pick, 2.0, flat, Decimal(500)) == own_stake(
        pick, 2.0, replace(flat, flat=Decimal(6)), Decimal(500)
    )
    tiny = Staking(step=Decimal(5), cap=0.01)
    assert own_stake(pick, 2.0, tiny, Decimal(100)).held is Held.STEP
    assert own_stake(pick, 2.0, tiny, Decimal(-3)).held is Held.NO_EDGE


@pytest.mark.parametrize(
    "wrong",
    [
        {"fraction": 1.0},
        {"cap": 0.2},
        {"cap": 0.0},
        {"flat": Decimal(0)},
        {"step": Decimal(-1)},
        {"fixed": Decimal(0)},
        {"basis": StakeBasis.FIXED},
    ],
)
def test_rules_that_are_none_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"was|figure"):
        Staking(**wrong)  # type: ignore[arg-type]  # on purpose
