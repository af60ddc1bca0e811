"""Fair prices, as they were believed at each look."""

from __future__ import annotations

from typing import TYPE_CHECKING

from storage.queries import queries

if TYPE_CHECKING:
    from engine.domain.price import PriceTable
    from storage.pool import Connection


class Prices:
    """Prices on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, table: PriceTable) -> int:
        """Append the table; return how many rows it has."""
        sql = queries("prices")
        if len(table) == 0:
            return 0
        await self._connection.execute(sql.ensure_month, table.as_of)
        ids = [fixture.id for fixture in table.fixtures]
        books = table.bookmakers
        await self._connection.execute(
            sql.add,
            table.as_of,
            [ids[index] for index in table.fixture.tolist()],
            table.selection.tolist(),
            ["" if index < 0 else books[index] for index in table.excluded.tolist()],
            table.probability.tolist(),
            table.std_error.tolist(),
            table.refund.tolist(),
            table.rung.tolist(),
            table.books.tolist(),
            table.dispersion.tolist(),
        )
        return len(table)
