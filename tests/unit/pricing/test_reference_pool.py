"""Learned pools on boards: what each book adds, who is left out, and how sure the price is."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.policy import PricingRules
from engine.domain.price import LADDER, Rung
from engine.pricing.devig.book import devig
from engine.pricing.learned import Learned
from engine.pricing.price import price
from engine.pricing.reference.consensus import EVERY_BOOK, References, ladder
from engine.pricing.reference.weights import BookWeights, ErrorWeights, PoolWeights
from tests.builders import KICK_OFF, NOW, SOFT, a_board, a_book, a_crowd, a_fixture, shuffled

if TYPE_CHECKING:
    from engine.domain.board import Board, Quote

RULES = PricingRules()
OVER = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))
HANDICAP = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal("-0.5"))
ERROR = ErrorWeights(
    level=0.001, thinness=0.02, dispersion=0.3, lead=0.01, decisive=0.01, lopsided=0.003, reach=0.9
)


def a_pool(rung: Rung, lead: float = 0.7, crowd: float = 0.3, **books: float) -> PoolWeights:
    return PoolWeights(
        kind=MarketKind.MATCH_ODDS,
        rung=rung,
        lead=0.0 if rung is Rung.CONSENSUS else lead,
        crowd=1.0 if rung is Rung.CONSENSUS else crowd,
        books=books,
        error=ERROR,
        learned=True,
    )


WEIGHTS = BookWeights(pools=tuple(a_pool(rung, bet365=0.2, unibet=-0.1) for rung in LADDER))


def found(board: Board, weights: BookWeights = WEIGHTS) -> dict[str, tuple[Rung, list[float]]]:
    """Each match odds reference of the first fixture, by the book left out."""
    told = ladder(board, RULES, NOW, weights)
    return {
        "" if told.excluded[row] == EVERY_BOOK else board.bookmakers[told.excluded[row]]: (
            Rung(int(told.rung[row])),
            told.probability[row].tolist(),
        )
        for row in np.flatnonzero((told.market == MATCH_ODDS.number) & (told.fixture == 0))
    }


def scaled(*terms: tuple[float, tuple[float, float, float]]) -> list[float]:
    """The pool of books with these weights, written out."""
    logs = sum(weight * np.log(devig(np.array(odds))) for weight, odds in terms)
    chance = np.exp(logs)
    return list(chance / chance.sum())


SHARP, CROWD, LOUD = (2.06, 3.6, 3.8), (2.02, 3.5, 3.6), (2.3, 3.3, 3.2)


def test_a_learned_pool_is_its_source_the_crowd_and_each_books_distance_from_it() -> None:
    board = a_board(
        a_book("pinnacle", *SHARP),
        a_book("bet365", *LOUD),
        a_book("fd_avg", *CROWD),
        a_book("somebody", 2.1, 3.4, 3.5),
    )
    rung, chance = found(board)[""]
    assert rung is Rung.SHARP
    assert chance == pytest.approx(scaled((0.7, SHARP), (0.3 - 0.2, CROWD), (0.2, LOUD)))


def test_without_a_printed_average_the_crowd_is_the_mean_of_the_ordinary_books() -> None:
    board = a_board(a_book("pinnacle", *SHARP), a_book("bet365", *LOUD), a_book("b", *CROWD))
    half = (0.3 - 0.2) / 2
    expected = scaled((0.7, SHARP), (half + 0.2, LOUD), (half, CROWD))
    assert found(board)[""][1] == pytest.approx(expected)
    assert found(board)["bet365"][1] == pytest.approx(scaled((0.7, SHARP), (0.3, CROWD)))
    assert found(board)["b"][1] == pytest.approx(scaled((0.7, SHARP), (0.3, LOUD)))


def test_the_source_itself_is_bet_at_against_the_next_rung() -> None:
    crowd = a_board(a_book("pinnacle", *SHARP), a_crowd(*CROWD))
    rung, chance = found(crowd)["pinnacle"]
    assert rung is Rung.CONSENSUS
    assert chance == pytest.approx(list(devig(np.array(CROWD))))
    alone = a_board(a_book("pinnacle", *SHARP))
    assert set(found(alone)) == {""}


def test_a_handicap_and_a_total_of_the_sharp_book_imply_the_match_odds_it_does_not_quote() -> None:
    board = a_board(
        a_book("pinnacle", 1.95, 1.95, market=OVER),
        a_book("pinnacle", 2.05, 1.87, market=HANDICAP),
        a_book("bet365", *LOUD),
    )
    rung, chance = found(board, BookWeights(pools=()))[""]
    assert rung is Rung.IMPLIED
    assert sum(chance) == pytest.approx(1)
    half_ahead = devig(np.array([2.05, 1.87]))[0]
    assert chance[0] == pytest.approx(half_ahead, abs=1e-6)  # home by one or more
    exchange = a_board(
        a_book("pinnacle", 1.95, 1.95, market=OVER),
        a_book("pinnacle", 2.05, 1.87, market=HANDICAP),
        a_book("smarkets", 2.1, 3.7, 3.9),
        a_book("smarkets", 2.12, 3.8, 4.0, lay=True),
    )
    assert found(exchange)[""][0] is Rung.EXCHANGE


def test_an_average_alone_speaks_where_no_ordinary_book_does() -> None:
    nothing = BookWeights(pools=())
    alone, beside = (a_board(a_book("fd_avg", *CROWD), book) for book in ([], a_book("b", *LOUD)))
    rung, chance = found(alone, nothing)[""]
    assert rung is Rung.CONSENSUS
    assert chance == pytest.approx(list(devig(np.array(CROWD))))
    assert found(beside, nothing) == {}
    assert found(beside)[""][0] is Rung.CONSENSUS


def test_a_palpable_error_has_no_voice() -> None:
    crowd = a_crowd(*CROWD)
    nothing = BookWeights(pools=())
    wrong = a_board(crowd, a_book("typo", 20.2, 3.5, 3.6))
    assert found(wrong, nothing)[""][1] == pytest.approx(found(a_board(crowd), nothing)[""][1])
    few = a_board(a_book("pinnacle", *SHARP), a_book("typo", 20.2, 1.9, 1.9))
    assert found(few)[""][1] != pytest.approx(list(devig(np.array(SHARP))))  # no median of four


def error_of(books: int, weights: BookWeights = WEIGHTS, **kick_off: float) -> float:
    fixture = a_fixture(kick_off=NOW + timedelta(**kick_off)) if kick_off else a_fixture()
    crowd = a_crowd(*CROWD, books=[f"b{number:02}" for number in range(books)])
    board = a_board(crowd, a_book("pinnacle", *SHARP), fixtures=(fixture,))
    table = price(board, RULES, NOW, Learned(weights=weights))
    return float(table.std_error[0])


@settings(max_examples=15, deadline=None)
@given(books=st.integers(1, 30))
def test_a_book_more_never_widens_the_error(books: int) -> None:
    assert error_of(books + 1) < error_of(books)


def test_an_error_grows_with_the_time_to_kick_off_and_with_disagreement() -> None:
    assert error_of(6, minutes=20) < error_of(6, hours=5) < error_of(6, hours=40)
    calm = ladder(a_board(a_crowd(*CROWD)), RULES, NOW, WEIGHTS)
    loud = ladder(a_board(a_crowd(*CROWD), a_book("other", *LOUD)), RULES, NOW, WEIGHTS)
    whole = [one.where(one.excluded == EVERY_BOOK) for one in (calm, loud)]
    assert whole[1].std_error[0, 0] > whole[0].std_error[0, 0]


ODDS = st.tuples(st.floats(1.3, 4.5), st.floats(2.8, 4.5), st.floats(1.5, 6.0))
NEAR = st.tuples(st.floats(1.9, 2.2), st.floats(3.2, 3.6), st.floats(3.3, 3.9))
"""So near each other that nobody's is a palpable error, whoever is in the median."""


