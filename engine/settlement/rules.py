"""When results are final and bets void; filled from settings and from config/settlement."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from engine.domain.numbers import BookmakerKey


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRules:
    """RELIABILITY §4: the same answer twice makes a result final, and it is read again later.

    No match of 90 minutes is over before `shortest_match`. `recheck_delay` is how late a recheck
    may come: what it finds counts as found when it was due. A match put off for longer than
    `put_off` is asked about before its new kick-off: its bets may be void.
    """

    confirmation_gap: timedelta = timedelta(minutes=10)
    recheck: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=72))
    recheck_delay: timedelta = timedelta(hours=12)
    put_off: timedelta = timedelta(hours=24)
    look_back: timedelta = timedelta(hours=96)
    shortest_match: timedelta = timedelta(minutes=90)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookRules:
    """What one bookmaker does with a bet on a match that did not go as planned.

    A match put off may begin `replay` late and the bet stands; None: before midnight in `zone`.
    `version` names these rules and no others, and is kept with every settlement they made.
    """

    version: str = "default"
    replay: timedelta | None = timedelta(hours=48)
    zone: str = "Europe/Paris"
    resettle: timedelta = timedelta(hours=72)
    decided_stands: bool = True
    part_decided: bool = True

    def deadline(self, kick_off: datetime) -> datetime:
        """Return when a bet made for `kick_off` is given back if the match was not played.

        Hours are counted as they pass, whatever clocks are changed in between.

        >>> kick_off = datetime(2026, 10, 24, 19, tzinfo=UTC)  # clocks go back that night
        >>> BookRules().deadline(kick_off).isoformat()
        '2026-10-26T19:00:00+00:00'
        >>> BookRules(replay=None).deadline(kick_off).isoformat()
        '2026-10-24T22:00:00+00:00'
        """
        if self.replay is not None:
            return kick_off.astimezone(UTC) + self.replay
        zone = ZoneInfo(self.zone)
        tomorrow = kick_off.astimezone(zone).date() + timedelta(days=1)
        return datetime.combine(tomorrow, time(), zone).astimezone(UTC)

    def in_time(self, kick_off: datetime, played: datetime) -> bool:
        """Say whether a bet made for `kick_off` stands on a match that began at `played`."""
        deadline = self.deadline(kick_off)
        return played < deadline if self.replay is None else played <= deadline


@dataclass(frozen=True, slots=True, kw_only=True)
class BookTable:
    """The rules of every bookmaker; `default` of those that are not listed."""

    default: BookRules = BookRules()
    listed: tuple[tuple[BookmakerKey, BookRules], ...] = ()

    def of(self, bookmaker: BookmakerKey) -> BookRules:
        """Return the rules that settle a bet with this bookmaker."""
        return dict(self.listed).get(bookmaker, self.default)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRules:
    """When closes are captured before kick-off, and how they are graded."""

    offsets: tuple[timedelta, ...] = (
        timedelta(minutes=60),
        timedelta(minutes=10),
        timedelta(minutes=2),
    )
    grade_a: timedelta = timedelta(minutes=10)
    grade_b: timedelta = timedelta(minutes=60)
    grace: timedelta = timedelta(seconds=120)
    result_offsets: tuple[timedelta, ...] = (timedelta(minutes=115), timedelta(minutes=128))
