"""What each day, week or month earned, how many bets it took, and what the close said of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts.numbers import written
from charts.phone import Key, Mark, Sheet, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.preferences import Shade

_NAMED: Final = 8
"""Periods written under the plot at most."""
_COUNTED: Final = 16
"""Bars up to which the number of bets is written at each."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Bar:
    """One period: its name, what it earned in units, from how many bets."""

    label: str
    profit: float
    n: int


@dataclass(frozen=True, slots=True, kw_only=True)
class BarLabels:
    """The words of the chart, in the reader's language."""

    title: str
    subtitle: str
    won: str
    lost: str
    axis_units: str
    decimal_mark: str


def bars_chart(bars: Sequence[Bar], labels: BarLabels, shade: Shade) -> bytes:
    """Return the picture of at least one period, the first at the left, as PNG bytes."""
    return draw_bars(bars, labels, shade).png()


def draw_bars(bars: Sequence[Bar], labels: BarLabels, shade: Shade) -> Sheet:
    """Return the sheet behind the picture: what lost is hatched."""
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        y=labels.axis_units,
        x_lines=2,
        keys=2,
    )
    axes, colours = page.axes, page.palette
    for place, bar in enumerate(bars):
        won = bar.profit >= 0
        axes.bar(
            place,
            bar.profit,
            width=0.72,
            color=colours.good if won else colours.paper,
            edgecolor=colours.good if won else colours.bad,
            hatch="" if won else "////",
            linewidth=0.9,
        )
        if len(bars) <= _COUNTED:
            page.write(
                place,
                bar.profit,
                str(bar.n),
                size=7.5,
                ha="center",
                va="bottom" if won else "top",
            )
    axes.axhline(0, color=colours.faint, linewidth=1)
    axes.set_xlim(-0.7, len(bars) - 0.3)
    profits = [*(bar.profit for bar in bars), 0.0]
    room = 0.06 * (max(profits) - min(profits))
    page.scale_y(
        min(profits) - room,
        max(profits) + room,
        lambda units: written(units, labels.decimal_mark),
    )
    step = -(-len(bars) // _NAMED)
    page.name_x({place: bars[place].label for place in range(len(bars) - 1, -1, -step)})
    page.key(
        [
            Key(label=labels.won, colour=colours.good, mark=Mark.AREA),
            Key(label=labels.lost, colour=colours.bad, mark=Mark.DOT, shape="s", filled=False),
        ]
    )
    return page
