"""Fair prices, as they were believed at each look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from storage.queries import queries

if TYPE_CHECKING:
    from engine.domain.price import PriceTable
    from storage.pool import Connection

_EVERY_BOOK: Final = -1
_COLUMNS: Final = (
    *("selection", "probability", "std_error", "refund", "rung", "books", "dispersion"),
    *("basis", "disagreement", "stands_alone", "close", "close_error"),
)
"""In the order of the query `add`."""


class Prices:
    """Prices on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, table: PriceTable) -> int:
        """Append the prices that serve every book; return how many.

        Those without one book are as many as the quotes and follow from them: a pick keeps its
        own, nothing else reads them.
        """
        sql = queries("prices")
        rows = np.flatnonzero(table.excluded == _EVERY_BOOK)
        if not len(rows):
            return 0
        await self._connection.execute(sql.ensure_month, table.as_of)
        ids = [fixture.id for fixture in table.fixtures]
        await self._connection.execute(
            sql.add,
            table.as_of,
            [ids[index] for index in table.fixture[rows].tolist()],
            *(getattr(table, name)[rows].tolist() for name in _COLUMNS),
        )
        return len(rows)
