"""Cumulative profit: what happened, what was expected, and how much of it is luck."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from charts.numbers import written
from charts.phone import Key, Mark, Sheet, line_key, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from charts.palette import Stroke
    from engine.domain.preferences import Shade
    from engine.learning.recorded.curve import Curve

_PARTS: Final = 350
"""Of a long line: each is drawn by its lowest and its highest point, finer than a phone shows."""


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
    n = len(curve.actual)
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
    _draw_band(page, (curve.low90, curve.high90), colours.wide_band)
    _draw_band(page, (curve.low50, curve.high50), colours.narrow_band)
    lines = [(curve.actual, labels.actual, colours.actual)]
    lines.append((curve.expected_alert, labels.expected, colours.expected))
    if curve.n_close:
        lines.append((curve.expected_close, labels.closing, colours.closing))
    for values, label, stroke in reversed(lines):
        _draw_line(page, values, label, stroke)
    page.scale_x(0, n, lambda bets: written(bets, labels.decimal_mark), whole=True)
    ends = [*(curve.low90), *(curve.high90), *(value for line, *_ in lines for value in line), 0.0]
    page.scale_y(min(ends), max(ends), lambda units: written(units, labels.decimal_mark))
    page.key(
        [
            *(line_key(label, stroke) for _, label, stroke in lines),
            Key(label=labels.half_band, colour=colours.narrow_band, mark=Mark.AREA),
            Key(label=labels.band, colour=colours.wide_band, mark=Mark.AREA),
        ]
    )
    return page


def _kept(values: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the places of a line that are drawn: its ends, and the ends of each small part."""
    places = np.arange(len(values))
    if len(values) <= 4 * _PARTS:
        return places
    parts = np.array_split(places, _PARTS)
    ends = [part[[values[part].argmin(), values[part].argmax()]] for part in parts]
    return np.unique(np.concatenate([places[:1], *ends, places[-1:]]))


def _draw_band(page: Sheet, ends: tuple[Sequence[float], Sequence[float]], colour: str) -> None:
    low, high = (_from_zero(end) for end in ends)
    shown = np.unique(np.linspace(0, len(low) - 1, 2 * _PARTS).round().astype(np.int64))
    page.axes.fill_between(shown, low[shown], high[shown], color=colour, linewidth=0)


def _draw_line(page: Sheet, values: Sequence[float], label: str, stroke: Stroke) -> None:
    line = _from_zero(values)
    shown = _kept(line)
    page.axes.plot(
        shown,
        line[shown],
        color=stroke.colour,
        linestyle=stroke.dash,
        linewidth=stroke.width,
        label=label,
    )


def _from_zero(values: Sequence[float]) -> NDArray[np.float64]:
    """Return the line from where every record starts: nothing staked, nothing won."""
    return np.array([0.0, *values])
