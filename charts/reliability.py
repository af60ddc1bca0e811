"""Whether what was said to be likely happened as often as it was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from charts.numbers import written
from charts.phone import Key, Mark, Sheet, sheet

if TYPE_CHECKING:
    from engine.domain.preferences import Shade
    from engine.learning.recorded.calibrated import Calibrated

_TALL = 260.0
_ROOM_FOR_COUNTS = 12.0


@dataclass(frozen=True, slots=True, kw_only=True)
class ReliabilityLabels:
    """The words of the chart, in the reader's language."""

    title: str
    subtitle: str
    right: str
    seen: str
    few: str
    axis_said: str
    axis_won: str
    decimal_mark: str


def reliability_chart(found: Calibrated, labels: ReliabilityLabels, shade: Shade) -> bytes:
    """Return the picture of at least one bin as PNG bytes."""
    return draw_reliability(found, labels, shade).png()


def draw_reliability(found: Calibrated, labels: ReliabilityLabels, shade: Shade) -> Sheet:
    """Return the sheet behind the picture: a dot with its interval and n for each bin."""
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        x=labels.axis_said,
        y=labels.axis_won,
        keys=3,
        body=_TALL,
    )
    axes, colours = page.axes, page.palette
    axes.plot([0, 100], [0, 100], color=colours.faint, linestyle=":", linewidth=1.4)
    for one in found.bins:
        said, won = 100 * one.said, 100 * (one.won.mean or 0.0)
        colour = colours.unsure if one.won.few else colours.good
        if one.won.low is not None and one.won.high is not None:
            axes.vlines(said, 100 * one.won.low, 100 * one.won.high, color=colour, linewidth=1.8)
        axes.plot(
            [said],
            [won],
            marker="o",
            markersize=7,
            markeredgecolor=colour,
            markerfacecolor=colours.paper if one.won.few else colour,
            zorder=3,
        )
        page.write(said, -_ROOM_FOR_COUNTS, f"n={one.won.n}", size=7, ha="center")
    page.scale_x(0, 100, lambda percent: written(percent, labels.decimal_mark))
    axes.set_ylim(-_ROOM_FOR_COUNTS - 2, 104)
    page.name_y({value: written(value, labels.decimal_mark) for value in range(0, 101, 20)})
    page.key(
        [
            Key(label=labels.right, colour=colours.faint, dash=":", width=1.4),
            Key(label=labels.seen, colour=colours.good, mark=Mark.DOT),
            Key(label=labels.few, colour=colours.unsure, mark=Mark.DOT, filled=False),
        ]
    )
    return page
