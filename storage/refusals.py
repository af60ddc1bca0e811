"""Why what was looked at is no pick: of each selection, the quote that came furthest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.pick import Gate
from storage.queries import queries

if TYPE_CHECKING:
    from datetime import datetime

    from numpy.typing import NDArray

    from engine.domain.judgement import Judgements
    from engine.domain.numbers import FixtureId
    from engine.domain.pick import Provenance
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Refusal:
    """The first gate that the best candidate of a selection failed at its last look."""

    selection: Selection
    gate: Gate
    bookmaker: BookmakerKey
    odds: Odds
    edge: float | None
    seen_at: datetime


class Refusals:
    """Refusals on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, judged: Judgements, provenance: Provenance, at: datetime) -> None:
        """Keep the first gate failed by the quote of each selection that came furthest."""
        rows = _furthest(judged)
        rows = rows[judged.gate[rows] < len(Gate)]
        if not len(rows):
            return
        gates = tuple(Gate)
        await self._connection.execute(
            queries("refusals").add,
            provenance.value,
            at,
            [judged.fixtures[index].id for index in judged.fixture[rows].tolist()],
            judged.selection[rows].tolist(),
            [gates[index].value for index in judged.gate[rows].tolist()],
            [judged.bookmakers[index] for index in judged.bookmaker[rows].tolist()],
            judged.odds[rows].tolist(),
            judged.edge[rows].tolist(),
        )

    async def of_fixture(self, fixture: FixtureId, provenance: Provenance) -> tuple[Refusal, ...]:
        """Return why the selections of a fixture are no picks, the largest edges first."""
        rows = await self._connection.fetch(
            queries("refusals").of_fixture, provenance.value, fixture
        )
        return tuple(
            Refusal(
                selection=Selection.from_number(row["selection"]),
                gate=Gate(row["gate"]),
                bookmaker=BookmakerKey(row["bookmaker"]),
                odds=Odds(row["odds"]),
                edge=row["edge"],
                seen_at=row["seen_at"],
            )
            for row in rows
        )

    async def forget(self, before: datetime) -> None:
        """Drop what was seen before an instant."""
        await self._connection.execute(queries("refusals").forget, before)


def _furthest(judged: Judgements) -> NDArray[np.int64]:
    """Return the row of each (fixture, selection) that failed latest, of several the largest."""
    where = judged.fixture << 20 | judged.selection
    edge = np.where(np.isnan(judged.edge), -np.inf, judged.edge)
    order = np.lexsort((judged.bookmaker, edge, judged.gate, where))
    last = np.append(where[order][1:] != where[order][:-1], np.ones(min(len(where), 1), np.bool_))
    return np.asarray(order[last], dtype=np.int64)
