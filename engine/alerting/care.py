"""What may reach a person who protects themselves: decided here, for all that is sent or shown."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import Enum
from statistics import mean, median
from typing import TYPE_CHECKING, Final

from engine.domain.alert import AlertKind
from engine.domain.care import LOSSES, STAKES, LimitKind, period_of

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from engine.domain.bet import TakenBetNow
    from engine.domain.care import Care


class Passage(Enum):
    """Whether something goes to a person in a pause.

    `IN_PLACE` changes a message they have, without a sound, and is never said anew.
    """

    OPEN = "open"
    IN_PLACE = "in place"
    BARRED = "barred"


IN_A_PAUSE: Final[Mapping[AlertKind, Passage]] = {
    AlertKind.PICK: Passage.BARRED,
    AlertKind.PRICE: Passage.BARRED,
    AlertKind.CLOSE: Passage.IN_PLACE,
    AlertKind.RESULT: Passage.IN_PLACE,
    AlertKind.LAST: Passage.BARRED,
    AlertKind.BETTER: Passage.BARRED,
    AlertKind.OUTCOME: Passage.BARRED,
    AlertKind.DIGEST: Passage.BARRED,
    AlertKind.ANNOUNCEMENT: Passage.BARRED,
    AlertKind.ACCESS: Passage.OPEN,
    AlertKind.WATCH: Passage.BARRED,
    AlertKind.OPS: Passage.OPEN,
    AlertKind.PROOF: Passage.OPEN,
    AlertKind.POLICY: Passage.OPEN,
    AlertKind.LEARNING: Passage.OPEN,
}
"""A card that is held still shows its end, in place: a bet that was taken is not left hanging.

Its price does not move there any more, and nothing is said anew. What keepers must know to run
the house goes on reaching them: it offers no bet.
"""


def passage(kind: AlertKind, care: Care, now: datetime) -> Passage:
    """Return whether an alert goes to a person; in a pause what nobody decided on does not."""
    if care.paused(now) is None:
        return Passage.OPEN
    return IN_A_PAUSE.get(kind, Passage.BARRED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reached:
    """A limit that is reached: how much of it, and when its period ends."""

    kind: LimitKind
    limit: Decimal
    spent: Decimal
    until: datetime


def reached(
    care: Care,
    bets: Sequence[TakenBetNow],
    now: datetime,
    zone: ZoneInfo,
    *,
    stake: Decimal = Decimal(0),
) -> tuple[Reached, ...]:
    """Return the limits that are reached, or would be passed by one more bet of `stake` units.

    A stake counts when its bet is taken. A loss counts when it is settled, net of what was won in
    the same period; a stake that is open or wanted could be lost, and counts against a loss limit
    only where one more bet is asked about. Bets of a period are those taken in it.
    """
    found = []
    for kind, limit in care.limits.items():
        if kind is LimitKind.MINUTES:
            continue
        mine = _lately(kind, bets, now, zone)
        used = _spent(kind, mine)
        if used >= limit or (stake and used + _more(kind, mine, stake) > limit):
            ends = period_of(kind, now, zone)[1]
            found.append(Reached(kind=kind, limit=limit, spent=used, until=ends))
    return tuple(found)


def spent(kind: LimitKind, bets: Sequence[TakenBetNow], now: datetime, zone: ZoneInfo) -> Decimal:
    """Return how much of a limit the bets of its period use: units, or a number of bets."""
    return _spent(kind, _lately(kind, bets, now, zone))


def held_until(
    care: Care, bets: Sequence[TakenBetNow], now: datetime, zone: ZoneInfo
) -> datetime | None:
    """Return until when picks wait because a limit of losses or stakes is reached, if any is."""
    if not care.holds:
        return None
    ends = [one.until for one in reached(care, bets, now, zone) if one.kind in LOSSES | STAKES]
    return max(ends, default=None)


RUN: Final = 3
"""Bets lost in a row before stakes are looked at."""
LATELY: Final = 5
RISE: Final = 2
LEAST_BETS: Final = 10


def tilting(bets: Sequence[TakenBetNow]) -> bool:
    """Say whether stakes rose after losses: what is done in anger rather than by reckoning.

    From `LEAST_BETS` bets on: the last `RUN` that were settled all lost, and the mean stake of the
    last `LATELY` is at least `RISE` times the median of all that person's stakes.
    """
    if len(bets) < LEAST_BETS:
        return False
    ordered = sorted(bets, key=lambda one: one.bet.taken_at)
    ended = [one.profit for one in ordered if one.profit is not None][-RUN:]
    if len(ended) < RUN or any(profit >= 0 for profit in ended):
        return False
    stakes = [one.bet.stake for one in ordered]
    return mean(stakes[-LATELY:]) >= RISE * median(stakes)


def suggests(care: Care, bets: Sequence[TakenBetNow], now: datetime, every: timedelta) -> bool:
    """Say whether a pause is suggested now: at most once in `every`."""
    lately = care.hinted_at is not None and now < care.hinted_at + every
    return not lately and tilting(bets)


def _lately(
    kind: LimitKind, bets: Sequence[TakenBetNow], now: datetime, zone: ZoneInfo
) -> list[TakenBetNow]:
    begins, ends = period_of(kind, now, zone)
    return [one for one in bets if begins <= one.bet.taken_at < ends]


def _spent(kind: LimitKind, mine: Sequence[TakenBetNow]) -> Decimal:
    if kind is LimitKind.BETS_DAY:
        return Decimal(len(mine))
    if kind in STAKES:
        return sum((one.bet.stake for one in mine), Decimal(0))
    profit = sum((one.profit for one in mine if one.profit is not None), Decimal(0))
    return max(Decimal(0), -profit)


def _more(kind: LimitKind, mine: Sequence[TakenBetNow], stake: Decimal) -> Decimal:
    """Return what one more bet could add."""
    if kind is LimitKind.BETS_DAY:
        return Decimal(1)
    if kind in STAKES:
        return stake
    return stake + sum((one.bet.stake for one in mine if one.profit is None), Decimal(0))
