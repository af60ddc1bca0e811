"""The reference ladder: sharp book, exchange, consensus of the others, or no price at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.price import Rung
from engine.pricing.books import WIDTH, complete_books
from engine.pricing.devig import devig

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.numbers import BookmakerKey
    from engine.domain.policy import PricingRules
    from engine.pricing.books import Books

EVERY_BOOK: Final = -1
"""`excluded` of a reference that serves every book."""

_LEAST_CROSSING: Final = -0.02  # back above lay by more is two different moments


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class References:
    """Fair probabilities per (fixture, market), for the bets of every book but `excluded`.

    `probability`, `std_error` and `dispersion` are (n, 3) in the order of `SIDES`, NaN beyond
    the market's size. `dispersion` is the standard deviation across the ordinary books of the
    logit of their devigged probability; 0 where fewer than two quote.
    """

    fixture: NDArray[np.int64]
    market: NDArray[np.int64]
    excluded: NDArray[np.int64]
    rung: NDArray[np.int64]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    dispersion: NDArray[np.float64]
    books: NDArray[np.int64]
    quoted_at: NDArray[np.float64]

    @property
    def place(self) -> NDArray[np.int64]:
        """Fixture and market as one number."""
        return _place(self.fixture, self.market)

    def where(self, mask: NDArray[np.bool_] | NDArray[np.int64]) -> References:
        """Return the rows of a mask, or of indices in their order."""
        return References(**{name: getattr(self, name)[mask] for name in self.__slots__})


def ladder(board: Board, rules: PricingRules, now: datetime) -> References:
    """Return the highest rung that each (fixture, market) has, and that rung only."""
    rungs = all_rungs(board, rules, now)
    best: list[References] = []
    taken = np.empty(0, dtype=np.int64)
    for rung in Rung:
        rows = rungs[rung]
        best.append(rows.where(~np.isin(rows.place, taken)))
        taken = np.concatenate([taken, rows.place])
    return joined(best)


def all_rungs(board: Board, rules: PricingRules, now: datetime) -> dict[Rung, References]:
    """Return the references of every rung, each made without the sources of the others."""
    books = complete_books(board, rules, now)
    sharp = _ranks(board.bookmakers, rules.sharp_books)[books.bookmaker]
    exchange = _ranks(board.bookmakers, rules.exchanges)[books.bookmaker]
    ordinary = books.where((sharp < 0) & (exchange < 0) & ~books.lay)
    fair = _fair(ordinary)
    spread = _Spread.of(ordinary, fair)
    return {
        Rung.SHARP: _sharp(books, sharp, spread, rules),
        Rung.EXCHANGE: _exchange(books, exchange, spread, rules),
        Rung.CONSENSUS: _consensus(ordinary, fair, spread, rules),
    }


def joined(parts: Sequence[References]) -> References:
    """Return all rows, sorted by (fixture, market, excluded)."""
    columns = {
        name: np.concatenate([getattr(part, name) for part in parts])
        for name in References.__slots__
    }
    rows = References(**columns)
    return rows.where(np.lexsort((rows.excluded, rows.market, rows.fixture)))


def _place(fixture: NDArray[np.int64], market: NDArray[np.int64]) -> NDArray[np.int64]:
    return fixture << 16 | market


def _ranks(bookmakers: tuple[BookmakerKey, ...], wanted: tuple[str, ...]) -> NDArray[np.int64]:
    """Return each bookmaker's place in `wanted`, -1 where it has none."""
    return np.array(
        [wanted.index(key) if key in wanted else -1 for key in bookmakers], dtype=np.int64
    )


def _fair(books: Books) -> NDArray[np.float64]:
    """Return the devigged probabilities (n, 3), one batch per size of market."""
    fair = np.full((len(books), WIDTH), np.nan)
    for size in np.unique(books.size).tolist():
        rows = books.size == size
        fair[rows, :size] = devig(books.odds[rows, :size])
    return fair


