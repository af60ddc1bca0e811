"""What a board tells that was not known: changes, withdrawals, and who was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from storage.binary_copy import encode_arrays, encode_rows, uuids
from storage.odds_state import (
    BOOK_BITS,
    BOOKMAKER_BITS,
    FIXTURE_BITS,
    KIND_MASK,
    LAY_BITS,
    WITHIN_FIXTURE,
)

if TYPE_CHECKING:
    from collections.abc import Sequence
    from uuid import UUID

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.path import Scope, Unconfirmed
    from storage.odds_state import OddsCache, State

_BOOK_MASK: Final = (1 << FIXTURE_BITS - BOOK_BITS) - 1
_LOOK_FIELDS: Final = 7


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Offer:
    """A board as prices, sorted and each once, with what it was asked for.

    `codes` are the fixtures it speaks of, sorted; `kinds` by fixture code has the bit 1 << kind
    of every kind of market asked for whole; `silent` are the books, their lay side left out, of
    which nothing is concluded from what is absent.
    """

    codes: NDArray[np.int64]
    prices: NDArray[np.int64]
    odds: NDArray[np.float64]
    quoted_at: NDArray[np.float64]
    kinds: NDArray[np.int32]
    silent: NDArray[np.int64]

    def of(self, codes: NDArray[np.int64]) -> Offer:
        """Return what is said of these fixtures alone."""
        mask = np.isin(self.prices >> FIXTURE_BITS, codes)
        return Offer(
            codes=codes,
            prices=self.prices[mask],
            odds=self.odds[mask],
            quoted_at=self.quoted_at[mask],
            kinds=self.kinds,
            silent=self.silent,
        )

    def asked_whole(self, prices: NDArray[np.int64]) -> NDArray[np.bool_]:
        """Say of each price whether its absence means that it is gone."""
        kinds = self.kinds[prices >> FIXTURE_BITS] >> ((prices >> BOOK_BITS) & KIND_MASK)
        whole: NDArray[np.bool_] = (kinds & 1).astype(np.bool_)
        return whole


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Changes:
    """Prices that are not as they were; `absent` marks, within the state, those withdrawn."""

    prices: NDArray[np.int64]
    odds: NDArray[np.float64]
    withdrawn: NDArray[np.int64]
    absent: NDArray[np.bool_]


def read_offer(
    board: Board,
    scope: Scope | None,
    cache: OddsCache,
    bookmaker_ids: Sequence[int],
    unconfirmed: Unconfirmed,
) -> Offer:
    """Return the board as prices; without a scope, each kind a fixture has was asked whole."""
    codes = np.array(cache.codes(f.id for f in board.fixtures), np.int64)
    ids = np.array(bookmaker_ids, np.int64) << BOOKMAKER_BITS
    prices = (codes << FIXTURE_BITS)[board.fixture]
    prices |= ids[board.bookmaker]
    prices |= board.lay.astype(np.int64) << LAY_BITS
    prices |= board.selection
    odds, quoted_at = board.odds, board.quoted_at
    if not (prices[1:] > prices[:-1]).all():
        order = _each_once(prices)
        prices, odds, quoted_at = prices[order], odds[order], quoted_at[order]
    kinds = _kinds(prices, scope, cache, int(codes.max(initial=-1)) + 1)
    spoken = np.union1d(np.unique(prices >> FIXTURE_BITS), np.flatnonzero(kinds))
    fixture, book, kind = np.array(unconfirmed, np.int64).reshape(-1, 3).T
    silent = (codes << FIXTURE_BITS)[fixture] | ids[book] | kind << BOOK_BITS
    return Offer(
        codes=spoken,
        prices=prices,
        odds=odds,
        quoted_at=quoted_at,
        kinds=kinds,
        silent=silent >> BOOK_BITS,
    )


def changes_of(state: State, offer: Offer) -> Changes:
    """Return what `offer` tells that `state` does not know."""
    places, found = state.find(offer.prices)
    before = np.full(len(offer.prices), np.nan)
    before[found] = state.odds[places[found]]
    changed = before != offer.odds
    absent = ~np.isnan(state.odds)
    absent[places[found]] = False
    asked = np.flatnonzero(absent)
    known = state.prices[asked]
    kinds = np.zeros(len(state.looked_at), np.int32)
    kinds[offer.codes] = offer.kinds[offer.codes]
    whole = kinds[known >> FIXTURE_BITS] >> ((known >> BOOK_BITS) & KIND_MASK) & 1
    books = (known & ~(1 << LAY_BITS)) >> BOOK_BITS
    absent[asked] = whole.astype(np.bool_) & ~np.isin(books, offer.silent)
    return Changes(
        prices=offer.prices[changed],
        odds=offer.odds[changed],
        withdrawn=state.prices[absent],
        absent=absent,
    )


def encode_changes(
    changes: Changes, ids: NDArray[np.void], at: int, sequence: int
) -> tuple[bytes, bytes]:
    """Return the rows of odds_changes: what moved, then what went. `ids` is by fixture code."""
    moved, gone = len(changes.prices), len(changes.withdrawn)
    return (
        encode_rows(
            _columns(changes.prices, ids, at, sequence) | {"odds": ("float8", changes.odds)},
            moved,
        ),
        encode_rows(
            _columns(changes.withdrawn, ids, at, sequence + moved) | {"odds": ("null", None)},
            gone,
        ),
    )


def _columns(
    prices: NDArray[np.int64], ids: NDArray[np.void], at: int, sequence: int
) -> dict[str, tuple[str, object]]:
    return {
        "fixture_id": ("uuid", ids[prices >> FIXTURE_BITS]),
        "changed_at": ("timestamptz", at),
        "sequence": ("int8", np.arange(sequence, sequence + len(prices))),
        "bookmaker_id": ("int2", (prices & WITHIN_FIXTURE) >> BOOKMAKER_BITS),
        "selection": ("int4", prices & (1 << LAY_BITS) - 1),
        "lay": ("bool", prices >> LAY_BITS & 1),
    }


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sight:
    """Who was seen, one entry a book and one a single price; ends are by fixture of `codes`."""

    codes: NDArray[np.int64]
    kinds: NDArray[np.int32]
    books: NDArray[np.int64]
    quoted_at: NDArray[np.float64]
    book_ends: NDArray[np.int64]
    singles: NDArray[np.int64]
    singles_quoted_at: NDArray[np.float64]
    single_ends: NDArray[np.int64]


def sight_of(offer: Offer) -> Sight:
    """Return what fixture_looks keeps of a look."""
    prices, quoted_at = offer.prices, offer.quoted_at
    book = prices >> BOOK_BITS
    starts = np.flatnonzero(np.concatenate(([True], book[1:] != book[:-1])))[: len(prices)]
    books = book[starts]
    whole = offer.asked_whole(books << BOOK_BITS)
    last = np.maximum.reduceat(quoted_at, starts) if len(starts) else quoted_at
    sizes = np.diff(np.append(starts, len(prices)))
    alone = np.repeat(~whole, sizes) | (quoted_at != np.repeat(last, sizes))
    singles = prices[alone]
    books, last = books[whole], last[whole]
    edges = offer.codes + 1
    return Sight(
        codes=offer.codes,
        kinds=offer.kinds[offer.codes],
        books=books & _BOOK_MASK,
        quoted_at=last,
        book_ends=np.searchsorted(books, edges << FIXTURE_BITS - BOOK_BITS).astype(np.int64),
        singles=singles & WITHIN_FIXTURE,
        singles_quoted_at=quoted_at[alone],
        single_ends=np.searchsorted(singles, edges << FIXTURE_BITS).astype(np.int64),
    )


def encode_sight(sight: Sight, ids: Sequence[UUID], at: int) -> bytes:
    """Return the rows of fixture_looks; `ids` are those of `sight.codes`."""
    fixed = encode_rows(
        {
            "fixture_id": ("uuid", uuids(ids)),
            "captured_at": ("timestamptz", at),
            "kinds": ("int4", sight.kinds),
        },
        len(ids),
    )
    width = len(fixed) // len(ids)
    head = _LOOK_FIELDS.to_bytes(2, "big")
    columns = zip(
        [head + fixed[row * width + 2 : (row + 1) * width] for row in range(len(ids))],
        encode_arrays("int4", sight.books, sight.book_ends),
        encode_arrays("float8", sight.quoted_at, sight.book_ends),
        encode_arrays("int8", sight.singles, sight.single_ends),
        encode_arrays("float8", sight.singles_quoted_at, sight.single_ends),
        strict=True,
    )
    return b"".join([part for row in columns for part in row])


def _each_once(prices: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the order that sorts prices and keeps the last word on each."""
    order = np.argsort(prices)
    ordered = prices[order]
    if (ordered[1:] != ordered[:-1]).all():
        return order
    order = np.argsort(prices, kind="stable")  # many times slower, and hardly ever needed
    last = np.append(ordered[1:] != ordered[:-1], True)
    once: NDArray[np.int64] = order[last]
    return once


def _kinds(
    prices: NDArray[np.int64], scope: Scope | None, cache: OddsCache, size: int
) -> NDArray[np.int32]:
    """Return by fixture code the bits of the kinds asked for whole."""
    if scope is not None:
        codes = cache.codes(scope)
        kinds = np.zeros(max([size, *(code + 1 for code in codes)]), np.int32)
        for code, asked in zip(codes, scope.values(), strict=True):
            kinds[code] = sum(1 << int(kind) for kind in asked)
        return kinds
    kinds = np.zeros(size, np.int32)
    book = prices >> BOOK_BITS
    seen = book[np.append(book[1:] != book[:-1], True)[: len(book)]]
    np.bitwise_or.at(
        kinds,
        seen >> FIXTURE_BITS - BOOK_BITS,
        (1 << (seen & KIND_MASK)).astype(np.int32),
    )
    return kinds
