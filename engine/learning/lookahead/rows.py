"""What a walk said, as rows that two walks can be compared by."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Column = NDArray[Any]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Rows:
    """m rows that a walk said, each under a `name` of its own, in the order in which it did.

    `at_look`, `at_close` and `at_result` are columns (m,) by name, of any type, that stand from
    `looked_at`, `closed_at` and `played_at` (m,) on: what was decided, what the close and what
    the result made of it.
    """

    name: Column
    looked_at: Floats
    closed_at: Floats
    played_at: Floats
    at_look: Mapping[str, Column]
    at_close: Mapping[str, Column]
    at_result: Mapping[str, Column]

    def __len__(self) -> int:
        return len(self.name)

    def by(self, at: float) -> Rows:
        """Return the rows of looks taken by an instant."""
        kept = self.looked_at <= at
        return Rows(
            name=self.name[kept],
            looked_at=self.looked_at[kept],
            closed_at=self.closed_at[kept],
            played_at=self.played_at[kept],
            at_look={key: column[kept] for key, column in self.at_look.items()},
            at_close={key: column[kept] for key, column in self.at_close.items()},
            at_result={key: column[kept] for key, column in self.at_result.items()},
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One cell that two walks do not agree on; `column` is "row" where one lacks the row."""

    row: str
    column: str
    looked_at: float
    was: str
    now: str


def cells(rows: Rows, at: float) -> int:
    """Return how many values stand at an instant."""
    known = rows.by(at)
    return (
        len(known) * len(known.at_look)
        + int((known.closed_at <= at).sum()) * len(known.at_close)
        + int((known.played_at <= at).sum()) * len(known.at_result)
    )


def differences(whole: Rows, other: Rows, at: float) -> tuple[Difference, ...]:
    """Return where two walks differ in what stood at an instant, to the last bit, oldest first.

    Both must say the same rows in the same order, each once, with the same columns; of each column
    the first difference is told.
    """
    was, now = whole.by(at), other.by(at)
    if not np.array_equal(was.name, now.name):
        return _missing(was, now)
    found = [
        _first(was, name, column, table, at)
        for table in _tables(was, now)
        for name, column in table[0].items()
    ]
    told = [one for one in found if one is not None]
    return tuple(sorted(told, key=lambda one: (one.looked_at, one.row, one.column)))


_Pair = tuple["Mapping[str, Column]", "Mapping[str, Column]", "Floats"]


def _tables(was: Rows, now: Rows) -> tuple[_Pair, ...]:
    return (
        (was.at_look, now.at_look, was.looked_at),
        (was.at_close, now.at_close, was.closed_at),
        (was.at_result, now.at_result, was.played_at),
    )


def _first(was: Rows, name: str, column: Column, table: _Pair, at: float) -> Difference | None:
    _, others, since = table
    other = others.get(name)
    same = False if other is None else same_bits(column, other)
    places = np.flatnonzero(~np.broadcast_to(same, len(was)) & (since <= at))
    if not len(places):
        return None
    place = int(places[np.argmin(was.looked_at[places])])
    return Difference(
        row=str(was.name[place]),
        column=name,
        looked_at=float(was.looked_at[place]),
        was=repr(column[place].item()),
        now="absent" if other is None else repr(other[place].item()),
    )


def same_bits(one: Column, other: Column) -> NDArray[np.bool_]:
    """Say which values are the same to the last bit; NaN is NaN, and -0.0 is not 0.0.

    >>> same_bits(np.array([0.1 + 0.2, np.nan, 0.0]), np.array([0.3, np.nan, -0.0])).tolist()
    [False, True, False]
    """
    if one.dtype.kind != "f" or other.dtype.kind != "f":
        return np.asarray(one == other, dtype=np.bool_)
    equal = (one == other) & (np.signbit(one) == np.signbit(other))
    return np.asarray(equal | (np.isnan(one) & np.isnan(other)), dtype=np.bool_)


def _missing(was: Rows, now: Rows) -> tuple[Difference, ...]:
    """Tell the first row that only one walk has, or else the first that stands elsewhere."""
    before, after = set(was.name.tolist()), set(now.name.tolist())
    found = [
        *_lacking(was, before - after, was="present", now="absent"),
        *_lacking(now, after - before, was="absent", now="present"),
    ]
    if not found:
        pairs = zip(was.name.tolist(), now.name.tolist(), strict=True)
        place = next(number for number, (one, other) in enumerate(pairs) if one != other)
        found = [_row(was, place, f"row {place}", f"another row, {now.name[place]}")]
    return tuple(sorted(found, key=lambda one: (one.looked_at, one.row)))


def _lacking(rows: Rows, names: set[Any], was: str, now: str) -> list[Difference]:
    places = np.flatnonzero([name in names for name in rows.name.tolist()]).tolist()
    return [_row(rows, place, was, now) for place in places]


def _row(rows: Rows, place: int, was: str, now: str) -> Difference:
    return Difference(
        row=str(rows.name[place]),
        column="row",
        looked_at=float(rows.looked_at[place]),
        was=was,
        now=now,
    )
