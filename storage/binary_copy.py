"""PostgreSQL's binary COPY format, written from and read into NumPy columns.

A row of fixed-width fields is one record of a structured array: each field is its length and its
value, both big-endian, so a whole table of rows is `array.tobytes()`.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
    from uuid import UUID

    from numpy.typing import NDArray

HEADER: Final = b"PGCOPY\n\xff\r\n\x00" + bytes(8)
TRAILER: Final = b"\xff\xff"
_TYPES: Final = {
    "uuid": "V16",
    "timestamptz": ">i8",
    "int8": ">i8",
    "int4": ">i4",
    "int2": ">i2",
    "bool": ">i1",
    "float8": ">f8",
    "null": None,
}
_OIDS: Final = {"int4": 23, "int8": 20, "float8": 701}
_PG_EPOCH: Final = datetime(2000, 1, 1, tzinfo=UTC)
_UNIX_EPOCH_MICROSECONDS: Final = 946_684_800 * 10**6
_MICROSECOND: Final = timedelta(microseconds=1)


def microseconds(at: datetime) -> int:
    """Return an instant as PostgreSQL counts it: microseconds since 2000."""
    return (at - _PG_EPOCH) // _MICROSECOND


def instant(at: int) -> datetime:
    """Return the instant of PostgreSQL's microseconds."""
    return _PG_EPOCH + at * _MICROSECOND


def posix_seconds(at: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return PostgreSQL's microseconds as POSIX seconds, equal to `datetime.timestamp()`."""
    seconds: NDArray[np.float64] = (at + _UNIX_EPOCH_MICROSECONDS) / 1e6
    return seconds


def uuids(ids: Sequence[UUID]) -> NDArray[np.void]:
    """Return ids as a column of sixteen bytes each."""
    return np.frombuffer(b"".join([one.bytes for one in ids]), dtype="V16")


def encode_rows(columns: Mapping[str, tuple[str, object]], count: int) -> bytes:
    """Return the rows of fixed-width columns, name → (type, values); type "null" has none."""
    rows = np.empty(count, dtype=_row_of({name: kind for name, (kind, _) in columns.items()}))
    rows["fields"] = len(columns)
    for name, (kind, values) in columns.items():
        width = _TYPES[kind]
        rows[f"{name} length"] = -1 if width is None else np.dtype(width).itemsize
        if width is not None:
            rows[name] = values
    return rows.tobytes()


def encode_arrays(kind: str, values: NDArray[np.generic], ends: NDArray[np.int64]) -> list[bytes]:
    """Return one array field per slice of `values`; slices follow each other, ending at `ends`."""
    dtype = np.dtype([("length", ">i4"), ("value", _TYPES[kind])])
    items = np.empty(len(values), dtype=dtype)
    items["length"] = dtype.itemsize - 4
    items["value"] = values
    raw = items.tobytes()
    starts = np.concatenate(([0], ends[:-1]))
    counts = ends - starts
    heads = np.empty(len(ends), dtype=">i4, >i4, >i4, >i4, >i4, >i4")
    for place, value in enumerate((20 + counts * dtype.itemsize, 1, 0, _OIDS[kind], counts, 1)):
        heads[f"f{place}"] = value
    head = heads.tobytes()
    empty = np.array([12, 0, 0, _OIDS[kind]], dtype=">i4").tobytes()
    cuts = zip((starts * dtype.itemsize).tolist(), (ends * dtype.itemsize).tolist(), strict=True)
    return [
        head[24 * row : 24 * row + 24] + raw[start:end] if start < end else empty
        for row, (start, end) in enumerate(cuts)
    ]


async def stream(parts: Iterable[bytes]) -> AsyncIterator[bytes]:
    """Give the parts as one COPY, whole: each piece would be a message of its own."""
    yield b"".join((HEADER, *parts, TRAILER))


def decode_rows(data: bytes, columns: Mapping[str, str]) -> Mapping[str, NDArray[np.generic]]:
    """Return the columns of a COPY whose fields are all there and of fixed width."""
    rows = np.frombuffer(data[len(HEADER) : -len(TRAILER)], dtype=_row_of(columns))
    return {name: rows[name].astype(rows[name].dtype.newbyteorder("=")) for name in columns}


def _row_of(columns: Mapping[str, str]) -> np.dtype[np.void]:
    fields: list[tuple[str, str]] = [("fields", ">i2")]
    for name, kind in columns.items():
        fields.append((f"{name} length", ">i4"))
        width = _TYPES[kind]
        if width is not None:
            fields.append((name, width))
    return np.dtype(fields)
