"""What people said to protect themselves: kept in order, read as what stands."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from engine.domain.care import Care, CareEntry, Said, standing
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from datetime import datetime

    import asyncpg

    from storage.pool import Connection


class Cares:
    """Protections of people on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, user_id: int) -> Care:
        """Return what stands for one person."""
        return standing(await self.history(user_id))

    async def of_all(self, user_ids: Collection[int]) -> Mapping[int, Care]:
        """Return what stands for each of these who ever said anything."""
        said: dict[int, list[CareEntry]] = defaultdict(list)
        for row in await self._connection.fetch(queries("care").of, list(user_ids)):
            said[row["user_id"]].append(_entry(row))
        return {user_id: standing(entries) for user_id, entries in said.items()}

    async def history(self, user_id: int) -> tuple[CareEntry, ...]:
        """Return all that one person said, the oldest first."""
        rows = await self._connection.fetch(queries("care").of, [user_id])
        return tuple(_entry(row) for row in rows)

    async def say(self, user_id: int, entry: CareEntry) -> None:
        """Add a line to a person's history."""
        await self._connection.execute(queries("care").in_turn, user_id)
        await self._connection.execute(
            queries("care").say,
            user_id,
            entry.said.value,
            entry.about,
            entry.amount,
            entry.until,
            entry.at,
        )

    async def forget(self, user_id: int, now: datetime) -> None:
        """Forget what a person said, but not a pause that stands: it is no way around it."""
        paused = (await self.of(user_id)).paused(now) is not None
        await self._connection.execute(queries("care").forget, user_id, paused)


def _entry(row: asyncpg.Record) -> CareEntry:
    return CareEntry(
        said=Said(row["said"]),
        about=row["about"],
        at=row["at"],
        amount=row["amount"],
        until=row["until"],
    )
