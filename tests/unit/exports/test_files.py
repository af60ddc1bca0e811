"""Files: read back as they were written, in the reader's own way, and nothing in them runs."""

from __future__ import annotations

import csv
import json
from datetime import UTC, datetime
from decimal import Decimal
from io import BytesIO, StringIO
from typing import Any
from zoneinfo import ZoneInfo

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from exports.csv_file import BYTE_ORDER_MARK, RUN, csv_file, safe
from exports.json_file import json_file
from exports.table import Column, Kind, Table
from exports.xlsx_file import xlsx_file

PARIS = ZoneInfo("Europe/Paris")
AT = datetime(2026, 7, 1, 18, 45, tzinfo=UTC)
HOSTILE = ("=1+1", "+33", "-2", "@SUM(A1)", "\tx", "\rx", "\n=x", " =cmd|' /C calc'!A0", "\uff1d1")
COLUMNS = (
    Column(key="team", name="Équipe", kind=Kind.TEXT),
    Column(key="odds", name="Cote", kind=Kind.NUMBER),
    Column(key="edge", name="Edge", kind=Kind.SHARE),
    Column(key="at", name="Émis", kind=Kind.MOMENT),
)
TEXTS = st.text(
    st.characters(codec="utf-8", exclude_characters="\x00\ufffe\uffff", exclude_categories=["Cs"]),
    max_size=40,
)


def a_table(*rows: Any, french: bool = False) -> Table:
    return Table(
        name="Picks",
        columns=COLUMNS,
        rows=rows,
        about=(("Filtre", "=aucun"), ("Lignes", str(len(rows)))),
        about_name="À propos",
        zone=PARIS,
        decimal_comma=french,
    )


def rows_of(body: bytes, delimiter: str) -> list[list[str]]:
    text = body.decode().removeprefix(BYTE_ORDER_MARK)
    return list(csv.reader(StringIO(text, newline=""), delimiter=delimiter))


@given(TEXTS)
def test_no_text_of_a_csv_begins_as_a_formula_and_none_is_lost(text: str) -> None:
    [_, [cell, *_]] = rows_of(csv_file(a_table((text, 2.0, None, None))), ",")
    assert not cell.startswith(RUN)
    assert not cell.lstrip().startswith(RUN)
    assert cell in {text, f"'{text}"}


@pytest.mark.parametrize("text", HOSTILE)
def test_what_spreadsheets_run_is_told_to_be_a_text(text: str) -> None:
    assert safe(text) == f"'{text}"
    assert safe("Paris-SG") == "Paris-SG"


def test_french_spreadsheets_open_it_with_their_own_marks() -> None:
    body = csv_file(a_table(("PSG", 2.05, -0.0312, AT), french=True))
    assert body.startswith(BYTE_ORDER_MARK.encode())
    assert rows_of(body, ";") == [
        ["Équipe", "Cote", "Edge (%)", "Émis"],
        ["PSG", "2,05", "-3,12", "2026-07-01 20:45"],
    ]


def test_others_read_commas_points_and_no_byte_order_mark() -> None:
    body = csv_file(a_table(('PSG; Lens, "x"\nnew', Decimal("2.0500"), 0.1, AT)))
    assert not body.startswith(BYTE_ORDER_MARK.encode())
    assert rows_of(body, ",")[1] == ['PSG; Lens, "x"\nnew', "2.05", "10", "2026-07-01 20:45"]


@pytest.mark.parametrize("odds", [float("nan"), float("inf"), None])
def test_what_is_no_number_is_left_empty(odds: float | None) -> None:
    table = a_table(("PSG", odds, None, None))
    assert rows_of(csv_file(table), ",")[1] == ["PSG", "", "", ""]
    assert json.loads(json_file(table))["rows"][0]["odds"] is None
    sheet = openpyxl.load_workbook(BytesIO(xlsx_file(table))).worksheets[0]
    assert sheet.cell(2, 2).value is None


def test_a_workbook_has_native_numbers_and_dates_and_a_header_that_stays() -> None:
    book = openpyxl.load_workbook(BytesIO(xlsx_file(a_table(("PSG", 2.05, 0.031, AT)))))
    sheet, about = book.worksheets
    assert [cell.value for cell in sheet[1]] == ["Équipe", "Cote", "Edge", "Émis"]
    assert [cell.value for cell in sheet[2]] == ["PSG", 2.05, 0.031, datetime(2026, 7, 1, 20, 45)]  # noqa: DTZ001  # spreadsheets know no zones
    assert sheet.freeze_panes == "A2"
    assert sheet.auto_filter.ref == "A1:D2"
    assert sheet["C2"].number_format == "0.0%"
    assert (about.title, about["B1"].value, about["B2"].value) == ("À propos", "=aucun", "1")


@pytest.mark.parametrize("text", [one for one in HOSTILE if one.isprintable()])
def test_a_workbook_runs_nothing(text: str) -> None:
    sheet = openpyxl.load_workbook(
        BytesIO(xlsx_file(a_table((text, 1.5, None, None))))
    ).worksheets[0]
    cell = sheet["A2"]
    assert (cell.value, cell.data_type) == (text, "s")


def test_an_empty_table_is_a_file_all_the_same() -> None:
    assert rows_of(csv_file(a_table()), ",") == [["Équipe", "Cote", "Edge (%)", "Émis"]]
    assert json.loads(json_file(a_table()))["rows"] == []
    assert openpyxl.load_workbook(BytesIO(xlsx_file(a_table()))).worksheets[0].max_row == 1


def test_json_has_keys_that_never_change_and_moments_with_their_offset() -> None:
    told = json.loads(json_file(a_table(("=1", Decimal("2.05"), 0.031, AT), french=True)))
    assert told["rows"] == [
        {"team": "=1", "odds": 2.05, "edge": 0.031, "at": "2026-07-01T20:45:00+02:00"}
    ]
    assert told["about"] == {"Filtre": "=aucun", "Lignes": "1"}
