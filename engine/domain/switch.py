"""What somebody switched on for everybody: a pause of alerts, maintenance."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime


class SwitchName(StrEnum):
    """Each holds alerts back while it is on: all of them, or only new picks.

    `MAINTENANCE` holds all back as well, and says so on screens.
    """

    SENDER_PAUSED = "sender_paused"
    PICKS_PAUSED = "picks_paused"
    MAINTENANCE = "maintenance"


@dataclass(frozen=True, slots=True, kw_only=True)
class Switch:
    """A switch that is on: since when, by whom (0 is the house itself), why, and for how long.

    Without `until` it stays on until somebody turns it off. The house pauses itself when it was
    restored; its reason is then the moment it was restored to, in ISO 8601.
    """

    name: SwitchName
    turned_at: datetime
    turned_by: int
    reason: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Switchboard:
    """The switches that are on at an instant."""

    at: datetime
    switches: tuple[Switch, ...] = ()

    def get(self, name: SwitchName) -> Switch | None:
        """Return the switch when it is on."""
        return next((one for one in self.switches if one.name is name), None)
