from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.market import LINED, SIDES, Market, MarketKind, Selection
from engine.domain.numbers import units
from engine.domain.settlement import Score
from engine.settlement.bankroll import growing_bankroll, level_bankroll
from engine.settlement.columns import returns, settle_columns
from engine.settlement.grading import profit, settle

SHARES = {"won": 1.0, "half_won": 0.5, "void": 0.0, "half_lost": -0.5, "lost": -1.0}
UNIT_RETURNS = st.lists(st.floats(-1, 8, allow_nan=False, width=16), min_size=1, max_size=60)


@st.composite
def bets(draw: st.DrawFn) -> tuple[Selection, Score, float]:
    kind = draw(st.sampled_from(MarketKind))
    quarters = draw(st.integers(-12, 20))
    line = Decimal(quarters) / 4 if kind in LINED else None
    side = draw(st.sampled_from(SIDES[kind]))
    score = Score(home=draw(st.integers(0, 6)), away=draw(st.integers(0, 6)))
    odds = draw(st.integers(101, 3_000)) / 100
    return Selection(market=Market(kind=kind, line=line), side=side), score, odds


@given(st.lists(bets(), min_size=1, max_size=40))
def test_columns_settle_every_bet_as_one_by_one(
    drawn: list[tuple[Selection, Score, float]],
) -> None:
    selection = np.array([one.number for one, _, _ in drawn])
    home, away = (np.array([float(getattr(s, g)) for _, s, _ in drawn]) for g in ("home", "away"))
    odds = np.array([each for _, _, each in drawn])
    settled = settle_columns(selection, home, away)
    earned = returns(settled, odds)
    for place, (one, score, price) in enumerate(drawn):
        outcome = settle(one, score)
        assert settled[place] == SHARES[outcome.value], one.code
        exact = profit(outcome, price, units(1))
        assert earned[place] == pytest.approx(float(exact), abs=5.001e-5), one.code


@pytest.mark.parametrize("code", ["home", "dc_12", "dnb_away", "btts_no", "under_2.5", "ah_away"])
def test_a_bet_without_a_result_is_not_settled(code: str) -> None:
    selection = np.array([Selection.parse(code).number])
    unknown = np.array([np.nan])
    for home, away in ((unknown, unknown), (np.zeros(1), unknown), (unknown, np.zeros(1))):
        settled = settle_columns(selection, home, away)
        assert np.isnan(settled).all()
        assert np.isnan(returns(settled, np.array([2.0]))).all()


@given(UNIT_RETURNS, st.floats(0.5, 20), st.floats(1, 100))
def test_level_stakes_are_what_is_left_once_less_is_left(
    profits: list[float], stake: float, start: float
) -> None:
    left, expected = start, []
    for one in profits:
        left += min(stake, max(left, 0.0)) * one
        expected.append(left)
    assert level_bankroll(np.array(profits), stake, start).tolist() == pytest.approx(
        expected, rel=1e-12, abs=1e-9
    )


@given(UNIT_RETURNS, st.floats(0, 1))
def test_a_growing_bankroll_stakes_a_share_of_what_there_is(
    profits: list[float], share: float
) -> None:
    left, expected = 250.0, []
    for one in profits:
        left += share * left * one
        expected.append(left)
    grown = growing_bankroll(np.array(profits), np.full(len(profits), share), 250.0)
    assert grown.tolist() == pytest.approx(expected, rel=1e-9, abs=1e-9)


@given(UNIT_RETURNS, st.floats(0, 1))
def test_no_bankroll_falls_below_nothing(profits: list[float], share: float) -> None:
    column = np.array(profits)
    assert (growing_bankroll(column, np.full(len(column), share), 1.0) >= -1e-12).all()
    assert (level_bankroll(column, share, 1.0) >= -1e-12).all()
