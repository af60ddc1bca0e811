"""What nobody but a person can settle: results that contradict themselves or one another."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.domain.numbers import FixtureId
    from engine.domain.settlement import Result, Score


class DisputeKind(StrEnum):
    """Why a result cannot be settled on by itself."""

    SOURCES = "sources"
    EXTRA_TIME = "extra_time"
    FULL_TIME = "full_time"
    SCORE_FELL = "score_fell"
    TOO_EARLY = "too_early"
    TWO_MATCHES = "two_matches"
    REPLAYED = "replayed"
    RESUMED = "resumed"
    AWARDED = "awarded"
    ANNULLED = "annulled"
    BEFORE_THE_BET = "before_the_bet"
    STATUS = "status"
    LATE_CORRECTION = "late_correction"
    REVERSED = "reversed"


OF_ONE_ROW: Final = frozenset(
    {
        DisputeKind.EXTRA_TIME,
        DisputeKind.FULL_TIME,
        DisputeKind.TOO_EARLY,
        DisputeKind.STATUS,
        DisputeKind.REVERSED,
    }
)
"""Oddities of one row, which end when its source sets the row right; the others never do."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Doubt:
    """A contradiction found in the readings of one fixture, with those that make it up."""

    fixture_id: FixtureId
    kind: DisputeKind
    reads: tuple[Result, ...]

    @property
    def said(self) -> tuple[Mapping[str, str], ...]:
        """What each source said, in words that can be kept and shown."""
        return tuple(told(read) for read in self.reads)

    @property
    def digest(self) -> str:
        """The same contradiction, whenever it was read, has the same digest."""
        timeless = sorted(
            "|".join(f"{key}={one[key]}" for key in sorted(one) if key != "read_at")
            for one in self.said
        )
        return sha256("\n".join([self.kind, *timeless]).encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    """What a person said of a dispute: the score after 90 minutes, or None: bets are off."""

    score: Score | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Dispute:
    """A doubt in the queue; once resolved it stays as it is.

    `withdrawn`: its source has set the row right, so that nobody needs to decide any more.
    """

    id: int
    fixture_id: FixtureId
    kind: DisputeKind
    said: tuple[Mapping[str, str], ...]
    opened_at: datetime
    resolved_at: datetime | None = None
    resolved_by: int | None = None
    decision: Decision | None = None
    withdrawn: bool = False


def told(read: Result) -> Mapping[str, str]:
    """Return what a reading said as text; what it did not say is absent."""
    row = read.told
    scores = {"full_time": read.full_time, "half_time": read.half_time}
    if row is not None:
        scores = {
            "goals": row.goals,
            "half_time": row.half_time,
            "full_time": row.full_time or read.full_time,
            "extra_time": row.extra_time,
            "penalties": row.penalties,
        }
    return {
        "source": read.source,
        "event_id": read.event_id,
        "status": read.status,
        "phase": read.phase.value,
        "kick_off": read.kick_off.isoformat(),
        "read_at": read.read_at.isoformat(),
        **{name: f"{one.home}-{one.away}" for name, one in scores.items() if one is not None},
    }
