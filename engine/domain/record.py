"""A record of picks of one provenance, never shown without its sample size and interval."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.domain.numbers import Units
from engine.domain.takings import KINDS, Takings

if TYPE_CHECKING:
    from datetime import datetime
    from decimal import Decimal

    from engine.domain.closing import Grade
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, PickId
    from engine.domain.pick import Provenance
    from engine.domain.settlement import Outcome
    from engine.domain.signal import AgentName, Tier
    from engine.domain.takings import Kind


FEW: Final = 30
"""Picks below which a figure says too little to conclude."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Estimate:
    """A mean with its sample size and 95 % interval (None below two observations)."""

    mean: float | None
    n: int
    low: float | None
    high: float | None

    @property
    def few(self) -> bool:
        """Whether it says too little to conclude."""
        return self.n < FEW


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledBet:
    """What statistics need of one settled pick.

    `kick_off` is that of the match as it was played; of a match that was not, the one the pick
    was made for. `refund` is the part of the stake expected back when it was made,
    `expected_at_alert` the edge of that moment. `agents` spoke for it, whether or not they
    counted. `clv` and `clv_alt` are known only where `grade` and `alt_grade` count; `movement` is
    how far the book that was bet came down to its last odds, which says nothing of value.
    """

    pick: PickId
    provenance: Provenance
    fixture: str
    settled_at: datetime
    odds: float
    stake: Decimal
    profit: Decimal
    expected_at_alert: float
    clv: float | None
    clv_alt: float | None
    outcome: Outcome
    selection: Selection
    competition: str
    bookmaker: BookmakerKey
    signal_score: float
    sweet_spot_score: float
    tier: Tier
    agents: frozenset[AgentName]
    refund: float
    issued_at: datetime
    kick_off: datetime
    grade: Grade | None
    alt_grade: Grade | None
    movement: float | None
    policy_version: str

    @property
    def takings(self) -> Takings[Kind]:
        """Its stake and profit, which are added to those of its own provenance alone."""
        return Takings(KINDS[self.provenance], 1, Units(self.stake), Units(self.profit))

    @property
    def won(self) -> bool | None:
        """Whether it paid more than its stake, half or whole; None where all was given back."""
        return self.outcome.won

    @property
    def lead_hours(self) -> float:
        """How long before kick-off it was made."""
        return (self.kick_off - self.issued_at).total_seconds() / 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Alternative:
    """What else could be bet on a match when a pick was made, at the best odds of that moment.

    `profit` is what one unit on it earned; `clv` its value by what was believed as the match
    began, None where nobody knew.
    """

    selection: Selection
    odds: float
    profit: float
    clv: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EdgeSeen:
    """What was left of a pick's edge at a later look that told something new.

    The edge is that of the best odds of then; 0 where there was no price left.
    """

    at: datetime
    edge: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """The record of one provenance over one window; `n` settled picks, void ones among them."""

    provenance: Provenance
    n: int
    staked: Decimal
    profit: Decimal
    yield_: Estimate
    strike_rate: Estimate
    clv: Estimate
    clv_alt: Estimate
    n_close: int
    drawdown: Decimal
    since: datetime | None
    until: datetime | None
