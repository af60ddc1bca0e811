"""Prices in a row to prices in a table: one place for every match, book and side."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import SIDES, MarketKind
from engine.pricing.reference.main_odds import MainOdds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from storage.archive import Looks

_MAIN: Final = {
    "match_odds": MarketKind.MATCH_ODDS,
    "total": MarketKind.TOTAL_GOALS,
    "handicap": MarketKind.ASIAN_HANDICAP,
}
_ZERO_LINE: Final = 512
_USUAL_TOTAL: Final = 10  # quarters of a goal: the one line that season files print
_LINES: Final = 1 << 12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Prices:
    """Prices of one kind of market; lines in quarters of a goal."""

    row: NDArray[np.int64]
    book: NDArray[np.int64]
    line: NDArray[np.int64]
    side: NDArray[np.int64]
    odds: NDArray[np.float64]

    def where(self, kept: NDArray[np.bool_]) -> _Prices:
        return _Prices(
            row=self.row[kept],
            book=self.book[kept],
            line=self.line[kept],
            side=self.side[kept],
            odds=self.odds[kept],
        )


def quoting(parts: Sequence[Looks], least: int) -> list[int]:
    """Return the numbers of the bookmakers that quote at `least` looks, or once at all."""
    counts = np.zeros(1 + max(int(part.bookmaker.max(initial=0)) for part in parts), np.int64)
    for part in parts:
        stride = np.int64(len(counts))
        met = np.unique(part.look * stride + part.bookmaker)
        counts += np.bincount(met % stride, minlength=len(counts))
    return np.flatnonzero(counts >= max(least, 1)).tolist()


def dense_odds(
    books: Mapping[int, str], count: int, looks: Looks, rows: NDArray[np.int64]
) -> MainOdds:
    """Return the odds of `count` rows; `rows` tells the row of each look, or -1.

    A book that lacks a side has none. Of many totals that at 2.5 goals is taken where it is
    quoted; of other totals and of handicaps the line that most books quote, the most even of them.
    """
    names = tuple(sorted(set(books.values())))
    place = np.full(max(books, default=0) + 1, -1, dtype=np.int64)
    for number, name in books.items():
        place[number] = names.index(name)
    found: dict[str, NDArray[np.float64]] = {}
    for name, kind in _MAIN.items():
        odds = np.full((count, len(names), len(SIDES[kind])), np.nan)
        lines = np.full(count, np.nan)
        _fill(odds, lines, kind, _prices(looks, rows, kind, place))
        odds[np.isnan(odds).any(axis=2)] = np.nan
        found[name] = odds
        if name != "match_odds":
            found[f"{name}_line"] = lines
    return MainOdds(books=names, **found)  # type: ignore[arg-type]  # keys of books are texts


def _prices(
    looks: Looks, rows: NDArray[np.int64], kind: MarketKind, place: NDArray[np.int64]
) -> _Prices:
    """Return the prices of one kind of market that have a row and a book."""
    known = np.flatnonzero(looks.selection >> 16 == kind)
    row = rows[looks.look[known]]
    number = looks.bookmaker[known].astype(np.int64)
    book = np.where(number < len(place), place[np.minimum(number, len(place) - 1)], -1)
    selection = looks.selection[known].astype(np.int64)
    return _Prices(
        row=row,
        book=book,
        line=(selection >> 4 & 0xFFF) - _ZERO_LINE,
        side=_side(selection & 0xF, kind),
        odds=looks.odds[known],
    ).where((row >= 0) & (book >= 0))


def _side(code: NDArray[np.int64], kind: MarketKind) -> NDArray[np.int64]:
    place = np.zeros(16, dtype=np.int64)
    for number, side in enumerate(SIDES[kind]):
        place[side] = number
    return place[code]


def _fill(
    odds: NDArray[np.float64], lines: NDArray[np.float64], kind: MarketKind, prices: _Prices
) -> None:
    if kind is not MarketKind.MATCH_ODDS:
        chosen = _main_lines(prices, kind)
        lines[list(chosen)] = np.array(list(chosen.values()), dtype=np.float64) / 4
        prices = prices.where(lines[prices.row] * 4 == prices.line)
    odds[prices.row, prices.book, prices.side] = prices.odds


def _main_lines(prices: _Prices, kind: MarketKind) -> dict[int, int]:
    """Return the line of each row that has a book quoting both its sides."""
    stride = np.int64(1 + prices.book.max(initial=0))
    own = (prices.row * _LINES + prices.line + _ZERO_LINE) * stride + prices.book
    code, of, sides = np.unique(own, return_inverse=True, return_counts=True)
    signs = np.where(prices.side == 0, 1.0, -1.0)
    uneven = np.abs(np.bincount(of, signs / prices.odds, len(code)))
    whole = sides == 2  # noqa: PLR2004  # two-way
    lines, at = np.unique(code[whole] // stride, return_inverse=True)
    books = np.bincount(at, minlength=len(lines))
    gap = np.bincount(at, uneven[whole], len(lines)) / books
    rows, quarters = lines // _LINES, lines % _LINES - _ZERO_LINE
    usual = (quarters == _USUAL_TOTAL) & (kind is MarketKind.TOTAL_GOALS)
    order = np.lexsort((quarters, gap, -books, ~usual, rows))[::-1]
    return dict(zip(rows[order].tolist(), quarters[order].tolist(), strict=True))
