from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import poisson as poisson_law

from engine.pricing.grid.bets import WON, combined, returns
from engine.pricing.grid.score_grid import (
    SIZE,
    Grids,
    RhoOutOfRangeError,
    poisson,
    rho_limits,
    score_grids,
)
from tests.builders import a_selection

rates = st.floats(0.1, 5.0)


def a_grid(home: float, away: float, share: float = 0.5) -> Grids:
    """Return one grid whose rho stands at `share` of the way between its limits."""
    home_rate, away_rate = np.array([home]), np.array([away])
    low, high = rho_limits(home_rate, away_rate)
    rho = np.clip(low + share * (high - low), low, high)
    return score_grids(home_rate, away_rate, rho)


def test_the_four_low_scores_are_corrected_as_dixon_and_coles_print_them() -> None:
    """1997, eq. 4.2, x home and y away: penaltyblog exchanges 0-1 and 1-0."""
    home, away, rho = 1.6, 0.9, -0.12
    grid = score_grids(np.array([home]), np.array([away]), rho).matrix(0)
    plain = score_grids(np.array([home]), np.array([away])).matrix(0)
    tau = grid / plain
    assert tau[0, 0] == pytest.approx(1 - home * away * rho, abs=1e-12)
    assert tau[0, 1] == pytest.approx(1 + home * rho, abs=1e-12)
    assert tau[1, 0] == pytest.approx(1 + away * rho, abs=1e-12)
    assert tau[1, 1] == pytest.approx(1 - rho, abs=1e-12)
    tau[:2, :2] = 1.0
    assert tau == pytest.approx(np.ones((SIZE, SIZE)), abs=1e-12)


@given(rates, rates, st.floats(0, 1))
def test_a_grid_sums_to_one_and_no_score_is_impossible_to_price(
    home: float, away: float, share: float
) -> None:
    grid = a_grid(home, away, share).matrix(0)
    assert grid.sum() == pytest.approx(1.0, abs=1e-12)
    assert grid.min() >= -1e-16


@given(rates, rates, st.floats(0, 1))
def test_the_correction_leaves_each_teams_goals_alone(
    home: float, away: float, share: float
) -> None:
    grid = a_grid(home, away, share).matrix(0)
    goals = np.arange(SIZE)
    assert grid.sum(axis=1) == pytest.approx(poisson_law.pmf(goals, home), abs=1e-7)
    assert grid.sum(axis=0) == pytest.approx(poisson_law.pmf(goals, away), abs=1e-7)


@given(rates, rates, st.floats(1e-6, 3.0))
def test_a_correlation_beyond_its_limits_is_refused_by_name(
    home: float, away: float, beyond: float
) -> None:
    home_rate, away_rate = np.array([1.0, home]), np.array([1.0, away])
    low, high = rho_limits(home_rate, away_rate)
    for limit, rho in ((low, low[1] - beyond), (high, high[1] + beyond)):
        with pytest.raises(RhoOutOfRangeError, match=r"rho was .* in row 1"):
            score_grids(home_rate, away_rate, np.array([0.0, rho]))
        assert score_grids(home_rate, away_rate, limit).matrix(1).min() >= -1e-16


def test_a_rate_that_is_not_above_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="not above 0"):
        score_grids(np.array([1.0]), np.array([0.0]))


def test_what_lies_beyond_the_grid_is_below_one_in_ten_million_up_to_a_rate_of_six() -> None:
    tails = score_grids(np.array([6.0, 1.5, 12.0]), np.array([6.0, 1.2, 1.0])).tail
    assert tails[0] < 1e-7
    assert tails[1] < 1e-15
    assert tails[2] == pytest.approx(poisson_law.sf(SIZE - 1, 12.0), rel=1e-6)


def test_counts_are_poisson_and_sum_to_one() -> None:
    found = poisson(np.array([0.3, 2.7]))
    assert found[1] == pytest.approx(poisson_law.pmf(np.arange(SIZE), 2.7), rel=1e-9)
    assert found.sum(axis=1) == pytest.approx([1.0, 1.0], abs=1e-15)


def test_many_grids_are_those_of_each_fixture_alone() -> None:
    home, away, rho = (
        np.array([1.1, 2.4, 0.6]),
        np.array([1.3, 0.4, 0.6]),
        np.array([-0.1, 0, 0.2]),
    )
    several = score_grids(home, away, rho)
    assert len(several) == 3
    for row in range(3):
        alone = score_grids(home[row : row + 1], away[row : row + 1], rho[row : row + 1])
        assert several.matrix(row) == pytest.approx(alone.matrix(0), abs=1e-15)
    picked = several.matrices(np.array([2, 0]))
    assert (picked[::-1] == several.matrices(slice(None))[[0, 2]]).all()


def test_a_fixture_without_rates_has_a_grid_of_nan() -> None:
    grids = score_grids(np.array([np.nan, 1.0]), np.array([np.nan, 1.0]), np.array([np.nan, 0.0]))
    assert np.isnan(grids.matrix(0)).all()
    assert grids.matrix(1).sum() == pytest.approx(1.0)


def test_both_score_and_over_are_far_from_independent() -> None:
    """METHOD A10, B8 (8): at 1.5 and 1.2 the joint of both score and over 2.5 is .422."""
    grid = score_grids(np.array([1.5]), np.array([1.2])).matrix(0)
    both = combined([returns(a_selection("btts_yes")), returns(a_selection("over_2.5"))])
    joint = grid[both == WON].sum()
    assert joint == pytest.approx(0.422, abs=5e-4)
    alone = [grid[returns(a_selection(code)) == WON].sum() for code in ("btts_yes", "over_2.5")]
    assert joint / (alone[0] * alone[1]) == pytest.approx(1.53, abs=0.01)
