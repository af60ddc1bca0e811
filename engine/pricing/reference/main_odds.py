"""The three main markets of many fixtures, dense: learned from, and predicted for."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import MATCH_ODDS, MarketKind
from engine.domain.numbers import BookmakerKey
from engine.pricing.reference.voices import exchange_middle

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from engine.pricing.reference.books import Books

_ZERO_LINE: Final = 512


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MainOdds:
    """Decimal odds of b books on n fixtures, NaN where a book has no complete book.

    `match_odds` is (n, b, 3); `total` (n, b, 2) is on `total_line` (n,) goals; `handicap`
    (n, b, 2) is at the home team's `handicap_line` (n,). Sides in the order of `SIDES`, lines in
    goals, NaN where there is none. Aggregates ("fd_avg", "fd_max") stand among the books.
    """

    books: tuple[BookmakerKey, ...]
    match_odds: NDArray[np.float64]
    total: NDArray[np.float64]
    total_line: NDArray[np.float64]
    handicap: NDArray[np.float64]
    handicap_line: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.match_odds)

    def where(self, rows: NDArray[np.bool_] | NDArray[np.int64]) -> MainOdds:
        """Return the fixtures of a mask, or of indices in their order."""
        return MainOdds(
            books=self.books,
            match_odds=self.match_odds[rows],
            total=self.total[rows],
            total_line=self.total_line[rows],
            handicap=self.handicap[rows],
            handicap_line=self.handicap_line[rows],
        )

    def book(self, key: str) -> int | None:
        """Return a book's place, or None where it quotes nothing here."""
        return self.books.index(key) if key in self.books else None


def without_wide_exchanges(odds: MainOdds, exchanges: Iterable[str], most: float) -> MainOdds:
    """Return the odds with an exchange struck out where it is no price.

    An exchange's back prices far above certainty together (booksum over 1 + `most`) are an empty
    side or a stranger's offer, not what people trade at.

    >>> one = np.array([[[1.01, 1.02]], [[1.95, 2.02]]])
    >>> none, line = np.full((2, 1, 3), np.nan), np.full(2, 2.5)
    >>> book = MainOdds(
    ...     books=(BookmakerKey("ex"),), match_odds=none, total=one, total_line=line,
    ...     handicap=one, handicap_line=line,
    ... )
    >>> without_wide_exchanges(book, ("ex",), 0.1).total[:, 0].tolist()
    [[nan, nan], [1.95, 2.02]]
    """
    columns = [odds.books.index(key) for key in odds.books if key in set(exchanges)]
    if not columns:
        return odds

    def tight(market: NDArray[np.float64]) -> NDArray[np.float64]:
        kept = market.copy()
        kept[:, columns] = np.where(
            ((1 / market[:, columns]).sum(axis=2) > 1 + most)[:, :, None],
            np.nan,
            market[:, columns],
        )
        return kept

    return replace(
        odds,
        match_odds=tight(odds.match_odds),
        total=tight(odds.total),
        handicap=tight(odds.handicap),
    )


def main_odds(books: Books, fixtures: int, total: NDArray[np.float64], most: float) -> MainOdds:
    """Return the main markets of a look's books; `total` (n,) is each fixture's main total.

    The main handicap is the line that most books quote, of several the most even one. An exchange
    stands with the middle of back and lay, and not at all where those are further apart than
    `most` over all outcomes: what is no reference is no anchor of a close either.
    """
    handicaps = np.flatnonzero(books.kind == MarketKind.ASIAN_HANDICAP)
    line = _line(books, handicaps)
    handicap = _main_handicaps(books, handicaps, fixtures)
    totals = np.flatnonzero(books.kind == MarketKind.TOTAL_GOALS)
    return MainOdds(
        books=tuple(BookmakerKey(name) for name in books.bookmakers),
        match_odds=_spread(
            books, np.flatnonzero(books.market == MATCH_ODDS.number), fixtures, sides=3, most=most
        ),
        total=_spread(
            books,
            totals[_line(books, totals) == total[books.fixture[totals]]],
            fixtures,
            sides=2,
            most=most,
        ),
        total_line=total,
        handicap=_spread(
            books,
            handicaps[line == handicap[books.fixture[handicaps]]],
            fixtures,
            sides=2,
            most=most,
        ),
        handicap_line=handicap,
    )


def _line(books: Books, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    line: NDArray[np.float64] = ((books.market[rows] & 0xFFF) - _ZERO_LINE) / 4
    return line


def _main_handicaps(books: Books, rows: NDArray[np.int64], fixtures: int) -> NDArray[np.float64]:
    """Return each fixture's main line; NaN where nobody quotes one."""
    odds = books.odds[rows]
    quoted = np.isfinite(odds[:, :, 0]).sum(axis=1)
    gap = np.where(np.isfinite(odds[:, :, 0]), np.abs(1 / odds[:, :, 0] - 1 / odds[:, :, 1]), 0.0)
    uneven = gap.sum(axis=1) / np.maximum(quoted, 1)
    order = np.lexsort((books.market[rows], -uneven, quoted))  # the last written stays
    found = np.full(fixtures, np.nan)
    found[books.fixture[rows[order]]] = _line(books, rows[order])
    return found


def _spread(
    books: Books, rows: NDArray[np.int64], fixtures: int, *, sides: int, most: float
) -> NDArray[np.float64]:
    """Return odds (fixtures, b, sides) of rows that are one market a fixture."""
    found = books.odds[rows, :, :sides]
    if books.lay is not None:
        lay = books.lay[rows, :, :sides]
        middle, _ = exchange_middle(found.reshape(-1, sides), lay.reshape(-1, sides), most)
        found = np.where(np.isfinite(lay), 1 / middle.reshape(found.shape), found)
    odds = np.full((fixtures, len(books.bookmakers), sides), np.nan)
    odds[books.fixture[rows]] = found
    return odds
