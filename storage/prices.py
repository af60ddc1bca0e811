"""Fair prices, as they were believed at each look."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.numbers import FixtureId
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

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

    async def first(
        self, fixtures: Iterable[FixtureId], until: datetime
    ) -> Mapping[FixtureId, Mapping[int, float]]:
        """Return the fair probabilities, by selection, of the first look at each fixture."""
        rows = await self._connection.fetch(queries("prices").first, list(fixtures), until)
        found: dict[FixtureId, dict[int, float]] = {}
        for row in rows:
            found.setdefault(FixtureId(row["fixture_id"]), {})[row["selection"]] = row[
                "probability"
            ]
        return found
