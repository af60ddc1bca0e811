"""The sheet that pictures of the chat are drawn on: as wide as a phone, light or dark.

A point of the sheet is a point of a phone held upright, so text is read at the size it is set.
Everything stands at a place computed in points: nothing is measured by drawing it first, which is
what makes plain plotting slow. The sheet draws its own scales: a few lines and words.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from io import BytesIO
from math import ceil
from textwrap import wrap
from typing import TYPE_CHECKING, Final, Literal

from charts.palette import palette

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from matplotlib.axes import Axes
    from matplotlib.figure import Figure
    from matplotlib.text import Text
    from matplotlib.transforms import Transform

    from charts.palette import Dash, Palette, Stroke
    from engine.domain.preferences import Shade

WIDTH: Final = 389.0
"""Points: a phone's width."""
BODY: Final = 230.0
"""Points: how high a plot is, unless its picture asks for another height."""
BESIDE: Final = (44.0, 16.0)
"""Points: what is kept free left and right of a plot, for what is written there."""
TITLE: Final = 12.5
SMALL: Final = 9.0
DOTS_PER_INCH: Final = 168
COLOURS: Final = 48
_POINTS_PER_INCH: Final = 72.0
_PAD: Final = 12.0
_LINE: Final = 1.32
_TITLE_LETTERS: Final = 44
_SMALL_LETTERS: Final = 70
_KEY_COLUMNS: Final = 2
_KEY_HEIGHT: Final = 15.0
_SWATCH: Final = 20.0
_BESIDE: Final = 6.0
_TICKS: Final = 5
_STEPS: Final = (1, 2, 2.5, 5, 10)
_ROOM: Final = 0.06
_WRITING: Final = 20.0
"""Nothing that is drawn lies over what is written."""


class Mark(Enum):
    """How an entry of the key is drawn."""

    LINE = "line"
    AREA = "area"
    DOT = "dot"


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One entry of the key under a plot: what looks how, in the reader's words."""

    label: str
    colour: str
    mark: Mark = Mark.LINE
    dash: Dash = "-"
    width: float = 2.0
    shape: str = "o"
    filled: bool = True


