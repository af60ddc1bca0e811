"""Fair prices, as they were believed at each look."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.market import Selection
from engine.domain.numbers import FixtureId
from engine.domain.price import Basis, Rung
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Fair:
    """A fair price as the last look believed it: W/(W+L) and what it rests on.

    `std_error` is in probability points; `books` stand behind it.
    """

    selection: Selection
    probability: float
    std_error: float
    rung: Rung
    basis: Basis | None
    books: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FairSheet:
    """The fair prices of one match at its last look, by selection."""

    as_of: datetime
    rows: tuple[Fair, ...]


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

    async def last(self, fixture: FixtureId) -> FairSheet | None:
        """Return the fair prices of the last look at a fixture; None where none was priced."""
        rows = await self._connection.fetch(queries("prices").last, fixture)
        if not rows:
            return None
        told = (
            Fair(
                selection=Selection.from_number(row["selection"]),
                probability=row["probability"],
                std_error=row["std_error"],
                rung=Rung(row["rung"]),
                basis=None if row["basis"] is None else Basis(row["basis"]),
                books=row["books"],
            )
            for row in rows
        )
        return FairSheet(as_of=rows[0]["as_of"], rows=tuple(told))
