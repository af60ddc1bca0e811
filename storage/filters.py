"""Filters that people asked for, by the number that buttons carry."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.queries import queries

if TYPE_CHECKING:
    from datetime import datetime

    from storage.pool import Connection


class Filters:
    """Filters on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def keep(self, written: str, now: datetime) -> int:
        """Return the number of a filter in its one written form; the same form keeps it."""
        sql = queries("filters")
        number: int | None = await self._connection.fetchval(sql.number, written)
        if number is None:
            number = await self._connection.fetchval(sql.keep, written, now)
        if number is None:
            number = await self._connection.fetchval(sql.number, written)
        if number is None:
            raise RuntimeError("a filter that somebody just kept has no number")
        return number

    async def written(self, number: int) -> str | None:
        """Return the filter of a number; None where no filter has it."""
        found: str | None = await self._connection.fetchval(queries("filters").written, number)
        return found
