"""From a board to fair prices: all 22 markets of every fixture with a reference."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import CATALOGUE, LINED, MarketKind, Selection, Side
from engine.domain.price import PriceTable
from engine.pricing.derive import main_references
from engine.pricing.leaning import leaned
from engine.pricing.learned import NOTHING
from engine.pricing.offered import Offered
from engine.pricing.outlook import Standing, outlook, with_close
from engine.pricing.price_grid import GridCorrections, grid_markets
from engine.pricing.price_rows import algebra_rows, in_order, joined, quoted_rows
from engine.pricing.price_unquoted import HANDICAPS, grid_rows, pooled_rows
from engine.pricing.reference.books import complete_books
from engine.pricing.reference.consensus import ladder
from engine.pricing.reference.main_odds import main_odds
from engine.pricing.reference.weights import NOTHING_LEARNED

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.policy import PricingRules
    from engine.pricing.learned import Learned
    from engine.pricing.price_grid import GridMarkets
    from engine.pricing.price_rows import Rows
    from engine.pricing.reference.consensus import References
    from engine.pricing.reference.main_odds import MainOdds

_GOALS: Final = (MarketKind.BTTS, MarketKind.TOTAL_GOALS)
_LOWER: Final = (Side.AWAY, Side.UNDER, Side.NO)
_GRIDDED: Final = (*_GOALS, MarketKind.ASIAN_HANDICAP)
_ALWAYS: Final = np.unique(
    [
        selection.market.number
        for selection in map(Selection.parse, CATALOGUE)
        if selection.market.kind in _GOALS
    ]
)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Priced:
    """A board's fair prices, with the main markets they were made of, book by book.

    `odds` are at the lines of the main total and the main handicap of each fixture.
    """

    table: PriceTable
    odds: MainOdds


def price(
    board: Board, rules: PricingRules, now: datetime, learned: Learned | None = None
) -> PriceTable:
    """Return the fair prices at `now` of the catalogue, and of every other selection quoted.

    A market with a reference of its own is priced by it; double chance and draw no bet follow
    from the match odds; BTTS, totals and handicaps that nobody knows enough of are read from the
    grid of scores, and say so. A fixture without a reference has no row, nor has a refundable
    line whose refund no grid can tell: never a guess. Quotes later than `now` change nothing.
    Where a model of the close was learned, `close` says where it is expected.
    """
    return priced(board, rules, now, learned).table


def priced(
    board: Board, rules: PricingRules, now: datetime, learned: Learned | None = None
) -> Priced:
    """Return the fair prices of a board, see `price`, beside the odds of its main markets."""
    found = learned or NOTHING
    quoted_by = ladder(board, rules, now, found.weights or NOTHING_LEARNED)
    references = leaned(quoted_by, board.fixtures, found)
    offered = Offered.of(board, now)
    main = main_references(references, len(board.fixtures))
    corrections = _corrections(found, board)
    grid = grid_markets(main, _markets(references, offered), rules, corrections)
    quoted = _with_grid(joined(quoted_rows(references)), grid, main.total)
    if found.corrections is not None:
        quoted = pooled_rows(quoted, grid, found.corrections)
    unquoted = grid_rows(quoted, grid, main, offered, _ALWAYS)
    rows = joined([quoted, *algebra_rows(references, offered), unquoted])
    table = _table(board, rows, in_order(rows), now)
    books = complete_books(board, rules, now)
    odds = main_odds(books, len(board.fixtures), main.total, rules.exchange_max_spread)
    ahead = outlook(board, odds, found, now)
    if ahead is not None:
        standing = Standing(main=main, grid=grid, corrections=corrections)
        table = with_close(table, ahead, standing, rules)
    return Priced(table=table, odds=odds)


def _corrections(found: Learned, board: Board) -> GridCorrections | None:
    if found.corrections is None:
        return None
    usual = None if found.usual_lines is None else found.usual_lines.of(board.fixtures)
    return GridCorrections(learned=found.corrections, usual=usual)


def _markets(references: References, offered: Offered) -> NDArray[np.int64]:
    """Return the markets to read from grids: those always priced, and whatever is quoted."""
    lined, _ = offered.of_kinds(*_GRIDDED)
    there = np.zeros(1 << 16, dtype=np.bool_)
    there[references.market] = True
    own = np.flatnonzero(there)
    own = own[np.isin(own >> 12, _GRIDDED)]
    return np.unique(np.concatenate([_ALWAYS, HANDICAPS, lined, own]))


def _with_grid(rows: Rows, grid: GridMarkets, total: NDArray[np.float64]) -> Rows:
    """Return quoted rows with refund, NaN where only a guess could tell it, and disagreement.

    A grid does not disagree with the total it was made of.
    """
    kind, quarters = rows.market >> 12, (rows.market & 0xFFF) - 512
    refund, apart = np.zeros(len(rows)), np.full(len(rows), np.nan)
    some = np.flatnonzero(np.isin(kind, _GRIDDED))
    column, fixture = grid.column(rows.market[some]), rows.fixture[some]
    first = rows.selection[some] & 0xF
    lower = np.isin(first, _LOWER)
    told = grid.probability[fixture, column]
    told = np.where(lower, 1 - told, told)
    fair = rows.probability[some]
    with np.errstate(invalid="ignore", divide="ignore"):
        gap = np.log(fair / (1 - fair)) - np.log(told / (1 - told))
    made_of = (kind[some] == MarketKind.TOTAL_GOALS) & (quarters[some] == 4 * total[fixture])
    apart[some] = np.where(made_of, np.nan, gap)
    returned = np.isin(kind[some], list(LINED)) & (quarters[some] % 4 != 2)  # noqa: PLR2004  # half
    refund[some] = np.where(returned, grid.refund[fixture, column], 0.0)
    return replace(rows, refund=refund, disagreement=apart)


def _table(board: Board, rows: Rows, order: NDArray[np.int64], now: datetime) -> PriceTable:
    silent = np.full(len(order), np.nan)
    return PriceTable(
        as_of=now,
        fixtures=board.fixtures,
        bookmakers=board.bookmakers,
        fixture=rows.fixture.astype(np.int32)[order],
        selection=rows.selection.astype(np.int32)[order],
        excluded=rows.excluded.astype(np.int16)[order],
        probability=rows.probability[order],
        std_error=rows.std_error[order],
        refund=rows.refund[order],
        rung=rows.rung.astype(np.int8)[order],
        books=rows.books.astype(np.int16)[order],
        dispersion=rows.dispersion[order],
        quoted_at=rows.quoted_at[order],
        basis=rows.basis.astype(np.int8)[order],
        disagreement=rows.disagreement[order],
        stands_alone=rows.stands_alone[order],
        close=silent,
        close_error=silent.copy(),
    )
