"""A bet that a person took, with the match it is on: what their own figures are made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from engine.domain.fixture import Fixture
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, Odds, Units
    from engine.domain.pick import Provenance
    from engine.domain.settlement import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """What was recommended of a bet: which pick, at what odds, and when."""

    number: int
    odds: Odds
    at: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Wager:
    """A bet that stands; `outcome` and `profit` are None while it is open."""

    id: UUID
    user_id: int
    provenance: Provenance
    fixture: Fixture
    selection: Selection
    bookmaker: BookmakerKey
    odds: Odds
    stake: Units
    taken_at: datetime
    advice: Advice | None
    outcome: Outcome | None
    profit: Units | None

    @property
    def open(self) -> bool:
        """Whether it is not settled yet."""
        return self.outcome is None