def line_key(label: str, stroke: Stroke) -> Key:
    """Return the entry of a line."""
    return Key(label=label, colour=stroke.colour, dash=stroke.dash, width=stroke.width)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet:
    """A figure with one plot on it, whose scales, key and words the sheet writes."""

    figure: Figure
    axes: Axes
    palette: Palette

    def scale_y(self, low: float, high: float, told: Callable[[float], str]) -> None:
        """Show y from `low` to `high` with some room: lines at round values, each `told`."""
        room = _ROOM * (high - low) or 0.5
        self.axes.set_ylim(low - room, high + room)
        self.name_y({value: told(value) for value in round_values(low - room, high + room)})

    def scale_x(
        self, low: float, high: float, told: Callable[[float], str], *, whole: bool = False
    ) -> None:
        """Show x from `low` to `high`, round values told under the plot; `whole` ones alone."""
        room = 0.0 if high > low else 0.5
        self.axes.set_xlim(low - room, high + room)
        round_ones = round_values(low - room, high + room)
        self.name_x({value: told(value) for value in round_ones if not whole or value % 1 == 0})

    def name_y(
        self, names: Mapping[float, str], *, lines: bool = True, letters: int = 0, colour: str = ""
    ) -> None:
        """Write names left of the plot at their y, each on a line across unless told not to.

        Names of more than `letters` are cut; 0 cuts none.
        """
        beside = self._beside(self.axes.get_yaxis_transform(), right=-_BESIDE)
        for value, name in names.items():
            cut = f"{name[: letters - 1]}…" if 0 < letters < len(name) else name
            self.write(0, value, cut, beside, ha="right", va="center", colour=colour)
        if lines and names:
            self.axes.hlines(
                list(names),
                0,
                1,
                transform=self.axes.get_yaxis_transform(),
                color=self.palette.grid,
                linewidth=0.8,
                zorder=0.5,
            )

    def name_x(self, names: Mapping[float, str], *, lines: bool = False) -> None:
        """Write names under the plot at their x, each under a line where `lines` is on."""
        under = self._beside(self.axes.get_xaxis_transform(), up=-_BESIDE)
        for value, name in names.items():
            self.write(value, 0, name, under, ha="center", va="top")
        if lines and names:
            self.axes.vlines(
                list(names),
                0,
                1,
                transform=self.axes.get_xaxis_transform(),
                color=self.palette.grid,
                linewidth=0.8,
                zorder=0.5,
            )

    def name_right(self, names: Mapping[float, str]) -> None:
        """Write names right of the plot at their y."""
        beside = self._beside(self.axes.get_yaxis_transform(), right=_BESIDE)
        for value, name in names.items():
            self.write(1, value, name, beside, ha="left", va="center")

    def key(self, entries: Sequence[Key]) -> None:
        """Explain what is drawn under the plot, in two columns."""
        height = self.figure.get_figheight() * _POINTS_PER_INCH
        column = (WIDTH - 2 * _PAD) / _KEY_COLUMNS
        rows = _key_rows(len(entries))
        for place, entry in enumerate(entries):
            down, across = divmod(place, _KEY_COLUMNS)
            x = _PAD + across * column
            y = _PAD / 2 + (rows - down - 0.5) * _KEY_HEIGHT
            self._draw_swatch(entry, x / WIDTH, y / height)
            beside = (x + _SWATCH + _BESIDE) / WIDTH
            whole = self.figure.transFigure
            self.write(
                beside, y / height, entry.label, whole, va="center", colour=self.palette.ink
            )

    def say(self, words: str) -> None:
        """Write in the middle of the plot why nothing is drawn on it."""
        told = "\n".join(wrap(words, _TITLE_LETTERS))
        self.write(0.5, 0.5, told, self.axes.transAxes, size=TITLE, ha="center", va="center")

    def write(
        self,
        x: float,
        y: float,
        words: str,
        where: Transform | None = None,
        *,
        colour: str = "",
        size: float = SMALL,
        ha: Literal["left", "center", "right"] = "left",
        va: Literal["bottom", "center", "top"] = "bottom",
        bold: bool = False,
    ) -> Text:
        """Write at a place of the plot's data, or of `where`; a name is never read as markup."""
        return self.figure.text(
            x,
            y,
            words,
            color=colour or self.palette.faint,
            fontsize=size,
            fontweight="bold" if bold else "normal",
            ha=ha,
            va=va,
            parse_math=False,
            transform=where or self.axes.transData,
            zorder=_WRITING,
        )

    def png(self, *, colours: int = COLOURS) -> bytes:
        """Return the sheet as PNG bytes, 907 dots wide; equal values give equal bytes.

        It is kept in a few colours, a third of the weight, and letters are not bent to whole
        dots, which phones' dots are too fine for: a sixth of the time.
        """
        from matplotlib import rc_context  # noqa: PLC0415  # heavy, as in sheet
        from matplotlib.backends.backend_agg import FigureCanvasAgg  # noqa: PLC0415
        from PIL import Image  # noqa: PLC0415

        canvas = FigureCanvasAgg(self.figure)
        with rc_context({"text.hinting": "none"}):
            canvas.draw()  # type: ignore[no-untyped-call]
        size = canvas.get_width_height()
        dots = canvas.buffer_rgba()  # type: ignore[no-untyped-call]
        whole = Image.frombuffer("RGBA", size, dots, "raw", "RGBA", 0, 1)
        flat = whole.convert("RGB").quantize(
            colours, method=Image.Quantize.FASTOCTREE, dither=Image.Dither.NONE
        )
        out = BytesIO()
        flat.save(out, "PNG", compress_level=4)
        return out.getvalue()

    def _beside(self, scale: Transform, *, right: float = 0.0, up: float = 0.0) -> Transform:
        """Return places of a scale, some points beside them."""
        from matplotlib.transforms import ScaledTranslation  # noqa: PLC0415  # heavy, as in sheet

        inches = (right / _POINTS_PER_INCH, up / _POINTS_PER_INCH)
        return scale + ScaledTranslation(*inches, self.figure.dpi_scale_trans)

    def _draw_swatch(self, entry: Key, x: float, y: float) -> None:
        from matplotlib.lines import Line2D  # noqa: PLC0415  # heavy, as in sheet

        wide = _SWATCH / WIDTH
        if entry.mark is Mark.DOT:
            drawn = Line2D(
                [x + wide / 2],
                [y],
                linestyle="",
                marker=entry.shape,
                markersize=7,
                markeredgecolor=entry.colour,
                markerfacecolor=entry.colour if entry.filled else self.palette.paper,
            )
        else:
            drawn = Line2D(
                [x, x + wide],
                [y, y],
                color=entry.colour,
                linestyle=entry.dash,
                linewidth=9.0 if entry.mark is Mark.AREA else entry.width,
                solid_capstyle="butt",
            )
        drawn.set_transform(self.figure.transFigure)
        self.figure.add_artist(drawn)


