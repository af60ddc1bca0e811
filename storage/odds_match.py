"""The path of one match with its marks: opening, the prices alerts were made at, and the close."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.numbers import BookmakerKey, PickId
from storage.odds_read import read_path
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping

    import asyncpg
    from numpy.typing import NDArray

    from engine.domain.numbers import FixtureId
    from engine.domain.path import OddsPath
    from storage.pool import Connection

_BEGINNING = datetime(1990, 1, 1, tzinfo=UTC)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class MatchPath:
    """How every price of a match moved up to its kick-off, as rows of `path`.

    `opening` and `closing` have one row a price: its first, and its last before kick-off.
    `alerts` gives, of each pick on the match, the row of the price it was made at; a pick at a
    price that was not there when it was taken has none.
    """

    path: OddsPath
    kick_off: datetime
    opening: NDArray[np.int64]
    closing: NDArray[np.int64]
    alerts: Mapping[PickId, int]


async def read_match(connection: Connection, fixture_id: FixtureId) -> MatchPath | None:
    """Return the path of a match and its marks; None where the match is not known."""
    rows = await connection.fetch(queries("odds").match, fixture_id)
    if not rows:
        return None
    kick_off = rows[0]["kick_off"]
    path = await read_path(connection, (fixture_id,), _BEGINNING, kick_off, standing=False)
    opens = _starts(path)
    return MatchPath(
        path=path,
        kick_off=kick_off,
        opening=np.flatnonzero(opens),
        closing=np.flatnonzero(np.append(opens[1:], np.ones(min(1, len(path)), np.bool_))),
        alerts={
            PickId(row["pick_id"]): place
            for row in rows
            if row["pick_id"] is not None and (place := _row_at(path, row)) is not None
        },
    )


def _starts(path: OddsPath) -> NDArray[np.bool_]:
    """Say which rows are the first of their price."""
    starts = np.ones(len(path), np.bool_)
    columns = (path.selection, path.bookmaker, path.lay)
    starts[1:] = np.any([column[1:] != column[:-1] for column in columns], axis=0)
    return starts


def _row_at(path: OddsPath, pick: asyncpg.Record) -> int | None:
    """Return the row of a pick's price when it was taken."""
    key = BookmakerKey(pick["bookmaker"])
    if key not in path.bookmakers:
        return None
    rows = np.flatnonzero(
        (path.selection == pick["selection"])
        & (path.bookmaker == path.bookmakers.index(key))
        & ~path.lay
        & (path.changed_at <= pick["taken_at"].timestamp())
    )
    return int(rows[-1]) if len(rows) and not np.isnan(path.odds[rows[-1]]) else None
