"""CSV as the reader's spreadsheet opens it, with nothing in it that a spreadsheet would run."""

from __future__ import annotations

import csv
from datetime import datetime
from io import StringIO
from typing import TYPE_CHECKING, Final

from exports.table import Kind, number_of, percent_of

if TYPE_CHECKING:
    from exports.table import Cell, Column, Table

RUN: Final = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What a cell begins with that spreadsheets take for a formula, full-width forms included."""
BYTE_ORDER_MARK: Final = "\ufeff"


def csv_file(table: Table) -> bytes:
    """Return the table as CSV (RFC 4180) in UTF-8.

    French spreadsheets want semicolons, decimal commas and a byte order mark; others read commas
    and points. Shares are percent, as the name of their column says; moments are ISO 8601 on the
    reader's clock, without seconds.
    """
    out = StringIO()
    if table.decimal_comma:
        out.write(BYTE_ORDER_MARK)
    writer = csv.writer(out, delimiter=";" if table.decimal_comma else ",", lineterminator="\r\n")
    writer.writerow([safe(_named(column)) for column in table.columns])
    for row in table.rows:
        writer.writerow(
            [
                _written(cell, column, table)
                for cell, column in zip(row, table.columns, strict=True)
            ]
        )
    return out.getvalue().encode()


def safe(text: str) -> str:
    """Return a text that no spreadsheet runs: what could be a formula is told to be a text.

    >>> safe("=1+1"), safe("PSG"), safe("  @cmd")
    ("'=1+1", 'PSG', "'  @cmd")
    """
    return f"'{text}" if text.startswith(RUN) or text.lstrip().startswith(RUN) else text


def _named(column: Column) -> str:
    return f"{column.name} (%)" if column.kind is Kind.SHARE else column.name


def _written(cell: Cell, column: Column, table: Table) -> str:
    if cell is None:
        return ""
    if column.kind is Kind.MOMENT and isinstance(cell, datetime):
        return cell.astimezone(table.zone).strftime("%Y-%m-%d %H:%M")
    if column.kind is Kind.TEXT:
        return safe(str(cell))
    value = number_of(cell)
    if value is None:
        return ""
    told = f"{percent_of(value) if column.kind is Kind.SHARE else round(value, 6):.10g}"
    return told.replace(".", ",") if table.decimal_comma else told
