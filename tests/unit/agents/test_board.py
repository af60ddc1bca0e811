"""A live board in the columns that agents learned from."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest

from engine.agents.bets import bets_of
from engine.agents.board import look_of, selections
from engine.domain.market import Market, MarketKind, Selection
from engine.domain.policy import PricingRules
from engine.pricing.expected_close.model import AnchorModel, ExpectedCloseModel
from engine.pricing.expected_close.state import empty_state
from engine.pricing.expected_close.views import Anchor
from engine.pricing.learned import NOTHING, Learned
from engine.pricing.price import priced
from tests.builders import NOW, a_board, a_book, a_crowd, a_fixture

RULES = PricingRules()
OVER = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))
HANDICAP = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal("-0.5"))
BOARD = a_board(
    a_book("pinnacle", 2.06, 3.60, 3.80),
    a_book("pinnacle", 1.95, 1.95, market=OVER),
    a_book("pinnacle", 2.05, 1.86, market=HANDICAP),
    a_book("matchbook", 2.40, 3.9, 4.2),
    a_book("winamax", 2.12, 3.5, 3.6),
    a_crowd(2.02, 3.5, 3.6, books=("bet365", "betclic")),
)


def silent() -> Learned:
    model = ExpectedCloseModel(anchors=(AnchorModel(),) * len(Anchor), seen_until=0.0)
    return replace(NOTHING, expected_close=model, close_state=empty_state())


def test_the_seven_bets_are_named_as_the_catalogue_names_them() -> None:
    numbers = selections(priced(BOARD, RULES, NOW).odds)[0]

    assert [Selection.from_number(int(one)).code for one in numbers] == [
        *("home", "draw", "away"),
        *("over_2.5", "under_2.5"),
        *("ah_home@-0.5", "ah_away@+0.5"),
    ]


def test_a_market_without_a_line_has_no_selections() -> None:
    board = a_board(a_book("pinnacle", 2.06, 3.60, 3.80))

    numbers = selections(priced(board, RULES, NOW).odds)[0]

    assert numbers[3:].tolist() == [-1, -1, -1, -1]


def test_reference_and_expected_close_are_those_of_the_price_table() -> None:
    made = priced(BOARD, RULES, NOW, silent())
    look = look_of(BOARD, made, silent(), {}, barred=RULES.exchanges, now=NOW)
    table, number = made.table, selections(made.odds)[0]
    serving = table.excluded == -1

    for bet in range(7):
        row = np.flatnonzero(serving & (table.selection == number[bet]))
        assert look.reference.probability[0, bet] == table.probability[row].item()
        assert look.expected.probability[0, bet] == table.close[row].item()


def test_nobody_bets_at_an_exchange() -> None:
    look = look_of(
        BOARD, priced(BOARD, RULES, NOW, silent()), silent(), {}, barred=RULES.exchanges, now=NOW
    )

    bets = bets_of(look)
    home = np.flatnonzero((bets.market == 0) & (bets.side == 0)).item()

    assert bets.odds[home] == 2.12
    assert bets.books[bets.bookmaker[home]] == "winamax"


def test_what_moved_is_counted_from_the_first_look_in_logits() -> None:
    made = priced(BOARD, RULES, NOW, silent())
    home = Selection.parse("home").number
    first = {a_fixture().id: {home: 0.4}}

    look = look_of(BOARD, made, silent(), first, barred=(), now=NOW)
    fair = look.reference.probability[0, 0]

    assert look.moved[0, 0] == pytest.approx(np.log(fair / (1 - fair)) - np.log(0.4 / 0.6))
    assert look.moved[0, 1:].tolist() == [0.0] * 6


def test_without_a_model_of_the_close_there_is_nothing_to_judge() -> None:
    look = look_of(BOARD, priced(BOARD, RULES, NOW), NOTHING, {}, barred=(), now=NOW)

    assert len(bets_of(look)) == 0
