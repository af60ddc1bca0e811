"""What is played on a day, and the picks to come that lie in the zone."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from uuid import UUID

from engine.domain.numbers import PickId
from storage.queries import queries
from storage.rows import fixture_from_row

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.fixture import Fixture
    from engine.domain.pick import Provenance
    from storage.pool import Connection

_DIGITS: Final = 32


@dataclass(frozen=True, slots=True, kw_only=True)
class Billed:
    """A match of a day: the picks it brought, and how many of its bets are no picks."""

    fixture: Fixture
    picks: int
    refused: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A pick's place in a list by kick-off."""

    pick_id: PickId
    number: int
    kick_off: datetime


class Slates:
    """Days of matches on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def day(
        self, since: datetime, until: datetime, provenance: Provenance
    ) -> tuple[Billed, ...]:
        """Return the matches that kick off in [since, until), counted for one provenance."""
        rows = await self._connection.fetch(queries("slates").day, since, until, provenance.value)
        return tuple(
            Billed(fixture=fixture_from_row(row), picks=row["picks"], refused=row["refused"])
            for row in rows
        )

    async def sweet(self, now: datetime, provenance: Provenance) -> tuple[Placed, ...]:
        """Return the places of the picks before kick-off that lie in the zone."""
        rows = await self._connection.fetch(queries("slates").sweet, provenance.value, now)
        return tuple(
            Placed(pick_id=PickId(row["id"]), number=row["number"], kick_off=row["kick_off"])
            for row in rows
        )

    async def keyed(self, key: str) -> Fixture | None:
        """Return the match whose id begins with these hexadecimal digits."""
        if not key or len(key) > _DIGITS or set(key) - set("0123456789abcdef"):
            return None
        low, high = UUID(key.ljust(_DIGITS, "0")), UUID(key.ljust(_DIGITS, "f"))
        row = await self._connection.fetchrow(queries("slates").keyed, low, high)
        return None if row is None else fixture_from_row(row)
