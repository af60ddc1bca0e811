"""Which quotes are good enough to keep. Everything works on whole columns."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import LINED, SIDES, MarketKind, Side

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.collect.rules import CollectRules

_MAX_ODDS: Final = 1001.0  # the highest price any exchange accepts is 1000
_MAX_LINE: Final = 20.0  # goals; no book has ever offered more
_WIDEST_TABLE: Final = 1 << 21
_LINE_OFFSET: Final = 512  # as in engine.domain.market
_BOOK_SIZE: Final = np.zeros(max(MarketKind) + 1, dtype=np.int64)
for _kind, _sides in SIDES.items():
    _BOOK_SIZE[_kind] = len(_sides)
_LINED: Final = np.isin(np.arange(max(MarketKind) + 1), [int(kind) for kind in LINED])


class Reject(StrEnum):
    """Why a quote was not kept."""

    MALFORMED = "malformed"
    UNKNOWN_MARKET = "unknown_market"
    UNMATCHED_TEAM = "unmatched_team"
    SWAPPED_TEAMS = "swapped_teams"
    IN_PLAY = "in_play"
    DUPLICATE_EVENT = "duplicate_event"
    UNKNOWN_OUTCOME = "unknown_outcome"
    BAD_PRICE = "bad_price"
    BAD_LINE = "bad_line"
    DUPLICATE_OUTCOME = "duplicate_outcome"
    INCOMPLETE_BOOK = "incomplete_book"
    DUPLICATE_BOOK = "duplicate_book"
    STALE = "stale"
    PALPABLE = "palpable"


_CODES: Final = {reason: code for code, reason in enumerate(Reject, start=1)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Quotes:
    """What was offered, one row per outcome; rows of one book on one market share `block`.

    Times are POSIX seconds; `point` is as offered: each team's own handicap, or the total.
    """

    fixture: NDArray[np.int64]
    bookmaker: NDArray[np.int64]
    kind: NDArray[np.int64]
    lay: NDArray[np.bool_]
    block: NDArray[np.int64]
    side: NDArray[np.int64]
    odds: NDArray[np.float64]
    point: NDArray[np.float64]
    quoted_at: NDArray[np.float64]
    fetched_at: NDArray[np.float64]
    kick_off: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True)
class Sieved:
    """The selection of each row, which are kept, which stale, and how many went for what."""

    selection: NDArray[np.int64]
    kept: NDArray[np.bool_]
    stale: NDArray[np.bool_]
    rejected: dict[str, int]


def sieve(quotes: Quotes, rules: CollectRules) -> Sieved:
    """Return which quotes are kept; each of the others has one reason, the first that holds."""
    verdict = np.zeros(len(quotes.odds), dtype=np.int8)

    def reject(rows: NDArray[np.bool_], reason: Reject) -> None:
        verdict[(verdict == 0) & rows] = _CODES[reason]

    reject(quotes.side == 0, Reject.UNKNOWN_OUTCOME)
    with np.errstate(invalid="ignore"):
        good = (quotes.odds > 1.0) & (quotes.odds <= _MAX_ODDS)
    reject(~good, Reject.BAD_PRICE)
    quarters, bad = _quarters(quotes)
    reject(bad, Reject.BAD_LINE)
    market = quotes.kind << 12 | (quarters + _LINE_OFFSET)
    book = _groups(quotes.block, market)
    twice, short = _whole(book, quotes, verdict == 0)
    reject(twice, Reject.DUPLICATE_OUTCOME)
    reject(short, Reject.INCOMPLETE_BOOK)
    reject(_superseded(book, market, quotes, verdict == 0), Reject.DUPLICATE_BOOK)
    reject(_stale(quotes, rules), Reject.STALE)
    selection = market << 4 | quotes.side
    reject(_palpable(selection, quotes, rules, verdict == 0), Reject.PALPABLE)
    counts = np.bincount(verdict, minlength=len(_CODES) + 1)
    return Sieved(
        selection=selection,
        kept=verdict == 0,
        stale=verdict == _CODES[Reject.STALE],
        rejected={str(reason): int(counts[code]) for reason, code in _CODES.items()},
    )


def _quarters(quotes: Quotes) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return each row's line in quarters, as the home team's, and the rows without a good one."""
    lined = _LINED[quotes.kind]
    exact = np.where(lined, quotes.point, 0.0) * 4
    with np.errstate(invalid="ignore"):
        bad = ~(np.abs(exact) <= _MAX_LINE * 4) | (exact != np.rint(exact))
        bad |= (quotes.kind == MarketKind.TOTAL_GOALS) & ~(exact > 0)
    quarters = np.rint(np.where(bad, 0.0, exact)).astype(np.int64)
    away = (quotes.kind == MarketKind.ASIAN_HANDICAP) & (quotes.side == Side.AWAY)
    return np.where(away, -quarters, quarters), bad


