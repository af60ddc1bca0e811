"""What a person's own bankroll was worth, payment by payment and bet by bet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from charts.numbers import written
from charts.phone import Sheet, line_key, sheet
from charts.scales import scale_days

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime

    from engine.domain.preferences import Shade

_DAYS: Final = timedelta(days=5)
"""Shorter than that, round days may lie outside of the plot."""


@dataclass(frozen=True, slots=True, kw_only=True)
class BalanceLabels:
    """The words of the chart, in the reader's language; `day` writes a day in them."""

    title: str
    subtitle: str
    balance: str
    axis_money: str
    day: Callable[[datetime], str]
    decimal_mark: str


def balance_chart(
    points: Sequence[tuple[datetime, float]], labels: BalanceLabels, shade: Shade
) -> bytes:
    """Return the picture of at least one point as PNG bytes."""
    return draw_balance(points, labels, shade).png()


def draw_balance(
    points: Sequence[tuple[datetime, float]], labels: BalanceLabels, shade: Shade
) -> Sheet:
    """Return the sheet behind the picture: steps, for nothing is earned between two of them."""
    page = sheet(
        title=labels.title, subtitle=labels.subtitle, shade=shade, y=labels.axis_money, keys=1
    )
    axes, colours = page.axes, page.palette
    at, worth = [moment.timestamp() for moment, _ in points], [value for _, value in points]
    axes.axhline(0, color=colours.faint, linewidth=1)
    axes.plot(
        at,
        worth,
        color=colours.actual.colour,
        linewidth=colours.actual.width,
        drawstyle="steps-post",
        marker="o" if len(at) == 1 else "",
    )
    page.scale_y(
        min(0.0, *worth), max(0.0, *worth), lambda money: written(money, labels.decimal_mark)
    )
    _scale_time(page, points[0][0], points[-1][0], labels.day)
    page.key([line_key(labels.balance, colours.actual)])
    return page


def _scale_time(
    page: Sheet, first: datetime, last: datetime, told: Callable[[datetime], str]
) -> None:
    """Show x from the first moment to the last: days between them, or its one day alone."""
    if last - first >= _DAYS:
        scale_days(page, first, last, told)
        return
    room = max(0.02 * (last - first).total_seconds(), 1.0)
    page.axes.set_xlim(first.timestamp() - room, last.timestamp() + room)
    days = {told(first): first, told(last): last}
    page.name_x({at.timestamp(): name for name, at in days.items()})
