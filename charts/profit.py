"""Cumulative profit: what happened, what was expected, and how much of it is luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from charts import theme

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from charts.theme import Stroke
    from engine.learning.recorded.curve import Curve


@dataclass(frozen=True, slots=True, kw_only=True)
class ProfitLabels:
    """The words of the chart, in the reader's language."""

    title: str
    subtitle: str
    actual: str
    expected: str
    closing: str
    band: str
    half_band: str
    axis_bets: str
    axis_units: str
    decimal_mark: str


def profit_chart(curve: Curve, labels: ProfitLabels) -> bytes:
    """Return the picture of `curve` of at least one bet as PNG bytes."""
    return theme.png(draw_profit(curve, labels))


def draw_profit(curve: Curve, labels: ProfitLabels) -> Figure:
    """Return the figure behind the picture."""
    figure, axes = theme.sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        x=labels.axis_bets,
        y=labels.axis_units,
    )
    _draw_lines(axes, curve, labels)
    return figure


def _draw_lines(axes: Axes, curve: Curve, labels: ProfitLabels) -> None:
    axes.axhline(0, color=theme.FAINT, linewidth=1)
    _draw_band(axes, curve.low90, curve.high90, labels.band, theme.WIDE_BAND)
    _draw_band(axes, curve.low50, curve.high50, labels.half_band, theme.NARROW_BAND)
    if curve.n_close:
        _draw_line(axes, curve.expected_close, labels.closing, theme.CLOSING)
    _draw_line(axes, curve.expected_alert, labels.expected, theme.EXPECTED)
    _draw_line(axes, curve.actual, labels.actual, theme.ACTUAL)
    axes.margins(x=0.01)
    axes.locator_params(axis="x", integer=True)
    axes.yaxis.set_major_formatter(
        lambda units, _place: f"{units:g}".replace(".", labels.decimal_mark).replace("-", "\u2212")
    )
    axes.legend(loc="upper left", fontsize=9, framealpha=0.85, edgecolor=theme.GRID)


def _draw_band(
    axes: Axes, low: Sequence[float], high: Sequence[float], label: str, colour: str
) -> None:
    axes.fill_between(
        range(len(low) + 1),
        _from_zero(low),
        _from_zero(high),
        color=colour,
        linewidth=0,
        label=label,
    )


def _draw_line(axes: Axes, values: Sequence[float], label: str, stroke: Stroke) -> None:
    axes.plot(
        range(len(values) + 1),
        _from_zero(values),
        color=stroke.colour,
        linestyle=stroke.dash,
        linewidth=stroke.width,
        label=label,
    )


def _from_zero(values: Sequence[float]) -> list[float]:
    """Return the line from where every record starts: nothing staked, nothing won."""
    return [0.0, *values]
