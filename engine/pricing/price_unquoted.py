"""Prices that grids of scores give alone, and those they share with a sharp source's quote."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import SIDES, MarketKind
from engine.domain.price import Basis, Rung
from engine.pricing.derived.view import DERIVED
from engine.pricing.price_rows import Rows
from engine.pricing.reference.consensus import EVERY_BOOK

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.derive import MainReferences
    from engine.pricing.derived.corrections import DerivedCorrections, PooledPrices
    from engine.pricing.offered import Offered
    from engine.pricing.price_grid import GridMarkets

_SIDE_BITS: Final = 4
_EVENS: Final = 0.5
_ZERO_HANDICAP: Final = int(MarketKind.ASIAN_HANDICAP) << 12 | 512
HANDICAPS: Final = np.arange(_ZERO_HANDICAP - 10, _ZERO_HANDICAP + 11)
"""Lines of up to 2.5 goals: one is priced where no handicap is quoted, the most even."""


def grid_rows(
    own: Rows,
    grid: GridMarkets,
    main: MainReferences,
    offered: Offered,
    always: NDArray[np.int64],
) -> Rows:
    """Return both sides of the markets that have no price of their own.

    They are `always` priced, or some book quotes them, or they are the most even handicap of a
    fixture without one.
    """
    count = len(main.over)
    wanted = np.zeros((count, len(grid.markets)), dtype=np.bool_)
    wanted[:, grid.column(always)] = True
    lined, there = offered.of_kinds(*(kind for kind in MarketKind if kind in _FROM_SCORES))
    wanted[:, grid.column(lined)] |= there
    _want_level(wanted, own, grid)
    mine = np.flatnonzero(np.isin(own.market >> 12, _FROM_SCORES) & (own.excluded == EVERY_BOOK))
    mine = mine[~np.isnan(own.refund[mine])]
    wanted[own.fixture[mine], grid.column(own.market[mine])] = False
    wanted &= np.isfinite(grid.probability)
    return _rows(*np.nonzero(wanted), grid=grid, main=main)


_FROM_SCORES: Final = (MarketKind.BTTS, MarketKind.TOTAL_GOALS, MarketKind.ASIAN_HANDICAP)


def _want_level(wanted: NDArray[np.bool_], own: Rows, grid: GridMarkets) -> None:
    """Want the most even handicap of each fixture that has none."""
    columns = np.flatnonzero(grid.markets >> 12 == MarketKind.ASIAN_HANDICAP)
    without: NDArray[np.bool_] = ~np.any(wanted[:, columns], axis=1)
    without[own.fixture[own.market >> 12 == MarketKind.ASIAN_HANDICAP]] = False
    columns = columns[np.isin(grid.markets[columns], HANDICAPS)]
    uneven = np.abs(grid.probability[:, columns] - _EVENS)
    rows = np.flatnonzero(without & np.isfinite(uneven).any(axis=1))
    if len(rows):
        wanted[rows, columns[np.nanargmin(uneven[rows], axis=1)]] = True


def _rows(
    fixture: NDArray[np.int64],
    column: NDArray[np.int64],
    *,
    grid: GridMarkets,
    main: MainReferences,
) -> Rows:
    first = grid.probability[fixture, column]
    both = np.column_stack([first, 1 - first]).ravel()
    selection = grid.markets[column][:, None] << _SIDE_BITS | _SIDES[grid.markets[column] >> 12]

    def each(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.repeat(values, 2)

    count = 2 * len(fixture)
    return Rows(
        fixture=np.repeat(fixture, 2),
        selection=selection.ravel(),
        excluded=np.full(count, EVERY_BOOK, dtype=np.int64),
        probability=both,
        std_error=each(grid.std_error[fixture, column]),
        refund=each(grid.refund[fixture, column]),
        rung=np.repeat(main.rung[fixture], 2),
        books=np.repeat(main.books[fixture], 2),
        dispersion=each(main.dispersion[fixture]),
        quoted_at=each(main.quoted_at[fixture]),
        basis=np.full(count, Basis.GRID, dtype=np.int64),
        disagreement=np.full(count, np.nan),
        stands_alone=np.repeat(grid.stands_alone[column], 2),
    )


_SIDES: Final = np.zeros((16, 2), dtype=np.int64)
for _kind in _FROM_SCORES:
    _SIDES[_kind] = SIDES[_kind]


def pooled_rows(rows: Rows, grid: GridMarkets, corrections: DerivedCorrections) -> Rows:
    """Return the rows with a sharp source's quotes of derived markets pooled with the grid.

    Prices without one book stay what the other books say: the grid holds that book's match odds.
    """
    if grid.derived is None:
        return rows
    quotes = np.full(grid.derived.probability.shape, np.nan)
    sharp = (rows.excluded == EVERY_BOOK) & np.isin(rows.rung, (Rung.SHARP, Rung.EXCHANGE))
    found = [np.flatnonzero(sharp & (rows.selection == selection.number)) for selection in DERIVED]
    for column, at in enumerate(found):
        quotes[rows.fixture[at], column] = rows.probability[at]
    return _with_pool(rows, found, corrections.pool(grid.derived, quotes))


def _with_pool(rows: Rows, found: list[NDArray[np.int64]], pool: PooledPrices) -> Rows:
    """Return the rows with the pool on the first sides `found` and on the sides opposite."""
    probability, std_error = rows.probability.copy(), rows.std_error.copy()
    basis = rows.basis.copy()
    for column, at in enumerate(found):
        fair = pool.probability[rows.fixture[at], column]
        error = fair * (1 - fair) * pool.standard_error[rows.fixture[at], column]
        told = np.isfinite(fair)
        here, there = at[told], at[told] + 1  # the other side stands next to it
        probability[here], probability[there] = fair[told], 1 - fair[told]
        std_error[here] = std_error[there] = error[told]
        basis[here] = basis[there] = Basis.POOLED
    return replace(rows, probability=probability, std_error=std_error, basis=basis)
