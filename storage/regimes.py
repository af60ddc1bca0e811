"""Alarms that something is not as it was: opened, closed, never changed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from engine.domain.regime import Regime
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from storage.pool import Connection


class Regimes:
    """Alarms on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def hold(self) -> None:
        """Let nobody else open or close an alarm until the transaction ends."""
        await self._connection.execute(queries("regimes").hold)

    async def open(self) -> Mapping[int, Regime]:
        """Return the alarms that are open, by number."""
        rows = await self._connection.fetch(queries("regimes").open)
        return {row["id"]: msgspec.convert(row["told"], Regime) for row in rows}

    async def add(self, regime: Regime, at: datetime) -> None:
        """Open an alarm."""
        told = msgspec.to_builtins(regime)
        await self._connection.execute(queries("regimes").add, regime.name, at, told)

    async def end(self, number: int, at: datetime) -> None:
        """Close an alarm; one that is closed stays as it is."""
        await self._connection.execute(queries("regimes").end, number, at)
