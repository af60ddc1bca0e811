"""What became of one pick, from the look that found it to its last correction."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.numbers import PickId
from storage.queries import queries
from storage.rows import one_settlement_from_row, update_from_row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.domain.pick import PickUpdate
    from engine.domain.settlement import Settlement
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Life:
    """What happened to a pick after it was made; `sent_at` is when one chat was sent its card."""

    set_for: datetime | None
    sent_at: datetime | None
    updates: tuple[PickUpdate, ...]
    settlements: tuple[Settlement, ...]


class Lives:
    """Histories of picks on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, pick: PickId, chat_id: int) -> Life:
        """Return what became of a pick, as one chat was told of it."""
        sql = queries("lives")
        told = await self._connection.fetchrow(sql.told, pick, chat_id)
        updates = [update_from_row(row) for row in await self._connection.fetch(sql.updates, pick)]
        settled = await self._connection.fetch(queries("settlements").history, [pick])
        return Life(
            set_for=told["set_for"] if told else None,
            sent_at=told["sent_at"] if told else None,
            updates=tuple(update for update in updates if update is not None),
            settlements=tuple(one_settlement_from_row(row) for row in settled),
        )

    async def best_edges(self, ids: Iterable[PickId]) -> dict[PickId, float]:
        """Return the best edge that each pick was seen with, at its alert or later."""
        rows = await self._connection.fetch(queries("lives").best_edges, list(ids))
        return {PickId(row["id"]): float(row["edge"]) for row in rows}
