"""What is at stake, how the bankroll stands, and which prices wait to be believed."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from engine.domain.exposure import Exposure, Quarantined, Staked
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, FixtureId
from engine.domain.pick import Provenance
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    import asyncpg

    from storage.pool import Connection

_UNITS: Final = 100.0
"""A bankroll in units: one is a percent of it."""
_ABANDONED: Final = timedelta(days=30)
"""After that a bet without a result is a dispute, and no stake at risk."""
_SAME_DAY: Final = timedelta(days=2)


class Exposures:
    """Exposure on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def now(self, provenance: Provenance, now: datetime) -> Exposure:
        """Return the stakes that caps count at `now`, and the bankroll against its peak."""
        sql = queries("exposure")
        rows = await self._connection.fetch(
            sql.stakes, provenance.value, now - _ABANDONED, now - _SAME_DAY
        )
        (record,) = await self._connection.fetch(sql.bankroll, provenance.value)
        return Exposure(
            stakes=tuple(_staked(row) for row in rows),
            bankroll=_UNITS + record["won"],
            peak=_UNITS + record["most"],
        )

    async def quarantined(self, provenance: Provenance) -> tuple[Quarantined, ...]:
        """Return the prices that wait to be believed."""
        rows = await self._connection.fetch(queries("exposure").quarantined, provenance.value)
        return tuple(
            Quarantined(
                fixture_id=FixtureId(row["fixture_id"]),
                selection=Selection.from_number(row["selection"]),
                bookmaker=BookmakerKey(row["bookmaker"]),
                odds=row["odds"],
                since=row["since"],
            )
            for row in rows
        )

    async def hold(self, held: Sequence[Quarantined], provenance: Provenance) -> None:
        """Keep these prices as those that wait, in the place of all others."""
        sql = queries("exposure")
        await self._connection.execute(sql.release, provenance.value)
        await self._connection.executemany(
            sql.hold,
            [
                (
                    provenance.value,
                    one.fixture_id,
                    one.selection.number,
                    one.bookmaker,
                    one.odds,
                    one.since,
                )
                for one in held
            ],
        )


def _staked(row: asyncpg.Record) -> Staked:
    return Staked(
        provenance=Provenance(row["provenance"]),
        fixture_id=FixtureId(row["fixture_id"]),
        selection=Selection.from_number(row["selection"]),
        competition=row["competition"],
        kick_off=row["kick_off"],
        fraction=float(row["stake"]) / _UNITS,
        settled=row["settled"],
    )
