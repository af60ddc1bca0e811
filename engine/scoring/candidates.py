"""Every price that could be taken, beside the fair price it is held against."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.scoring.edge import Edges, Fair, edges
from engine.scoring.expectation import doubts
from engine.scoring.places import index_of, place

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.policy import Policy, PricingRules
    from engine.domain.price import PriceTable
    from engine.domain.signal import Verdicts

NO_PRICE: Final = -1


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """Backable quotes, sorted by (fixture, selection, bookmaker), one row each.

    `price` indexes the price table, -1 where there is no reference; `seconds_left` counts to
    kick-off; `fresh` marks quotes young enough to be taken; `books` counts the bookmakers that
    quote the selection freshly; `stale_reference` marks a market with none but old references.
    `unproven` marks those whose price only a grid tells: no bet is held against it.
    `reference_at` is when the reference was quoted, `refund` the expected part of the stake given
    back; both are NaN without a price. `implausible` marks edges too good to be believed.
    """

    fixture: NDArray[np.int64]
    selection: NDArray[np.int64]
    bookmaker: NDArray[np.int64]
    odds: NDArray[np.float64]
    quoted_at: NDArray[np.float64]
    seconds_left: NDArray[np.float64]
    fresh: NDArray[np.bool_]
    price: NDArray[np.int64]
    books: NDArray[np.int64]
    stale_reference: NDArray[np.bool_]
    unproven: NDArray[np.bool_]
    reference_at: NDArray[np.float64]
    refund: NDArray[np.float64]
    implausible: NDArray[np.bool_]
    edges: Edges

    def __len__(self) -> int:
        return len(self.fixture)

    @property
    def place(self) -> NDArray[np.int64]:
        """Fixture and selection as one number."""
        return place(self.fixture, self.selection)


def candidates(
    board: Board,
    prices: PriceTable,
    policy: Policy,
    now: datetime,
    verdicts: Verdicts | None = None,
) -> Candidates:
    """Return the quotes that could be bet at `now`, each with its edge.

    The lay side, the exchanges and the aggregates never bet, but for the policy's `bounds`, which
    count as no book. A quote later than `now` is not known yet, and of a quote repeated by one
    book the latest counts. Where there are `verdicts`, `prices` expect the close that they do
    (`with_verdicts`), as surely as they say.
    """
    rules = policy.pricing
    at = now.timestamp()
    known = board.where((board.quoted_at <= at) & np.isfinite(board.odds))
    barred = np.array([key in rules.exchanges for key in board.bookmakers], dtype=np.bool_)
    bound = np.array([key in policy.bounds for key in board.bookmakers], dtype=np.bool_)
    nobody = known.is_aggregate & ~bound[known.bookmaker]
    rows = known.where(~known.lay & ~barred[known.bookmaker] & ~nobody)
    where = place(rows.fixture.astype(np.int64), rows.selection.astype(np.int64))
    order = np.lexsort((-rows.odds, rows.quoted_at, rows.bookmaker, where))
    key = where << 12 | rows.bookmaker
    last = order[_ends(key[order])]
    fixture, selection = rows.fixture[last].astype(np.int64), rows.selection[last].astype(np.int64)
    bookmaker, odds = rows.bookmaker[last].astype(np.int64), rows.odds[last]
    starts = np.array([one.kick_off.timestamp() for one in board.fixtures], dtype=np.float64)
    fresh = at - rows.quoted_at[last] <= policy.scoring.quote_age.total_seconds()
    _, group = np.unique(where[last], return_inverse=True)
    heard = fresh & ~bound[bookmaker]
    told = prices_of(prices, fixture, selection, bookmaker)
    alone = _stands_alone(prices, told)
    price = np.where(alone, told, NO_PRICE)
    found = _edges(odds, prices, price, rules, doubts(prices, verdicts, rules.close_doubt))
    return Candidates(
        fixture=fixture,
        selection=selection,
        bookmaker=bookmaker,
        odds=odds,
        quoted_at=rows.quoted_at[last],
        seconds_left=starts[fixture] - at,
        fresh=fresh,
        price=price,
        books=np.bincount(group[heard], minlength=len(group))[group],
        stale_reference=(told == NO_PRICE) & _has_reference(known, rules, fixture, selection),
        unproven=(told != NO_PRICE) & ~alone,
        reference_at=column_of(prices.quoted_at, price),
        refund=column_of(prices.refund, price),
        implausible=found.raw > policy.scoring.max_edge,
        edges=found,
    )


def _ends(keys: NDArray[np.int64]) -> NDArray[np.bool_]:
    """Mark the last row of each run of equal keys."""
    return np.append(keys[1:] != keys[:-1], np.ones(min(len(keys), 1), dtype=np.bool_))


def prices_of(
    prices: PriceTable,
    fixture: NDArray[np.int64],
    selection: NDArray[np.int64],
    bookmaker: NDArray[np.int64],
) -> NDArray[np.int64]:
    """Return the row that prices each bet: its book left out, else for every book, else -1."""
    if not len(prices):
        return np.full(len(fixture), NO_PRICE, dtype=np.int64)
    table = place(prices.fixture.astype(np.int64), prices.selection.astype(np.int64))
    keys = table << 12 | (prices.excluded.astype(np.int64) + 1)
    wanted = place(fixture, selection) << 12
    own = index_of(keys, wanted | (bookmaker + 1))
    return np.where(own == NO_PRICE, index_of(keys, wanted), own)


def _has_reference(
    board: Board,
    rules: PricingRules,
    fixture: NDArray[np.int64],
    selection: NDArray[np.int64],
) -> NDArray[np.bool_]:
    """Say of which markets a sharp book or an exchange says something on the board."""
    reference = (*rules.sharp_books, *rules.exchanges)
    named = np.array([key in reference for key in board.bookmakers], dtype=np.bool_)
    rows = board.where(named[board.bookmaker])
    there = rows.fixture.astype(np.int64) << 16 | rows.market
    return np.isin(fixture << 16 | selection >> 4, there)


def _stands_alone(prices: PriceTable, row: NDArray[np.int64]) -> NDArray[np.bool_]:
    stands = np.append(prices.stands_alone, np.False_)  # row -1: no price
    alone: NDArray[np.bool_] = stands[row]
    return alone


def column_of(values: NDArray[np.float64], row: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return a column of the price table for these rows of it, NaN where there is none."""
    found: NDArray[np.float64] = np.append(values, np.nan)[row]  # row -1: no price
    return found


def _edges(
    odds: NDArray[np.float64],
    prices: PriceTable,
    row: NDArray[np.int64],
    rules: PricingRules,
    doubt: NDArray[np.float64],
) -> Edges:
    fair = Fair(
        probability=column_of(prices.probability, row),
        std_error=column_of(prices.std_error, row),
        refund=column_of(prices.refund, row),
        close=column_of(prices.close, row),
        close_error=column_of(prices.close_error, row),
        doubt=column_of(doubt, row),
    )
    return edges(odds, fair, rules)
