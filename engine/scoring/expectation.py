"""Where PATRON expects the close, in the place of what pricing expected."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.scoring.places import index_of, place

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.price import PriceTable
    from engine.domain.signal import Verdicts


def with_verdicts(prices: PriceTable, verdicts: Verdicts | None) -> PriceTable:
    """Return `prices` with the close that each verdict expects, for every book alike.

    Edges, the least odds worth taking and what a card says of the close all follow from it.
    """
    if verdicts is None:
        return prices
    row, told = _rows(prices, verdicts)
    return replace(
        prices,
        close=np.where(told, _at(verdicts.probability, row), prices.close),
        close_error=np.where(told, _at(verdicts.deviation, row), prices.close_error),
    )


def doubts(prices: PriceTable, verdicts: Verdicts | None, share: float) -> NDArray[np.float64]:
    """Return the expected close's own error for each row of `prices`, NaN where none is expected.

    A verdict tells its own; elsewhere it is the `share` of how far the close may be.
    """
    usual = share * prices.close_error
    if verdicts is None:
        return usual
    row, told = _rows(prices, verdicts)
    own: NDArray[np.float64] = np.where(told, _at(verdicts.doubt, row), usual)
    return own


def _rows(prices: PriceTable, verdicts: Verdicts) -> tuple[NDArray[np.int64], NDArray[np.bool_]]:
    """Return the verdict of each row of the table, and whether it has one."""
    wanted = place(prices.fixture.astype(np.int64), prices.selection.astype(np.int64))
    keys = place(verdicts.fixture.astype(np.int64), verdicts.selection.astype(np.int64))
    row = index_of(keys, wanted)
    told = (row >= 0) & np.isfinite(_at(verdicts.probability, row))
    return row, told


def _at(column: NDArray[np.float64], row: NDArray[np.int64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = np.append(column, np.nan)[row]  # row -1: no verdict
    return found
