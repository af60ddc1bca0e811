"""Cumulative profit: what happened, what was expected, and how much of it is luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from charts.numbers import written
from charts.phone import Key, Mark, Sheet, line_key, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from charts.palette import Stroke
    from engine.domain.preferences import Shade
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


def profit_chart(curve: Curve, labels: ProfitLabels, shade: Shade) -> bytes:
    """Return the picture of `curve` of at least one bet as PNG bytes."""
    return draw_profit(curve, labels, shade).png()


def draw_profit(curve: Curve, labels: ProfitLabels, shade: Shade) -> Sheet:
    """Return the sheet behind the picture."""
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        x=labels.axis_bets,
        y=labels.axis_units,
        keys=5 if curve.n_close else 4,
    )
    colours = page.palette
    page.axes.axhline(0, color=colours.faint, linewidth=1)
    _draw_band(page, curve, (curve.low90, curve.high90), colours.wide_band)
    _draw_band(page, curve, (curve.low50, curve.high50), colours.narrow_band)
    lines = [(curve.actual, labels.actual, colours.actual)]
    lines.append((curve.expected_alert, labels.expected, colours.expected))
    if curve.n_close:
        lines.append((curve.expected_close, labels.closing, colours.closing))
    for values, label, stroke in reversed(lines):
        _draw_line(page, curve, values, label, stroke)
    page.scale_x(0, curve.bets[-1], lambda bets: written(bets, labels.decimal_mark), whole=True)
    ends = [*(curve.low90), *(curve.high90), *(value for line, *_ in lines for value in line), 0.0]
    page.scale_y(min(ends), max(ends), lambda units: written(units, labels.decimal_mark))
    actual, expected, *closing = (line_key(label, stroke) for _, label, stroke in lines)
    half = Key(label=labels.half_band, colour=colours.narrow_band, mark=Mark.AREA)
    band = Key(label=labels.band, colour=colours.wide_band, mark=Mark.AREA)
    page.key([actual, expected, half, band, *closing])  # the longest has a row for itself
    return page


def _draw_band(
    page: Sheet,
    curve: Curve,
    ends: tuple[Sequence[float], Sequence[float]],
    colour: str,
) -> None:
    low, high = (_from_zero(end) for end in ends)
    page.axes.fill_between(_from_zero(curve.bets), low, high, color=colour, linewidth=0)


def _draw_line(
    page: Sheet, curve: Curve, values: Sequence[float], label: str, stroke: Stroke
) -> None:
    page.axes.plot(
        _from_zero(curve.bets),
        _from_zero(values),
        color=stroke.colour,
        linestyle=stroke.dash,
        linewidth=stroke.width,
        label=label,
    )


def _from_zero(values: Sequence[float]) -> list[float]:
    """Return the line from where every record starts: nothing staked, nothing won."""
    return [0.0, *values]
