"""How the results of markets go together, pair by pair."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from charts.numbers import written
from charts.phone import Key, Mark, Sheet, sheet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.preferences import Shade
    from engine.learning.recorded.correlated import Correlation

_CELL: Final = 26.0
_LEAST: Final = 130.0
_NAMES: Final = 128.0
_LETTERS: Final = 22


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixLabels:
    """The words of the chart, in the reader's language."""

    title: str
    subtitle: str
    together: str
    apart: str
    few: str
    decimal_mark: str


def matrix_chart(
    names: Sequence[str],
    cells: Sequence[Sequence[Correlation | None]],
    labels: MatrixLabels,
    shade: Shade,
) -> bytes:
    """Return the picture of at least two markets as PNG bytes."""
    return draw_matrix(names, cells, labels, shade).png()


def draw_matrix(
    names: Sequence[str],
    cells: Sequence[Sequence[Correlation | None]],
    labels: MatrixLabels,
    shade: Shade,
) -> Sheet:
    """Return the sheet behind the picture: the lower half of the matrix, n under each value.

    `cells` holds for each market (in the order of `names`) those with the markets before it.
    """
    page = sheet(
        title=labels.title,
        subtitle=labels.subtitle,
        shade=shade,
        keys=3,
        body=max(_CELL * len(names), _LEAST),
        beside=(_NAMES, 10.0),
    )
    axes, colours = page.axes, page.palette
    for row, found in enumerate(cells):
        for column, cell in enumerate(found):
            _draw_cell(page, column, row, cell, labels.decimal_mark)
    axes.set_xlim(-0.5, len(names) - 0.5)
    axes.set_ylim(len(names) - 0.5, -0.5)
    numbered = {float(place): f"{name} · {place + 1}" for place, name in enumerate(names)}
    page.name_y(numbered, lines=False, letters=_LETTERS, colour=colours.ink)
    page.name_x({place: str(place + 1) for place in range(len(names) - 1)})
    page.key(
        [
            Key(label=labels.together, colour=colours.heat[2], mark=Mark.AREA),
            Key(label=labels.apart, colour=colours.heat[0], mark=Mark.AREA),
            Key(label=labels.few, colour=colours.unsure, mark=Mark.DOT, shape="s", filled=False),
        ]
    )
    return page


def _draw_cell(page: Sheet, x: int, y: int, cell: Correlation | None, mark: str) -> None:
    from matplotlib.colors import LinearSegmentedColormap  # noqa: PLC0415  # heavy, as in sheet
    from matplotlib.patches import Rectangle  # noqa: PLC0415

    colours = page.palette
    low, middle, high = colours.heat
    sure = cell is not None and not cell.few and cell.value is not None
    scale = LinearSegmentedColormap.from_list("heat", [low, middle, high])
    fill = scale((cell.value + 1) / 2) if cell and sure and cell.value is not None else "none"
    page.axes.add_patch(
        Rectangle((x - 0.47, y - 0.46), 0.94, 0.92, facecolor=fill, edgecolor=colours.grid)
    )
    if cell is None:
        return
    value = "?" if cell.value is None else written(round(cell.value, 2), mark, sign=True)
    ink = colours.ink if sure else colours.faint
    page.write(x, y + 0.04, value, size=8, ha="center", va="bottom", colour=ink, bold=sure)
    page.write(x, y + 0.06, f"n={cell.n}", size=6.5, ha="center", va="top", colour=ink)
