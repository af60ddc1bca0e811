"""A close without the price that was bet: else a bet is measured by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.numbers import BookmakerKey
from engine.domain.policy import PricingRules
from engine.domain.price import Rung
from engine.pricing.close import RungPayoff, payoffs
from engine.pricing.devig.book import devig
from engine.pricing.own_close import tell_apart
from tests.builders import NOW, a_board, a_book, a_crowd, a_fixture, a_selection

if TYPE_CHECKING:
    from engine.domain.board import Quote

RULES = PricingRules()
TWO_SHARP = PricingRules(sharp_books=("pinnacle", "bookmaker_eu"))
CROWD = a_crowd(2.02, 3.5, 3.6)
LEADER = a_book("pinnacle", 2.06, 3.6, 3.8)


def told(
    *board: list[Quote], book: str, code: str = "home", rules: PricingRules = RULES
) -> dict[tuple[Rung, str | None], RungPayoff]:
    table = a_board(*board)
    key = a_fixture().id, a_selection(code)
    whole = payoffs(table, [key], rules, NOW)
    found = tell_apart(whole, table, [(*key, BookmakerKey(book))], rules, NOW)
    return {(one.rung, one.excluded): one for one in found}


@given(odd=st.floats(2.03, 2.4))
def test_the_crowd_judges_a_bet_without_the_book_it_was_placed_at(odd: float) -> None:
    """Money: the odder the price that was bet, the more it drags the mean it is held against."""
    mine = a_book("generous", odd, 3.4, 3.3)
    found = told(LEADER, CROWD, mine, book="generous")
    alone = told(LEADER, CROWD, book="generous")
    own = found[Rung.CONSENSUS, "generous"].payoff
    assert own.fair == pytest.approx(alone[Rung.CONSENSUS, None].payoff.fair)
    assert own.fair > found[Rung.CONSENSUS, None].payoff.fair
    assert (Rung.SHARP, "generous") not in found


def test_a_market_read_from_others_leaves_the_book_out_of_those() -> None:
    found = told(CROWD, a_book("generous", 2.3, 3.4, 3.3), book="generous", code="dc_1x")
    assert (Rung.CONSENSUS, "generous") in found
    whole, own = found[Rung.CONSENSUS, None].payoff, found[Rung.CONSENSUS, "generous"].payoff
    assert own.win != whole.win


def test_a_book_that_has_left_changes_nothing() -> None:
    found = told(LEADER, CROWD, book="generous")
    assert set(found) == {(Rung.SHARP, None), (Rung.CONSENSUS, None)}
    assert {one.book for one in found.values()} == {None}


def test_the_sharp_book_is_named_where_it_was_bet_at() -> None:
    found = told(LEADER, CROWD, book="pinnacle")
    assert found[Rung.SHARP, None].book == "pinnacle"
    assert (Rung.SHARP, "pinnacle") not in found
    assert found[Rung.CONSENSUS, None].book is None


def test_without_its_leader_the_next_sharp_book_speaks() -> None:
    second = a_book("bookmaker_eu", 2.0, 3.6, 3.9)
    found = told(LEADER, second, CROWD, book="pinnacle", rules=TWO_SHARP)
    assert found[Rung.SHARP, None].book == "pinnacle"
    own = found[Rung.SHARP, "pinnacle"]
    assert own.payoff.fair == pytest.approx(devig(np.array([2.0, 3.6, 3.9]))[0])
    assert own.raw_odds == 2.0
    other = told(LEADER, second, CROWD, book="bookmaker_eu", rules=TWO_SHARP)
    assert other[Rung.SHARP, None].book is None, "the second has no part while the first speaks"


def test_an_exchange_is_named_where_it_was_bet_at() -> None:
    back, lay = (
        a_book("matchbook", *odds, lay=lay)
        for odds, lay in (((2.1, 3.5, 3.7), False), ((2.14, 3.6, 3.8), True))
    )
    found = told(back, lay, CROWD, book="matchbook")
    assert found[Rung.EXCHANGE, None].book == "matchbook"
    assert found[Rung.CONSENSUS, None].book is None