@st.composite
def boards(draw: st.DrawFn, odds: st.SearchStrategy[tuple[float, float, float]]) -> Board:
    """Two fixtures with a sharp book, an average, or neither, and up to seven ordinary books."""
    names = st.sets(st.sampled_from(["pinnacle", "fd_avg", *SOFT[1:]]))
    quotes: list[list[Quote]] = [
        a_book(name, *draw(odds), fixture=fixture)
        for fixture in (0, 1)
        for name in ["bet365", *sorted(draw(names))]
    ]
    other = a_fixture("nantes", "rennes", kick_off=KICK_OFF)
    return a_board(*quotes, fixtures=(a_fixture(), other))


def columns(told: References) -> dict[tuple[int, int, int], list[float]]:
    return {
        (int(told.fixture[row]), int(told.market[row]), int(told.excluded[row])): [
            *told.probability[row],
            *told.std_error[row],
            float(told.rung[row]),
        ]
        for row in range(len(told))
    }


@settings(max_examples=40, deadline=None)
@given(board=boards(ODDS), seed=st.integers(0, 9))
def test_the_order_of_rows_and_books_changes_nothing(board: Board, seed: int) -> None:
    rng = np.random.default_rng(seed)
    mixed = shuffled(board, rng.permutation(len(board)).tolist())
    order = rng.permutation(len(board.bookmakers))
    renumbered = replace(
        mixed,
        bookmakers=tuple(board.bookmakers[code] for code in order),
        bookmaker=np.argsort(order)[mixed.bookmaker].astype(np.int16),
    )
    before = columns(ladder(board, RULES, NOW, WEIGHTS))
    after = columns(ladder(renumbered, RULES, NOW, WEIGHTS))
    back = {-1: -1} | {number: int(code) for number, code in enumerate(order)}
    named = {(one, two, back[three]): value for (one, two, three), value in after.items()}
    np.testing.assert_equal(named, before)


@settings(max_examples=40, deadline=None)
@given(board=boards(NEAR), odds=NEAR, learned=st.booleans())
def test_a_books_own_quotes_cannot_move_what_its_bets_are_held_against(
    board: Board, odds: tuple[float, float, float], *, learned: bool
) -> None:
    weights = WEIGHTS if learned else BookWeights(pools=())
    code = [str(key) for key in board.bookmakers].index("bet365")
    moved = board.odds.copy()
    moved[(board.bookmaker == code) & (board.fixture == 0)] = odds
    before, after = found(board, weights), found(replace(board, odds=moved), weights)
    assert before.keys() == after.keys()
    if "bet365" in before:
        (was, told), (now, again) = before["bet365"], after["bet365"]
        assert was is now
        assert again == pytest.approx(told)
