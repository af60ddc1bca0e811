"""When a result may be believed: the same answer twice, some time apart."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.domain.settlement import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.settlement import Result
    from engine.settlement.rules import SettlementRules

_TERMINAL: Final = frozenset(
    {
        Phase.FINISHED,
        Phase.POSTPONED,
        Phase.INTERRUPTED,
        Phase.ABANDONED,
        Phase.CANCELLED,
        Phase.AWARDED,
    }
)


def final(reads: Sequence[Result], rules: SettlementRules) -> Result | None:
    """Return the last reading once it is confirmed, else None.

    Confirmed: it says the same as a reading at least `confirmation_gap` earlier, and nothing
    else was said in between or after. A game still going on, or under review, is never final.
    A ruling after the game was played changes no bet: the score on the pitch stays what is said.
    """
    ordered = _on_the_pitch(sorted(reads, key=lambda read: read.read_at))
    if not ordered or ordered[-1].phase not in _TERMINAL:
        return None
    last = first = ordered[-1]
    for read in reversed(ordered):
        if read.says != last.says:
            break
        first = read
    return last if last.read_at - first.read_at >= rules.confirmation_gap else None


def _on_the_pitch(ordered: Sequence[Result]) -> list[Result]:
    """Return the readings, an award after a final whistle repeating what that whistle said."""
    played: Result | None = None
    found = []
    for read in ordered:
        if read.phase is Phase.FINISHED:
            played = read
        ruled = read.phase is Phase.AWARDED and played is not None
        found.append(replace(played, read_at=read.read_at) if played and ruled else read)
    return found
