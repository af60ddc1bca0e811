from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from engine.learning.montecarlo import DEEP, Stakes, fan_of, thresholds


def stakes(n: int, *, error: float = 0.0, refund: float = 0.0, fraction: float = 0.02) -> Stakes:
    rng = np.random.default_rng(n)
    odds = rng.uniform(1.5, 4, n)
    return Stakes(
        odds=odds,
        probability=np.clip(1.04 / odds, 0.01, 0.95),
        error=np.full(n, error),
        refund=np.full(n, refund),
        fraction=np.full(n, fraction),
    )


def even(n: int, fraction: float, error: float = 0.0, probability: float = 0.5) -> Stakes:
    return Stakes(
        odds=np.full(n, 2.0),
        probability=np.full(n, probability),
        error=np.full(n, error),
        refund=np.zeros(n),
        fraction=np.full(n, fraction),
    )


@pytest.mark.parametrize("refund", [0.0, 0.2])
def test_step_by_step_is_what_a_whole_block_says(refund: float) -> None:
    """The same draws as one table (bets, runs): products, peaks and falls of whole columns."""
    bets, paths, seed = stakes(120, error=0.2, refund=refund), 2_000, 7
    wins, voids = thresholds(bets)
    drawn = np.random.PCG64(seed).random_raw(120 * paths // 2).view(np.uint32)
    table = drawn.reshape(120, paths)
    each = paths // wins.shape[1]
    won = table < np.repeat(wins, each, axis=1)
    back = won if voids is None else table < np.repeat(voids, each, axis=1)
    gain = 1 + bets.fraction[:, None] * (bets.odds[:, None] - 1)
    factors = np.where(won, gain, np.where(back, 1.0, 1 - bets.fraction[:, None]))
    wealth = np.cumprod(factors, axis=0)
    peak = np.maximum.accumulate(np.concatenate([np.ones((1, paths)), wealth]), axis=0)[1:]
    found = fan_of(bets, seed=seed, paths=paths, steps=(0, 60, 120))
    for place, step in ((1, 60), (2, 120)):
        low, median, high = np.quantile(wealth[step - 1], [0.05, 0.5, 0.95])
        assert found.low[place] == pytest.approx(low, rel=1e-12)
        assert found.median[place] == pytest.approx(median, rel=1e-12)
        assert found.high[place] == pytest.approx(high, rel=1e-12)
    assert found.deep == ((wealth / peak).min(axis=0) < 1 - DEEP).mean()
    assert (found.low[0], found.median[0], found.high[0]) == (1, 1, 1)


def test_quantiles_are_those_of_the_binomial_where_the_probability_is_known() -> None:
    n, fraction = 200, 0.02
    found = fan_of(even(n, fraction), seed=1, paths=20_000)
    wins = binom(n, 0.5).ppf([0.05, 0.5, 0.95])
    low, median, high = (1 + fraction) ** wins * (1 - fraction) ** (n - wins)
    step = (1 + fraction) / (1 - fraction)  # one win more or less
    assert found.low[0] == pytest.approx(low, rel=1.01 * (step - 1))
    assert found.median[0] == pytest.approx(median, rel=1.01 * (step - 1))
    assert found.high[0] == pytest.approx(high, rel=1.01 * (step - 1))


def test_not_knowing_the_probability_widens_the_band_and_deepens_the_falls() -> None:
    """An error of one's own probabilities is common to all bets: it does not average out."""
    sure, unsure = (
        fan_of(even(500, 0.02, error, probability=0.56), seed=3) for error in (0.0, 0.3)
    )
    assert unsure.low[0] < 0.5 * sure.low[0]
    assert unsure.high[0] > 2 * sure.high[0]
    assert unsure.deep > sure.deep + 0.05
    assert unsure.median[0] == pytest.approx(sure.median[0], rel=0.1)


def test_half_of_kelly_falls_less_and_twice_kelly_grows_no_more() -> None:
    """METHOD A7: c times Kelly keeps 2c - c² of the growth."""
    half, full, twice = (
        fan_of(even(3_000, share * 0.04, probability=0.52), seed=5, paths=4_000)
        for share in (0.5, 1.0, 2.0)
    )
    growth = [float(np.log(found.median[0])) / 3_000 for found in (half, full, twice)]
    assert growth[1] == pytest.approx(0.04**2 / 2, rel=0.1)
    assert growth[0] == pytest.approx(0.75 * growth[1], rel=0.1)
    assert growth[2] == pytest.approx(0, abs=0.1 * growth[1])
    assert half.deep < full.deep <= twice.deep


def test_a_seed_fixes_the_fan() -> None:
    bets = stakes(50, error=0.1)
    one, same, other = (fan_of(bets, seed=seed) for seed in (1, 1, 2))
    assert (one.low == same.low).all()
    assert one.deep == same.deep
    assert (one.low != other.low).any()


@settings(max_examples=30)
@given(st.integers(1, 30), st.floats(0, 1), st.floats(0, 0.9))
def test_quantiles_are_in_order_and_nobody_owes_money(
    n: int, error: float, fraction: float
) -> None:
    found = fan_of(stakes(n, error=error, fraction=fraction), seed=n, paths=200)
    assert 0 <= found.low[0] <= found.median[0] <= found.high[0]
    assert 0 <= found.deep <= 1


def test_a_stake_that_always_comes_back_changes_nothing() -> None:
    found = fan_of(stakes(20, refund=1.0), seed=1, paths=400)
    assert (found.low[0], found.high[0], found.deep) == pytest.approx((1.0, 1.0, 0.0), abs=1e-9)


def test_certainties_win_and_lose() -> None:
    won, lost = (
        fan_of(replace(even(10, 0.5), probability=np.full(10, p)), seed=1, paths=200)
        for p in (1.0, 0.0)
    )
    assert won.low[0] == pytest.approx(1.5**10)
    assert lost.high[0] == pytest.approx(0.5**10)
    assert (won.deep, lost.deep) == (0.0, 1.0)