def _groups(*columns: NDArray[np.int64]) -> NDArray[np.int64]:
    """Number the distinct rows of some columns of small non-negative integers.

    A table of all possible rows is faster than sorting them, while it stays small.
    """
    key = np.zeros(len(columns[0]), dtype=np.int64)
    for column in columns:
        key = key * (int(column.max(initial=0)) + 1) + column
        if int(key.max(initial=0)) >= _WIDEST_TABLE:
            _, key = np.unique(key, return_inverse=True)
    met = np.zeros(int(key.max(initial=0)) + 1, dtype=np.bool_)
    met[key] = True
    number: NDArray[np.int64] = np.cumsum(met) - 1
    return number[key]


def _whole(
    book: NDArray[np.int64], quotes: Quotes, usable: NDArray[np.bool_]
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Return the rows of books that name an outcome twice, and of books that lack one.

    An Asian handicap whose two lines do not mirror falls apart into two halves here.
    """
    size = int(book.max(initial=-1)) + 1
    place = book * (max(Side) + 1) + quotes.side
    seen = np.bincount(place[usable], minlength=size * (max(Side) + 1))
    table = seen.reshape(size, max(Side) + 1)
    most, named = table.max(axis=1, initial=0), np.count_nonzero(table, axis=1)
    return most[book] > 1, named[book] != _BOOK_SIZE[quotes.kind]


def _superseded(
    book: NDArray[np.int64],
    market: NDArray[np.int64],
    quotes: Quotes,
    usable: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the rows of books of which a later one was offered: same bookmaker, same market.

    A tie goes to the dearer book (higher booksum), so that order never decides.
    """
    rows = np.flatnonzero(usable)
    slot = _groups(quotes.fixture, quotes.bookmaker, market, quotes.lay.astype(np.int64))[rows]
    booksum = np.bincount(book[rows], weights=1 / quotes.odds[rows])
    order = np.lexsort((book[rows], booksum[book[rows]], quotes.quoted_at[rows], slot))
    last = np.zeros(int(slot.max(initial=-1)) + 1, dtype=np.int64)
    last[slot[order]] = book[rows][order]
    late = np.zeros(len(usable), dtype=np.bool_)
    late[rows] = last[slot] != book[rows]
    return late


def _stale(quotes: Quotes, rules: CollectRules) -> NDArray[np.bool_]:
    left = quotes.kick_off - quotes.fetched_at
    near, far = rules.stale_late.total_seconds(), rules.stale.total_seconds()
    limit = np.where(left <= rules.late.total_seconds(), near, far)
    return (quotes.fetched_at - quotes.quoted_at) > limit


def _palpable(
    selection: NDArray[np.int64],
    quotes: Quotes,
    rules: CollectRules,
    usable: NDArray[np.bool_],
) -> NDArray[np.bool_]:
    """Return the prices too good to be meant: far above the median of enough books."""
    wrong = np.zeros(len(usable), dtype=np.bool_)
    rows = np.flatnonzero(usable & ~quotes.lay)
    group = _groups(quotes.fixture[rows], selection[rows])
    odds = quotes.odds[rows]
    ranked = odds[np.lexsort((odds, group))]
    books = np.bincount(group)
    first = np.cumsum(books) - books
    median = (ranked[first + (books - 1) // 2] + ranked[first + books // 2]) / 2
    wrong[rows] = (books >= rules.palp_books)[group] & (odds > rules.palp_ratio * median[group])
    return wrong
