"""What to ask, when, within the credits of the month."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.domain.numbers import FixtureId


class Purpose(StrEnum):
    """Why something is asked, most needed first."""

    CLOSING = "closing"
    RESULTS = "results"
    LEAD = "lead"
    SWEEP = "sweep"
    EVENT = "event"


class Why(StrEnum):
    """Why something wanted is not asked, in the order in which collection degrades."""

    EVENT_MARKETS = "event_markets"
    MINOR_SWEEP = "minor_sweep"
    FAR_SWEEP = "far_sweep"
    SWEEP = "sweep"
    LEAD = "lead"
    EARLY_CLOSING = "early_closing"
    MINOR_CLOSING = "minor_closing"
    CLOSING = "closing"


@dataclass(frozen=True, slots=True, kw_only=True)
class Ration:
    """The credits of all usable keys together: left now, given a month, and when that is."""

    remaining: int
    monthly: int
    resets_at: datetime

    def __post_init__(self) -> None:
        require_aware(resets_at=self.resets_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Planned:
    """One call to come: `markets` as the provider writes them, `cost` in credits.

    `fixtures` are those it is made for; `event_id` is set where it asks of one match alone.
    `expected` marks a call for kick-offs nobody has listed yet: it counts in the forecast only.
    """

    at: datetime
    purpose: Purpose
    competition: str
    markets: tuple[str, ...]
    cost: int
    fixtures: tuple[FixtureId, ...] = ()
    event_id: str | None = None
    expected: bool = False

    def __post_init__(self) -> None:
        require_aware(at=self.at)


@dataclass(frozen=True, slots=True, kw_only=True)
class Dropped:
    """Calls that were wanted and will not be made: how many, at which cost, and why."""

    why: Why
    purpose: Purpose
    competition: str
    calls: int
    cost: int
    first_at: datetime
    last_at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class CollectPlan:
    """Everything to be asked until the credits are renewed, by time, and what was given up.

    `reserved` are the credits each purpose may not lose to a lesser one; `left` what is forecast
    to remain at the reset, never below 0 while the plan is kept.
    """

    made_at: datetime
    ration: Ration
    planned: tuple[Planned, ...]
    dropped: tuple[Dropped, ...]
    reserved: Mapping[Purpose, int] = field(default_factory=dict)
    left: int = 0
