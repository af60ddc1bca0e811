"""The scores of one match."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Selection
from engine.pricing.match_grid import lumped, match_grid

OVER, FAR = Selection.parse("over_2.5").number, Selection.parse("over_4.5").number
SIDES = [Selection.parse(code).number for code in ("home", "draw", "away")]


@given(
    home=st.floats(0.15, 0.7),
    draw=st.floats(0.22, 0.30),
    over=st.floats(0.42, 0.6),
)
def test_a_grid_repeats_the_market_it_is_made_of(home: float, draw: float, over: float) -> None:
    away = 1 - home - draw
    if away < 0.05:
        return
    fair = dict(zip(SIDES, (home, draw, away), strict=True))
    grid = match_grid(fair | {OVER: over, FAR: 0.02})
    assert grid is not None
    assert grid.sum() == pytest.approx(1)
    goals = np.indices(grid.shape)
    assert grid[goals.sum(axis=0) > 2.5].sum() == pytest.approx(over, abs=1e-6)
    won, lost = (grid[goals[0] > goals[1]].sum(), grid[goals[0] < goals[1]].sum())
    assert won / lost == pytest.approx(home / away, rel=1e-4)


def test_without_match_odds_there_is_no_grid() -> None:
    assert match_grid({OVER: 0.5}) is None
    assert match_grid({}) is None


@given(most=st.integers(1, 8))
def test_lumping_loses_no_chance(most: int) -> None:
    grid = np.random.default_rng(most).dirichlet(np.ones(144)).reshape(12, 12)
    short = lumped(grid, most)
    assert short.shape == (most + 1, most + 1)
    assert short.sum() == pytest.approx(1)
    assert short[most, 0] == pytest.approx(grid[most:, 0].sum())
