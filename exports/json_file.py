"""JSON with keys that never change, for programs."""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING

from exports.table import Kind, number_of

if TYPE_CHECKING:
    from exports.table import Cell, Column, Table


def json_file(table: Table) -> bytes:
    """Return the table as JSON in UTF-8: what it is, then an object a row.

    Shares are parts of one, moments ISO 8601 with their offset; what is not known is null.
    """
    told = {
        "about": dict(table.about),
        "rows": [
            {
                column.key: _value(cell, column, table)
                for cell, column in zip(row, table.columns, strict=True)
            }
            for row in table.rows
        ],
    }
    return json.dumps(told, ensure_ascii=False, indent=1).encode()


def _value(cell: Cell, column: Column, table: Table) -> str | float | int | None:
    if cell is None:
        return None
    if isinstance(cell, datetime):
        return cell.astimezone(table.zone).isoformat(timespec="seconds")
    if column.kind is Kind.TEXT:
        return str(cell)
    return cell if isinstance(cell, int) else number_of(cell)
