"""One absurd book never costs a board: whoever devigs one leaves such books out."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.policy import PricingRules
from engine.pricing.close import declared_view
from engine.pricing.devig.book import Refusal, refusals
from engine.pricing.movement import find_movements
from engine.pricing.price import price
from engine.pricing.rules import MovementRules
from tests.builders import NOW, a_board, a_book, a_crowd
from tests.unit.pricing.looks import minute, path_of, prices, two_way

if TYPE_CHECKING:
    from engine.domain.movement import Movement
    from tests.unit.pricing.looks import Price

ABSURD = (1.2, 1.2, 1.2)
OVER_2 = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))


def test_the_book_is_one_that_devig_refuses() -> None:
    assert refusals(np.array([ABSURD])) == [Refusal.MARGIN_ABSURD]


def test_a_board_is_priced_without_its_absurd_books() -> None:
    crowd = a_crowd(2.0, 3.5, 3.7)
    with_it = price(a_board(a_book("pinnacle", *ABSURD), crowd), PricingRules(), NOW)
    without = price(a_board(crowd), PricingRules(), NOW)
    assert with_it.row(0).source == "consensus"
    assert with_it.probability == pytest.approx(without.probability)


def test_a_declared_view_leaves_absurd_books_out() -> None:
    view = declared_view({MATCH_ODDS: (2.1, 3.4, 3.6), OVER_2: (5.0, 5.0)})
    assert set(view.fair) == {MATCH_ODDS}


def test_movements_are_found_beside_absurd_books() -> None:
    def look(odds: float, absurd: float) -> dict[Price, float]:
        junk = prices("over_2.5", absurd, books="z") | prices("under_2.5", absurd, books="z")
        return two_way(odds, odds, odds) | junk

    found = moves([(0, look(2.0, 9.0)), (5, look(1.9, 8.0))])
    expected = moves([(0, two_way(2.0, 2.0, 2.0)), (5, two_way(1.9, 1.9, 1.9))])
    assert expected
    assert [move.points for move in found] == [move.points for move in expected]


def moves(looks: list[tuple[float, dict[Price, float]]]) -> tuple[Movement, ...]:
    return tuple(find_movements(path_of(looks), minute(5), MovementRules(), ()))
