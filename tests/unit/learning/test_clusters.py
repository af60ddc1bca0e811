from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.learning.clusters import clustered_mean, clustered_ratio, week_of

if TYPE_CHECKING:
    from numpy.typing import NDArray

DAY = 86_400.0
FRIDAY = 1_470_405_600.0  # 5 August 2016


def test_a_round_from_friday_to_monday_is_one_week_and_midweek_another() -> None:
    days: NDArray[np.float64] = FRIDAY + DAY * np.arange(14.0)
    weeks = week_of(days) - week_of(days)[0]
    assert weeks.tolist() == [0] * 4 + [1] * 7 + [2] * 3


def test_alone_in_their_weeks_matches_have_the_plain_standard_error() -> None:
    values = np.random.default_rng(1).normal(2, 3, 200)
    found = clustered_mean(values, np.arange(200))
    assert found.value == pytest.approx(values.mean())
    assert found.error == pytest.approx(values.std(ddof=1) / np.sqrt(200))
    assert (found.n, found.weeks) == (200, 200)


def test_ten_copies_of_a_week_teach_nothing_more_than_one() -> None:
    values, week = np.random.default_rng(2).normal(0, 1, 40), np.arange(40)
    once = clustered_mean(values, week)
    tenfold = clustered_mean(np.repeat(values, 10), np.repeat(week, 10))
    assert tenfold.error == pytest.approx(once.error)
    assert (tenfold.low, tenfold.high) == pytest.approx((once.low, once.high))


def test_the_interval_covers_the_truth_as_often_as_it_says_with_few_weeks() -> None:
    rng = np.random.default_rng(3)
    week = np.repeat(np.arange(12), 5)
    covered = drawn = 0
    for _ in range(400):
        shared = np.repeat(rng.normal(0, 1, 12), 5)
        found = clustered_mean(shared + rng.normal(0, 1, 60), week)
        covered += found.low <= 0 <= found.high
        drawn += found.boot_low <= 0 <= found.boot_high
    assert 0.92 < covered / 400 < 0.98
    assert 0.85 < drawn / 400 < 0.97  # percentiles are too narrow with so few weeks


def test_the_bootstrap_confirms_the_linearised_interval_of_many_weeks() -> None:
    rng = np.random.default_rng(4)
    week = np.repeat(np.arange(150), 8)
    base = rng.gamma(2, 1, 1200)
    found = clustered_ratio(base * rng.normal(-0.07, 0.5, 1200), base, week)
    assert found.low == pytest.approx(found.boot_low, abs=0.12 * (found.high - found.low))
    assert found.high == pytest.approx(found.boot_high, abs=0.12 * (found.high - found.low))


@given(scale=st.floats(0.01, 100), shift=st.floats(-5, 5))
def test_a_relative_change_has_no_unit(scale: float, shift: float) -> None:
    rng = np.random.default_rng(5)
    base, week = rng.gamma(2, 1, 60), np.repeat(np.arange(12), 5)
    gap = shift * base + rng.normal(0, 1, 60)
    one = clustered_ratio(gap, base, week)
    other = clustered_ratio(gap * scale, base * scale, week)
    assert (other.value, other.error) == pytest.approx((one.value, one.error), rel=1e-9)


def test_what_is_unknown_is_left_out_and_nothing_at_all_is_said_to_be_nothing() -> None:
    values, week = np.array([1.0, np.nan, 3.0]), np.array([1, 2, 3])
    assert (clustered_mean(values, week).value, clustered_mean(values, week).n) == (2.0, 2)
    nothing = clustered_mean(np.full(3, np.nan), week)
    assert (nothing.n, nothing.weeks, np.isnan(nothing.value)) == (0, 0, True)
    one_week = clustered_mean(values, np.ones(3, dtype=np.int64))
    assert one_week.value == 2
    assert np.isnan([one_week.low, one_week.error, one_week.boot_high]).all()
    assert not one_week.below_zero
    assert not one_week.low > 0
