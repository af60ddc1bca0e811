"""What a filter would have sent, and what that was worth: known before it is kept.

Only settled picks of one provenance are asked, so that volume and worth are of the same ones.
Caps of a day and of a match are applied as delivery would, the best picks first.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING

from engine.learning.recorded.columns import columns, mean, yield_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from zoneinfo import ZoneInfo

    from engine.domain.pick import Provenance
    from engine.domain.pick_filter import PickFilter
    from engine.domain.preferences import Caps
    from engine.domain.record import Estimate, SettledBet


@dataclass(frozen=True, slots=True, kw_only=True)
class Preview:
    """A filter over the last `days`: picks it `kept` of `n`, those `sent` under the caps.

    `clv` (of those whose close counts) and `yield_` are of what would have been sent, `all_clv`
    of every pick of the window.
    """

    provenance: Provenance
    days: int
    n: int
    kept: int
    sent: int
    clv: Estimate
    yield_: Estimate
    all_clv: Estimate

    @property
    def per_day(self) -> float:
        return self.sent / self.days


def preview(
    bets: Sequence[SettledBet],
    picks: PickFilter,
    caps: Caps,
    provenance: Provenance,
    *,
    now: datetime,
    days: int,
    zone: ZoneInfo,
) -> Preview:
    """Return what a filter would have sent of the settled picks of one provenance.

    Picks count by when they were made, in `zone`'s days.

    Raises:
        ValueError: a bet is of another provenance.
    """
    recent = [bet for bet in bets if now - timedelta(days=days) <= bet.issued_at <= now]
    kept = [bet for bet in recent if picks.keeps(bet)]
    sent = _capped(kept, caps, zone)
    told, whole = columns(sent, provenance), columns(recent, provenance)
    return Preview(
        provenance=provenance,
        days=days,
        n=len(recent),
        kept=len(kept),
        sent=len(sent),
        clv=mean(told.clv, told),
        yield_=yield_of(told),
        all_clv=mean(whole.clv, whole),
    )


def _capped(bets: Sequence[SettledBet], caps: Caps, zone: ZoneInfo) -> list[SettledBet]:
    """Return what the caps let through, look by look, of each look the best first."""
    order = sorted(bets, key=lambda bet: (bet.issued_at, -bet.sweet_spot_score, str(bet.pick)))
    days: Counter[date] = Counter()
    matches: Counter[str] = Counter()
    hours: list[datetime] = []
    sent: list[SettledBet] = []
    for bet in order:
        today = bet.issued_at.astimezone(zone).date()
        hours = [at for at in hours if bet.issued_at - at < timedelta(hours=1)]
        full = len(hours) >= caps.hour or days[today] >= caps.day
        if full or matches[bet.fixture] >= caps.match:
            continue
        days[today] += 1
        matches[bet.fixture] += 1
        hours.append(bet.issued_at)
        sent.append(bet)
    return sent
