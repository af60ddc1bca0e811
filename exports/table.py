"""A table that becomes a file: its columns, its rows, and what is said about them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

Cell: TypeAlias = str | int | float | Decimal | datetime | None
_PERCENT: Final = 100


class Kind(StrEnum):
    """What a column holds. A share is a part of one: .025 is two and a half percent."""

    TEXT = "text"
    NUMBER = "number"
    SHARE = "share"
    MOMENT = "moment"


@dataclass(frozen=True, slots=True, kw_only=True)
class Column:
    """One column: a key that never changes, what readers call it, what it holds."""

    key: str
    name: str
    kind: Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows of cells, one for each column; `about` says what they are, line by line.

    Moments are written on the clock of `zone`; `decimal_comma` writes numbers as in French.
    """

    name: str
    columns: tuple[Column, ...]
    rows: Sequence[Sequence[Cell]]
    about: tuple[tuple[str, str], ...]
    about_name: str
    zone: ZoneInfo
    decimal_comma: bool


def number_of(cell: Cell) -> float | None:
    """Return a cell of a column of numbers as one; None where it holds none that is finite."""
    if isinstance(cell, int | float | Decimal) and isfinite(cell):
        return float(cell)
    return None


def percent_of(share: float) -> float:
    """Return a share as percent, without the noise of binary fractions."""
    return round(share * _PERCENT, 6)
