"""Competitions, teams and fixtures."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from engine.domain.numbers import FixtureId, require_aware

if TYPE_CHECKING:
    from datetime import date, datetime

_NAMESPACE = UUID("6b2f0c1e-5f5e-5b6a-9d59-3a1c7a6e0d11")


class FixtureStatus(StrEnum):
    SCHEDULED = "scheduled"
    LIVE = "live"
    FINISHED = "finished"
    POSTPONED = "postponed"
    CANCELLED = "cancelled"


@dataclass(frozen=True, slots=True, kw_only=True)
class Competition:
    """A league or cup; `key` is The Odds API's sport key, our canonical name for it."""

    key: str
    name: str
    country: str
    tier: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Team:
    """A club; `key` is canonical (ascii slug), `name` is what people read."""

    key: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Fixture:
    """One game with one kick-off (UTC)."""

    id: FixtureId
    competition: str
    home: Team
    away: Team
    kick_off: datetime
    status: FixtureStatus = FixtureStatus.SCHEDULED

    def __post_init__(self) -> None:
        require_aware(kick_off=self.kick_off)

    def minutes_to_kick_off(self, now: datetime) -> float:
        """Return the minutes left at `now`; negative once play has begun."""
        return (self.kick_off - now).total_seconds() / 60


def fixture_id(competition: str, home: str, away: str, first_seen_on: date) -> FixtureId:
    """Return the identity of a fixture: its teams' keys and the date it was first set for.

    A moved kick-off keeps the identity it was given first.
    """
    name = f"{competition}|{home}|{away}|{first_seen_on.isoformat()}"
    return FixtureId(uuid5(_NAMESPACE, name))
