"""A bet that a person says was taken: the pick's selection, at the odds and stake they got."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from datetime import datetime
    from uuid import UUID

    from engine.domain.numbers import BookmakerKey, Odds, PickId, Units
    from engine.domain.settlement import Outcome


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBet:
    """What a person took of a pick. Never changed: a wrong one is withdrawn and told anew.

    Raises:
        ValueError: the odds are no odds, or nothing is staked.
    """

    id: UUID
    user_id: int
    pick_id: PickId
    bookmaker: BookmakerKey
    odds: Odds
    stake: Units
    taken_at: datetime

    def __post_init__(self) -> None:
        require_aware(taken_at=self.taken_at)
        if not 1 < self.odds < inf:
            raise ValueError(f"odds were {self.odds}: decimal odds are above 1")
        if not (self.stake.is_finite() and self.stake > 0):
            raise ValueError(f"stake was {self.stake}: a stake is above 0")


@dataclass(frozen=True, slots=True, kw_only=True)
class TakenBetNow:
    """A bet that was taken, and what became of it; None while that is open."""

    bet: TakenBet
    outcome: Outcome | None
    profit: Units | None
