"""Segments of a record: the picks they are made of, and which were ever looked at."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.settlement import Outcome
from engine.learning.markets.bets import OUTSIDE, PLACE, MarketBets
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from engine.domain.pick import Provenance
    from storage.pool import Connection

_NAN = float("nan")
_SHARP = ("sharp", "exchange", "PSC", "BFEC")
"""Sources of closes that are sharp, live and as printed in files."""
_WON = {
    Outcome.WON: 1.0,
    Outcome.HALF_WON: 1.0,
    Outcome.LOST: 0.0,
    Outcome.HALF_LOST: 0.0,
    Outcome.VOID: _NAN,
}


class Segments:
    """Segments on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def tabled(self, provenance: Provenance, names: Sequence[str], now: datetime) -> int:
        """Write down that these segments were looked at; return how many ever were.

        Whoever looks at many finds some that did well by luck, so all count, of any provenance.
        """
        sql = queries("segments").tabled
        return int(await self._connection.fetchval(sql, provenance.value, list(names), now))

    async def bets(
        self, provenance: Provenance, until: datetime, since: datetime | None = None
    ) -> MarketBets:
        """Return the picks of one provenance whose match began in [since, until)."""
        rows = await self._connection.fetch(
            queries("segments").bets, provenance.value, since, until, list(_SHARP)
        )
        return await asyncio.to_thread(_columns, rows, provenance)


def _columns(rows: Sequence[asyncpg.Record], provenance: Provenance) -> MarketBets:
    def column(name: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
        found = (_NAN if row[name] is None else row[name] for row in rows)
        return np.fromiter(found, np.float64, len(rows))

    won = (_NAN if row["outcome"] is None else _WON[Outcome(row["outcome"])] for row in rows)
    places = (PLACE.get(row["market_code"], OUTSIDE) for row in rows)
    return MarketBets(
        provenance=provenance,
        market=np.fromiter(places, np.int64, len(rows)),
        kick_off=column("kick_off"),
        odds=column("odds"),
        stake=column("stake"),
        profit=column("profit"),
        won=np.fromiter(won, np.float64, len(rows)),
        clv=column("clv"),
        clv_alt=column("clv_alt"),
        alt_sharp=np.fromiter((row["alt_sharp"] for row in rows), np.bool_, len(rows)),
    )
