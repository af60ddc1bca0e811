"""The best odds a person can have: at their own books, for their whole stake."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.own_books import NO_BOOKS, BookLimit, Offered, OwnBooks
from engine.scoring.reachable import reach
from tests.builders import NOW

BOOKS = [BookmakerKey(book) for book in ("betclic", "betclic_fr", "unibet", "winamax")]


def called(book: str) -> str:
    return book.removesuffix("_fr").title()


def offered(book: str, odds: float) -> Offered:
    return Offered(bookmaker=BookmakerKey(book), odds=Odds(odds), quoted_at=NOW)


def limited(**most: int) -> dict[BookmakerKey, BookLimit]:
    return {
        BookmakerKey(book): BookLimit(most=Decimal(each), noted_at=NOW)
        for book, each in most.items()
    }


OFFERS = [offered("betclic_fr", 2.10), offered("winamax", 2.05), offered("unibet", 2.0)]


def test_with_nothing_said_the_best_of_all_is_had() -> None:
    found = reach(OFFERS, Decimal(50), NO_BOOKS, called)
    assert (found.best, found.limit, found.whole) == (OFFERS[0], None, OFFERS[0])


def test_a_limit_under_the_stake_leads_to_the_next_book() -> None:
    books = OwnBooks(limits=limited(betclic=12, winamax=20))
    found = reach(OFFERS, Decimal(15), books, called)
    assert found.best == OFFERS[0]
    assert found.limit is not None
    assert found.limit.most == 12
    assert found.whole == OFFERS[1]
    assert reach(OFFERS, Decimal(30), books, called).whole == OFFERS[2]
    assert reach(OFFERS, Decimal(12), books, called).whole == OFFERS[0]


def test_only_own_books_count_by_the_name_people_know() -> None:
    books = OwnBooks(mine=(BookmakerKey("betclic"), BookmakerKey("unibet")))
    assert reach(OFFERS[1:], Decimal(5), books, called).best == OFFERS[2]
    assert reach(OFFERS, Decimal(5), books, called).best == OFFERS[0]
    assert reach(OFFERS[1:2], Decimal(5), books, called).best is None


@given(
    st.lists(st.tuples(st.sampled_from(BOOKS), st.floats(1.01, 50)), max_size=8),
    st.decimals(1, 500, places=2),
    st.dictionaries(st.sampled_from(BOOKS), st.integers(0, 400), max_size=4),
)
def test_what_is_had_whole_is_never_better_than_the_best_and_never_over_a_limit(
    drawn: list[tuple[BookmakerKey, float]], stake: Decimal, most: dict[BookmakerKey, int]
) -> None:
    offers = [offered(book, odds) for book, odds in drawn]
    books = OwnBooks(limits=limited(**most))
    found = reach(offers, stake, books, called)
    if found.whole is not None:
        assert found.best is not None
        assert found.whole.odds <= found.best.odds
        # of keys that are called alike, the limit noted last is the brand's
        limits = {called(book): each for book, each in most.items()}
        assert stake <= limits.get(called(found.whole.bookmaker), stake)


def test_a_book_is_ticked_and_unticked_and_a_limit_taken_away() -> None:
    book = BOOKS[0]
    assert NO_BOOKS.toggled(book).mine == (book,)
    assert NO_BOOKS.toggled(book).toggled(book) == NO_BOOKS
    limit = BookLimit(most=Decimal(12), noted_at=NOW)
    assert NO_BOOKS.limited(book, limit).limits == {book: limit}
    assert not NO_BOOKS.limited(book, limit).limited(book, None)
    with pytest.raises(ValueError, match="an amount"):
        BookLimit(most=Decimal(-1), noted_at=NOW)
