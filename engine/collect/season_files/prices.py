"""The prices of a season file, as columns: each cell is kept, blank, or counted as bad."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.collect.season_files.columns import codes_of, price_columns
from engine.domain.market import MarketKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.collect.season_files.columns import PriceColumn
    from engine.collect.season_files.table import Table

_MAX_ODDS: Final = 1001.0  # the highest price any exchange accepts is 1000
_MAX_QUARTERS: Final = 80.0  # a handicap of twenty goals
_LINE_OFFSET: Final = 512  # as in engine.domain.market
_HANDICAP: Final = int(MarketKind.ASIAN_HANDICAP) << 12
_NAN: Final = math.nan
_UNREADABLE: Final = -math.inf


class PriceReject(StrEnum):
    """Why a cell under a price's heading is not a price."""

    NOT_A_NUMBER = "not_a_number"
    NOT_ABOVE_ONE = "not_above_one"
    TOO_HIGH = "too_high"
    NO_LINE = "no_line"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Prices:
    """One row a price, sorted by match: `match` indexes the rows asked for, `code` the codes."""

    codes: tuple[str, ...]
    match: NDArray[np.int32]
    code: NDArray[np.int16]
    selection: NDArray[np.int32]
    stage: NDArray[np.int16]
    odds: NDArray[np.float64]
    rejected: Counter[str]

    def __len__(self) -> int:
        return len(self.match)

    def where(self, mask: NDArray[np.bool_]) -> Prices:
        """Return the prices where `mask` is true."""
        return Prices(
            codes=self.codes,
            match=self.match[mask],
            code=self.code[mask],
            selection=self.selection[mask],
            stage=self.stage[mask],
            odds=self.odds[mask],
            rejected=self.rejected,
        )


def read_prices(table: Table, rows: Sequence[int]) -> Prices:
    """Return the prices on these rows of the table; bad cells are counted under one reason."""
    columns = price_columns(table.columns)
    codes = codes_of(columns)
    rejected: Counter[str] = Counter()
    cells = _transposed(table, rows)
    lines = {
        column.line: _quarters(cells[column.line]) for column in columns if column.line is not None
    }
    parts = [_column(column, codes, cells, lines, rejected) for column in columns]
    match, code, selection, stage, odds = (
        np.concatenate([part[field] for part in parts]) if parts else np.empty(0)
        for field in range(5)
    )
    order = np.argsort(match, kind="stable")
    return Prices(
        codes=codes,
        match=match[order].astype(np.int32),
        code=code[order].astype(np.int16),
        selection=selection[order].astype(np.int32),
        stage=stage[order].astype(np.int16),
        odds=odds[order].astype(np.float64),
        rejected=+rejected,
    )


_Part = tuple[
    "NDArray[np.int64]",
    "NDArray[np.int64]",
    "NDArray[np.int64]",
    "NDArray[np.int64]",
    "NDArray[np.float64]",
]


def _column(
    column: PriceColumn,
    codes: Sequence[str],
    cells: Sequence[Sequence[str]],
    lines: dict[int, NDArray[np.float64]],
    rejected: Counter[str],
) -> _Part:
    """Return one column's prices: match, code, selection, stage and odds."""
    odds = _numbers(cells[column.position])
    given = ~np.isnan(odds)
    market = np.full(len(odds), column.market or 0, dtype=np.int64)
    lineless = np.zeros(len(odds), dtype=np.bool_)
    if column.market is None:
        none = np.full(len(odds), _NAN)
        quarters = none if column.line is None else lines[column.line]
        lineless = np.isnan(quarters)
        whole = np.where(lineless, 0, quarters).astype(np.int64)
        market = _HANDICAP | (whole + _LINE_OFFSET)
    kept = given.copy()
    for reason, bad in (
        (PriceReject.NOT_A_NUMBER, odds == _UNREADABLE),
        (PriceReject.NOT_ABOVE_ONE, odds <= 1.0),
        (PriceReject.TOO_HIGH, odds > _MAX_ODDS),
        (PriceReject.NO_LINE, lineless),
    ):
        rejected[reason.value] += int(np.count_nonzero(kept & bad))
        kept &= ~bad
    match = np.flatnonzero(kept)
    return (
        match,
        np.full(len(match), codes.index(column.code)),
        market[match] << 4 | int(column.side),
        np.full(len(match), int(column.stage)),
        odds[match],
    )


def _transposed(table: Table, rows: Sequence[int]) -> list[Sequence[str]]:
    """Return the columns of some rows; short rows are filled with nothing."""
    width = len(table.headings)
    nothing = [""] * width
    picked = [
        row[:width] if len(row) >= width else [*row, *nothing[len(row) :]]
        for row in (table.rows[number] for number in rows)
    ]
    return list(zip(*picked, strict=True)) if picked else [()] * width


def _numbers(cells: Sequence[str]) -> NDArray[np.float64]:
    """Return a column of numbers: NaN where a cell is blank, minus infinity where it is none."""
    try:
        read = np.array([float(cell) if cell else _NAN for cell in cells], dtype=np.float64)
    except ValueError:
        odd = True
    else:
        odd = bool(np.count_nonzero(np.isfinite(read)) + cells.count("") < len(cells))
    return np.array([_number(cell.strip()) for cell in cells], dtype=np.float64) if odd else read


def _number(cell: str) -> float:
    if not cell:
        return _NAN
    try:
        value = float(cell.replace(",", "."))  # where semicolons separate, commas are points
    except ValueError:
        return _UNREADABLE
    return value if math.isfinite(value) else _UNREADABLE


def _quarters(cells: Sequence[str]) -> NDArray[np.float64]:
    """Return lines in quarters of a goal; NaN where a cell is blank or no line of ours."""
    with np.errstate(invalid="ignore"):
        exact = np.array([read_line(cell) for cell in cells], dtype=np.float64) * 4
        good = (np.abs(exact) <= _MAX_QUARTERS) & (exact == np.rint(exact))
    return np.where(good, exact, _NAN)


def read_line(text: str) -> float:
    """Return a handicap as the files write it; NaN where it cannot be read.

    >>> read_line("-0.75"), read_line("-1.5/-2"), read_line("-1 1/4"), read_line("")
    (-0.75, -1.75, -1.25, nan)
    """
    text = text.replace(",", ".")
    try:
        return float(text)
    except ValueError:
        pass
    try:
        whole, _, part = text.strip().partition(" ")
        if part:
            sign = -1 if whole.startswith("-") else 1
            return float(Fraction(whole) + sign * Fraction(part))
        low, _, high = whole.partition("/")
        return (float(low) + float(high)) / 2
    except (ValueError, ZeroDivisionError):
        return _NAN
