"""When results are final and bets void; filled from settings."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class SettlementRules:
    """RELIABILITY §4-5: the same answer twice makes a result final; 48 h voids."""

    confirmation_gap: timedelta = timedelta(minutes=10)
    void_after: timedelta = timedelta(hours=48)
    recheck: tuple[timedelta, ...] = (timedelta(hours=24), timedelta(hours=72))
    look_back: timedelta = timedelta(hours=96)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosingRules:
    """When closes are captured before kick-off, and how they are graded."""

    offsets: tuple[timedelta, ...] = (
        timedelta(minutes=60),
        timedelta(minutes=10),
        timedelta(minutes=2),
    )
    grade_a: timedelta = timedelta(minutes=10)
    grade_b: timedelta = timedelta(minutes=60)
    grace: timedelta = timedelta(seconds=120)
    result_offsets: tuple[timedelta, ...] = (timedelta(minutes=115), timedelta(minutes=128))
