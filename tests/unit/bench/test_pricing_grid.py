from __future__ import annotations

import numpy as np
import pytest

from bench._pricing_grid import columns
from engine.pricing.grid.operator import MarketOperator
from engine.pricing.grid.score_grid import score_grids


def test_the_bench_prices_the_141_figures_of_the_yardstick() -> None:
    """8 of results and BTTS, 12 totals, 16 team totals, 42 handicaps, 36 scores, 27 others."""
    prices = MarketOperator.of(columns()).apply(
        score_grids(np.array([1.5]), np.array([1.2])).counts()
    )[:, 0]
    assert len(prices) == 141
    assert prices[:3].sum() == pytest.approx(1.0)
    assert prices[[8, 9]].sum() == pytest.approx(1.0)
    level = 36 + 2 * 10  # the handicap of 0: what is won and what is lost
    assert prices[[level, level + 1]] == pytest.approx(prices[[0, 2]])
    home_by_goals = 36 + 42 + 36
    assert prices[[home_by_goals, home_by_goals + 1]].sum() == pytest.approx(prices[0])
    assert prices[home_by_goals + 12] == pytest.approx(0.422, abs=5e-4), "both score and over"
