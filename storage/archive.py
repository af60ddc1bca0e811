"""Matches gone by in columns: their results, and the looks at them that are worth learning from.

Millions of prices come as binary copies, a few thousand matches at a time, and stay numbers.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING, Any, Final, TypeVar

import numpy as np

from engine.domain.numbers import BookmakerKey
from storage.binary_copy import decode_rows, posix_seconds
from storage.odds_load import copy_out, packed
from storage.odds_seen import last_sight
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from datetime import datetime

    import asyncpg
    from numpy.typing import NDArray

    from storage.pool import Connection

_T = TypeVar("_T")
_MATCHES_AT_ONCE: Final = 5000
_LOOKS_AT_ONCE: Final = 2000
_AROUND: Final = timedelta(days=30)  # a printed price is never further from its match
_PATIENCE_SECONDS: Final = 300.0
_PRINTED_ROW: Final = {
    "place": "int8",
    "bookmaker_id": "int2",
    "selection": "int4",
    "stage": "int2",
    "changed_at": "timestamptz",
    "odds": "float8",
}
_STANDING_ROW: Final = {
    "place": "int8",
    "bookmaker_id": "int2",
    "selection": "int4",
    "lay": "bool",
    "odds": "float8",
}


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Matches:
    """Matches in the order of their kick-offs (POSIX seconds); goals are NaN where unknown."""

    competition: tuple[str, ...]
    home: tuple[str, ...]
    away: tuple[str, ...]
    kick_off: NDArray[np.float64]
    home_goals: NDArray[np.float64]
    away_goals: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.kick_off)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Looks:
    """Looks at the main markets of matches, and their prices.

    `match` is the place of the match of each look, `at` when it was (POSIX seconds), `closing`
    whether it is the close. `look` is the place of each price's look; `bookmaker` its number.
    """

    match: NDArray[np.int64]
    at: NDArray[np.float64]
    closing: NDArray[np.bool_]
    look: NDArray[np.int32]
    bookmaker: NDArray[np.int16]
    selection: NDArray[np.int32]
    odds: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Sightings(Looks):
    """Looks of our own, with what boards know beside: `lay`, and `quoted_at` (POSIX seconds).

    A price is there if its look, of a close the last look at its kind, saw it.
    """

    lay: NDArray[np.bool_]
    quoted_at: NDArray[np.float64]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class StoredPast:
    """Everything of matches gone by: `printed` in season files, `seen` by looks of our own."""

    matches: Matches
    printed: Looks
    seen: Sightings
    bookmakers: Mapping[int, BookmakerKey]


class Past:
    """Matches gone by, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read(
        self,
        since: datetime,
        until: datetime,
        *,
        leads: Sequence[timedelta],
        close_within: timedelta,
    ) -> StoredPast:
        """Return the matches that kicked off within [since, until), and the looks at them.

        Of our own looks, those nearest to each of `leads` before kick-off are taken, and as close
        what stood at the last one no longer than `close_within` before it.
        """
        sql = queries("archive")
        await self._connection.execute(queries("retention").take_time)
        rows = await self._connection.fetch(sql.matches, since, until, timeout=_PATIENCE_SECONDS)
        keys = await self._connection.fetch(sql.bookmakers)
        chosen = await self._connection.fetch(
            sql.looks, since, until, list(leads), close_within, timeout=_PATIENCE_SECONDS
        )
        return StoredPast(
            matches=_matches(rows),
            printed=_joined(
                [await self._printed(part) for part in _parts(rows, _MATCHES_AT_ONCE)]
            ),
            seen=await self._seen(rows, chosen),
            bookmakers={row["id"]: BookmakerKey(row["key"]) for row in keys},
        )

    async def _printed(self, part: tuple[int, Sequence[asyncpg.Record]]) -> Looks:
        """Return what files print of matches: a look before kick-off and one at it, if any."""
        start, rows = part
        ids, first, last = [row["id"] for row in rows], rows[0]["began_at"], rows[-1]["began_at"]
        around = (first - _AROUND, last + _AROUND)
        data = await copy_out(self._connection, queries("archive").printed, ids, *around)
        row = decode_rows(data, _PRINTED_ROW)
        code = 2 * (row["place"].astype(np.int64) - 1) + (row["stage"].astype(np.int64) - 1)
        found, look = np.unique(code, return_inverse=True)
        at = np.full(len(found), -np.inf)
        np.maximum.at(at, look, posix_seconds(row["changed_at"].astype(np.int64)))
        return _looks(start + found // 2, at, found % 2 == 1, look, row)

    async def _seen(
        self, rows: Sequence[asyncpg.Record], chosen: list[asyncpg.Record]
    ) -> Sightings:
        place = {row["id"]: number for number, row in enumerate(rows)}
        parts = [await self._standing(part, place) for part in _parts(chosen, _LOOKS_AT_ONCE)]
        return Sightings(
            **_columns(_joined(parts)),
            lay=_row([part.lay for part in parts], np.bool_),
            quoted_at=_row([part.quoted_at for part in parts], np.float64),
        )

    async def _standing(
        self, part: tuple[int, Sequence[asyncpg.Record]], place: Mapping[object, int]
    ) -> Sightings:
        """Return what boards of these looks held: what stood then, and was seen and offered."""
        _, rows = part
        sql, ids = queries("archive"), [row["id"] for row in rows]
        at = [row["captured_at"] for row in rows]
        data = await copy_out(self._connection, sql.standing, ids, at)
        looks = await self._connection.fetch(
            sql.sights, ids, [row["since"] for row in rows], at, timeout=_PATIENCE_SECONDS
        )
        row = decode_rows(data, _STANDING_ROW)
        seen, quoted_at = last_sight(packed(row, np.arange(len(rows))), looks)
        row = {name: column[seen] for name, column in row.items()}
        found = _looks(
            np.array([place[one["id"]] for one in rows], dtype=np.int64),
            np.array([one.timestamp() for one in at]),
            np.array([one["closing"] for one in rows], dtype=np.bool_),
            row["place"].astype(np.int64) - 1,
            row,
        )
        lay = row["lay"].astype(np.bool_)
        return Sightings(**_columns(found), lay=lay, quoted_at=quoted_at[seen])


def _parts(rows: Iterable[_T], size: int) -> Iterator[tuple[int, list[_T]]]:
    """Give the rows in pieces, each with the place of its first."""
    left, start = iter(rows), 0
    while part := list(islice(left, size)):
        yield start, part
        start += len(part)


def _matches(rows: Sequence[asyncpg.Record]) -> Matches:
    def goals(name: str) -> NDArray[np.float64]:
        return np.array([np.nan if row[name] is None else row[name] for row in rows], np.float64)

    return Matches(
        competition=tuple(row["competition"] for row in rows),
        home=tuple(row["home_key"] for row in rows),
        away=tuple(row["away_key"] for row in rows),
        kick_off=np.array([row["kick_off"] for row in rows], np.float64),
        home_goals=goals("home_goals"),
        away_goals=goals("away_goals"),
    )


def _looks(
    match: NDArray[np.int64],
    at: NDArray[np.float64],
    closing: NDArray[np.bool_],
    look: NDArray[np.int64],
    row: Mapping[str, NDArray[np.generic]],
) -> Looks:
    return Looks(
        match=match,
        at=at,
        closing=closing,
        look=look.astype(np.int32),
        bookmaker=row["bookmaker_id"].astype(np.int16),
        selection=row["selection"].astype(np.int32),
        odds=row["odds"].astype(np.float64),
    )


def _joined(parts: Sequence[Looks]) -> Looks:
    """Return the looks of all parts, numbered through."""
    starts = np.cumsum([0, *(len(part.match) for part in parts)])
    look = [part.look + np.int32(start) for part, start in zip(parts, starts, strict=False)]
    return Looks(
        match=_row([part.match for part in parts], np.int64),
        at=_row([part.at for part in parts], np.float64),
        closing=_row([part.closing for part in parts], np.bool_),
        look=_row(look, np.int32),
        bookmaker=_row([part.bookmaker for part in parts], np.int16),
        selection=_row([part.selection for part in parts], np.int32),
        odds=_row([part.odds for part in parts], np.float64),
    )


def _columns(looks: Looks) -> dict[str, Any]:
    return {field.name: getattr(looks, field.name) for field in fields(Looks)}


_N = TypeVar("_N", bound=np.generic)


def _row(parts: Sequence[NDArray[_N]], kind: type[_N]) -> NDArray[_N]:
    return np.concatenate([np.empty(0, kind), *parts])
