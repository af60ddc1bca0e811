"""What the store knows of prices, read into the columns that looks are compared with."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.numbers import BookmakerKey
from storage.binary_copy import decode_rows, microseconds
from storage.odds_state import BOOKMAKER_BITS, FIXTURE_BITS, LAY_BITS, NEVER
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from uuid import UUID

    from numpy.typing import NDArray

    from storage.odds_diff import Offer
    from storage.odds_state import OddsCache, State
    from storage.pool import Connection

_STATE_ROW: Final = {
    "place": "int8",
    "bookmaker_id": "int2",
    "selection": "int4",
    "lay": "bool",
    "odds": "float8",
}
_EVER: Final = datetime(9999, 1, 1, tzinfo=UTC)


async def read_state(
    connection: Connection, ids: Sequence[UUID], codes: NDArray[np.int64], until: datetime
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return every price of fixtures as of an instant, and its odds or NaN."""
    return await copy_prices(connection, queries("odds").state, ids, codes, until)


async def copy_prices(
    connection: Connection,
    query: str,
    ids: Sequence[UUID],
    codes: NDArray[np.int64],
    at: datetime,
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """Return the prices and odds a query of such rows gives, in its order."""
    data = await copy_out(connection, query, list(ids), at)
    row = decode_rows(data, _STATE_ROW)
    return packed(row, codes), row["odds"].astype(np.float64)


def packed(row: Mapping[str, NDArray[np.generic]], codes: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return the prices of rows whose `place` counts the fixtures with these codes from 1."""
    prices = codes[row["place"].astype(np.int64) - 1] << FIXTURE_BITS
    prices |= row["bookmaker_id"].astype(np.int64) << BOOKMAKER_BITS
    prices |= row["lay"].astype(np.int64) << LAY_BITS
    prices |= row["selection"].astype(np.int64)
    return prices


async def copy_out(connection: Connection, query: str, *args: object) -> bytes:
    """Return a query's rows as a binary copy."""
    parts: list[bytes] = []

    async def keep(part: bytes) -> None:
        parts.append(part)

    await connection.copy_from_query(query, *args, output=keep, format="binary")
    return b"".join(parts)


async def load(connection: Connection, cache: OddsCache, state: State, offer: Offer) -> State:
    """Return the state with every fixture of the offer in it."""
    missing = [code for code in offer.codes.tolist() if not state.is_loaded(code)]
    if not missing:
        return state
    ids, codes = cache.ids(missing), np.array(missing, np.int64)
    looked_at = np.full(len(codes), NEVER)
    for row in await connection.fetch(queries("odds").looked_at, ids):
        looked_at[row["place"] - 1] = microseconds(row["captured_at"])
    prices, odds = codes[:0], np.empty(0)
    if (looked_at != NEVER).any():
        prices, odds = await read_state(connection, ids, codes, _EVER)
    return state.with_loaded(codes, looked_at, prices, odds)


async def number_bookmakers(
    connection: Connection, known: Mapping[BookmakerKey, int], wanted: Sequence[BookmakerKey]
) -> Mapping[BookmakerKey, int]:
    """Return the numbers of bookmakers, giving one to those that have none."""
    missing = [key for key in wanted if key not in known]
    if not missing:
        return known
    sql = queries("odds")
    await connection.execute(sql.add_bookmakers, missing)
    rows = await connection.fetch(sql.bookmakers, missing)
    return {**known, **{BookmakerKey(row["key"]): row["id"] for row in rows}}
