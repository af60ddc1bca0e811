"""A live board as agents look at it: the same columns as an archive's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.bets import KINDS, MARKET, SIDE, Look, Prices, bettable_books
from engine.domain.market import SIDES
from engine.pricing.expected_close.state import empty_state
from engine.pricing.outlook import fixtures_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.board import Board
    from engine.domain.numbers import FixtureId
    from engine.domain.price import PriceTable
    from engine.pricing.learned import Learned
    from engine.pricing.price import Priced
    from engine.pricing.reference.main_odds import MainOdds

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_ZERO_LINE: Final = 512
_NOBODY: Final = -1
_SIDES: Final = np.array(
    [int(SIDES[KINDS[market]][side]) for market, side in zip(MARKET, SIDE, strict=True)]
)


def look_of(
    board: Board,
    priced: Priced,
    learned: Learned,
    first: Mapping[FixtureId, Mapping[int, float]],
    *,
    barred: Sequence[str],
    aggregates: bool = False,
    now: datetime,
) -> Look:
    """Return a priced board as agents look at it.

    `first` holds the fair probabilities (by `Selection.number`) of the first look at a fixture.
    Nobody bets at the `barred` books, nor, but for a backtest's bound, at `aggregates`.
    """
    fixtures, odds = fixtures_of(board, now), priced.odds
    state = learned.close_state or empty_state()
    selection = selections(odds)
    row = _rows(priced.table, selection)
    fair = _column(priced.table.probability, row)
    return Look(
        odds=odds,
        fixtures=fixtures,
        state=state.rows(fixtures),
        reference=Prices(probability=fair, error=_column(priced.table.std_error, row)),
        expected=Prices(
            probability=_column(priced.table.close, row),
            error=_column(priced.table.close_error, row),
        ),
        refund=_column(priced.table.refund, row),
        moved=_moved(board, fair, selection, first),
        bettable=bettable_books(odds.books, barred, aggregates=aggregates),
    )


def selections(odds: MainOdds) -> Ints:
    """Return `Selection.number` of each fixture's seven bets (n, 7), -1 where there is no line."""
    lines = np.stack([np.zeros(len(odds)), odds.total_line, odds.handicap_line], axis=1)
    line = lines[:, MARKET]
    quarters = np.where(np.isfinite(line), line * 4, 0).astype(np.int64) + _ZERO_LINE
    kind = np.array([int(each) for each in KINDS])[MARKET]
    number = (kind << 12 | quarters) << 4 | _SIDES
    return np.where(np.isfinite(line), number, _NOBODY)


def _rows(table: PriceTable, selection: Ints) -> Ints:
    """Return the row of the table that prices each bet for every book, -1 where none does."""
    serving = np.flatnonzero(table.excluded == _NOBODY)
    key = table.fixture[serving].astype(np.int64) << 20 | table.selection[serving]
    wanted = np.arange(len(selection))[:, None] << 20 | np.maximum(selection, 0)
    if not len(key):
        return np.full(selection.shape, _NOBODY)
    found = np.minimum(np.searchsorted(key, wanted), len(key) - 1)
    there = (key[found] == wanted) & (selection != _NOBODY)
    return np.where(there, serving[found], _NOBODY)


def _column(values: Floats, row: Ints) -> Floats:
    filled = np.append(values, np.nan)  # row -1: no price
    column: Floats = filled[row]
    return column


def _moved(
    board: Board,
    fair: Floats,
    selection: Ints,
    first: Mapping[FixtureId, Mapping[int, float]],
) -> Floats:
    """Return how far each reference's logit moved since the first look, 0 where there was none."""
    moved = np.zeros_like(fair)
    for place, fixture in enumerate(board.fixtures):
        known = first.get(fixture.id)
        if not known:
            continue
        then = np.array([known.get(int(number), np.nan) for number in selection[place]])
        now = fair[place]
        moved[place] = np.log(now / (1 - now)) - np.log(then / (1 - then))
    return np.nan_to_num(moved)
