"""The named statements of storage/sql."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from storage.queries import QueriesMalformed, all_names, queries

if TYPE_CHECKING:
    from pathlib import Path

SHELVES = """
-- name: add
-- Put one on the shelf.
insert into shelves (n)
-- a comment inside stays
values ($1);

-- name: all
-- Everything there is.
select n from shelves;
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "shelves.sql").write_text(SHELVES)
    return tmp_path


def test_a_statement_is_plain_text_by_name(folder: Path) -> None:
    sql = queries("shelves", folder=folder)
    assert sql.all == "select n from shelves"
    assert sql.add == "insert into shelves (n)\n-- a comment inside stays\nvalues ($1)"


def test_an_unknown_name_says_which_there_are(folder: Path) -> None:
    with pytest.raises(AttributeError, match=r"no query 'remove' in shelves\.sql.*add, all"):
        _ = queries("shelves", folder=folder).remove


def test_an_unknown_file_is_named(folder: Path) -> None:
    with pytest.raises(QueriesMalformed, match=r"no tables\.sql"):
        queries("tables", folder=folder)


def test_every_statement_is_listed(folder: Path) -> None:
    (folder / "boxes.sql").write_text("-- name: open\n-- Look inside.\nselect 1\n")
    assert all_names(folder) == ("boxes.open", "shelves.add", "shelves.all")


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("select 1;\n", r"bad\.sql:1: text before"),
        ("-- name: Add\n-- Purpose.\nselect 1;\n", r"bad\.sql:1: expected '-- name"),
        ("-- name: add\nselect 1;\n", r"bad\.sql:2: expected one '-- purpose'"),
        ("-- name: add\n-- Purpose.\n", r"bad\.sql:3: the statement 'add' is empty"),
        ("-- name: a\n-- P.\nselect 1;\n-- name: a\n-- P.\nselect 2;\n", r"bad\.sql:4: .*twice"),
    ],
)
def test_a_malformed_file_is_refused_with_its_line(folder: Path, text: str, reason: str) -> None:
    (folder / "bad.sql").write_text(text)
    with pytest.raises(QueriesMalformed, match=reason):
        queries("bad", folder=folder)


def test_the_products_own_files_are_well_formed() -> None:
    assert {"leases.try_lead", "schema.lock", "sessions.greeting"} <= set(all_names())
