"""Results and what they make of picks."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.numbers import FixtureId, PickId, Units


class Outcome(StrEnum):
    WON = "won"
    HALF_WON = "half_won"
    VOID = "void"
    HALF_LOST = "half_lost"
    LOST = "lost"

    @property
    def won(self) -> bool | None:
        """Whether more than the stake was paid back; None where just the stake was."""
        return None if self is Outcome.VOID else self in {Outcome.WON, Outcome.HALF_WON}


class Phase(StrEnum):
    """What a provider's status means for settlement.

    REVERSED: host and guest have changed places. REVIEW: the row contradicts itself.
    """

    SCHEDULED = "scheduled"
    LIVE = "live"
    INTERRUPTED = "interrupted"
    FINISHED = "finished"
    POSTPONED = "postponed"
    ABANDONED = "abandoned"
    CANCELLED = "cancelled"
    AWARDED = "awarded"
    REVERSED = "reversed"
    REVIEW = "review"


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    """Goals of home and away."""

    home: int
    away: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """The scores of a provider's row, as it has them; None where it has none.

    `goals` is the score shown: of the whole match, extra time included, or of the moment.
    """

    goals: Score | None = None
    half_time: Score | None = None
    full_time: Score | None = None
    extra_time: Score | None = None
    penalties: Score | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What one source said of a fixture at one moment; `full_time` is the 90-minute score.

    `event_id` is what the source calls the match, empty where it has no such name: a replay may
    have another. `told` is what its row said word for word; nothing is settled on it.
    """

    fixture_id: FixtureId
    source: str
    status: str
    phase: Phase
    full_time: Score | None
    half_time: Score | None
    kick_off: datetime
    read_at: datetime
    event_id: str = ""
    told: Told | None = None

    def __post_init__(self) -> None:
        require_aware(kick_off=self.kick_off, read_at=self.read_at)

    @property
    def says(self) -> tuple[str, Score | None, Score | None]:
        """What must repeat itself for the result to be final."""
        return (self.status, self.full_time, self.half_time)


@dataclass(frozen=True, slots=True, kw_only=True)
class Settlement:
    """What a result made of a pick.

    A correction is a new settlement of the next `sequence`: it takes back what the one before
    it paid and pays anew; the one before it stays. `rules_version` names the bookmaker's rules
    it was made by.
    """

    pick_id: PickId
    sequence: int
    outcome: Outcome
    profit: Units
    full_time: Score | None
    rule: str
    settled_at: datetime
    rules_version: str = ""
