"""The closing line: what the market believed when the game began."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.market import Selection
    from engine.domain.numbers import FixtureId, Odds, PickId


class Grade(StrEnum):
    """How well a close was caught (METHOD B2).

    A: sharp source, inside the grade A window before kick-off. B: inside the grade B window,
    or a consensus. C: anything older. D: a historical file's declared close, no time stamp.
    Only A and B enter live CLV statistics; D only backtests.
    """

    A = "A"
    B = "B"
    C = "C"
    D = "D"


@dataclass(frozen=True, slots=True, kw_only=True)
class Payoff:
    """What a bet on one selection can become; the five probabilities sum to 1."""

    win: float
    half_win: float
    push: float
    half_loss: float
    loss: float

    @property
    def refund(self) -> float:
        """The expected part of the stake given back: push + half of the half results."""
        return self.push + (self.half_win + self.half_loss) / 2

    @property
    def fair(self) -> float:
        """Q = W/(W+L), half results counted half."""
        win = self.win + self.half_win / 2
        return win / (win + self.loss + self.half_loss / 2)

    def value(self, odds: float) -> float:
        """Return the expected profit of one unit at `odds`: (1 - refund)·(odds·q - 1)."""
        return (1 - self.refund) * (odds * self.fair - 1)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingLine:
    """A graded close of one selection from one source.

    `source` names the reference ("sharp", "exchange", "consensus", a bookmaker for files);
    `odds` are the fair odds 1/q, `raw_odds` what the source offered where it is one book.
    """

    fixture_id: FixtureId
    selection: Selection
    source: str
    payoff: Payoff
    raw_odds: Odds | None
    captured_at: datetime
    kick_off: datetime
    grade: Grade

    def __post_init__(self) -> None:
        require_aware(captured_at=self.captured_at, kick_off=self.kick_off)

    @property
    def odds(self) -> float:
        """The fair closing odds."""
        return 1 / self.payoff.fair

    def clv(self, odds: float) -> float:
        """Return the closing line value of a bet taken at `odds`, per unit staked.

        Source: docs METHOD B2: (1 - refund)·(odds·q - 1), the expected payoff at the close.
        """
        return self.payoff.value(odds)


@dataclass(frozen=True, slots=True, kw_only=True)
class PickClose:
    """The close of one pick taken at `odds`: two references, each None where none was caught.

    `alternative` comes from a source that took no part in choosing the pick.
    """

    pick_id: PickId
    closed_at: datetime
    kick_off: datetime
    odds: float
    headline: ClosingLine | None
    alternative: ClosingLine | None

    def __post_init__(self) -> None:
        require_aware(closed_at=self.closed_at, kick_off=self.kick_off)

    @property
    def clv(self) -> float | None:
        """CLV against the headline close; None where none was caught, never 0."""
        return None if self.headline is None else self.headline.clv(self.odds)

    @property
    def clv_alt(self) -> float | None:
        """CLV against the alternative close; None where none was caught."""
        return None if self.alternative is None else self.alternative.clv(self.odds)
