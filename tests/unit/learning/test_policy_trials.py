"""The grid of trials: what stands beside what, and how far a week goes."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from config.policies import load_policies
from engine.domain.policy_version import Thresholds
from engine.learning.policy.trials import MOST_POINTS, grid_of, largest_move, named
from tests.unit.learning.policy_worlds import GRID, V0, WIDE

TRIALS = st.sampled_from(GRID.trials)


def test_what_is_registered_is_the_grid_and_v0_is_one_of_its_trials() -> None:
    registered = [
        Thresholds(
            zone_low=one.zone_low,
            zone_high=one.zone_high,
            zone_max_odds=one.zone_max_odds,
            hurdle=one.hurdle,
        )
        for one in load_policies().trials
    ]
    assert grid_of(registered) == GRID
    assert len(GRID) == len(set(GRID.trials)) == 96
    assert V0 in GRID.trials


def test_a_grid_without_one_of_its_trials_is_refused() -> None:
    with pytest.raises(ValueError, match="95 trials make no grid of 96"):
        grid_of(GRID.trials[1:])
    with pytest.raises(ValueError, match="each above the one before"):
        replace(GRID, hurdle=(0.02, 0.01))


@given(at=TRIALS, toward=TRIALS)
def test_steps_are_bounded_and_arrive(at: Thresholds, toward: Thresholds) -> None:
    here, weeks = at, 0
    while here != toward:
        there = GRID.step(here, toward)
        assert largest_move(here, there) <= MOST_POINTS
        for name, values in (("zone_max_odds", GRID.zone_max_odds), ("hurdle", GRID.hurdle)):
            before, after = (values.index(getattr(one, name)) for one in (here, there))
            assert abs(before - after) <= 1
        assert GRID.distance(there, toward) < GRID.distance(here, toward)
        here, weeks = there, weeks + 1
    assert weeks <= 6, "26 points at five a week"
    assert GRID.step(toward, toward) == toward


@given(one=TRIALS, other=TRIALS)
def test_distance_counts_steps_of_the_grid(one: Thresholds, other: Thresholds) -> None:
    assert GRID.distance(one, other) == GRID.distance(other, one)
    assert (GRID.distance(one, other) == 0) == (one == other)


def test_distance_is_told_between_values_of_the_grid_too() -> None:
    assert GRID.distance(replace(V0, zone_high=92.0), WIDE) == 0.5


def test_only_neighbours_weigh_on_the_surface() -> None:
    kernel, trials = GRID.kernel(), GRID.trials
    own = kernel[trials.index(V0)]
    assert own[trials.index(V0)] == 1
    assert own[trials.index(replace(V0, zone_low=55.0))] == 0.5
    assert own[trials.index(replace(V0, zone_low=55.0, hurdle=0.02))] == 0.25
    assert own[trials.index(replace(V0, zone_low=50.0))] == 0
    assert np.array_equal(kernel, kernel.T)


def test_a_setting_is_told_in_words() -> None:
    assert named(WIDE) == "60-100, odds below 2.5, hurdle 1 %"
