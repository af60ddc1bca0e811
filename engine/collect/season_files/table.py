"""A season file as rows of text: compression, encoding, separators and odd headings undone."""

from __future__ import annotations

import csv
import gzip
import io
import zlib
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Final

from engine.domain.errors import Skip

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_GZIP: Final = b"\x1f\x8b"
_MAX_BYTES: Final = 64 * 1024 * 1024  # the largest file of thirty years has 1.2 MB
_OUTCOMES: Final = "HDA"


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """`columns` finds a heading's first column; `rows` are as written, ragged ones included.

    The first row stands on line 2: a line is a record, which no file of the site breaks.
    """

    headings: tuple[str, ...]
    columns: Mapping[str, int]
    rows: Sequence[Sequence[str]]


def read_table(content: bytes) -> Table:
    """Return the table of a file, plain or gzipped.

    Raises:
        Skip: the content is no table at all.
    """
    text = _text(_unpacked(content))
    separator = ";" if ";" in (first := text.partition("\n")[0]) and "," not in first else ","
    try:
        records = list(csv.reader(io.StringIO(text, newline=""), delimiter=separator))
    except csv.Error as error:
        raise Skip("NOT_CSV", str(error)) from None
    headings = _named([heading.strip() for heading in records[0]]) if records else ()
    columns: dict[str, int] = {}
    for position, heading in enumerate(headings):
        if heading:
            columns.setdefault(heading, position)
    return Table(headings=headings, columns=columns, rows=records[1:])


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
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError:
        return raw.decode("cp1252", errors="replace")


def _named(headings: Sequence[str]) -> tuple[str, ...]:
    """Give three neighbours of one name their outcomes: D2 of 2004/05 says "LB" thrice."""
    named = list(headings)
    alike = [left == right != "" for left, right in pairwise(headings)]
    for first, (one, two) in enumerate(pairwise(alike)):
        if one and two:
            for offset, outcome in enumerate(_OUTCOMES):
                named[first + offset] = headings[first] + outcome
    return tuple(named)
