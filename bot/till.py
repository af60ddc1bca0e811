"""Money in, out and from one bookmaker to another, as people type it and as buttons carry it."""

from __future__ import annotations

import re
from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from zlib import crc32

from bot.purse import AmountUnread
from bot.texts.loader import LANGUAGES
from engine.domain.filter_words import fold
from engine.domain.numbers import BookmakerKey, Units, units

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from bot.texts.loader import Texts

_AMOUNT: Final = re.compile(
    r"([+\-\u2212]?)([0-9]{1,7}(?:[.,][0-9]{1,2})?)(€|\$|£|eur|euros|u)?", re.IGNORECASE
)
_TO: Final = frozenset({">", "→", "->", "vers", "to"})
_BITS: Final = 31
_SECTION: Final = "bookmaker."


class Way(StrEnum):
    """Which way money goes: in to a bookmaker, out of it, or from one to another."""

    IN = "in"
    OUT = "out"
    MOVE = "move"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """Money that moves; `amount` is above 0, `book` None is none, `to` where it goes, if it does.

    The book of money that is moved is where it comes from.
    """

    way: Way
    amount: Units
    book: BookmakerKey | None = None
    to: BookmakerKey | None = None


def read_movement(words: Iterable[str], bankroll: Decimal, books: Mapping[str, str]) -> Movement:
    """Return the movement that was typed: `+200 betclic`, `-50`, `50 betclic > winamax`.

    `bankroll` is what a hundred units are in money, `books` the folded spellings of each key.

    Raises:
        AmountUnread: a word says nothing known; it is the error's text.
    """
    first, *rest = list(words) or [""]
    match = _AMOUNT.fullmatch(first)
    if match is None:
        raise AmountUnread(first)
    told = Decimal(match[2].replace(",", "."))
    amount = units(told if (match[3] or "").lower() == "u" else told * 100 / bankroll)
    if amount <= 0:
        raise AmountUnread(first)
    turn = next((at for at, word in enumerate(rest) if word.lower() in _TO), None)
    if turn is not None and not match[1]:
        source, target = _book(rest[:turn], books), _book(rest[turn + 1 :], books)
        if source is None or target is None or source == target:
            raise AmountUnread(" ".join(rest))
        return Movement(way=Way.MOVE, amount=amount, book=source, to=target)
    way = Way.OUT if match[1] in {"-", "\u2212"} else Way.IN
    return Movement(way=way, amount=amount, book=_book(rest, books))


def _book(words: Iterable[str], books: Mapping[str, str]) -> BookmakerKey | None:
    said = " ".join(words)
    if not said:
        return None
    key = books.get(fold(said))
    if key is None:
        raise AmountUnread(said)
    return BookmakerKey(key)


def code_of(book: str) -> int:
    """Return how a button knows a bookmaker, whatever others come and go."""
    return crc32(book.encode()) >> 1


def coded(code: int, books: Iterable[str]) -> BookmakerKey | None:
    """Return the bookmaker that a button means."""
    return next((BookmakerKey(book) for book in books if code_of(book) == code), None)


def pair_of(first: str, second: str) -> int:
    """Return how a button knows two bookmakers."""
    return code_of(first) << _BITS | code_of(second)


def parts_of(pair: int) -> tuple[int, int]:
    """Return the codes of the two bookmakers of a button."""
    return pair >> _BITS, pair & ((1 << _BITS) - 1)


def all_books(texts: Texts) -> tuple[BookmakerKey, ...]:
    """Return every bookmaker that has a name, by its name; of those called alike the first."""
    words, named = texts.words[LANGUAGES[0]], dict[str, str]()
    for key in sorted(one for one in words if one.startswith(_SECTION)):
        named.setdefault(words[key], key.removeprefix(_SECTION))
    return tuple(BookmakerKey(named[name]) for name in sorted(named, key=str.casefold))


def spellings(texts: Texts, used: Iterable[BookmakerKey]) -> Mapping[str, str]:
    """Return the key that each folded spelling means: a name that several have, the one used."""
    words = texts.words[LANGUAGES[0]]
    keys = sorted(one.removeprefix(_SECTION) for one in words if one.startswith(_SECTION))
    meant = {fold(words[_SECTION + key]): key for key in reversed(keys)}
    meant |= {fold(words.get(_SECTION + key, key)): str(key) for key in reversed(list(used))}
    return meant | {fold(key): key for key in keys}
