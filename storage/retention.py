"""Months made ahead of their time, and what goes when it is old."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.queries import queries

if TYPE_CHECKING:
    from datetime import datetime

    from storage.pool import Connection

_PATIENCE_SECONDS = 3600.0


class Retention:
    """What is dropped when it is old, and what is left of it."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def make_months(self, now: datetime | None = None) -> None:
        """Make this month and the next two of every table that has months.

        A month that the first look of its first minute has to make is made in the worst moment.
        Without `now`, the database's clock says which month it is.
        """
        await self._connection.execute(queries("retention").make_months, now)

    async def roll_up_odds(self, before: datetime) -> int:
        """Keep each hour's first, last, lowest and highest odds of the months about to go.

        Return how many hours that were written. Doing it twice is doing it once.
        """
        await self._connection.execute(queries("retention").take_time)
        sql = queries("retention").roll_up_odds
        return int(await self._connection.fetchval(sql, before, timeout=_PATIENCE_SECONDS))

    async def hold_odds(self) -> None:
        """Keep looks away from the odds until the transaction ends, before months of them go.

        A look reads and writes both of their tables in its own order; dropping a month of each
        amid one would be a deadlock, and whoever only reads would wait for the look as well.
        """
        await self._connection.execute(queries("retention").hold_odds)

    async def drop_months(self, table: str, before: datetime) -> int:
        """Drop the table's whole months that ended before an instant; return how many."""
        sql = queries("retention").drop_months
        return int(await self._connection.fetchval(sql, table, before))

    async def forget_runs(self, before: datetime) -> None:
        """Drop the runs that ended before an instant, except each job's last."""
        await self._connection.execute(queries("retention").forget_runs, before)
