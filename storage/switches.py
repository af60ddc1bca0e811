"""What somebody switched on for everybody: kept over restarts, off by itself in its time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.switch import Switch, Switchboard, SwitchName
from storage.queries import queries

if TYPE_CHECKING:
    from datetime import datetime

    from storage.pool import Connection


class Switches:
    """Switches on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def on(self, name: str, now: datetime) -> bool:
        """Say whether a switch is on; one whose time is over is off."""
        found: bool = await self._connection.fetchval(queries("switches").is_on, name, now)
        return found

    async def standing(self, now: datetime) -> Switchboard:
        """Return every switch that is on."""
        rows = await self._connection.fetch(queries("switches").standing, now)
        switches = (Switch(**{**dict(row), "name": SwitchName(row["name"])}) for row in rows)
        return Switchboard(at=now, switches=tuple(switches))

    async def turn_on(self, switch: Switch) -> None:
        """Leave a switch on, until its time is over where it has one."""
        await self._connection.execute(
            queries("switches").turn,
            switch.name.value,
            True,
            switch.until,
            switch.turned_by,
            switch.turned_at,
            switch.reason,
        )

    async def turn_off(self, name: SwitchName, by: int, now: datetime) -> None:
        """Leave a switch off; off already, it stays so."""
        await self._connection.execute(
            queries("switches").turn,
            name.value,
            False,
            None,
            by,
            now,
            "",
        )
