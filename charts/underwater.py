"""How far below its best a record stood, beside what luck alone does."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from charts.numbers import written
from charts.phone import Key, Sheet, line_key, sheet

if TYPE_CHECKING:
    from engine.domain.preferences import Shade
    from engine.learning.recorded.underwater import Underwater


@dataclass(frozen=True, slots=True, kw_only=True)
class UnderwaterLabels:
    """The words of the chart, in the reader's language."""

    title: str
    subtitle: str
    depth: str
    half: str
    nine_tenths: str
    axis_bets: str
    axis_units: str
    decimal_mark: str


def underwater_chart(found: Underwater, labels: UnderwaterLabels, shade: Shade) -> bytes:
    """Return the picture as PNG bytes."""
    return draw_underwater(found, labels, shade).png()


def draw_underwater(found: Underwater, labels: UnderwaterLabels, shade: Shade) -> Sheet:
    """Return the sheet behind the picture."""
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        x=labels.axis_bets,
        y=labels.axis_units,
        keys=3,
    )
    axes, colours = page.axes, page.palette
    bets, depth = [0, *found.bets], [0.0, *found.depth]
    axes.fill_between(bets, depth, 0, color=colours.narrow_band, linewidth=0)
    axes.plot(bets, depth, color=colours.actual.colour, linewidth=1.4)
    axes.axhline(0, color=colours.faint, linewidth=1)
    for level, stroke in ((found.half, colours.expected), (found.nine_tenths, colours.closing)):
        axes.axhline(level, color=stroke.colour, linestyle=stroke.dash, linewidth=stroke.width)
    axes.plot(
        [found.deepest_at],
        [found.deepest],
        marker="v",
        color=colours.ink,
        markersize=6,
        linestyle="",
    )
    page.scale_x(0, bets[-1], lambda n: written(n, labels.decimal_mark), whole=True)
    lowest = min(found.deepest, found.nine_tenths, -0.5)
    page.scale_y(lowest, 0, lambda units: written(units, labels.decimal_mark))
    page.key(
        [
            Key(label=labels.depth, colour=colours.actual.colour, width=1.4),
            line_key(labels.half, colours.expected),
            line_key(labels.nine_tenths, colours.closing),
        ]
    )
    return page