def sheet(
    *,
    title: str,
    subtitle: str,
    shade: Shade,
    x: str = "",
    y: str = "",
    x_lines: int = 1,
    keys: int = 0,
    body: float = BODY,
    beside: tuple[float, float] = BESIDE,
) -> Sheet:
    """Return a sheet with its title, its units, and room for `keys` entries under its plot.

    `x` and `y` name the units; names under the plot take `x_lines`. `body` and `beside` are
    points: how high the plot is, and what is kept free left and right of it. The plotting library
    loads on first use only.
    """
    from matplotlib.figure import Figure  # noqa: PLC0415  # heavy: half a second and 40 MB

    colours, (left, right) = palette(shade), beside
    heading, under = wrap(title, _TITLE_LETTERS), wrap(subtitle, _SMALL_LETTERS)
    above = _PAD * 1.5 + _LINE * (TITLE * len(heading) + SMALL * (len(under) + bool(y)))
    below = _LINE * SMALL * (x_lines + bool(x)) + _BESIDE * (1 + bool(x)) + _PAD / 2
    below += _KEY_HEIGHT * _key_rows(keys)
    height = above + body + below
    figure = Figure(
        figsize=(WIDTH / _POINTS_PER_INCH, height / _POINTS_PER_INCH),
        dpi=DOTS_PER_INCH,
        facecolor=colours.paper,
    )
    frame = (left / WIDTH, below / height, (WIDTH - left - right) / WIDTH, body / height)
    axes = figure.add_axes(frame)
    axes.set_axis_off()
    made = Sheet(figure=figure, axes=axes, palette=colours)
    edge, top = _PAD / WIDTH, height - _PAD
    whole = figure.transFigure
    made.write(
        edge,
        top / height,
        "\n".join(heading),
        whole,
        colour=colours.ink,
        size=TITLE,
        va="top",
        bold=True,
    )
    top -= _LINE * TITLE * len(heading)
    made.write(edge, top / height, "\n".join(under), whole, va="top")
    if y:
        made.write(edge, (below + body + 4) / height, y, whole)
    if x:
        rows = below - 2 * _BESIDE - _LINE * SMALL * x_lines
        middle = (WIDTH + left - right) / 2 / WIDTH
        made.write(middle, rows / height, x, whole, ha="center", va="top")
    return made


def round_values(low: float, high: float, *, steps: Sequence[float] = _STEPS) -> list[float]:
    """Return round values from `low` to `high`, about `_TICKS` of them, some of `steps` apart.

    >>> round_values(-1.2, 3.1)
    [-1.0, 0.0, 1.0, 2.0, 3.0]
    """
    from matplotlib.ticker import MaxNLocator  # noqa: PLC0415  # heavy, as in sheet

    found = MaxNLocator(nbins=_TICKS, steps=list(steps)).tick_values(low, high)
    return [round(float(value), 12) + 0.0 for value in found if low <= value <= high]


def _key_rows(entries: int) -> int:
    return ceil(entries / _KEY_COLUMNS)
