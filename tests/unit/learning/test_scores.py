from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.learning.scores import brier, kl, log_loss, rps, stake

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Rule = Callable[[Floats, Floats], Floats]

RULES = [log_loss, rps, brier]


@st.composite
def books(draw: st.DrawFn, sides: int | None = None) -> Floats:
    count = draw(st.integers(2, 5)) if sides is None else sides
    raw = draw(st.lists(st.floats(0.02, 1), min_size=count, max_size=count))
    return np.array(raw) / sum(raw)


@st.composite
def pairs(draw: st.DrawFn) -> tuple[Floats, Floats]:
    truth = draw(books())
    return truth, draw(books(sides=len(truth)))


def expected(rule: Rule, truth: Floats, told: Floats) -> float:
    sides = len(truth)
    return float(truth @ rule(np.tile(told, (sides, 1)), np.eye(sides)))


@pytest.mark.parametrize("rule", RULES)
@given(pair=pairs())
def test_no_forecast_scores_better_on_average_than_the_truth(
    rule: Rule, pair: tuple[Floats, Floats]
) -> None:
    truth, told = pair
    assert expected(rule, truth, truth) <= expected(rule, truth, told) + 1e-12
    if np.abs(truth - told).max() > 1e-3:
        assert expected(rule, truth, truth) < expected(rule, truth, told)


@given(pair=pairs())
def test_kl_is_what_the_log_loss_of_a_forecast_exceeds_the_truths_by(
    pair: tuple[Floats, Floats],
) -> None:
    truth, told = pair
    excess = expected(log_loss, truth, told) - expected(log_loss, truth, truth)
    assert kl(truth[None], told[None])[0] == pytest.approx(excess, abs=1e-12)
    assert kl(truth[None], told[None])[0] >= -1e-15


@given(told=books(sides=2))
def test_of_two_sides_the_rps_is_half_the_brier_score(told: Floats) -> None:
    rows = np.tile(told, (2, 1))
    assert rps(rows, np.eye(2)) == pytest.approx(brier(rows, np.eye(2)) / 2)


@given(told=books(sides=3))
def test_the_rps_of_home_and_away_trade_places_with_the_sides(told: Floats) -> None:
    rows = np.tile(told, (3, 1))
    assert rps(rows, np.eye(3)) == pytest.approx(rps(rows[:, ::-1], np.eye(3)[:, ::-1]))


def test_the_anchors_of_uniform_and_base_rates_are_met() -> None:
    base = np.array([0.45, 0.26, 0.29])
    uniform = np.full(3, 1 / 3)
    told = [round(expected(rule, base, one), 4) for one in (uniform, base) for rule in RULES[:2]]
    assert told == [1.0986, 0.2344, 1.0686, 0.2267]


def test_being_wrong_by_two_sides_costs_more_than_by_one_in_the_rps_alone() -> None:
    told = np.tile([0.8, 0.1, 0.1], (2, 1))
    came = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0]])
    assert rps(told, came)[1] > rps(told, came)[0]
    assert brier(told, came)[1] == brier(told, came)[0]


@pytest.mark.parametrize("rule", RULES)
def test_what_is_half_refunded_counts_half_and_a_refund_nothing(rule: Rule) -> None:
    told = np.tile([0.6, 0.4], (3, 1))
    won = np.array([[1.0, 0.0], [0.5, 0.0], [0.0, 0.0]])
    full, half, none = rule(told, won)
    assert (half, none) == (full / 2, 0.0)
    assert stake(won).tolist() == [1.0, 0.5, 0.0]


@pytest.mark.parametrize("rule", [*RULES, kl])
def test_a_row_without_a_forecast_or_an_outcome_stays_without_a_score(rule: Rule) -> None:
    good, empty = np.array([[0.5, 0.3, 0.2]]), np.full((1, 3), np.nan)
    came = np.array([[0.0, 1.0, 0.0]])
    one, other = np.vstack([good, good, empty]), np.vstack([came, empty, came])
    assert np.isnan(rule(one, other)).tolist() == [False, True, True]


def test_a_certainty_that_fails_costs_much_but_not_infinitely() -> None:
    certain, came = np.array([[1.0, 0.0]]), np.array([[0.0, 1.0]])
    assert 20 < log_loss(certain, came)[0] < 30
    assert np.isfinite(kl(came, certain)).all()
