"""A record by day, week or month of a reader's own calendar."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING

from engine.learning.slices import cell

if TYPE_CHECKING:
    from collections.abc import Sequence
    from zoneinfo import ZoneInfo

    from engine.domain.numbers import Units
    from engine.domain.record import Estimate, SettledBet


class Span(StrEnum):
    """How long a period is."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """The bets settled in one day, week (from Monday) or month that begins on `start`.

    Periods without a bet are not there: nothing was won or lost in them, and nothing was tried.
    """

    start: date
    n: int
    profit: Units
    staked: Units
    yield_: Estimate
    clv: Estimate
    closes: int


def by_period(bets: Sequence[SettledBet], span: Span, zone: ZoneInfo) -> tuple[Period, ...]:
    """Return the periods of one record that had a settled bet, the first at the front."""
    groups: dict[date, list[SettledBet]] = {}
    for bet in bets:
        start = start_of(bet.settled_at.astimezone(zone).date(), span)
        groups.setdefault(start, []).append(bet)
    return tuple(_period(start, groups[start]) for start in sorted(groups))


def start_of(day: date, span: Span) -> date:
    """Return the first day of the period that a day is in.

    >>> start_of(date(2026, 11, 22), Span.WEEK), start_of(date(2026, 11, 22), Span.MONTH)
    (datetime.date(2026, 11, 16), datetime.date(2026, 11, 1))
    """
    if span is Span.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if span is Span.MONTH else day


def _period(start: date, bets: Sequence[SettledBet]) -> Period:
    money = bets[0].takings
    for bet in bets[1:]:
        money = money + bet.takings
    figures = cell("", bets)
    return Period(
        start=start,
        n=len(bets),
        profit=money.profit,
        staked=money.staked,
        yield_=figures.yield_,
        clv=figures.clv,
        closes=figures.clv.n,
    )
