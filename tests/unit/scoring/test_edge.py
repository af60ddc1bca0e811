from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from engine.domain.policy import ScoringRules
from engine.scoring.edge import Edges, edges, lowest_odds, price_error, sweet_spot
from engine.scoring.staking import bankroll_fraction, in_units, kelly

odds_taken = st.floats(1.05, 15.0)
probabilities = st.floats(0.02, 0.98)
refunds = st.floats(0.0, 0.6)


def one(odds: float, probability: float, refund: float = 0.0, error: float = 0.01) -> Edges:
    return edges(
        np.array([odds]),
        probability=np.array([probability]),
        std_error=np.array([error]),
        refund=np.array([refund]),
        slope=0.55,
    )


@given(odds_taken, probabilities, refunds)
def test_value_is_shrunk_and_loss_is_not(odds: float, probability: float, refund: float) -> None:
    found = one(odds, probability, refund)
    raw = (1 - refund) * (odds * probability - 1)
    assert found.raw[0] == pytest.approx(raw)
    assert found.edge[0] == pytest.approx(0.55 * raw if raw > 0 else raw)
    assert found.low[0] < found.edge[0] < found.high[0]


def test_a_surer_price_makes_a_narrower_interval() -> None:
    loose, tight = one(2.1, 0.5, error=0.02), one(2.1, 0.5, error=0.005)
    assert price_error(loose)[0] == pytest.approx(4 * price_error(tight)[0])
    assert price_error(tight)[0] == pytest.approx(2.1 * 0.005 * 0.55**0.5)


@given(probabilities, refunds)
def test_at_the_lowest_odds_the_edge_is_just_enough(probability: float, refund: float) -> None:
    least = lowest_odds(np.array([probability]), np.array([refund]), edge=0.015, slope=0.55)
    assert one(float(least[0]), probability, refund).edge[0] == pytest.approx(0.015)


def test_an_edge_at_the_hurdle_is_a_coin_toss_and_more_edge_a_higher_score() -> None:
    score = sweet_spot(
        np.array([0.0, 0.01, 0.03, 0.06]), price_error=np.full(4, 0.02), clv_sd=0.04, hurdle=0.01
    )
    assert score[1] == pytest.approx(50.0)
    assert (np.diff(score) > 0).all()


def test_an_uncertain_price_scores_nearer_to_a_coin_toss() -> None:
    score = sweet_spot(
        np.array([0.05, 0.05]), price_error=np.array([0.0, 0.1]), clv_sd=0.04, hurdle=0.01
    )
    assert score[0] > score[1] > 50


@given(st.floats(1.2, 8.0), st.floats(0.1, 0.9), refunds)
def test_kelly_maximises_the_growth_even_where_a_part_comes_back(
    odds: float, probability: float, refund: float
) -> None:
    win, loss = (1 - refund) * probability, (1 - refund) * (1 - probability)

    def growth(fraction: float) -> float:
        return float(-(win * np.log1p(fraction * (odds - 1)) + loss * np.log1p(-fraction)))

    best = minimize_scalar(growth, bounds=(0, 0.999), method="bounded", options={"xatol": 1e-9})
    found = float(kelly(np.array([odds]), np.array([probability]))[0])
    assert found == pytest.approx(best.x, abs=2e-4)


def test_stakes_are_a_quarter_of_kelly_and_capped() -> None:
    rules = ScoringRules()
    fraction = bankroll_fraction(np.array([2.0, 2.0, 2.0]), np.array([0.51, 0.7, 0.4]), rules)
    assert fraction == pytest.approx([0.25 * 0.02, rules.stake_cap, 0.0])


def test_one_unit_is_one_percent_of_bankroll() -> None:
    assert in_units(0.01) == 1
