"""The heat map of scores."""

from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from charts.score_grid import GridLabels, draw_score_grid, score_grid_chart
from engine.domain.preferences import Shade

GRID = tuple(tuple(row) for row in (np.arange(1, 10).reshape(3, 3) / 45).tolist())
DRAWS = tuple(tuple(row) for row in np.eye(3, dtype=bool).tolist())
LABELS = GridLabels(
    title="PSG – Lens : chances des scores",
    subtitle="domicile 45 % · nul 28 % · extérieur 27 %",
    home="buts de PSG",
    away="buts de $Lens$",
    outlined="entouré : match nul 28 %",
    goals=("0", "1", "2+"),
    cells=tuple(tuple(f"{100 * chance:.1f}" for chance in row) for row in GRID),
)


@pytest.mark.parametrize("shade", list(Shade))
def test_the_picture_is_as_wide_as_a_phone_on_every_paper(shade: Shade) -> None:
    picture = Image.open(BytesIO(score_grid_chart(GRID, DRAWS, LABELS, shade)))
    assert (picture.format, picture.width) == ("PNG", 907)


def test_every_score_is_written_and_home_goals_go_down() -> None:
    page = draw_score_grid(GRID, DRAWS, LABELS, Shade.LIGHT)
    written = {
        (text.get_position(), text.get_text())
        for text in page.figure.texts
        if text.get_text() in {one for row in LABELS.cells for one in row}
    }
    assert ((2, 0), LABELS.cells[0][2]) in written
    assert len(written) == 9
    low, high = page.axes.get_ylim()
    assert low > high


def test_what_pays_is_outlined_whole() -> None:
    page = draw_score_grid(GRID, DRAWS, LABELS, Shade.LIGHT)
    assert len(page.axes.lines) == 3 * 4
    block = tuple(tuple(row) for row in np.ones((3, 3), dtype=bool).tolist())
    whole = draw_score_grid(GRID, block, LABELS, Shade.LIGHT)
    assert len(whole.axes.lines) == 4 * 3
