"""Odds that people wait for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.market import Selection
from engine.domain.numbers import Odds
from engine.domain.odds_watch import OddsWatch
from storage.queries import queries
from storage.rows import fixture_from_row

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    import asyncpg

    from engine.domain.numbers import FixtureId
    from storage.pool import Connection


class Watches:
    """Watches on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def hold(self, user_id: int) -> None:
        """Let nobody else change one person's watches until the transaction ends."""
        await self._connection.execute(queries("watches").lock, user_id)

    async def add(
        self,
        user_id: int,
        fixture: FixtureId,
        selection: Selection,
        odds: Odds,
        now: datetime,
    ) -> bool:
        """Wait for odds; return whether that is new."""
        added = await self._connection.fetchval(
            queries("watches").add, user_id, fixture, selection.number, odds, now
        )
        return added is not None

    async def of(self, user_id: int, now: datetime) -> tuple[OddsWatch, ...]:
        """Return what a person waits for, by kick-off."""
        rows = await self._connection.fetch(queries("watches").mine, user_id, now)
        return tuple(_watch(row) for row in rows)

    async def waiting(self, fixtures: Iterable[FixtureId], now: datetime) -> tuple[OddsWatch, ...]:
        """Return what anybody waits for at these matches, those that have begun left out."""
        rows = await self._connection.fetch(queries("watches").waiting, list(fixtures), now)
        return tuple(_watch(row) for row in rows)

    async def tell(self, watches: Iterable[int], now: datetime) -> None:
        """End watches: their people are told."""
        await self._connection.execute(queries("watches").tell, list(watches), now)

    async def drop(self, watch: int, user_id: int) -> bool:
        """End a watch of one person; return whether there was one."""
        dropped = await self._connection.fetchval(queries("watches").drop, watch, user_id)
        return dropped is not None

    async def tidy(self, before: datetime) -> None:
        """Drop the watches of matches that began before an instant."""
        await self._connection.execute(queries("watches").tidy, before)


def _watch(row: asyncpg.Record) -> OddsWatch:
    return OddsWatch(
        id=row["watch_id"],
        user_id=row["user_id"],
        fixture=fixture_from_row(row),
        selection=Selection.from_number(row["selection"]),
        odds=Odds(row["odds"]),
    )
