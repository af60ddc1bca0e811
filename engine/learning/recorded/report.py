"""Everything a record says of itself, at once, over one window."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.learning.recorded.closing import CloseFigures, closing
from engine.learning.recorded.columns import columns
from engine.learning.recorded.fortune import Fortune, at_alert, at_close
from engine.learning.recorded.money import MoneyFigures, money
from engine.learning.recorded.proof import Proven, proven
from engine.learning.recorded.robust import Robust, robust

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from engine.domain.pick import Provenance
    from engine.domain.record import SettledBet


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordReport:
    """A record of one provenance; `since` and `until` are its first and last kick-off."""

    provenance: Provenance
    since: datetime | None
    until: datetime | None
    money: MoneyFigures
    closing: CloseFigures
    alert_luck: Fortune
    close_luck: Fortune
    proven: Proven
    robust: Robust


def report(bets: Sequence[SettledBet], provenance: Provenance) -> RecordReport:
    """Return all figures of settled bets.

    Raises:
        ValueError: a bet is of another provenance.
    """
    told = columns(bets, provenance)
    kick_offs = [bet.kick_off for bet in bets]
    return RecordReport(
        provenance=provenance,
        since=min(kick_offs, default=None),
        until=max(kick_offs, default=None),
        money=money(told),
        closing=closing(told),
        alert_luck=at_alert(told),
        close_luck=at_close(told),
        proven=proven(told),
        robust=robust(told),
    )
