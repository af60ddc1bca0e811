"""Totals at whole and quarter goals follow those at half goals, corrected or not."""

from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import Market, MarketKind
from engine.pricing.derived.totals import coherent_totals, halves_beside


def total(line: str) -> int:
    return Market(kind=MarketKind.TOTAL_GOALS, line=Decimal(line)).number


LINES = ["0.5", "0.75", "1", "1.25", "1.5", "1.75", "2", "2.25", "2.5", "2.75", "3", "3.5"]
MARKETS = np.array([total(line) for line in LINES])
BTTS = Market(kind=MarketKind.BTTS).number


@given(st.lists(st.floats(0.01, 1.0), min_size=5, max_size=5))
def test_every_line_pays_what_the_goals_behind_the_half_lines_pay(weights: list[float]) -> None:
    goals = np.array(weights) / sum(weights)  # of 0, 1, 2, 3 and 4 goals
    plain = np.full((1, len(MARKETS)), 0.4)
    for place, line in enumerate(LINES):
        if line.endswith(".5"):
            plain[0, place] = goals[np.arange(5) > float(line)].sum()

    over, refund = coherent_totals(MARKETS, plain, np.zeros_like(plain))

    for place, line in enumerate(LINES):
        ahead = np.clip(2 * (np.arange(5) - float(line)), -1, 1)
        won, lost = (goals * np.maximum(ahead, 0)).sum(), (goals * np.maximum(-ahead, 0)).sum()
        assert over[0, place] == pytest.approx(won / (won + lost))
        if not line.endswith(".5"):
            assert refund[0, place] == pytest.approx(1 - won - lost)


def test_half_lines_and_other_markets_stay_as_they_are() -> None:
    markets = np.array([BTTS, total("0.25"), total("0.5"), total("1.5")])
    plain = np.array([[0.55, 0.9, 0.93, 0.75]])

    over, refund = coherent_totals(markets, plain, np.full((1, 4), 0.1))

    assert over.tolist() == plain.tolist()
    assert refund.tolist() == [[0.1] * 4]
    assert not len(halves_beside(markets))


def test_where_a_half_line_is_not_told_the_grid_s_own_word_stands() -> None:
    markets = np.array([total("1.5"), total("2"), total("2.5")])
    plain = np.array([[np.nan, 0.6, 0.5], [0.7, 0.6, 0.5]])

    over, _ = coherent_totals(markets, plain, np.zeros_like(plain))

    assert over[0, 1] == 0.6
    assert over[1, 1] == pytest.approx(0.5 / (0.5 + 0.3))


def test_half_lines_that_contradict_each_other_leave_no_negative_refund() -> None:
    markets = np.array([total("1.5"), total("2"), total("2.5")])

    _, refund = coherent_totals(markets, np.array([[0.5, 0.5, 0.6]]), np.zeros((1, 3)))

    assert refund[0, 1] == pytest.approx(0.0)
