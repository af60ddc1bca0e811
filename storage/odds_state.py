"""The latest state of every price that is being followed, held by the process that writes it.

A price is one integer: fixture code << 36 | bookmaker id << 21 | lay << 20 | selection. Sorted,
a board's prices meet the stored ones without a loop. `price >> 16` is its book: one bookmaker's
side of one kind of market of one fixture.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from storage.binary_copy import uuids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from numpy.typing import NDArray

    from engine.domain.numbers import BookmakerKey, FixtureId

FIXTURE_BITS: Final = 36
BOOKMAKER_BITS: Final = 21
LAY_BITS: Final = 20
BOOK_BITS: Final = 16
KIND_MASK: Final = 0xF
WITHIN_FIXTURE: Final = (1 << FIXTURE_BITS) - 1
UNKNOWN: Final = np.iinfo(np.int64).min
NEVER: Final = UNKNOWN + 1
_MOST_PRICES: Final = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class State:
    """The latest state as of one token of the writers; a new value after every look.

    `prices` are sorted; `odds` are NaN where withdrawn. `looked_at` tells by fixture code when
    the fixture was last looked at (microseconds), NEVER, or UNKNOWN while it is not loaded.
    """

    token: int
    bookmakers: Mapping[BookmakerKey, int]
    prices: NDArray[np.int64]
    odds: NDArray[np.float64]
    looked_at: NDArray[np.int64]

    def is_loaded(self, code: int) -> bool:
        return code < len(self.looked_at) and int(self.looked_at[code]) != UNKNOWN

    def with_loaded(
        self,
        codes: NDArray[np.int64],
        looked_at: NDArray[np.int64],
        prices: NDArray[np.int64],
        odds: NDArray[np.float64],
    ) -> State:
        """Return the state with fixtures read from the store."""
        order = np.argsort(prices)
        prices, odds = prices[order], odds[order]
        places = np.searchsorted(self.prices, prices)
        return replace(
            self,
            prices=np.insert(self.prices, places, prices),
            odds=np.insert(self.odds, places, odds),
            looked_at=_written(self.looked_at, codes, looked_at),
        )

    def with_told(
        self,
        codes: NDArray[np.int64],
        at: int,
        offered: tuple[NDArray[np.int64], NDArray[np.float64]],
        absent: NDArray[np.bool_],
    ) -> State:
        """Return the state after a look at the fixtures `codes` that saw `offered`."""
        prices, odds = offered
        kept = self.odds.copy()
        kept[absent] = np.nan
        places, found = self.find(prices)
        kept[places[found]] = odds[found]
        if not found.all():
            new = ~found
            kept = np.insert(kept, places[new], odds[new])
            prices = np.insert(self.prices, places[new], prices[new])
        else:
            prices = self.prices
        looked_at = _written(self.looked_at, codes, np.full(len(codes), at))
        return replace(self, prices=prices, odds=kept, looked_at=looked_at)

    def without(self, codes: NDArray[np.int64]) -> State:
        """Return the state without some fixtures: they are loaded again when they are needed."""
        keep = ~np.isin(self.prices >> FIXTURE_BITS, codes)
        return replace(
            self,
            prices=self.prices[keep],
            odds=self.odds[keep],
            looked_at=_written(self.looked_at, codes, np.full(len(codes), UNKNOWN)),
        )

    def find(self, prices: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
        """Return where sorted `prices` stand or would stand, and which are there."""
        if len(prices) == len(self.prices) and np.array_equal(prices, self.prices):
            return np.arange(len(prices)), np.ones(len(prices), np.bool_)
        places = np.searchsorted(self.prices, prices)
        found = places < len(self.prices)
        found[found] = self.prices[places[found]] == prices[found]
        return places.astype(np.int64), found

    def bounded(self, codes: NDArray[np.int64]) -> State:
        """Forget fixtures that are not looked at any more once there are too many prices."""
        if len(self.prices) <= _MOST_PRICES:
            return self
        loaded = np.flatnonzero(self.looked_at != UNKNOWN)
        return self.without(np.setdiff1d(loaded, codes))


def empty_state(token: int, bookmakers: Mapping[BookmakerKey, int]) -> State:
    """Return a state that has to load whatever is asked of it."""
    return State(
        token=token,
        bookmakers=bookmakers,
        prices=np.empty(0, np.int64),
        odds=np.empty(0, np.float64),
        looked_at=np.empty(0, np.int64),
    )


class OddsCache:
    """The state the last committed look left, and this process's code of each fixture."""

    def __init__(self) -> None:
        self.state = empty_state(-1, {})
        self._codes: dict[FixtureId, int] = {}
        self._ids: list[FixtureId] = []
        self._column = uuids([])

    def codes(self, fixtures: Iterable[FixtureId]) -> list[int]:
        """Return the fixtures' codes; a code means nothing outside of this cache."""
        known, found = self._codes, []
        for fixture in fixtures:
            code = known.get(fixture)
            if code is None:
                code = known[fixture] = len(known)
                self._ids.append(fixture)
            found.append(code)
        return found

    def ids(self, codes: Iterable[int]) -> list[FixtureId]:
        """Return the fixtures of codes."""
        return [self._ids[code] for code in codes]

    def id_column(self) -> NDArray[np.void]:
        """Return every fixture's sixteen bytes, by code."""
        if len(self._column) < len(self._ids):
            self._column = np.append(self._column, uuids(self._ids[len(self._column) :]))
        return self._column

    def take(self, state: State) -> None:
        """Advance to what was committed, unless a later look already was."""
        if state.token > self.state.token:
            self.state = state


def _written(
    column: NDArray[np.int64], codes: NDArray[np.int64], values: NDArray[np.int64]
) -> NDArray[np.int64]:
    size = max(len(column), int(codes.max(initial=-1)) + 1)
    copy = np.full(size, UNKNOWN)
    copy[: len(column)] = column
    copy[codes] = values
    return copy
