"""XLSX with native numbers and dates, a header that stays, and a sheet that says what it is."""

from __future__ import annotations

from datetime import datetime
from io import BytesIO
from typing import TYPE_CHECKING, Final

from exports.table import Kind, number_of

if TYPE_CHECKING:
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

    from exports.table import Cell, Column, Table

_FORMATS: Final = {Kind.NUMBER: "0.00##", Kind.SHARE: "0.0%", Kind.MOMENT: "yyyy-mm-dd hh:mm"}
_WIDTHS: Final = {Kind.TEXT: 24, Kind.NUMBER: 11, Kind.SHARE: 10, Kind.MOMENT: 17}
_LONGEST: Final = 32_000
"""Characters of a cell: a spreadsheet takes 32,767."""


def xlsx_file(table: Table) -> bytes:
    """Return the table as a workbook; a text is a text, whatever it begins with."""
    from xlsxwriter import Workbook  # noqa: PLC0415  # heavy: only who exports pays for it

    out = BytesIO()
    book = Workbook(
        out,
        {
            "in_memory": True,
            "strings_to_formulas": False,
            "strings_to_urls": False,
            "strings_to_numbers": False,
            "remove_timezone": True,
            "nan_inf_to_errors": False,
        },
    )
    bold = book.add_format({"bold": True})
    formats = {kind: book.add_format({"num_format": told}) for kind, told in _FORMATS.items()}
    sheet = book.add_worksheet(table.name)
    for place, column in enumerate(table.columns):
        sheet.write_string(0, place, column.name, bold)
        sheet.set_column(place, place, _WIDTHS[column.kind])
    for line, row in enumerate(table.rows, start=1):
        for place, (cell, column) in enumerate(zip(row, table.columns, strict=True)):
            look = formats.get(column.kind)
            _write(sheet, (line, place), _told(cell, column, table), look)
    sheet.freeze_panes(1, 0)
    if table.rows:
        sheet.autofilter(0, 0, len(table.rows), len(table.columns) - 1)
    about = book.add_worksheet(table.about_name)
    about.set_column(0, 0, _WIDTHS[Kind.TEXT])
    about.set_column(1, 1, 60)
    for line, (name, told) in enumerate(table.about):
        about.write_string(line, 0, name, bold)
        about.write_string(line, 1, told)
    book.close()
    return out.getvalue()


def _told(cell: Cell, column: Column, table: Table) -> str | float | datetime | None:
    """Return what a cell holds as its column says; None where it is not known."""
    if cell is None:
        return None
    if column.kind is Kind.TEXT:
        return str(cell)[:_LONGEST]
    if column.kind is Kind.MOMENT and isinstance(cell, datetime):
        return cell.astimezone(table.zone).replace(tzinfo=None)
    return number_of(cell)


def _write(
    sheet: Worksheet, at: tuple[int, int], told: str | float | datetime | None, look: Format | None
) -> None:
    if isinstance(told, str):
        sheet.write_string(*at, told)
    elif isinstance(told, datetime):
        sheet.write_datetime(*at, told, look)
    elif told is not None:
        sheet.write_number(*at, told, look)
