"""What an agent was for, whether or not it counted: what its scoreboard is made of."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.closing import ClosingLine
    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, FixtureId, Odds
    from engine.domain.pick import Provenance
    from engine.domain.settlement import Score
    from engine.domain.signal import Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Opinion:
    """A bet that one agent would have placed at the best price there was, said once.

    `fair` is the reference's W/(W+L), `refund` the expected part of the stake given back, both as
    of `issued_at`; `source` names the rung of the reference.
    """

    provenance: Provenance
    fixture_id: FixtureId
    selection: Selection
    signal: Signal
    bookmaker: BookmakerKey
    odds: Odds
    fair: float
    refund: float
    source: str
    issued_at: datetime

    def __post_init__(self) -> None:
        require_aware(issued_at=self.issued_at)


@dataclass(frozen=True, slots=True, kw_only=True)
class OpinionFate:
    """What became of an opinion: its graded closes, and the score after 90 minutes if known."""

    opinion: Opinion
    kick_off: datetime
    closes: tuple[ClosingLine, ...]
    full_time: Score | None
