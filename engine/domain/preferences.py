"""What one person chose: how they are spoken to, what they are told of, and when not."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo, available_timezones

from engine.domain.own_books import NO_BOOKS, OwnBooks
from engine.domain.own_caps import OwnCaps  # noqa: TC001  # as Staking
from engine.domain.staking import Staking  # noqa: TC001  # read as it runs: what was kept becomes it

if TYPE_CHECKING:
    from datetime import datetime, time

MINUTES: Final = 24 * 60
MOST: Final = 1000
"""Cards: more of them in a day are none that anybody reads."""


class OddsFormat(StrEnum):
    DECIMAL = "decimal"
    FRACTIONAL = "fractional"
    AMERICAN = "american"


class Shade(StrEnum):
    """The background that pictures are drawn for."""

    LIGHT = "light"
    DARK = "dark"


class Volume(StrEnum):
    """How an event is told: with a sound, without one, or not at all."""

    ON = "on"
    SILENT = "silent"
    OFF = "off"


class EventClass(StrEnum):
    """What a person can be told of; each has a volume of its own.

    `BETTER` is an open pick whose value reached a higher rung, `LAST` one whose match is near,
    `RESULT` the end of one (its card shows it anyway),
    `MORNING`, `EVENING` and `WEEK` are digests, `NEWS` is what those who run the bot announce.
    """

    PICK = "pick"
    BETTER = "better"
    LAST = "last"
    RESULT = "result"
    MORNING = "morning"
    EVENING = "evening"
    WEEK = "week"
    NEWS = "news"


class Inside(StrEnum):
    """What becomes of a pick whose match begins before the quiet hours end."""

    SILENT = "silent"
    DROP = "drop"


@dataclass(frozen=True, slots=True, kw_only=True)
class QuietHours:
    """Minutes after midnight, in the person's zone; an end before the start is tomorrow's."""

    start: int
    end: int
    inside: Inside = Inside.SILENT

    def __post_init__(self) -> None:
        """Refuse what is no time of a day, and hours without length.

        Raises:
            ValueError: one is not a minute of a day, or both are the same.
        """
        if not (0 <= self.start < MINUTES and 0 <= self.end < MINUTES):
            raise ValueError(f"quiet hours were {self.start} to {self.end}: minutes of a day")
        if self.start == self.end:
            raise ValueError("quiet hours begin when they end")

    def covers(self, at: time) -> bool:
        """Say whether it is quiet at a time of the day."""
        minute = at.hour * 60 + at.minute
        if self.start < self.end:
            return self.start <= minute < self.end
        return minute >= self.start or minute < self.end


@dataclass(frozen=True, slots=True, kw_only=True)
class Caps:
    """How many new cards at most: more go to the digest, the best ranked first."""

    match: int
    hour: int
    day: int

    def __post_init__(self) -> None:
        """Refuse what is no number of cards.

        Raises:
            ValueError: one is negative, or above what a chat bears.
        """
        if not all(0 <= most <= MOST for most in (self.match, self.hour, self.day)):
            raise ValueError(f"caps were {self.match}, {self.hour}, {self.day}: 0 to {MOST}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Preferences:
    """Everything a person may choose about being told; what they did not choose is the house's.

    `time_zone` and `caps` None are the house's. `volumes` names only what differs from `USUAL`.
    `morning` and `evening` are when digests come, in minutes after midnight. Without `staking`
    stakes are the house's, and so are caps without `own_caps`.
    """

    time_zone: str | None = None
    odds_format: OddsFormat = OddsFormat.DECIMAL
    shade: Shade = Shade.LIGHT
    volumes: dict[EventClass, Volume] = field(default_factory=dict)
    quiet: QuietHours | None = None
    caps: Caps | None = None
    morning: int = 9 * 60
    evening: int = 22 * 60 + 30
    staking: Staking | None = None
    own_caps: OwnCaps | None = None
    own_books: OwnBooks = NO_BOOKS

    def __post_init__(self) -> None:
        """Refuse a zone nobody knows and hours that are none.

        Raises:
            ValueError: no such zone, or no minute of a day.
        """
        if self.time_zone is not None and self.time_zone not in available_timezones():
            raise ValueError(f"time zone was {self.time_zone!r}: not known")
        if not (0 <= self.morning < MINUTES and 0 <= self.evening < MINUTES):
            raise ValueError("digests come at a minute of a day")

    def volume(self, event: EventClass) -> Volume:
        """Return how an event is told."""
        return self.volumes.get(event, USUAL[event])

    def zone(self, house: ZoneInfo) -> ZoneInfo:
        """Return the person's own zone, the house's where none was chosen."""
        return ZoneInfo(self.time_zone) if self.time_zone else house

    def local(self, at: datetime, house: ZoneInfo) -> datetime:
        """Return an instant on the person's own clock."""
        return at.astimezone(self.zone(house))


USUAL: Final = {
    EventClass.PICK: Volume.ON,
    EventClass.BETTER: Volume.ON,
    EventClass.LAST: Volume.SILENT,
    EventClass.RESULT: Volume.OFF,
    EventClass.MORNING: Volume.SILENT,
    EventClass.EVENING: Volume.SILENT,
    EventClass.WEEK: Volume.SILENT,
    EventClass.NEWS: Volume.SILENT,
}
"""Nobody is woken by what they did not ask for, and nothing on a card is said twice."""
DEFAULT: Final = Preferences()
