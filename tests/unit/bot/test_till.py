"""Money that moves, as people type it and as buttons carry it."""

from __future__ import annotations

from contextlib import suppress
from decimal import Decimal
from itertools import combinations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.callbacks import MAX_NUMBER
from bot.purse import AmountUnread
from bot.till import (
    Movement,
    Way,
    all_books,
    code_of,
    coded,
    pair_of,
    parts_of,
    read_movement,
    spellings,
)
from engine.domain.numbers import BookmakerKey, units
from tests.unit.bot.views import TEXTS

BOOKS = all_books(TEXTS)
SPELLED = spellings(TEXTS, ())
BETCLIC, WINAMAX = BookmakerKey("betclic"), BookmakerKey("winamax_fr")


def read(written: str) -> Movement:
    return read_movement(written.split(), Decimal(1000), SPELLED)


@pytest.mark.parametrize(
    ("written", "way", "amount"),
    [
        ("+200 betclic", Way.IN, 20),
        ("200 betclic", Way.IN, 20),
        ("+12,50€ Betclic", Way.IN, "1.25"),
        ("-50 betclic", Way.OUT, 5),
        ("\u221250 betclic", Way.OUT, 5),
        ("+3u betclic", Way.IN, 3),
    ],
)
def test_a_payment_is_read_as_people_type_it(written: str, way: Way, amount: str) -> None:
    found = read(written)
    assert found == Movement(way=way, amount=units(str(amount)), book=found.book)
    assert found.book == BETCLIC


@pytest.mark.parametrize("written", ["50 betclic > Winamax", "50 betclic vers winamax_fr"])
def test_a_transfer_names_both_books(written: str) -> None:
    found = read(written)
    assert (found.way, found.book) == (Way.MOVE, BETCLIC)
    assert found.to is not None
    assert TEXTS.find("fr", f"bookmaker.{found.to}") == "Winamax"


def test_money_may_be_at_no_book() -> None:
    assert read("+100").book is None


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("", ""),
        ("abc", "abc"),
        ("+0 betclic", "+0"),
        ("+5 nobodysbook", "nobodysbook"),
        ("5 betclic > betclic", "betclic > betclic"),
        ("5 betclic >", "betclic >"),
        ("99999999 betclic", "99999999"),
    ],
)
def test_what_says_nothing_known_is_named(written: str, word: str) -> None:
    with pytest.raises(AmountUnread) as unread:
        read(written)
    assert str(unread.value) == word


def test_a_name_that_several_keys_have_means_the_one_that_is_used() -> None:
    assert spellings(TEXTS, [BookmakerKey("winamax_de")])["winamax"] == "winamax_de"
    assert spellings(TEXTS, [WINAMAX])["winamax"] == WINAMAX


def test_no_two_books_share_a_code_and_a_pair_fits_a_button() -> None:
    assert len({code_of(book) for book in BOOKS}) == len(BOOKS)
    for first, second in combinations(BOOKS[:12], 2):
        pair = pair_of(first, second)
        assert pair <= MAX_NUMBER
        assert [coded(code, BOOKS) for code in parts_of(pair)] == [first, second]


@given(st.text(max_size=40))
def test_no_words_break_the_reading(written: str) -> None:
    with suppress(AmountUnread):
        assert read(written).amount > 0
