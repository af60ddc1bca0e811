"""One look for the figures of reports: light, for a page, safe for colour-blind eyes."""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING, Final

from charts.palette import Stroke

if TYPE_CHECKING:
    from collections.abc import Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH_INCHES: Final = 8.0
HEIGHT_INCHES: Final = 5.0
DOTS_PER_INCH: Final = 200
"""800 x 500 points at twice the density: sharp on a phone, well under Telegram's 10 MB."""

INK: Final = "#1f2430"
FAINT: Final = "#6b7280"
GRID: Final = "#e5e7eb"
PAPER: Final = "#ffffff"


# Okabe and Ito's palette: told apart by every common kind of colour vision
ACTUAL: Final = Stroke(colour="#0072b2", dash="-", width=2.4)
EXPECTED: Final = Stroke(colour="#e69f00", dash="--", width=1.8)
CLOSING: Final = Stroke(colour="#009e73", dash=":", width=2.2)
WIDE_BAND: Final = "#e3e8ee"
NARROW_BAND: Final = "#c8d1db"


def sheet(*, title: str, subtitle: str, x: str, y: str) -> tuple[Figure, Axes]:
    """Return a figure and its dressed axes; the plotting library loads on first use only."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # heavy: half a second and 40 MB

    figure = Figure(figsize=(WIDTH_INCHES, HEIGHT_INCHES), layout="constrained")
    axes = figure.add_subplot()
    _dress(axes, title=title, subtitle=subtitle, x=x, y=y)
    return figure, axes


def panels(
    *, title: str, subtitle: str, titles: Sequence[str], width: float
) -> tuple[Figure, Sequence[Axes]]:
    """Return a figure of several dressed axes side by side, under one title."""
    from matplotlib.figure import Figure  # noqa: PLC0415  # heavy: half a second and 40 MB

    figure = Figure(figsize=(width, HEIGHT_INCHES), layout="constrained")
    figure.suptitle(f"{title}\n", x=0.012, ha="left", fontsize=14, fontweight="bold", color=INK)
    figure.text(0.012, 0.915, subtitle, fontsize=10, color=FAINT)
    found = [figure.add_subplot(1, len(titles), place + 1) for place in range(len(titles))]
    for axes, one in zip(found, titles, strict=True):
        _plain(axes)
        axes.set_title(one, loc="left", fontsize=11, color=INK)
    return figure, found


def png(figure: Figure) -> bytes:
    """Return the figure as PNG bytes."""
    out = BytesIO()
    figure.savefig(out, format="png", dpi=DOTS_PER_INCH, facecolor=PAPER)
    return out.getvalue()


def _dress(axes: Axes, *, title: str, subtitle: str, x: str, y: str) -> None:
    """Give axes the house's look, a title with a line under it, and named units."""
    axes.set_title(title, loc="left", fontsize=14, fontweight="bold", color=INK, pad=24)
    axes.text(0, 1.02, subtitle, transform=axes.transAxes, fontsize=10, color=FAINT)
    axes.set_xlabel(x, fontsize=10, color=FAINT)
    axes.set_ylabel(y, fontsize=10, color=FAINT)
    _plain(axes)


def _plain(axes: Axes) -> None:
    axes.set_facecolor(PAPER)
    axes.tick_params(labelsize=9, colors=FAINT, length=0)
    axes.grid(visible=True, color=GRID, linewidth=0.8)
    axes.set_axisbelow(True)
    for side in axes.spines.values():
        side.set_visible(False)
