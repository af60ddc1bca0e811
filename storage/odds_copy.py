"""Changes and looks into their tables, as binary copies or one by one where a look is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from storage.binary_copy import instant, stream
from storage.odds_diff import encode_changes, encode_sight
from storage.odds_state import BOOK_BITS
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from uuid import UUID

    import numpy as np
    from numpy.typing import NDArray

    from storage.odds_diff import Changes, Sight
    from storage.odds_state import OddsCache
    from storage.pool import Connection

_CHANGE: Final = (
    "fixture_id",
    "changed_at",
    "sequence",
    "bookmaker_id",
    "selection",
    "lay",
    "odds",
)
_LOOK: Final = (
    "fixture_id",
    "captured_at",
    "kinds",
    "books",
    "quoted_at",
    "singles",
    "singles_quoted_at",
)


async def copy_changes(
    connection: Connection, changes: Changes, ids: NDArray[np.void], at: int, sequence: int
) -> None:
    """Append changes of one instant; `ids` is by fixture code."""
    if len(changes.prices) or len(changes.withdrawn):
        rows = encode_changes(changes, ids, at, sequence)
        await connection.copy_to_table(
            "odds_changes", source=stream(rows), columns=_CHANGE, format="binary"
        )


async def copy_looks(connection: Connection, sight: Sight, cache: OddsCache, at: int) -> None:
    """Append one look at fixtures that were not looked at at that instant before."""
    if len(sight.codes):
        rows = encode_sight(sight, cache.ids(sight.codes.tolist()), at)
        await connection.copy_to_table(
            "fixture_looks", source=stream((rows,)), columns=_LOOK, format="binary"
        )


async def merge_looks(connection: Connection, sight: Sight, cache: OddsCache, at: int) -> None:
    """Keep a look together with what was told of the same fixtures and instant before."""
    ids, when = cache.ids(sight.codes.tolist()), instant(at)
    sql = queries("odds")
    known = {row["fixture_id"]: row for row in await connection.fetch(sql.looks_at, ids, when)}
    rows = []
    for place, fixture in enumerate(ids):
        kinds, books, singles = _told(sight, place)
        if fixture in known:
            row = known[fixture]
            kinds |= row["kinds"]
            books = dict(zip(row["books"], row["quoted_at"], strict=True)) | books
            before = dict(zip(row["singles"], row["singles_quoted_at"], strict=True))
            singles = _outlasting(before, _told(sight, place)[1]) | singles
        rows.append(_row(fixture, when, kinds, books, singles))
    await connection.executemany(sql.save_look, rows)


def _told(sight: Sight, place: int) -> tuple[int, dict[int, float], dict[int, float]]:
    """Return the kinds, books and singles of one fixture of the look."""
    books, singles = (
        slice(int(ends[place - 1]) if place else 0, int(ends[place]))
        for ends in (sight.book_ends, sight.single_ends)
    )
    return (
        int(sight.kinds[place]),
        dict(
            zip(sight.books[books].tolist(), sight.quoted_at[books].tolist(), strict=True),
        ),
        dict(
            zip(
                sight.singles[singles].tolist(),
                sight.singles_quoted_at[singles].tolist(),
                strict=True,
            )
        ),
    )


def _outlasting(singles: Mapping[int, float], books: Mapping[int, float]) -> dict[int, float]:
    """Return the single prices whose book was not told again as a whole."""
    return {price: at for price, at in singles.items() if price >> BOOK_BITS not in books}


def _row(
    fixture: UUID, at: object, kinds: int, books: Mapping[int, float], singles: Mapping[int, float]
) -> tuple[object, ...]:
    return (
        fixture,
        at,
        kinds,
        sorted(books),
        [books[book] for book in sorted(books)],
        sorted(singles),
        [singles[price] for price in sorted(singles)],
    )
