"""What is at stake already: the bets that new ones must share a bankroll with."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf
from typing import TYPE_CHECKING, Final

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, FixtureId
    from engine.domain.pick import Provenance


@dataclass(frozen=True, slots=True, kw_only=True)
class Staked:
    """The stake of one pick, as a share of bankroll; `settled` once its result is known.

    Raises:
        ValueError: the share is no number from 0 on: every cap would be blind to it.
    """

    provenance: Provenance
    fixture_id: FixtureId
    selection: Selection
    competition: str
    kick_off: datetime
    fraction: float
    settled: bool = False

    def __post_init__(self) -> None:
        require_aware(kick_off=self.kick_off)
        if not 0 <= self.fraction < inf:
            msg = f"fraction was {self.fraction}: a stake is a share of bankroll, 0 or more"
            raise ValueError(msg)


@dataclass(frozen=True, slots=True, kw_only=True)
class Exposure:
    """Stakes that caps count, of all fixtures, and how the bankroll stands.

    `stakes` are the open ones and those settled already of days that still have matches to come,
    so that a day's cap holds for the whole day; provenances are never summed. `bankroll` and its
    highest value so far, `peak`, are those of the record the look belongs to, in any unit.

    Raises:
        ValueError: they are no numbers, or the peak is not above 0: no drawdown could be told, and
            what guards against it would stay silent.
    """

    stakes: tuple[Staked, ...] = ()
    bankroll: float = 1.0
    peak: float = 1.0

    def __post_init__(self) -> None:
        if not (-inf < self.bankroll < inf and 0 < self.peak < inf):
            msg = f"bankroll was {self.bankroll} and peak {self.peak}: a peak is above 0"
            raise ValueError(msg)

    @property
    def drawdown(self) -> float:
        """How far the bankroll is below its peak, as a share of the peak; never below 0.

        >>> Exposure(bankroll=80, peak=100).drawdown
        0.2
        """
        return round(max(0.0, 1 - self.bankroll / self.peak), 12)


@dataclass(frozen=True, slots=True, kw_only=True)
class Quarantined:
    """A price too good to be believed at once: first seen at `since`, at these odds or less."""

    fixture_id: FixtureId
    selection: Selection
    bookmaker: BookmakerKey
    odds: float
    since: datetime

    def __post_init__(self) -> None:
        require_aware(since=self.since)


NO_EXPOSURE: Final = Exposure()
