"""Movements of odds, as the looks told them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.market import MarketKind, Selection
from engine.domain.movement import Direction, MoveKind, Movement
from engine.domain.numbers import BookmakerKey, FixtureId, Odds
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence
    from datetime import datetime

    import asyncpg

    from storage.pool import Connection


class Movements:
    """Movements on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, movements: Sequence[Movement]) -> None:
        """Append events; the same event again is a no-op."""
        await self._connection.executemany(
            queries("movements").add, [_to_row(one) for one in movements]
        )

    async def of_fixtures(
        self, ids: Iterable[FixtureId], since: datetime, until: datetime
    ) -> tuple[Movement, ...]:
        """Return the events of fixtures within [since, until], oldest first."""
        rows = await self._connection.fetch(
            queries("movements").of_fixtures, list(ids), since, until
        )
        return tuple(_from_row(row) for row in rows)

    async def recent(
        self,
        since: datetime,
        now: datetime,
        kinds: Collection[MoveKind] = tuple(MoveKind),
        limit: int = 50,
    ) -> tuple[Movement, ...]:
        """Return events within [since, now] of fixtures still to begin, newest first."""
        rows = await self._connection.fetch(
            queries("movements").recent, [kind.value for kind in kinds], since, now, limit
        )
        return tuple(_from_row(row) for row in rows)

    async def forget(self, before: datetime) -> None:
        """Drop the events seen before an instant."""
        await self._connection.execute(queries("movements").forget, before)


def _to_row(one: Movement) -> tuple[object, ...]:
    return (
        one.id,
        one.fixture_id,
        one.kind.value,
        int(one.market),
        one.selection.number if one.selection else None,
        one.direction.value if one.direction else None,
        list(one.books),
        one.points,
        one.from_odds,
        one.to_odds,
        one.started_at,
        one.seen_at,
        one.resolution,
    )


def _from_row(row: asyncpg.Record) -> Movement:
    number, direction = row["selection"], row["direction"]
    return Movement(
        fixture_id=FixtureId(row["fixture_id"]),
        kind=MoveKind(row["kind"]),
        market=MarketKind(row["market"]),
        selection=None if number is None else Selection.from_number(number),
        direction=None if direction is None else Direction(direction),
        books=tuple(BookmakerKey(key) for key in row["books"]),
        points=row["points"],
        from_odds=None if row["from_odds"] is None else Odds(row["from_odds"]),
        to_odds=None if row["to_odds"] is None else Odds(row["to_odds"]),
        started_at=row["started_at"],
        seen_at=row["seen_at"],
        resolution=row["resolution"],
    )
