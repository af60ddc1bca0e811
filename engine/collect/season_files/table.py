"""A season file as rows of text: compression, encoding and separators undone."""

from __future__ import annotations

import codecs
import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.collect.season_files.headings import as_the_site_writes
from engine.domain.errors import Skip

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

_GZIP: Final = b"\x1f\x8b"
_MAX_BYTES: Final = 64 * 1024 * 1024  # the largest file of thirty years has 1.2 MB
_SEPARATORS: Final = ",;\t"
_MARKS: Final = str.maketrans("", "", "\ufeff\0")
"""What no cell means: marks of encodings, which files glued together have in the middle, too."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`columns` finds a heading's first column; `rows` are as written, ragged ones included.

    A row stands on the line of its number, counted from 2: a line is a record, which no file of
    the site breaks, and blank ones above the headings are rows like any other.
    """

    headings: tuple[str, ...]
    columns: Mapping[str, int]
    rows: Sequence[Sequence[str]]


def read_table(content: bytes) -> Table:
    """Return the table of a file, plain or gzipped.

    Raises:
        Skip: the content is no table at all.
    """
    records = _records(_text(_unpacked(content)))
    top = next((at for at, record in enumerate(records) if any(record)), 0)
    headings = as_the_site_writes(
        [heading.strip() for heading in records.pop(top)] if records else []
    )
    columns: dict[str, int] = {}
    for position, heading in enumerate(headings):
        if heading:
            columns.setdefault(heading, position)
    return Table(headings=headings, columns=columns, rows=records)


def _unpacked(content: bytes) -> bytes:
    if content[:2] != _GZIP:
        return content
    try:
        with gzip.open(io.BytesIO(content)) as file:
            raw = file.read(_MAX_BYTES + 1)
    except (OSError, EOFError, zlib.error):
        raise Skip("NOT_GZIP", "the compressed data is damaged") from None
    if len(raw) > _MAX_BYTES:
        raise Skip("TOO_LARGE", "no season is that long")
    return raw


def _text(raw: bytes) -> str:
    wide = _wide(raw)
    try:
        text = raw.decode(wide or "utf-8")
    except UnicodeDecodeError:
        text = raw.decode(wide or "cp1252", errors="replace")
    return text.translate(_MARKS)


def _wide(raw: bytes) -> str | None:
    """Return the encoding of a file whose letters have two bytes, marked as such or not."""
    if raw[:2] in {codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE}:
        return "utf-16"
    return {(False, True): "utf-16-le", (True, False): "utf-16-be"}.get(
        (raw[:1] == b"\0", raw[1:2] == b"\0")
    )


def _records(text: str) -> list[list[str]]:
    """Return every record; where one stray quote would swallow lines, each line by itself."""
    lines = list(io.StringIO(text, newline=None))
    first = next((line for line in lines if line.strip()), "")
    separator = max(_SEPARATORS, key=first.count)
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error:
        return list(_line_by_line(lines, separator))
    swallowed = len(records) + 1 < len(lines) and any(
        max(cell.count("\n"), cell.count("\r")) > 1 for record in records for cell in record
    )
    return list(_line_by_line(lines, separator)) if swallowed else records


def _line_by_line(lines: Sequence[str], separator: str) -> Iterator[list[str]]:
    """Give each line's cells.

    Raises:
        Skip: a line is longer than any table's.
    """
    for line in lines:
        try:
            yield next(csv.reader([line], delimiter=separator), [])
        except csv.Error as error:
            raise Skip("NOT_CSV", str(error)) from None
