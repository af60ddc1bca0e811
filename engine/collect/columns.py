"""From decoded events to columns: a handful of passes over flat lists, nothing per quote."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from itertools import chain
from operator import attrgetter
from typing import TYPE_CHECKING, Final

import msgspec
import numpy as np

from engine.collect.markets import MARKETS, UNKNOWN, double_chances, plain
from engine.domain.market import LINED, MarketKind, Side

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from numpy.typing import NDArray

    from engine.collect.odds_api import Event

_NAN: Final = float("nan")
_KINDS: Final = max(MarketKind) + 1
_LINED: Final = np.isin(np.arange(_KINDS), [int(kind) for kind in LINED])
_TEAMS: Final = np.isin(
    np.arange(_KINDS),
    [MarketKind.MATCH_ODDS, MarketKind.DRAW_NO_BET, MarketKind.ASIAN_HANDICAP],
)
_WORDS: Final = (
    (MarketKind.MATCH_ODDS, "Draw", Side.DRAW),
    (MarketKind.TOTAL_GOALS, "Over", Side.OVER),
    (MarketKind.TOTAL_GOALS, "Under", Side.UNDER),
    (MarketKind.BTTS, "Yes", Side.YES),
    (MarketKind.BTTS, "No", Side.NO),
)
_books = attrgetter("bookmakers")
_markets = attrgetter("markets")
_outcomes = attrgetter("outcomes")
_key = attrgetter("key")
_name = attrgetter("name")
_price = attrgetter("price")
_point = attrgetter("point")
_update = attrgetter("last_update")


class Codes(dict[str, int]):
    """Numbers texts in the order in which they are met."""

    def __missing__(self, text: str) -> int:
        code = self[text] = len(self)
        return code


class Stamps(dict[str | None, float]):
    """Reads each spelling of a moment once: POSIX seconds, NaN where it names none."""

    def __missing__(self, text: str | None) -> float:
        stamp = self[text] = _stamp(text)
        return stamp


@dataclass(frozen=True, slots=True, kw_only=True)
class Columns:
    """Everything some events offer. Rows are outcomes; `event`, `book` and `updated` are theirs.

    `block` numbers the market a row belongs to, one book's; `kind` is 0 where we do not know the
    market, `side` 0 where the outcome's name says nothing. `updated` is NaN where neither the
    market nor its book says when it was confirmed. `confirmed` and `owner` are of whole books:
    when each was last confirmed, and the event that lists it.
    """

    books: tuple[str, ...]
    event: NDArray[np.int64]
    book: NDArray[np.int64]
    block: NDArray[np.int64]
    kind: NDArray[np.int64]
    lay: NDArray[np.bool_]
    side: NDArray[np.int64]
    odds: NDArray[np.float64]
    point: NDArray[np.float64]
    updated: NDArray[np.float64]
    owner: NDArray[np.int64]
    confirmed: NDArray[np.float64]


def read_columns(events: Sequence[Event]) -> Columns:
    """Return what `events` offer, in their order."""
    stamps, keys, offers, names = Stamps(), Codes(), Codes(), Codes()
    listed = [*map(_books, events)]
    books = [*chain.from_iterable(listed)]
    owned = [*map(_markets, books)]
    markets = [*chain.from_iterable(owned)]
    parts = [*map(_outcomes, markets)]
    outcomes = [*chain.from_iterable(parts)]
    owner = np.repeat(np.arange(len(events)), _sizes(listed))
    confirmed = _floats(map(stamps.__getitem__, map(_update, books)), len(books))
    book_of = np.repeat(np.arange(len(books)), _sizes(owned))
    updated = _floats(map(stamps.__getitem__, map(_update, markets)), len(markets))
    updated = np.where(np.isnan(updated), confirmed[book_of], updated)
    offer = _ints(map(offers.__getitem__, map(_key, markets)), len(markets))
    meant = [MARKETS.get(key, (UNKNOWN, False)) for key in offers]
    block = np.repeat(np.arange(len(markets)), _sizes(parts))
    book = book_of[block]
    kind = np.array([kind for kind, _ in meant], dtype=np.int64)[offer][block]
    said = _ints(map(names.__getitem__, map(_name, outcomes)), len(outcomes))
    event = owner[book]
    return Columns(
        event=event,
        book=_ints(map(keys.__getitem__, map(_key, books)), len(books))[book],
        books=tuple(keys),
        block=block,
        kind=kind,
        lay=np.array([lay for _, lay in meant], dtype=np.bool_)[offer][block],
        side=_sides(events, event, kind, said, names),
        odds=_floats(map(_price, outcomes), len(outcomes)),
        point=np.where(_LINED[kind], np.array([*map(_point, outcomes)], dtype=np.float64), 0.0),
        updated=updated[block],
        owner=owner,
        confirmed=confirmed,
    )


def _sides(
    events: Sequence[Event],
    event: NDArray[np.int64],
    kind: NDArray[np.int64],
    said: NDArray[np.int64],
    names: Codes,
) -> NDArray[np.int64]:
    """Return the side each name stands for in its event and kind of market."""
    homes = _ints((names[each.home_team] for each in events), len(events))
    aways = _ints((names[each.away_team] for each in events), len(events))
    words = np.zeros((_KINDS, len(names) + len(_WORDS)), dtype=np.int64)
    for market, word, side in _WORDS:
        words[market, names[word]] = side
    side_of = words[kind, said]
    by_team = _TEAMS[kind] & (side_of == UNKNOWN)
    side_of = np.where(by_team & (said == homes[event]), int(Side.HOME), side_of)
    side_of = np.where(by_team & (said == aways[event]), int(Side.AWAY), side_of)
    pairs = np.flatnonzero(kind == MarketKind.DOUBLE_CHANCE)
    if len(pairs):
        side_of[pairs] = _double_chances(events, event[pairs], said[pairs], [*names])
    return side_of


def _double_chances(
    events: Sequence[Event],
    event: NDArray[np.int64],
    said: NDArray[np.int64],
    names: Sequence[str],
) -> NDArray[np.int64]:
    """Read each event's spellings of two outcomes in three, each spelling once."""
    both, place = np.unique(event * len(names) + said, return_inverse=True)
    ways: dict[int, Mapping[str, int]] = {}
    read = []
    for each, name in zip(*np.divmod(both, len(names)), strict=True):
        match = events[each]
        if each not in ways:
            ways[each] = double_chances(match.home_team, match.away_team)
        read.append(ways[each].get(plain(names[name]), UNKNOWN))
    return np.array(read, dtype=np.int64)[place]


def _sizes(lists: Sequence[Sequence[object]]) -> NDArray[np.int64]:
    return _ints(map(len, lists), len(lists))


def _ints(values: Iterable[int], count: int) -> NDArray[np.int64]:
    return np.fromiter(values, dtype=np.int64, count=count)


def _floats(values: Iterable[float], count: int) -> NDArray[np.float64]:
    return np.fromiter(values, dtype=np.float64, count=count)


def _stamp(text: str | None) -> float:
    """Return a moment that names its zone; another says nothing."""
    if text is None:
        return _NAN
    try:
        moment = msgspec.convert(text, datetime)
    except (msgspec.ValidationError, UnicodeError, OverflowError):
        return _NAN
    return _NAN if moment.tzinfo is None else moment.timestamp()
