"""From a board to fair prices: every quoted selection that has a reference."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.market import MATCH_ODDS, SIDES, Selection
from engine.domain.price import PriceTable
from engine.pricing.consensus import ladder
from engine.pricing.derive import double_chance, draw_no_bet, grids_of
from engine.pricing.score_bets import returns
from engine.pricing.score_grid import SIZE

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.policy import PricingRules
    from engine.pricing.consensus import References
    from engine.pricing.score_grid import Grids


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Rows:
    """Prices before they become a table: one row per selection; `row` indexes references."""

    row: NDArray[np.int64]
    selection: NDArray[np.int64]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    refund: NDArray[np.float64]
    dispersion: NDArray[np.float64]


def price(board: Board, rules: PricingRules, now: datetime) -> PriceTable:
    """Return the fair prices at `now` of every selection quoted on the board.

    A selection without a fresh reference has no row, nor has a refundable line whose refund no
    grid can tell: never a guess. Quotes later than `now` change nothing.
    """
    references = ladder(board, rules, now)
    derived = _derived_rows(references)
    rows = _joined([*_direct_rows(references), *derived])
    refund = _refunds(rows, references, grids_of(references, len(board.fixtures)))
    fixture = references.fixture[rows.row]
    known = ~np.isnan(refund) & _quoted(board, fixture, rows.selection, now)
    excluded = references.excluded[rows.row]
    order = np.lexsort((excluded, rows.selection, fixture))
    keep = order[known[order]]
    source = rows.row[keep]
    return PriceTable(
        as_of=now,
        fixtures=board.fixtures,
        bookmakers=board.bookmakers,
        fixture=fixture[keep].astype(np.int32),
        selection=rows.selection[keep].astype(np.int32),
        excluded=excluded[keep].astype(np.int16),
        probability=rows.probability[keep],
        std_error=rows.std_error[keep],
        refund=refund[keep],
        rung=references.rung[source].astype(np.int8),
        books=references.books[source].astype(np.int16),
        dispersion=rows.dispersion[keep],
        quoted_at=references.quoted_at[source],
    )


def _direct_rows(references: References) -> list[_Rows]:
    """Return the rows of markets that are quoted themselves; refund NaN until it is read."""
    parts = []
    kinds = references.market >> 12
    for kind, sides in SIDES.items():
        rows = np.flatnonzero(kinds == kind)
        for column, side in enumerate(sides):
            parts.append(
                _Rows(
                    row=rows,
                    selection=references.market[rows] << 4 | int(side),
                    probability=references.probability[rows, column],
                    std_error=references.std_error[rows, column],
                    refund=np.full(len(rows), np.nan),
                    dispersion=references.dispersion[rows, column],
                )
            )
    return parts


def _derived_rows(references: References) -> list[_Rows]:
    """Return double chance and draw no bet wherever the match odds are priced."""
    rows = np.flatnonzero(references.market == MATCH_ODDS.number)
    fair, error = references.probability[rows], references.std_error[rows]
    spread = references.dispersion[rows].mean(axis=1)
    return [
        _Rows(
            row=rows,
            selection=np.full(len(rows), selection.number, dtype=np.int64),
            probability=market.probability[:, column],
            std_error=market.std_error[:, column],
            refund=market.refund[:, column],
            dispersion=spread,
        )
        for market in (double_chance(fair, error), draw_no_bet(fair, error))
        for column, selection in enumerate(market.market.selections)
    ]


def _joined(parts: Iterable[_Rows]) -> _Rows:
    every = list(parts)
    return _Rows(
        **{
            name: np.concatenate([getattr(part, name) for part in every])
            for name in _Rows.__slots__
        }
    )


def _refunds(rows: _Rows, references: References, grids: Grids) -> NDArray[np.float64]:
    """Return the expected part of the stake given back; NaN where only a guess could tell."""
    refund = rows.refund.copy()
    unread = np.isnan(refund)
    fixture = references.fixture[rows.row]
    scores = grids.matrices(slice(None)).reshape(len(grids), SIZE * SIZE)
    for number in np.unique(rows.selection[unread]).tolist():
        selection = Selection.from_number(number)
        here = rows.selection == number
        refund[here] = 0.0
        if selection.market.refundable:
            back = 1 - np.abs(returns(selection)) / 2
            refund[here] = scores[fixture[here]] @ back.ravel()
    return refund


def _quoted(
    board: Board, fixture: NDArray[np.int64], selection: NDArray[np.int64], now: datetime
) -> NDArray[np.bool_]:
    """Say which (fixture, selection) pairs some book backs on the board."""
    rows = ~board.lay & (board.quoted_at <= now.timestamp())
    there = board.fixture[rows].astype(np.int64) << 20 | board.selection[rows]
    return np.isin(fixture << 20 | selection, there)
