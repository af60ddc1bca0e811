"""Close coverage: the share of matches with a grade A close, against the credits of a month."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from engine.domain.record import Estimate

_STROKES: Final = (theme.ACTUAL, theme.EXPECTED, theme.CLOSING)


@dataclass(frozen=True, slots=True, kw_only=True)
class CoveragePoint:
    """A share reached with `credits` a month; `mark` names a point to be pointed at."""

    credits: int
    share: Estimate
    mark: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class CoverageLine:
    """The points of one selection of competitions, by credits."""

    label: str
    points: tuple[CoveragePoint, ...]


def coverage_chart(lines: Sequence[CoverageLine], subtitle: str) -> bytes:
    """Return the picture of `lines` as PNG bytes."""
    return theme.png(draw_coverage(lines, subtitle))


def draw_coverage(lines: Sequence[CoverageLine], subtitle: str) -> Figure:
    """Return the figure behind the picture; bars are 95 % intervals, the axis of credits a log."""
    figure, axes = theme.sheet(
        title="Matches with a grade A close",
        subtitle=subtitle,
        x="credits a month (log scale)",
        y="share of matches, %",
    )
    axes.set_xscale("log")
    for place, line in enumerate(lines):
        _draw_line(axes, line, place)
    axes.set_ylim(0, 108)
    axes.margins(x=0.1)
    ticks = sorted({point.credits for line in lines for point in line.points})
    axes.set_xticks(ticks, labels=[f"{tick:,}" for tick in ticks], rotation=45)
    axes.set_xticks([], minor=True)
    axes.legend(loc="lower right", fontsize=9, framealpha=0.85, edgecolor=theme.GRID)
    return figure


def _draw_line(axes: Axes, line: CoverageLine, place: int) -> None:
    stroke = _STROKES[place % len(_STROKES)]
    known = [point for point in line.points if point.share.mean is not None]
    shares = [_percents(point.share) for point in known]
    axes.errorbar(
        [point.credits for point in known],
        [middle for _, middle, _ in shares],
        yerr=[
            [middle - low for low, middle, _ in shares],
            [high - middle for _, middle, high in shares],
        ],
        color=stroke.colour,
        linestyle=stroke.dash,
        linewidth=stroke.width,
        marker="o",
        capsize=3,
        label=line.label,
    )
    most = max((point.credits for point in known), default=0)
    for point in known:
        if point.mark is not None:
            _draw_mark(axes, point, place, at_the_edge=point.credits == most)


def _draw_mark(axes: Axes, point: CoveragePoint, place: int, *, at_the_edge: bool) -> None:
    """Write the mark's name below its point, where no rising line runs, within the picture."""
    _, middle, _ = _percents(point.share)
    axes.annotate(
        f"{point.mark}\n{middle:.1f} % of {point.share.n:,}",
        (point.credits, middle),
        xytext=(14 if at_the_edge else 0, -40 - 44 * place),
        textcoords="offset points",
        ha="right" if at_the_edge else "center",
        va="top",
        fontsize=9,
        color=theme.INK,
        arrowprops={
            "arrowstyle": "->",
            "color": theme.FAINT,
            "relpos": (0.9 if at_the_edge else 0.5, 1.0),
        },
    )


def _percents(share: Estimate) -> tuple[float, float, float]:
    """Return low, mean and high in percent; where there is no interval, the mean alone."""
    middle = 100 * (share.mean or 0.0)
    low = middle if share.low is None else min(middle, 100 * share.low)
    high = middle if share.high is None else max(middle, 100 * share.high)
    return low, middle, high
