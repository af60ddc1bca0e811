"""One bet that somebody describes."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.scoring.one_bet import OneBet
from engine.scoring.payoffs import kelly

ODDS, CHANCE = st.floats(1.01, 100), st.floats(0.01, 0.99)


@given(ODDS, CHANCE)
def test_the_stake_is_that_of_the_house_for_a_bet_won_or_lost(odds: float, chance: float) -> None:
    bet = OneBet(odds=odds, probability=chance, share=1.0)
    made = np.array([[chance, 0, 0, 0, 1 - chance]])
    assert bet.full == pytest.approx(kelly(np.array([odds]), made)[0], abs=1e-8)


@given(ODDS, CHANCE, st.floats(0.05, 1))
def test_growth_is_never_below_that_of_no_stake_and_highest_in_full(
    odds: float, chance: float, share: float
) -> None:
    part, full = (OneBet(odds=odds, probability=chance, share=each) for each in (share, 1.0))
    assert -1e-12 <= part.growth <= full.growth + 1e-12
    assert (part.stake > 0) == (part.edge > 0)


@given(ODDS, CHANCE)
def test_at_fair_odds_there_is_no_edge(odds: float, chance: float) -> None:
    bet = OneBet(odds=odds, probability=chance, share=0.25)
    assert OneBet(odds=bet.fair_odds, probability=chance, share=0.25).edge == pytest.approx(0)
    assert OneBet(odds=odds, probability=bet.break_even, share=0.25).edge == pytest.approx(0)


@pytest.mark.parametrize(
    ("odds", "chance", "share"),
    [(1.0, 0.5, 0.25), (2.0, 0.0, 0.25), (2.0, 1.0, 0.25), (2, 0.5, 2)],
)
def test_what_is_no_bet_is_refused(odds: float, chance: float, share: float) -> None:
    with pytest.raises(ValueError, match="bet was"):
        OneBet(odds=odds, probability=chance, share=share)
