"""Prices before they become a table: one row per fixture, selection and excluded book."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.market import MATCH_ODDS, SIDES
from engine.domain.price import Basis
from engine.pricing.derive import double_chance, draw_no_bet
from engine.pricing.reference.consensus import EVERY_BOOK

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.pricing.derive import Derived
    from engine.pricing.offered import Offered
    from engine.pricing.reference.consensus import References

_SIDE_BITS = 4


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """Columns as in `PriceTable`; `refund` is NaN where no grid has told it.

    The sides of one market, fixture and excluded book stand next to each other.
    """

    fixture: NDArray[np.int64]
    selection: NDArray[np.int64]
    excluded: NDArray[np.int64]
    probability: NDArray[np.float64]
    std_error: NDArray[np.float64]
    refund: NDArray[np.float64]
    rung: NDArray[np.int64]
    books: NDArray[np.int64]
    dispersion: NDArray[np.float64]
    quoted_at: NDArray[np.float64]
    basis: NDArray[np.int64]
    disagreement: NDArray[np.float64]
    stands_alone: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.fixture)

    @property
    def market(self) -> NDArray[np.int64]:
        """`Market.number` of each row."""
        return self.selection >> _SIDE_BITS

    def where(self, mask: NDArray[np.bool_] | NDArray[np.int64]) -> Rows:
        """Return the rows of a mask, or of indices in their order."""
        return Rows(**{one.name: getattr(self, one.name)[mask] for one in fields(self)})


def joined(parts: Sequence[Rows]) -> Rows:
    """Return all rows, part after part."""
    return Rows(
        **{
            one.name: np.concatenate([getattr(part, one.name) for part in parts])
            for one in fields(Rows)
        }
    )


def in_order(rows: Rows) -> NDArray[np.int64]:
    """Return the rows that have a refund, in the order of (fixture, selection, excluded)."""
    told = np.flatnonzero(~np.isnan(rows.refund))
    key = (rows.fixture << 20 | rows.selection) << 16 | (rows.excluded + 1)
    order: NDArray[np.int64] = told[np.argsort(key[told], kind="stable")]
    return order


def rows_of(
    references: References,
    selections: NDArray[np.int64],
    values: Sequence[NDArray[np.float64]],
    basis: Basis,
) -> Rows:
    """Return one row per reference and selection (n, k) with their values (n, k).

    `values`: probability, std_error, refund, dispersion.
    """
    count, sides = selections.shape
    probability, std_error, refund, dispersion = (value.ravel() for value in values)

    def each(column: NDArray[np.int64]) -> NDArray[np.int64]:
        return np.repeat(column, sides)

    return Rows(
        fixture=each(references.fixture),
        selection=selections.ravel(),
        excluded=each(references.excluded),
        probability=probability,
        std_error=std_error,
        refund=refund,
        rung=each(references.rung),
        books=each(references.books),
        dispersion=dispersion,
        quoted_at=np.repeat(references.quoted_at, sides),
        basis=np.full(count * sides, basis, dtype=np.int64),
        disagreement=np.full(count * sides, np.nan),
        stands_alone=np.ones(count * sides, dtype=np.bool_),
    )


def quoted_rows(references: References) -> list[Rows]:
    """Return the rows of markets that have a reference of their own."""
    parts = []
    kinds = references.market >> 12
    for kind, sides in SIDES.items():
        some = references.where(np.flatnonzero(kinds == kind))
        size = len(sides)
        selections = some.market[:, None] << _SIDE_BITS | np.array(sides)
        chance = some.probability[:, :size]
        values = (chance, some.std_error[:, :size], chance * np.nan, some.dispersion[:, :size])
        parts.append(rows_of(some, selections, values, Basis.QUOTED))
    return parts


def algebra_rows(references: References, offered: Offered) -> list[Rows]:
    """Return double chance and draw no bet wherever the match odds are priced.

    A price without one book is of use to that book's bets alone: only where it offers them.
    """
    main = references.where(np.flatnonzero(references.market == MATCH_ODDS.number))
    spread = main.dispersion.mean(axis=1)
    parts = []
    for derived in (double_chance, draw_no_bet):
        market = derived(main.probability, main.std_error)
        rows = _derived_rows(main, market, spread)
        of_use = (rows.excluded == EVERY_BOOK) | offered.by(
            rows.fixture, rows.selection, rows.excluded
        )
        parts.append(rows.where(np.flatnonzero(of_use)))
    return parts


def _derived_rows(main: References, market: Derived, spread: NDArray[np.float64]) -> Rows:
    shape = market.probability.shape
    selections = np.array([one.number for one in market.market.selections], dtype=np.int64)
    values = (
        market.probability,
        market.std_error,
        market.refund,
        np.broadcast_to(spread[:, None], shape),
    )
    return rows_of(main, np.broadcast_to(selections, shape), values, Basis.ALGEBRA)
