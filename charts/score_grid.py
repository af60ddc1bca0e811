"""The chance of every score of a match as a heat map, with one market drawn around its scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts.phone import SMALL, Key, Mark, Sheet, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from charts.palette import Palette
    from engine.domain.preferences import Shade

_BODY: Final = 300.0
_OUTLINE: Final = 2.4
_STRONG: Final = 0.6
"""Of the warmth's range: above it, what is written stands on the deep end of the scale."""
_COLOURS: Final = 96


@dataclass(frozen=True, slots=True, kw_only=True)
class GridLabels:
    """The words of the picture in the reader's language; `cells` are written like the grid.

    `goals` names the rows and columns; `outlined` what the line goes around.
    """

    title: str
    subtitle: str
    home: str
    away: str
    outlined: str
    goals: tuple[str, ...]
    cells: tuple[tuple[str, ...], ...]


def score_grid_chart(
    grid: Sequence[Sequence[float]],
    inside: Sequence[Sequence[bool]],
    labels: GridLabels,
    shade: Shade,
) -> bytes:
    """Return the picture as PNG bytes; `grid` has home goals down, `inside` the same shape."""
    return draw_score_grid(grid, inside, labels, shade).png(colours=_COLOURS)


def draw_score_grid(
    grid: Sequence[Sequence[float]],
    inside: Sequence[Sequence[bool]],
    labels: GridLabels,
    shade: Shade,
) -> Sheet:
    """Return the sheet behind the picture."""
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        x=labels.away,
        y=labels.home,
        keys=1,
        body=_BODY,
        beside=(30.0, 14.0),
    )
    size, most = len(grid), max(max(row) for row in grid)
    _draw_cells(page, grid, most, labels)
    for across, down in _outline(inside):
        page.axes.plot(
            across,
            down,
            color=page.palette.bad,
            linewidth=_OUTLINE,
            solid_capstyle="round",
            zorder=5,
        )
    page.axes.set_xlim(-0.5, size - 0.5)
    page.axes.set_ylim(size - 0.5, -0.5)
    page.name_x(dict(enumerate(labels.goals)))
    page.name_y(dict(enumerate(labels.goals)), lines=False)
    page.key([Key(label=labels.outlined, colour=page.palette.bad, mark=Mark.LINE, width=_OUTLINE)])
    return page


def _draw_cells(
    page: Sheet, grid: Sequence[Sequence[float]], most: float, labels: GridLabels
) -> None:
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415  # heavy: on first use

    scale = LinearSegmentedColormap.from_list("chances", page.palette.warmth)
    page.axes.imshow(grid, cmap=scale, vmin=0.0, vmax=most, aspect="auto", zorder=1)
    for row, (chances, written) in enumerate(zip(grid, labels.cells, strict=True)):
        for column, (chance, told) in enumerate(zip(chances, written, strict=True)):
            page.write(
                column,
                row,
                told,
                colour=_ink(page.palette, chance / most),
                size=SMALL,
                ha="center",
                va="center",
                bold=chance == most,
            )


def _ink(colours: Palette, depth: float) -> str:
    """Return the colour that can be read on a cell: paper on deep ones, else ink."""
    return colours.paper if depth > _STRONG else colours.ink


def _outline(
    inside: Sequence[Sequence[bool]],
) -> list[tuple[tuple[float, float], tuple[float, float]]]:
    """Return the edges (across, down) between what is inside and what is not, or the border."""
    size, edges = len(inside), []

    def holds(row: int, column: int) -> bool:
        return 0 <= row < size and 0 <= column < size and inside[row][column]

    for row in range(size + 1):
        for column in range(size + 1):
            here = holds(row, column)
            x, y = column - 0.5, row - 0.5
            if here != holds(row - 1, column):
                edges.append(((x, x + 1), (y, y)))
            if here != holds(row, column - 1):
                edges.append(((x, x), (y, y + 1)))
    return edges
