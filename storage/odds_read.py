"""Paths and boards, rebuilt from the changes and the looks."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.board import Board
from engine.domain.numbers import BookmakerKey
from engine.domain.path import OddsPath
from storage.binary_copy import decode_rows, posix_seconds
from storage.fixtures import Fixtures
from storage.odds_load import copy_out, packed, read_state
from storage.odds_seen import last_seen, last_sight
from storage.odds_state import BOOKMAKER_BITS, FIXTURE_BITS, LAY_BITS, WITHIN_FIXTURE
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.numbers import FixtureId
    from storage.pool import Connection

_PATH_ROW: Final = {
    "place": "int8",
    "bookmaker_id": "int2",
    "selection": "int4",
    "lay": "bool",
    "changed_at": "timestamptz",
    "sequence": "int8",
    "odds": "float8",
}


async def read_path(
    connection: Connection,
    fixtures: tuple[FixtureId, ...],
    since: datetime,
    until: datetime,
    *,
    standing: bool,
) -> OddsPath:
    """Return the changes of fixtures within a window, repeats left out."""
    sql = queries("odds")
    changes = sql.path_standing if standing else sql.path
    data = await copy_out(connection, changes, list(fixtures), since, until)
    row = decode_rows(data, _PATH_ROW)
    prices, odds = packed(row, np.arange(len(fixtures))), row["odds"].astype(np.float64)
    changed_at = row["changed_at"].astype(np.int64)
    keys, place = await _bookmakers(connection, prices)
    order = np.lexsort(
        (
            row["sequence"],
            changed_at,
            prices >> LAY_BITS & 1,
            place,
            _selection(prices),
            row["place"],
        )
    )
    order = order[_moves(prices[order], odds[order])]
    prices, odds, changed_at = prices[order], odds[order], changed_at[order]
    around = sql.looks_around if standing else sql.looks_within
    looks = await connection.fetch(around, list(fixtures), since, until)
    seen = last_seen(prices, changed_at, looks)
    return OddsPath(
        fixtures=fixtures,
        bookmakers=keys,
        fixture=(prices >> FIXTURE_BITS).astype(np.int32),
        bookmaker=place[order],
        selection=_selection(prices),
        lay=(prices >> LAY_BITS & 1).astype(np.bool_),
        odds=odds,
        changed_at=posix_seconds(changed_at),
        last_seen_at=posix_seconds(seen),
    )


async def read_latest(
    connection: Connection, wanted: Sequence[FixtureId], since: datetime, until: datetime
) -> Board:
    """Return the board of each fixture's and kind's last look within a window."""
    codes = np.arange(len(wanted))
    looks = await connection.fetch(queries("odds").last_looks, wanted, since, until)
    prices, odds = await read_state(connection, wanted, codes, until)
    offered = ~np.isnan(odds)
    prices, odds = prices[offered], odds[offered]
    seen, quoted_at = last_sight(prices, looks)
    prices, odds, quoted_at = prices[seen], odds[seen], quoted_at[seen]
    used = np.unique(prices >> FIXTURE_BITS)
    known = await Fixtures(connection).get([wanted[code] for code in used.tolist()])
    index = {fixture.id: position for position, fixture in enumerate(known)}
    positions = np.array([index.get(fixture, -1) for fixture in wanted], np.int32)
    keys, place = await _bookmakers(connection, prices)
    fixture = positions[prices >> FIXTURE_BITS]
    order = np.lexsort((prices >> LAY_BITS & 1, place, _selection(prices), fixture))
    order = order[fixture[order] >= 0]
    prices = prices[order]
    return Board(
        as_of=until,
        fixtures=known,
        bookmakers=keys,
        fixture=fixture[order],
        bookmaker=place[order],
        selection=_selection(prices),
        odds=odds[order],
        quoted_at=quoted_at[order],
        lay=(prices >> LAY_BITS & 1).astype(np.bool_),
    )


async def _bookmakers(
    connection: Connection, prices: NDArray[np.int64]
) -> tuple[tuple[BookmakerKey, ...], NDArray[np.int16]]:
    """Return the keys of the bookmakers met, sorted, and each price's place among them."""
    ids = (prices & WITHIN_FIXTURE) >> BOOKMAKER_BITS
    met = np.unique(ids)
    rows = await connection.fetch(queries("odds").bookmaker_keys, met.tolist())
    places = np.zeros(int(met.max(initial=0)) + 1, np.int16)
    for place, row in enumerate(rows):
        places[row["id"]] = place
    return tuple(BookmakerKey(row["key"]) for row in rows), places[ids]


def _selection(prices: NDArray[np.int64]) -> NDArray[np.int32]:
    return (prices & (1 << LAY_BITS) - 1).astype(np.int32)


def _moves(prices: NDArray[np.int64], odds: NDArray[np.float64]) -> NDArray[np.bool_]:
    """Say which rows are not what their price was already; a late look may have told it twice."""
    moves = np.ones(len(prices), np.bool_)
    same = (odds[1:] == odds[:-1]) | (np.isnan(odds[1:]) & np.isnan(odds[:-1]))
    moves[1:] = ~(same & (prices[1:] == prices[:-1]))
    return moves
