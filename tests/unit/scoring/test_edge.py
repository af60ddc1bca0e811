from __future__ import annotations

from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.policy import PricingRules
from engine.scoring.edge import Edges, Fair, chance_of_value, edges, sweet_spot
from engine.scoring.staking import in_units

odds_taken = st.floats(1.05, 15.0)
probabilities = st.floats(0.02, 0.98)
refunds = st.floats(0.0, 0.6)
RULES = PricingRules()


def one(
    odds: float,
    probability: float,
    refund: float = 0.0,
    error: float = 0.01,
    close: tuple[float, float] = (np.nan, np.nan),
) -> Edges:
    fair = Fair(
        probability=np.array([probability]),
        std_error=np.array([error]),
        refund=np.array([refund]),
        close=np.array([close[0]]),
        close_error=np.array([close[1]]),
        doubt=np.array([RULES.close_doubt * close[1]]),
    )
    return edges(np.array([odds]), fair, RULES)


@given(odds_taken, probabilities, refunds)
def test_value_is_shrunk_and_loss_is_not(odds: float, probability: float, refund: float) -> None:
    found = one(odds, probability, refund)
    raw = (1 - refund) * (odds * probability - 1)
    assert found.raw[0] == pytest.approx(raw)
    assert found.edge[0] == pytest.approx(0.55 * raw if raw > 0 else raw)
    assert found.low[0] < found.edge[0] < found.high[0]
    assert np.isnan(found.deviation[0])


@given(odds_taken, probabilities, probabilities, refunds)
def test_where_the_close_is_expected_the_edge_is_the_one_it_will_show(
    odds: float, probability: float, close: float, refund: float
) -> None:
    """A model of the close is shrunk already: shrinking it again would make it worse."""
    found = one(odds, probability, refund, close=(close, 0.02))
    assert found.raw[0] == pytest.approx((1 - refund) * (odds * probability - 1))
    assert found.edge[0] == pytest.approx((1 - refund) * (odds * close - 1))
    assert found.deviation[0] == pytest.approx((1 - refund) * odds * 0.02)
    reach = found.high[0] - found.edge[0]
    assert reach == pytest.approx(1.2815516 * found.deviation[0])
    assert found.edge[0] - found.low[0] == pytest.approx(reach)


def test_stakes_fear_the_models_error_and_not_the_news_to_come() -> None:
    found = one(2.0, 0.55, close=(0.53, 0.02))
    assert found.probability_low[0] == pytest.approx(0.53 - 0.8416212 * 0.3 * 0.02)


def test_a_surer_price_makes_a_narrower_interval() -> None:
    loose, tight = one(2.1, 0.5, error=0.02), one(2.1, 0.5, error=0.005)
    width = (tight.high - tight.low)[0]
    assert (loose.high - loose.low)[0] == pytest.approx(4 * width)
    assert width == pytest.approx(2 * 1.2815516 * 2.1 * 0.005 * 0.55**0.5)


def test_the_chance_of_value_is_even_at_no_edge_and_unknown_without_a_model() -> None:
    assert chance_of_value(one(2.0, 0.5, close=(0.5, 0.02)))[0] == pytest.approx(0.5)
    assert chance_of_value(one(2.0, 0.5, close=(0.52, 0.02)))[0] == pytest.approx(0.8413447)
    assert np.isnan(chance_of_value(one(2.0, 0.5)))[0]


def score(found: Edges) -> float:
    return float(sweet_spot(found, clv_sd=0.04, hurdle=0.01)[0])


def test_an_edge_at_the_hurdle_is_a_coin_toss_and_more_edge_a_higher_score() -> None:
    assert score(one(2.0, 0.5, close=(0.505, 0.02))) == pytest.approx(50.0)
    rising = [score(one(2.0, 0.5, close=(close, 0.02))) for close in (0.5, 0.505, 0.515, 0.53)]
    assert rising == sorted(set(rising))


def test_an_uncertain_price_scores_nearer_to_a_coin_toss() -> None:
    assert score(one(2.0, 0.55, error=0.001)) > score(one(2.0, 0.55, error=0.05)) > 50
    surely, hardly = (one(2.0, 0.5, close=(0.53, error)) for error in (0.01, 0.05))
    assert score(surely) > score(hardly) > 50


def test_one_unit_is_one_percent_of_bankroll() -> None:
    assert in_units(0.01) == 1


@given(st.floats(0.002, 0.2), st.floats(0.01, 0.1), st.floats(-0.05, 0.1))
def test_without_a_model_of_the_close_the_score_takes_both_errors_together(
    error: float, clv_sd: float, edge: float
) -> None:
    """The reference's own error, 1.2815516 of which make the interval's half, and the way left."""
    found = Edges(
        raw=np.array([edge]),
        edge=np.array([edge]),
        low=np.array([edge - 1.2815516 * error]),
        high=np.array([edge + 1.2815516 * error]),
        deviation=np.array([np.nan]),
        probability_low=np.array([0.5]),
    )
    chance = NormalDist().cdf((edge - 0.01) / (error**2 + clv_sd**2) ** 0.5)
    assert sweet_spot(found, clv_sd=clv_sd, hurdle=0.01)[0] == pytest.approx(
        100 * chance, abs=1e-4
    )
