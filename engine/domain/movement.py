"""What a look shows of moving odds, as events worth keeping."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.market import MarketKind, Selection
    from engine.domain.numbers import BookmakerKey, FixtureId, Odds

_NAMESPACE = UUID("5b1f0c7e-8a57-5d0b-9a42-6f4a1f6d3c21")


class MoveKind(StrEnum):
    """What happened between two looks.

    DRIFT: one book's fair probability moved far, however long it took. STEAM: several books
    moved one way, all of it seen within a short window. GONE: an outcome or a line is no longer
    offered by books that go on offering the market. SUSPENDED: books closed the whole market;
    MARKET_SUSPENDED: so many did at once that it is the market's affair, not theirs. RETURNED:
    books offer a market again that they had closed.
    """

    DRIFT = "drift"
    STEAM = "steam"
    GONE = "gone"
    SUSPENDED = "suspended"
    MARKET_SUSPENDED = "market_suspended"
    RETURNED = "returned"


class Direction(StrEnum):
    """Where a price went: shorter odds are a higher probability."""

    SHORTENING = "shortening"
    LENGTHENING = "lengthening"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One event, seen by the look at `seen_at`.

    `selection` is None where a whole market kind was closed or came back. `points`, the size in
    probability points, and the odds are medians over `books`; they are None where nothing moved.
    `started_at` is when the first of the books was last seen as it was before. `resolution` is
    the longest time between two looks that the event rests on: what happened in between, and in
    which order, nobody saw.
    """

    fixture_id: FixtureId
    kind: MoveKind
    market: MarketKind
    selection: Selection | None
    direction: Direction | None
    books: tuple[BookmakerKey, ...]
    points: float | None
    from_odds: Odds | None
    to_odds: Odds | None
    started_at: datetime
    seen_at: datetime
    resolution: timedelta

    def __post_init__(self) -> None:
        require_aware(started_at=self.started_at, seen_at=self.seen_at)
        if not self.books or self.resolution < timedelta(0) or self.started_at > self.seen_at:
            msg = f"{self.kind} of {self.books} from {self.started_at} to {self.seen_at}"
            raise ValueError(msg)

    @property
    def id(self) -> UUID:
        """The event's identity: the same look judged again is the same event."""
        what = int(self.market) if self.selection is None else self.selection.code
        seen = self.seen_at.timestamp()
        return uuid5(
            _NAMESPACE, f"{self.fixture_id}|{self.kind}|{what}|{self.direction or ''}|{seen}"
        )
