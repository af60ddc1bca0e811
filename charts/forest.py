"""What is known of each market, league or book: a dot, its interval, and how much was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts.numbers import written
from charts.phone import Key, Mark, Sheet, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.preferences import Shade
    from engine.domain.record import Estimate

_ROW: Final = 20.0
_LEAST: Final = 90.0
_NAMES: Final = 148.0
_COUNTS: Final = 62.0
_LETTERS: Final = 26
_LOWEST: Final = -100.0
"""Nothing loses more than its stake, whatever an interval of few bets says."""
_WIDEST: Final = 3.0
"""Rows whose interval is wider than so many times that of the surest are cut at the edge."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestRow:
    """One line of the chart; what has no mean is not drawn."""

    label: str
    value: Estimate


@dataclass(frozen=True, slots=True, kw_only=True)
class ForestLabels:
    """The words of the chart, in the reader's language."""

    title: str
    subtitle: str
    axis: str
    sure: str
    few: str
    decimal_mark: str


def forest_chart(rows: Sequence[ForestRow], labels: ForestLabels, shade: Shade) -> bytes:
    """Return the picture of at least one row, the first at the top, as PNG bytes."""
    return draw_forest(rows, labels, shade).png()


def draw_forest(rows: Sequence[ForestRow], labels: ForestLabels, shade: Shade) -> Sheet:
    """Return the sheet behind the picture, as high as its rows need."""
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        x=labels.axis,
        keys=2,
        body=max(_ROW * len(rows), _LEAST),
        beside=(_NAMES, _COUNTS),
    )
    axes, colours = page.axes, page.palette
    axes.axvline(0, color=colours.faint, linewidth=1)
    for place, row in enumerate(rows):
        if row.value.mean is None:
            continue
        colour = colours.unsure if row.value.few else colours.good
        if row.value.low is not None and row.value.high is not None:
            low, high = max(100 * row.value.low, _LOWEST), 100 * row.value.high
            axes.hlines(place, low, high, color=colour, linewidth=1.8)
        axes.plot(
            [100 * row.value.mean],
            [place],
            marker="o",
            markersize=7,
            markeredgecolor=colour,
            markerfacecolor=colours.paper if row.value.few else colour,
            zorder=3,
        )
    axes.set_ylim(len(rows) - 0.4, -0.6)
    low, high = _ends([row.value for row in rows])
    page.scale_x(low, high, lambda percent: written(percent, labels.decimal_mark))
    page.name_y(
        {place: row.label for place, row in enumerate(rows)},
        lines=False,
        letters=_LETTERS,
        colour=colours.ink,
    )
    page.name_right({place: f"n = {row.value.n}" for place, row in enumerate(rows)})
    page.key(
        [
            Key(label=labels.sure, colour=colours.good, mark=Mark.DOT),
            Key(label=labels.few, colour=colours.unsure, mark=Mark.DOT, filled=False),
        ]
    )
    return page


def _ends(values: Sequence[Estimate]) -> tuple[float, float]:
    """Return what the scale shows: every mean and nought, and of intervals what has room."""
    means = [100 * one.mean for one in values if one.mean is not None]
    spans = sorted(
        (100 * (one.high - one.low), 100 * max(one.low, -1.0), 100 * one.high)
        for one in values
        if one.low is not None and one.high is not None
    )
    low, high = min([*means, 0.0]), max([*means, 0.0])
    for span, left, right in spans:
        if span <= _WIDEST * max(spans[0][0], high - low):
            low, high = min(low, left), max(high, right)
    room = 0.04 * (high - low) or 1.0
    return low - room, high + room
