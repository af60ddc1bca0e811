from __future__ import annotations

import numpy as np
import pytest

from engine.domain.market import Market, MarketKind
from engine.domain.policy import DEFAULT_POLICY
from engine.pricing.joint import joint_outcomes
from engine.pricing.price import price
from tests.builders import NOW, a_board, a_book, a_fixture, a_selection

OVER = Market(kind=MarketKind.TOTAL_GOALS, line=a_selection("over_2.5").market.line)
ASKED = np.array(sorted(a_selection(code).number for code in ("home", "over_2.5", "btts_yes")))
BOARD = a_board(
    a_book("pinnacle", 2.06, 3.60, 3.80),
    a_book("pinnacle", 1.95, 1.93, market=OVER),
    a_book("pinnacle", 1.40, 4.90, 8.00, fixture=1),
    a_book("pinnacle", 1.95, 1.93, market=OVER, fixture=2),
    fixtures=tuple(a_fixture(home, "lille") for home in ("lens", "nantes", "rennes")),
)


def test_scores_repeat_the_prices_they_were_read_from() -> None:
    prices = price(BOARD, DEFAULT_POLICY.pricing, NOW)
    found = joint_outcomes(prices, np.array([0, 1]), ASKED)
    assert found.fixture.tolist() == [0, 1]
    for fixture, codes in ((0, ("home", "over_2.5")), (1, ("home",))):
        numbers = [a_selection(code).number for code in codes]
        told = found.of(fixture, numbers)
        assert told is not None
        chance, halves = told
        assert chance.sum() == pytest.approx(1)
        for column, number in enumerate(numbers):
            row = np.flatnonzero((prices.fixture == fixture) & (prices.selection == number))[0]
            fair = float(chance @ (halves[:, column] == 2))
            assert fair == pytest.approx(float(prices.probability[row]), abs=1e-6)


def test_bets_on_one_match_hang_together() -> None:
    found = joint_outcomes(price(BOARD, DEFAULT_POLICY.pricing, NOW), np.array([0]), ASKED)
    told = found.of(0, [a_selection("over_2.5").number, a_selection("btts_yes").number])
    assert told is not None
    chance, halves = told
    over, both = (chance @ (halves[:, column] == 2) for column in (0, 1))
    assert chance @ (halves == 2).all(axis=1) > 1.2 * over * both


def test_a_fixture_without_match_odds_is_left_out() -> None:
    found = joint_outcomes(price(BOARD, DEFAULT_POLICY.pricing, NOW), np.array([0, 2]), ASKED)
    assert found.fixture.tolist() == [0]
    assert found.of(2, [int(ASKED[0])]) is None


def test_where_no_grid_holds_any_market_there_are_no_scores() -> None:
    found = joint_outcomes(price(BOARD, DEFAULT_POLICY.pricing, NOW), np.array([2]), ASKED)
    assert len(found.fixture) == len(found.probability) == 0
