"""PBO and the deflated Sharpe ratio: published values, and what they must say of known worlds."""

from __future__ import annotations

from math import sqrt

import numpy as np
import pytest

from engine.learning.policy.overfitting import (
    chance_above,
    deflated_sharpe,
    expected_best,
    overfit_chance,
)

RNG = np.random.default_rng(11)


def test_the_published_example_is_found_again() -> None:
    """Bailey & López de Prado 2014: 100 trials, SR 2.5 a year, five years of days."""
    ratio, luck = 2.5 / sqrt(250), expected_best(0.5 / 250, 100)
    assert luck == pytest.approx(0.1132, abs=5e-5)
    assert chance_above(ratio, luck, 1250, skew=-3, kurtosis=10) == pytest.approx(0.9004, abs=5e-5)
    fewer = expected_best(0.5 / 250, 46)
    assert chance_above(ratio, fewer, 1250, -3, 10) == pytest.approx(0.9505, abs=5e-4)


def test_the_best_of_more_trials_is_luckier() -> None:
    best = [expected_best(1.0, trials) for trials in (1, 2, 6, 22, 100, 1000)]
    assert best == sorted(best)
    assert best[0] == 0
    assert best[2:] == pytest.approx([1.30, 1.94, 2.53, 3.26], abs=0.05), "METHOD A8"


def test_trials_of_pure_noise_are_overfitted_half_of_the_time() -> None:
    found = [overfit_chance(RNG.normal(0, 1, (30, 100)), np.ones((30, 100))) for _ in range(60)]
    assert 0.4 < np.mean(found) < 0.6


def test_a_trial_that_is_better_everywhere_is_not_overfitted() -> None:
    sums = RNG.normal(0, 1, (30, 100))
    sums[7] += 3
    assert overfit_chance(sums, np.ones((30, 100))) == 0


def test_trials_that_are_all_the_same_say_nothing_for_the_best() -> None:
    sums = np.tile(RNG.normal(0, 1, 100), (30, 1))
    assert overfit_chance(sums, np.ones((30, 100))) == 1


def test_a_best_that_turns_is_always_overfitted() -> None:
    sums = np.zeros((2, 10))
    sums[0, ::2], sums[1, 1::2] = 1.0, 1.0
    assert overfit_chance(sums, np.ones((2, 10))) > 0.9


def test_too_little_time_or_nobody_to_compare_with_is_not_told() -> None:
    assert np.isnan(overfit_chance(np.ones((4, 9)), np.ones((4, 9))))
    assert np.isnan(overfit_chance(np.ones((1, 20)), np.ones((1, 20))))
    assert np.isnan(overfit_chance(np.zeros((4, 20)), np.zeros((4, 20))))


def test_a_ratio_is_deflated_by_what_was_tried() -> None:
    returns = RNG.normal(0.1, 1, 2_000)
    ratios = RNG.normal(0, 0.05, 96)
    alone = deflated_sharpe(returns, ratios, 1)
    among = deflated_sharpe(returns, ratios, 96)
    assert alone.ratio == among.ratio == pytest.approx(0.1, abs=0.05)
    assert alone.chance > among.chance
    assert (among.periods, among.trials) == (2_000, 96)
    assert np.isnan(deflated_sharpe(np.ones(20), ratios, 96).chance), "no spread, no ratio"
    assert np.isnan(deflated_sharpe(np.array([1.0]), ratios, 96).chance)
