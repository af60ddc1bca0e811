"""Every method beside the others, on one book."""

import math

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.domain.errors import BookIncomplete, BookInvalid
from engine.pricing.devig.beside import COMPUTED, HOUSE, side_by_side
from engine.pricing.devig.method import Devig, Refusal
from engine.pricing.devig.one import devig_one

BOOKS = st.lists(st.floats(1.05, 50), min_size=2, max_size=12)


@given(BOOKS)
def test_every_method_answers_as_it_does_alone_or_says_why_not(odds: list[float]) -> None:
    assume(0.5 < math.fsum(1 / each for each in odds) < 1.6)
    book = side_by_side(odds)
    for method, found in book.by_method.items():
        if isinstance(found, Refusal):
            continue
        assert math.fsum(found) == pytest.approx(book.total)
        assert list(found) == devig_one(odds, method, total=book.total)
    assert book.margin == pytest.approx(book.booksum / book.total - 1)


def test_the_nine_methods_are_seven_sums() -> None:
    assert {method.computed_as for method in Devig} == set(COMPUTED)
    assert (len(Devig), len(COMPUTED)) == (9, 7)
    assert HOUSE is Devig.POWER


def test_three_odds_that_come_to_two_are_a_double_chance() -> None:
    book = side_by_side((1.14, 1.40, 2.20))
    assert book.total == 2
    assert Devig.SHIN not in book.by_method
    assert math.fsum(book.house) == pytest.approx(2)  # type: ignore[arg-type]


def test_a_long_shot_is_refused_by_the_additive_method_alone() -> None:
    book = side_by_side((1.05, 15.0, 60.0))
    refused = {method for method, found in book.by_method.items() if isinstance(found, Refusal)}
    assert Devig.ADDITIVE in refused
    assert HOUSE not in refused


@pytest.mark.parametrize("odds", [(1.01,), (100.0, 90.0), (1.01, 1.01, 1.01, 1.01)])
def test_what_is_no_book_is_refused(odds: tuple[float, ...]) -> None:
    with pytest.raises((BookIncomplete, BookInvalid)):
        side_by_side(odds)
