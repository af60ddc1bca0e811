"""What a confirmed result makes of a bet: every row of RELIABILITY §5, by its bookmaker's rules.

The columns are 1X2, double chance, draw no bet and handicaps; totals and both teams to score,
which a match broken off may have decided already; and legs of combinations, which take the
outcome of their selection (`accumulator`). Half-time markets are not in the catalogue: theirs
would be a case of their own in `_broken_off` and `_off`, standing once the half is over.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.domain.settlement import Outcome, Phase
from engine.settlement.grading import decided, settle

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.market import Selection
    from engine.domain.settlement import Result
    from engine.settlement.rules import BookRules

FULL_TIME: Final = "full_time"
VOID_LATE: Final = "void"
"""The rule of a bet given back because the time for a replay was over."""
PLAYED_LATE: Final = "played_late"
"""The rule of a bet given back because the match was played after that time."""
ABANDONED_DECIDED: Final = "abandoned_decided"
_AT_ONCE: Final = {
    Phase.CANCELLED: "cancelled",
    Phase.AWARDED: "awarded",
    Phase.REVERSED: "reversed",
}
_PUT_OFF: Final = frozenset({Phase.POSTPONED, Phase.INTERRUPTED, Phase.SCHEDULED})


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What becomes of a bet, and by which row of the matrix."""

    outcome: Outcome
    rule: str


def rule_on(
    selection: Selection, result: Result, *, book: BookRules, kick_off: datetime, now: datetime
) -> Ruling | None:
    """Return what a confirmed result makes of a bet made for `kick_off`; None while it waits.

    An award here is one instead of play: of one after play, `finality` repeats the score on the
    pitch. Extra time and penalties never count: FT, AET and PEN are one row.
    """
    if result.phase is Phase.FINISHED:
        return _played(selection, result, book, kick_off)
    if result.phase in _AT_ONCE:
        return Ruling(outcome=Outcome.VOID, rule=_AT_ONCE[result.phase])
    if now < book.deadline(kick_off):
        return None
    if result.phase is Phase.ABANDONED:
        return _broken_off(selection, result, book)
    return _off(result, book, kick_off)


def _played(
    selection: Selection, result: Result, book: BookRules, kick_off: datetime
) -> Ruling | None:
    if result.full_time is None:
        return None
    if not book.in_time(kick_off, result.kick_off):
        return Ruling(outcome=Outcome.VOID, rule=PLAYED_LATE)
    return Ruling(outcome=settle(selection, result.full_time), rule=FULL_TIME)


def _broken_off(selection: Selection, result: Result, book: BookRules) -> Ruling:
    if result.full_time is None or not book.decided_stands:
        return Ruling(outcome=Outcome.VOID, rule=VOID_LATE)
    outcome = decided(selection, result.full_time, in_part=book.part_decided)
    return Ruling(
        outcome=outcome, rule=VOID_LATE if outcome is Outcome.VOID else ABANDONED_DECIDED
    )


def _off(result: Result, book: BookRules, kick_off: datetime) -> Ruling | None:
    """Return a void for a match put off or stopped for too long, or set for too late a day."""
    if result.phase not in _PUT_OFF:
        return None
    if result.phase is Phase.SCHEDULED and book.in_time(kick_off, result.kick_off):
        return None
    return Ruling(outcome=Outcome.VOID, rule=VOID_LATE)
