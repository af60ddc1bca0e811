"""The closing line: what the market believed when the game began."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.domain.numbers import require_aware

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from engine.domain.market import Selection
    from engine.domain.numbers import BookmakerKey, FixtureId, Odds, PickId


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
    `odds` are the fair odds 1/q, `raw_odds` what the source offered where it is one book, and
    `book` which one. `excluded` is a book that was bet at and whose quotes took no part here,
    though they do in what the source says to everybody else.
    """

    fixture_id: FixtureId
    selection: Selection
    source: str
    payoff: Payoff
    raw_odds: Odds | None
    captured_at: datetime
    kick_off: datetime
    grade: Grade
    book: BookmakerKey | None = None
    excluded: BookmakerKey | None = None

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
class BookOffer:
    """What a book that was bet offered of the same selection as kick-off neared, margin and all.

    It says how that book moved, never what a bet was worth.
    """

    fixture_id: FixtureId
    selection: Selection
    bookmaker: BookmakerKey
    odds: Odds
    captured_at: datetime
    kick_off: datetime

    def __post_init__(self) -> None:
        require_aware(captured_at=self.captured_at, kick_off=self.kick_off)


@dataclass(frozen=True, slots=True, kw_only=True)
class PickClose:
    """The close of one pick taken at `odds`: two references, each None where none was caught.

    `alternative` comes from a source that took no part in choosing the pick. `book_odds` are what
    the book that was bet offered last, None where it had left the line.
    """

    pick_id: PickId
    closed_at: datetime
    kick_off: datetime
    odds: float
    headline: ClosingLine | None
    alternative: ClosingLine | None
    book_odds: Odds | None = None

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

    @property
    def movement(self) -> float | None:
        """How far the book that was bet came down to its last odds; never to be called value."""
        return None if self.book_odds is None else self.odds / self.book_odds - 1


@dataclass(frozen=True, slots=True, kw_only=True)
class FixedClose:
    """How well the close that counts of a pick was caught; None where none was."""

    pick_id: PickId
    closed_at: datetime
    kick_off: datetime
    grade: Grade | None
    alternative: Grade | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseCoverage:
    """Of `n` finished picks of one provenance, how many have a close of each grade.

    `alternative` counts those of the source that took no part in choosing. A mean of CLV is never
    shown without it: it speaks of the picks in it alone.
    """

    n: int
    headline: Mapping[Grade, int]
    alternative: Mapping[Grade, int]

    def share(self, *grades: Grade) -> float | None:
        """Return the share with a headline close of these grades (of any, if none is named)."""
        return _share(self.headline, grades, self.n)

    def share_alternative(self, *grades: Grade) -> float | None:
        """Return the share with an alternative close of these grades."""
        return _share(self.alternative, grades, self.n)


def _share(counts: Mapping[Grade, int], grades: tuple[Grade, ...], n: int) -> float | None:
    if not n:
        return None
    return sum(counts.get(grade, 0) for grade in grades or tuple(Grade)) / n
