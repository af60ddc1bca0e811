"""What each market is truly worth: a dot, a thick and a thin line, and how much was seen."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts import theme
from engine.learning.markets.badges import HURDLE, Badge

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

    from engine.learning.markets.rows import Belief

_ROW_INCHES: Final = 0.27
_FRAME_INCHES: Final = 2.0
_LEAST_INCHES: Final = 3.4


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketMark:
    """One market of the chart: what is believed of it, from how many closes."""

    label: str
    belief: Belief
    closes: int
    badge: Badge


@dataclass(frozen=True, slots=True, kw_only=True)
class MarketLabels:
    """The words of the chart, in the reader's language."""

    title: str
    subtitle: str
    axis: str
    hurdle: str
    empty: str
    badges: Mapping[Badge, str]
    decimal_mark: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Look:
    """A badge told apart by shape and colour, never by colour alone."""

    marker: str
    colour: str
    filled: bool = True


_LOOKS: Final[Mapping[Badge, _Look]] = {
    Badge.TOP: _Look(marker="*", colour=theme.CLOSING.colour),
    Badge.GOOD: _Look(marker="o", colour=theme.ACTUAL.colour),
    Badge.AVOID: _Look(marker="X", colour="#d55e00"),  # the palette's vermilion
    Badge.INSUFFICIENT: _Look(marker="o", colour=theme.FAINT, filled=False),
}


def markets_chart(marks: Sequence[MarketMark], labels: MarketLabels) -> bytes:
    """Return the picture of `marks`, the first at the top, as PNG bytes."""
    return theme.png(draw_markets(marks, labels))


def draw_markets(marks: Sequence[MarketMark], labels: MarketLabels) -> Figure:
    """Return the figure behind the picture, as high as its rows need."""
    figure, axes = theme.sheet(title=labels.title, subtitle=labels.subtitle, x=labels.axis, y="")
    height = max(_FRAME_INCHES + _ROW_INCHES * len(marks), _LEAST_INCHES)
    figure.set_size_inches(theme.WIDTH_INCHES, height)
    if marks:
        _draw_marks(axes, marks, labels)
    else:
        axes.set(xticks=[], yticks=[], xlabel="")
        axes.text(
            0.5,
            0.5,
            labels.empty,
            fontsize=13,
            transform=axes.transAxes,
            ha="center",
            color=theme.FAINT,
        )
    return figure


def _draw_marks(axes: Axes, marks: Sequence[MarketMark], labels: MarketLabels) -> None:
    axes.axvline(0, color=theme.FAINT, linewidth=1)
    axes.axvline(100 * HURDLE, color=theme.FAINT, linewidth=1, linestyle=":")
    axes.text(
        100 * HURDLE,
        -0.7,
        f" {labels.hurdle}",
        fontsize=8,
        color=theme.FAINT,
        va="center",
    )
    for place, mark in enumerate(marks):
        _draw_mark(axes, place, mark)
    axes.set_ylim(len(marks) - 0.4, -1.1)
    axes.set_yticks(range(len(marks)), labels=[mark.label for mark in marks], color=theme.INK)
    axes.grid(visible=False, axis="y")
    axes.xaxis.set_major_formatter(
        lambda percent, _place: f"{percent:g}".replace(".", labels.decimal_mark).replace(
            "-", "\u2212"
        )
    )
    _write_closes(axes, marks)
    _explain(axes, marks, labels)


def _draw_mark(axes: Axes, place: int, mark: MarketMark) -> None:
    look, belief = _LOOKS[mark.badge], mark.belief
    ends = (belief.low95, belief.high95), (belief.low80, belief.high80)
    for (low, high), width in zip(ends, (1.2, 3.6), strict=True):
        axes.hlines(
            place, 100 * low, 100 * high, color=look.colour, linewidth=width, alpha=0.75, zorder=2
        )
    axes.plot(
        [100 * belief.mean],
        [place],
        marker=look.marker,
        markersize=11 if look.marker == "*" else 7,
        markerfacecolor=look.colour if look.filled else theme.PAPER,
        markeredgecolor=look.colour,
        linestyle="",
        zorder=3,
    )


def _write_closes(axes: Axes, marks: Sequence[MarketMark]) -> None:
    """Write how many closes each rests on, outside at the right."""
    for place, mark in enumerate(marks):
        axes.text(
            1.01,
            place,
            f"n = {mark.closes}",
            transform=axes.get_yaxis_transform(),
            va="center",
            fontsize=9,
            color=theme.FAINT,
        )


def _explain(axes: Axes, marks: Sequence[MarketMark], labels: MarketLabels) -> None:
    """Name the badges that are there, below the picture."""
    there = [badge for badge in Badge if badge in {mark.badge for mark in marks}]
    handles = [
        axes.plot(
            [],
            [],
            marker=_LOOKS[badge].marker,
            markersize=8,
            markerfacecolor=_LOOKS[badge].colour if _LOOKS[badge].filled else theme.PAPER,
            markeredgecolor=_LOOKS[badge].colour,
            linestyle="",
            label=labels.badges[badge],
        )[0]
        for badge in there
    ]
    axes.figure.legend(
        handles=handles, loc="outside lower center", ncols=len(there), fontsize=9, frameon=False
    )
