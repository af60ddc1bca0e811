"""How the closing line values of single bets are spread around nought and their mean."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from charts.numbers import written
from charts.phone import Key, Sheet, sheet
from charts.scales import scale_counts

if TYPE_CHECKING:
    from engine.domain.preferences import Shade
    from engine.learning.recorded.histogram import Histogram


@dataclass(frozen=True, slots=True, kw_only=True)
class HistogramLabels:
    """The words of the chart, in the reader's language."""

    title: str
    subtitle: str
    mean: str
    median: str
    axis_clv: str
    axis_bets: str
    decimal_mark: str


def histogram_chart(spread: Histogram, labels: HistogramLabels, shade: Shade) -> bytes:
    """Return the picture of at least one close as PNG bytes."""
    return draw_histogram(spread, labels, shade).png()


def draw_histogram(spread: Histogram, labels: HistogramLabels, shade: Shade) -> Sheet:
    """Return the sheet behind the picture: what lost to the close is hatched."""
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        x=labels.axis_clv,
        y=labels.axis_bets,
        keys=2,
    )
    axes, colours = page.axes, page.palette
    edges = [100 * edge for edge in spread.edges]
    width = edges[1] - edges[0]
    for low, count in zip(edges[:-1], spread.counts, strict=True):
        if not count:
            continue
        won = low + width / 2 > 0
        axes.bar(
            low + width / 2,
            count,
            width=0.86 * width,
            color=colours.good if won else colours.paper,
            edgecolor=colours.good if won else colours.bad,
            hatch="" if won else "////",
            linewidth=0.8,
        )
    mean, median = 100 * (spread.mean.mean or 0.0), 100 * (spread.median or 0.0)
    axes.axvline(0, color=colours.faint, linewidth=1)
    axes.axvline(mean, color=colours.ink, linewidth=1.8)
    axes.axvline(median, color=colours.ink, linewidth=1.4, linestyle=":")
    page.scale_x(edges[0], edges[-1], lambda points: written(points, labels.decimal_mark))
    scale_counts(page, max(spread.counts))
    page.key(
        [
            Key(label=labels.mean, colour=colours.ink, width=1.8),
            Key(label=labels.median, colour=colours.ink, width=1.4, dash=":"),
        ]
    )
    return page
