"""Which look saw a price last, and what it said of when the price was quoted."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from storage.binary_copy import microseconds
from storage.odds_state import BOOK_BITS, FIXTURE_BITS, KIND_MASK

if TYPE_CHECKING:
    from collections.abc import Sequence

    import asyncpg
    from numpy.typing import NDArray

_RANK_BITS = 32
_KINDS = range(KIND_MASK + 1)


def last_seen(
    prices: NDArray[np.int64], changed_at: NDArray[np.int64], looks: Sequence[asyncpg.Record]
) -> NDArray[np.int64]:
    """Return, for each change in the order of its price, the last look before the next change.

    A look saw a price if it asked for the whole of its kind, or told it as a single one.
    """
    captured_at = np.array([microseconds(look["captured_at"]) for look in looks], np.int64)
    instants, ranks = np.unique(captured_at, return_inverse=True)
    until = np.full(len(prices), np.iinfo(np.int64).max)
    follows = np.flatnonzero(prices[1:] == prices[:-1])
    until[follows] = changed_at[follows + 1]
    bounds = np.searchsorted(instants, until)
    kind = prices >> FIXTURE_BITS << 4 | (prices >> BOOK_BITS) & KIND_MASK
    seen = np.maximum(changed_at, _latest(_kinds_at(looks, ranks), kind, bounds, instants))
    singles = _singles_at(looks, ranks)
    told, which = np.unique(singles[:, 0], return_inverse=True)
    place = np.searchsorted(told, prices)
    place[~np.isin(prices, told)] = len(told)
    singles[:, 0] = which
    return np.maximum(seen, _latest(singles, place, bounds, instants))


def _kinds_at(looks: Sequence[asyncpg.Record], ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (fixture and kind, rank of the look) of every kind that a look asked whole."""
    fixture = np.array([look["place"] - 1 for look in looks], np.int64)
    asked = np.array([look["kinds"] for look in looks], np.int64)
    look, kind = np.nonzero(asked[:, None] >> np.array(_KINDS) & 1)
    return np.stack((fixture[look] << 4 | kind, ranks[look]), axis=1)


def _singles_at(looks: Sequence[asyncpg.Record], ranks: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return (price, rank of the look) of every price that a look told one by one."""
    pairs = [
        (look["place"] - 1 << FIXTURE_BITS | price, rank)
        for look, rank in zip(looks, ranks.tolist(), strict=True)
        for price in look["singles"]
    ]
    return np.array(pairs, np.int64).reshape(-1, 2)


def _latest(
    sightings: NDArray[np.int64],
    wanted: NDArray[np.int64],
    bounds: NDArray[np.int64],
    instants: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the last instant of each wanted thing with a rank below its bound."""
    found = np.full(len(wanted), np.iinfo(np.int64).min)
    if not len(sightings):
        return found
    sorted_ = np.sort(sightings[:, 0] << _RANK_BITS | sightings[:, 1])
    places = np.searchsorted(sorted_, wanted << _RANK_BITS | bounds) - 1
    there = (places >= 0) & (sorted_[places] >> _RANK_BITS == wanted)
    found[there] = instants[sorted_[places[there]] & (1 << _RANK_BITS) - 1]
    return found


def last_sight(
    prices: NDArray[np.int64], looks: Sequence[asyncpg.Record]
) -> tuple[NDArray[np.bool_], NDArray[np.float64]]:
    """Return which prices the looks, in their order, saw last as offered, and quoted when."""
    last = {
        (look["place"], kind): look["captured_at"]
        for look in looks
        for kind in _KINDS
        if look["kinds"] >> kind & 1
    }
    books: dict[int, float] = {}
    singles: dict[int, float] = {}
    for look in looks:
        place, at, base = look["place"], look["captured_at"], look["place"] - 1
        for book, quoted_at in zip(look["books"], look["quoted_at"], strict=True):
            if last[place, book & KIND_MASK] == at:
                books[base << FIXTURE_BITS - BOOK_BITS | book] = quoted_at
        for price, quoted_at in zip(look["singles"], look["singles_quoted_at"], strict=True):
            if last.get((place, price >> BOOK_BITS & KIND_MASK), at) <= at:
                singles[base << FIXTURE_BITS | price] = quoted_at
    quoted = np.full(len(prices), np.nan)
    for told, wanted in ((books, prices >> BOOK_BITS), (singles, prices)):
        codes = np.fromiter(told.keys(), np.int64, len(told))
        order = np.argsort(codes)
        codes, values = codes[order], np.fromiter(told.values(), np.float64, len(told))[order]
        places = np.searchsorted(codes, wanted)
        there = np.isin(wanted, codes)
        quoted[there] = values[places[there]]
    return ~np.isnan(quoted), quoted
