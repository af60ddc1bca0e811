"""When a result may be believed: the same answer twice, some time apart."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.domain.settlement import Phase

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.settlement import Result
    from engine.settlement.rules import SettlementRules

_TERMINAL: Final = frozenset(
    {Phase.FINISHED, Phase.POSTPONED, Phase.ABANDONED, Phase.CANCELLED, Phase.AWARDED}
)


def final(reads: Sequence[Result], rules: SettlementRules) -> Result | None:
    """Return the last reading once it is confirmed, else None.

    Confirmed: it says the same as a reading at least `confirmation_gap` earlier, and nothing
    else was said in between or after. A game still going on, or under review, is never final.
    """
    ordered = sorted(reads, key=lambda read: read.read_at)
    if not ordered or ordered[-1].phase not in _TERMINAL:
        return None
    last = first = ordered[-1]
    for read in reversed(ordered):
        if read.says != last.says:
            break
        first = read
    return last if last.read_at - first.read_at >= rules.confirmation_gap else None
