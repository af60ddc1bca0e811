"""What the expected close of the main markets means for every other selection."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.market import Market, MarketKind, Selection
from engine.domain.policy import PricingRules
from engine.domain.price import Rung
from engine.pricing.expected_close.model import AnchorModel, ExpectedCloseModel, prior_noises
from engine.pricing.expected_close.move import Noise, still
from engine.pricing.expected_close.state import empty_state
from engine.pricing.expected_close.views import Anchor
from engine.pricing.learned import NOTHING, Learned
from engine.pricing.price import price
from engine.pricing.reference.books import complete_books
from engine.pricing.reference.main_odds import main_odds
from tests.builders import NOW, a_board, a_book, a_crowd

if TYPE_CHECKING:
    from random import Random

RULES = PricingRules()
OVER_2 = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))
OVER_3 = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("3.5"))
HANDICAP = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal("-0.25"))
EVEN = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal("-0.5"))
BOARD = a_board(
    a_book("pinnacle", 2.06, 3.60, 3.80),
    a_book("pinnacle", 1.95, 1.95, market=OVER_2),
    a_book("pinnacle", 1.80, 2.12, market=HANDICAP),
    a_book("pinnacle", 2.05, 1.86, market=EVEN),
    a_book("soft", 2.02, 1.85, market=EVEN),
    a_crowd(2.02, 3.5, 3.6),
)
BESIDE = {"ah_home@-0.25", "ah_away@+0.25"}
"""Lines of their own reference, beside the main handicap."""


def silent() -> Learned:
    """A model that has seen too little to speak: the reference stands, corrected."""
    untaught = AnchorModel(noises=prior_noises(), correlation=0.0)
    model = ExpectedCloseModel(anchors=(untaught,) * len(Anchor), seen_until=0.0)
    return replace(NOTHING, expected_close=model, close_state=empty_state())


def closes(learned: Learned) -> dict[str, tuple[float, float, float]]:
    table = price(BOARD, RULES, NOW, learned)
    return {
        Selection.from_number(number).code: (fair, close, error)
        for number, fair, close, error, excluded in zip(
            table.selection.tolist(),
            table.probability.tolist(),
            table.close.tolist(),
            table.close_error.tolist(),
            table.excluded.tolist(),
            strict=True,
        )
        if excluded == -1
    }


def test_without_a_model_no_close_is_expected() -> None:
    assert all(np.isnan(close) for _, close, _ in closes(NOTHING).values())


def test_a_board_without_quotes_has_no_prices_whatever_was_learned() -> None:
    assert len(price(a_board(), RULES, NOW, silent())) == 0


def test_every_other_priced_selection_has_an_expected_close_with_its_deviation() -> None:
    found = closes(silent())
    assert len(found) >= 22
    for code in found.keys() - BESIDE:
        _, close, error = found[code]
        assert 0 < close < 1, code
        assert error > 0, code


def test_a_line_of_its_own_reference_beside_the_main_one_has_no_expected_close() -> None:
    """No close has taught how much an edge against it is mistaken: it stays shrunk."""
    told = closes(silent())
    assert {code for code, (_, close, _) in told.items() if np.isnan(close)} == BESIDE
    assert {code for code, (*_, error) in told.items() if np.isnan(error)} == BESIDE


def test_expected_closes_are_coherent() -> None:
    close = {code: told for code, (_, told, _) in closes(silent()).items()}
    home, draw, away = close["home"], close["draw"], close["away"]
    assert home + draw + away == pytest.approx(1)
    assert close["dc_1x"] == pytest.approx(home + draw)
    assert close["dc_12"] == pytest.approx(home + away)
    assert close["dnb_home"] == pytest.approx(home / (home + away))
    for over in ("0.5", "1.5", "2.5", "3.5", "4.5"):
        assert close[f"over_{over}"] + close[f"under_{over}"] == pytest.approx(1)
    assert close["btts_yes"] + close["btts_no"] == pytest.approx(1)
    assert close["ah_home@-0.5"] + close["ah_away@+0.5"] == pytest.approx(1)
    overs = [close[f"over_{line}"] for line in ("0.5", "1.5", "2.5", "3.5", "4.5")]
    assert overs == sorted(overs, reverse=True)


def test_a_model_that_is_silent_moves_nothing_where_nobody_offers_value() -> None:
    """The reference is corrected for the curse of the best price, and there is no such price."""
    told = closes(silent())
    for code in told.keys() - BESIDE:
        fair, close, _ = told[code]
        assert close == pytest.approx(fair, abs=2e-3), code


def test_what_the_main_markets_are_expected_to_do_the_others_do_too() -> None:
    """More goals and a stronger home team: every line goes the way of its main market."""
    moves = (0.2, 0.0, 0.25, 0.2)
    sure = AnchorModel(
        moves=tuple(replace(still(), offset=each) for each in moves),
        noises=tuple(Noise(weights=np.array([-9.0, 0.0, 0.0, 0.0, 0.0])) for _ in moves),
        speaks=np.ones(3, dtype=np.bool_),
    )
    model = ExpectedCloseModel(anchors=(sure,) * len(Anchor), seen_until=0.0)
    told = closes(replace(NOTHING, expected_close=model, close_state=empty_state()))
    moved = {
        code: np.log(close / (1 - close)) - np.log(fair / (1 - fair))
        for code, (fair, close, _) in told.items()
    }
    late = (BOARD.fixtures[0].kick_off - NOW).total_seconds() / 86_400
    assert late == pytest.approx(0.25)
    assert moved["over_2.5"] == pytest.approx(moves[2] * late ** still().fading, abs=1e-3)
    for line in ("0.5", "1.5", "3.5", "4.5"):
        assert 0.1 < moved[f"over_{line}"] < 0.4
        assert moved[f"under_{line}"] == pytest.approx(-moved[f"over_{line}"], abs=1e-9)
    assert moved["btts_yes"] > 0.05
    assert moved["btts_no"] == pytest.approx(-moved["btts_yes"], abs=1e-9)
    assert moved["ah_home@-0.5"] > 0.05
    assert moved["ah_away@+0.5"] == pytest.approx(-moved["ah_home@-0.5"], abs=1e-9)


def test_the_main_handicap_is_the_line_most_books_quote() -> None:
    odds = main_odds(complete_books(BOARD, RULES, NOW), 1, np.array([2.5]), 0.1)
    assert odds.handicap_line.tolist() == [-0.5]
    assert odds.total_line.tolist() == [2.5]
    sharp = odds.books.index("pinnacle")
    assert odds.match_odds[0, sharp].tolist() == [2.06, 3.60, 3.80]
    assert odds.total[0, sharp].tolist() == [1.95, 1.95]
    assert odds.handicap[0, sharp].tolist() == [2.05, 1.86]


@pytest.mark.parametrize(("lay", "stands"), [((2.12, 3.75, 4.0), True), ((2.6, 5.0, 9.0), False)])
def test_an_exchange_is_an_anchor_where_it_is_a_reference(
    lay: tuple[float, ...], *, stands: bool
) -> None:
    board = a_board(
        a_book("betfair_ex_eu", 2.08, 3.60, 3.80),
        a_book("betfair_ex_eu", *lay, lay=True),
        a_crowd(2.02, 3.5, 3.6),
    )
    odds = main_odds(complete_books(board, RULES, NOW), 1, np.array([2.5]), 0.1)
    fair = 1 / odds.match_odds[0, odds.books.index("betfair_ex_eu")]
    table = price(board, RULES, NOW)
    every = (table.excluded == -1) & (table.selection >> 16 == MarketKind.MATCH_ODDS)
    assert (set(table.rung[every].tolist()) == {Rung.EXCHANGE}) is stands
    if stands:
        assert fair == pytest.approx(table.probability[every], abs=1e-12)
    assert np.isfinite(fair).all() == stands


@settings(max_examples=20, deadline=None)
@given(st.randoms(use_true_random=False))
def test_the_order_of_the_rows_changes_nothing(random: Random) -> None:
    rows = list(range(len(BOARD)))
    random.shuffle(rows)
    shuffled = BOARD.where(np.array(rows))
    mine, other = (price(board, RULES, NOW, silent()) for board in (BOARD, shuffled))
    assert mine.close.tolist() == pytest.approx(other.close.tolist(), nan_ok=True)
