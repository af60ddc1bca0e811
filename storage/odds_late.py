"""Looks that come late, or come again: told as of their own instant, and twice is once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from storage.binary_copy import instant
from storage.odds_copy import copy_changes, merge_looks
from storage.odds_diff import changes_of, sight_of
from storage.odds_load import copy_prices, read_state
from storage.odds_state import (
    BOOKMAKER_BITS,
    FIXTURE_BITS,
    LAY_BITS,
    NEVER,
    WITHIN_FIXTURE,
    empty_state,
)
from storage.queries import queries

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from storage.odds_diff import Changes, Offer
    from storage.odds_state import OddsCache
    from storage.pool import Connection

    Prices = tuple[NDArray[np.int64], NDArray[np.float64]]


async def add_late(
    connection: Connection, cache: OddsCache, offer: Offer, at: int, sequence: int
) -> tuple[int, int]:
    """Keep what a look told at an instant that later looks have passed; return what it changed.

    A price is news only if it is not what was known at the end of that instant, so that the same
    look again adds nothing. What the next look saw as it had been
    is a change there from now on, and is written as one.
    """
    ids = cache.ids(offer.codes.tolist())
    before = await read_state(connection, ids, offer.codes, instant(at - 1))
    then = await copy_prices(connection, queries("odds").changes_at, ids, offer.codes, instant(at))
    changes = _news(before, then, offer)
    await copy_changes(connection, changes, cache.id_column(), at, sequence)
    await merge_looks(connection, sight_of(offer), cache, at)
    told = np.concatenate((changes.prices, changes.withdrawn))
    former = (told, _values(told, before, then))
    await _restore(connection, cache, former, at, sequence + len(told))
    return len(changes.prices), len(changes.withdrawn)


def _news(before: Prices, then: Prices, offer: Offer) -> Changes:
    known = empty_state(0, {}).with_loaded(offer.codes, np.full(len(offer.codes), NEVER), *before)
    changes = changes_of(known, offer)
    new = np.array(_values(offer.prices, before, then)) != offer.odds
    there = ~np.isnan(_values(changes.withdrawn, before, then))
    return replace(
        changes,
        prices=offer.prices[new],
        odds=offer.odds[new],
        withdrawn=changes.withdrawn[there],
    )


def _values(prices: NDArray[np.int64], before: Prices, then: Prices) -> list[float]:
    """Return what each price had been at the end of the instant; NaN where there was none."""
    last = {
        price: odds
        for column, values in (before, then)
        for price, odds in zip(column.tolist(), values.tolist(), strict=True)
    }
    return [last.get(price, np.nan) for price in prices.tolist()]


async def _restore(
    connection: Connection,
    cache: OddsCache,
    former: tuple[NDArray[np.int64], list[float]],
    at: int,
    sequence: int,
) -> None:
    """Say at the next look that saw a price what it had been before the late one."""
    prices, odds = former
    if len(prices):
        await connection.execute(
            queries("odds").restore,
            instant(at),
            cache.ids((prices >> FIXTURE_BITS).tolist()),
            list(range(sequence, sequence + len(prices))),
            ((prices & WITHIN_FIXTURE) >> BOOKMAKER_BITS).tolist(),
            (prices & (1 << LAY_BITS) - 1).tolist(),
            (prices >> LAY_BITS & 1).astype(np.bool_).tolist(),
            odds,
        )
