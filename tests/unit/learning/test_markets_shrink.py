"""Markets pulled towards all, held against another way of working the same out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.learning.clusters import drawn_errors
from engine.learning.evidence import CONVINCING
from engine.learning.markets.sequence import against_at_least, against_at_most, ends
from engine.learning.markets.shrink import SCALE, shrink
from engine.learning.markets.streams import TYPICAL_CLV, TYPICAL_RETURN, Cells

WORTH = st.floats(-0.2, 0.2)
ERROR = st.floats(0.005, 0.2)
MARKETS = st.lists(st.tuples(WORTH, ERROR), min_size=1, max_size=22)


def by_sampling(seen: np.ndarray, error: np.ndarray, n: int = 400_000) -> np.ndarray:
    """Draws of the true worths: the common mean and tau from their prior, weighed by what is seen.

    The common mean is drawn from a wide uniform: flat, as in the formulae.
    """
    rng = np.random.default_rng(2)
    tau = SCALE * np.abs(rng.standard_cauchy(n))
    common = rng.uniform(-0.3, 0.3, n)
    spread = np.hypot(tau[:, None], error)
    weight = np.exp((-0.5 * ((seen - common[:, None]) / spread) ** 2 - np.log(spread)).sum(axis=1))
    rows = rng.choice(n, 40_000, p=weight / weight.sum())
    own = (tau[rows, None] / spread[rows]) ** 2
    centre = own * seen + (1 - own) * common[rows, None]
    drawn: np.ndarray = centre + np.sqrt(own) * error * rng.standard_normal(centre.shape)
    return drawn


def test_beliefs_are_those_of_drawing_common_mean_and_scatter_from_their_priors() -> None:
    seen = np.array([0.05, -0.03, -0.02, 0.01, 0.0])
    error = np.array([0.03, 0.01, 0.02, 0.015, 0.012])
    drawn, found = by_sampling(seen, error), shrink(seen, error)

    np.testing.assert_allclose(found.mean, drawn.mean(axis=0), atol=0.0007)
    np.testing.assert_allclose(found.deviation, drawn.std(axis=0), rtol=0.04)
    np.testing.assert_allclose(found.above(0.01), (drawn > 0.01).mean(axis=0), atol=0.015)
    for share in (0.025, 0.1, 0.9, 0.975):
        ends_ = np.quantile(drawn, share, axis=0)
        np.testing.assert_allclose(found.quantile(share), ends_, atol=0.002)


@given(MARKETS)
def test_a_market_is_pulled_towards_the_others_and_never_beyond_them(
    markets: list[tuple[float, float]],
) -> None:
    seen, error = (np.array(column) for column in zip(*markets, strict=True))
    found = shrink(seen, error)
    assert (found.mean >= seen.min() - 1e-9).all()
    assert (found.mean <= seen.max() + 1e-9).all()
    assert (found.deviation > 0).all()
    assert (found.quantile(0.025) < found.quantile(0.975)).all()


@given(MARKETS, st.integers(0, 21))
def test_a_market_that_says_nothing_changes_no_other(
    markets: list[tuple[float, float]], place: int
) -> None:
    seen, error = (np.array(column) for column in zip(*markets, strict=True))
    at = min(place, len(seen))
    with_gap = shrink(np.insert(seen, at, np.nan), np.insert(error, at, np.nan))
    assert np.isnan(with_gap.mean[at])
    assert np.isnan(with_gap.above(0.0)[at])
    np.testing.assert_allclose(np.delete(with_gap.mean, at), shrink(seen, error).mean)


def test_a_lone_market_is_pulled_nowhere() -> None:
    found = shrink(np.array([0.03]), np.array([0.01]))
    assert found.mean == pytest.approx([0.03])
    assert found.deviation == pytest.approx([0.01])


def test_the_errors_by_drawn_weeks_are_those_of_dependent_weeks() -> None:
    """Ten equal bets a week are one bet: errors by bets would be a third of the true one."""
    rng = np.random.default_rng(4)
    weekly = rng.normal(0, 0.05, 100)
    errors = drawn_errors((10 * weekly)[None, :], np.full((1, 100), 10.0))
    assert errors == pytest.approx([weekly.std(ddof=1) / 10], rel=0.05)


def test_few_weeks_that_agree_by_luck_are_not_believed() -> None:
    """Two weeks with one mean have no spread of their own; their picks' spread is left."""
    values = np.tile([0.10, -0.06], 20)
    cells = Cells(
        markets=1,
        market=np.zeros(40, dtype=np.int64),
        week=np.repeat([0, 1], 20),
        day=np.repeat([0, 1], 20),
    )
    alike = 0.97 / 40 + 0.03 / 2
    error = cells.stream(values, np.ones(40), TYPICAL_CLV).error()
    assert error == pytest.approx([values.std(ddof=1) * np.sqrt(alike)])


def test_wins_in_a_row_are_not_a_certain_return() -> None:
    """Three wins at one price have no spread at all: that of any bets stands in."""
    cells = Cells(
        markets=1, market=np.zeros(3, dtype=np.int64), week=np.arange(3), day=np.arange(3)
    )
    error = cells.stream(np.ones(3), np.ones(3), TYPICAL_RETURN).error()
    assert error[0] > 0.5


def test_the_roi_sequence_holds_on_every_day_of_a_year() -> None:
    """Fair bets at odds 3, looked at daily: each end is wrong ever in at most one world of 20."""
    rng = np.random.default_rng(6)
    worlds, days, a_day = 400, 120, 3
    returns = np.where(rng.random((worlds, days, a_day)) < 1 / 3, 2.0, -1.0).sum(axis=2)
    counts, most = np.full((worlds, days), float(a_day)), np.full((worlds, days), 2.0)
    refuted = np.zeros((2, worlds), dtype=np.bool_)
    for until in range(1, days + 1):
        past = returns[:, :until], counts[:, :until]
        refuted[0] |= against_at_least(0.0, *past, most[:, :until]) >= CONVINCING
        refuted[1] |= against_at_most(0.0, *past) >= CONVINCING
    assert refuted.mean(axis=1).max() <= 0.05 + 2 * np.sqrt(0.05 * 0.95 / worlds)


@pytest.mark.parametrize("mean", [-0.3, 0.0, 0.3])
def test_the_ends_of_the_sequence_are_where_wealth_reaches_20(mean: float) -> None:
    rng = np.random.default_rng(7)
    sums, counts, most = mean + rng.normal(0, 0.5, 200), np.ones(200), np.full(200, 2.5)
    low, high = ends(sums, counts, most)
    assert low < sums.mean() < high
    assert against_at_most(low, sums, counts) == pytest.approx(CONVINCING, rel=1e-3)
    assert against_at_least(high, sums, counts, most) == pytest.approx(CONVINCING, rel=1e-3)