def _logit(probability: NDArray[np.float64]) -> NDArray[np.float64]:
    logit: NDArray[np.float64] = np.log(probability / (1 - probability))
    return logit


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Spread:
    """How far the ordinary books disagree, per (fixture, market)."""

    place: NDArray[np.int64]
    deviation: NDArray[np.float64]

    @classmethod
    def of(cls, books: Books, fair: NDArray[np.float64]) -> _Spread:
        place, start, count = _groups(books)
        logit = _logit(fair)
        if not len(place):
            return cls(place=place, deviation=np.empty((0, WIDTH)))
        mean = np.add.reduceat(logit, start) / count[:, None]
        squares = np.add.reduceat((logit - np.repeat(mean, count, axis=0)) ** 2, start)
        variance = squares / np.maximum(count - 1, 1)[:, None]
        return cls(place=place, deviation=np.sqrt(variance))

    def at(self, place: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the deviation at each place, 0 where no ordinary book quotes it."""
        found = np.zeros((len(place), WIDTH))
        if len(self.place):
            index = np.minimum(np.searchsorted(self.place, place), len(self.place) - 1)
            there = self.place[index] == place
            found[there] = self.deviation[index[there]]
        return found


def _groups(books: Books) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Return the (fixture, market) runs of sorted books: place, start and length."""
    place, start, count = np.unique(
        _place(books.fixture, books.market), return_index=True, return_counts=True
    )
    return place, start.astype(np.int64), count.astype(np.int64)


def _std_error(probability: NDArray[np.float64], at_evens: float) -> NDArray[np.float64]:
    """Return the standard error in probability points; constant on the logit scale."""
    return 4 * probability * (1 - probability) * at_evens


def _first_of_place(books: Books, rank: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the row of the best-ranked book of each (fixture, market)."""
    place = _place(books.fixture, books.market)
    order = np.lexsort((rank, place))
    _, first = np.unique(place[order], return_index=True)
    return order[first]


def _references(
    books: Books,
    rung: Rung,
    spread: _Spread,
    *,
    fair: NDArray[np.float64],
    std_error: NDArray[np.float64],
) -> References:
    """Return one-source references that serve every book."""
    count = len(books)
    return References(
        fixture=books.fixture,
        market=books.market,
        excluded=np.full(count, EVERY_BOOK, dtype=np.int64),
        rung=np.full(count, rung, dtype=np.int64),
        probability=fair,
        std_error=std_error,
        dispersion=spread.at(_place(books.fixture, books.market)),
        books=np.ones(count, dtype=np.int64),
        quoted_at=books.quoted_at,
    )


def _sharp(
    books: Books, rank: NDArray[np.int64], spread: _Spread, rules: PricingRules
) -> References:
    """The first sharp book with a complete book on a market prices it."""
    mine = (rank >= 0) & ~books.lay
    rows = books.where(mine)
    rows = rows.where(_first_of_place(rows, rank[mine]))
    fair = _fair(rows)
    error = _std_error(fair, rules.sharp_std_error)
    return _references(rows, Rung.SHARP, spread, fair=fair, std_error=error)


def _exchange(
    books: Books, rank: NDArray[np.int64], spread: _Spread, rules: PricingRules
) -> References:
    """The middle of back and lay, gross: commission belongs to a price taken there (METHOD B1).

    A quarter of an outcome's spread is added to the error in quadrature.
    """
    back, lay = (rank >= 0) & ~books.lay, (rank >= 0) & books.lay
    fronts, backs = books.where(lay), books.where(back)
    key = _place(backs.fixture, backs.market) << 16 | backs.bookmaker
    other = _place(fronts.fixture, fronts.market) << 16 | fronts.bookmaker
    _, mine, theirs = np.intersect1d(key, other, return_indices=True)
    rows, gap = backs.where(mine), 1 / backs.odds[mine] - 1 / fronts.odds[theirs]
    middle = 1 / backs.odds[mine] - gap / 2
    width = np.nansum(gap, axis=1)
    tight = (width <= rules.exchange_max_spread) & (width >= _LEAST_CROSSING)
    rows, gap, middle = rows.where(tight), gap[tight], middle[tight]
    first = _first_of_place(rows, rank[back][mine][tight])
    rows, gap, middle = rows.where(first), gap[first], middle[first]
    fair = middle / np.nansum(middle, axis=1, keepdims=True)
    error = np.hypot(_std_error(fair, rules.exchange_std_error), gap / 4)
    return _references(rows, Rung.EXCHANGE, spread, fair=fair, std_error=error)


def _consensus(
    books: Books, fair: NDArray[np.float64], spread: _Spread, rules: PricingRules
) -> References:
    """The equally weighted logarithmic pool of the ordinary books.

    For the bets of a book in the pool the book itself stands aside (leave-one-out); a market is
    priced only if enough books remain whichever one does. `excluded` -1 is the whole pool.
    """
    place, start, count = _groups(books)
    enough = count > rules.min_consensus_books
    kept = np.repeat(enough, count)
    logs, pool = np.log(fair), np.empty((0, WIDTH))
    if len(place):
        pool = np.add.reduceat(logs, start)
    others = np.repeat(pool, count, axis=0) - logs
    size = np.repeat(count, count)
    without = others[kept] / (size[kept] - 1)[:, None]
    member = books.where(kept)
    whole = books.where(start[enough])
    oldest = np.minimum.reduceat(books.quoted_at, start) if len(place) else np.empty(0)
    mean = np.exp(np.concatenate([without, pool[enough] / count[enough, None]]))
    probability = mean / np.nansum(mean, axis=1, keepdims=True)
    fixture = np.concatenate([member.fixture, whole.fixture])
    market = np.concatenate([member.market, whole.market])
    standing = np.concatenate([size[kept] - 1, count[enough]])
    dispersion = spread.at(_place(fixture, market))
    sampling = probability * (1 - probability) * dispersion / np.sqrt(standing)[:, None]
    rows = References(
        fixture=fixture,
        market=market,
        excluded=np.concatenate([member.bookmaker, np.full(len(whole), EVERY_BOOK)]),
        rung=np.full(len(fixture), Rung.CONSENSUS, dtype=np.int64),
        probability=probability,
        std_error=np.hypot(_std_error(probability, rules.consensus_std_error), sampling),
        dispersion=np.where(np.isnan(probability), np.nan, dispersion),
        books=standing,
        quoted_at=np.concatenate([np.repeat(oldest, count)[kept], oldest[enough]]),
    )
    return joined([rows])
