from __future__ import annotations

from io import BytesIO

import numpy as np
import pytest
from matplotlib.collections import LineCollection
from PIL import Image

from charts.calibration import (
    CalibrationView,
    CurvePoint,
    TailBias,
    calibration_chart,
    caption,
    draw_calibration,
)

VIEW = CalibrationView(
    label="Pinnacle, 1X2, 2014/15-2018/19",
    points=tuple(
        CurvePoint(predicted=at, observed=at + 0.03, low=at - 0.02, high=at + 0.02, n=1200)
        for at in (0.1, 0.25, 0.3, 0.5, 0.8)
    ),
    ece=0.0123,
    ece_low=0.0081,
    ece_high=0.0204,
    ece_by_chance=0.0066,
    likely=TailBias(mean=0.0101, low=0.002, high=0.0182, n=3704),
    unlikely=TailBias(mean=-0.0047, low=None, high=None, n=12),
)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_chart_is_a_picture_sharp_on_a_phone(language: str) -> None:
    picture = Image.open(BytesIO(calibration_chart(VIEW, language)))  # type: ignore[arg-type]
    assert picture.format == "PNG"
    assert picture.size == (1600, 1000)


def test_points_stand_at_what_was_said_and_what_happened_with_the_bars_of_chance() -> None:
    [axes] = draw_calibration(VIEW, "en").axes
    [line] = [one for one in axes.lines if one.get_label() == "observed"]
    assert np.round(np.asarray(line.get_xdata()), 6).tolist() == [10, 25, 30, 50, 80]
    assert np.round(np.asarray(line.get_ydata()), 6).tolist() == [13, 28, 33, 53, 83]
    bars = axes.collections[0]
    assert isinstance(bars, LineCollection)
    assert np.round(np.asarray(bars.get_segments()[0])[:, 1], 6).tolist() == [8, 12]
    legend = axes.get_legend()
    assert legend is not None
    assert len(legend.get_texts()) == 3


def test_the_caption_says_every_figure_in_points() -> None:
    assert caption(VIEW, "en") == (
        "ECE 1.2 pt [0.8, 2.0] · by chance 0.7 pt · n = 6,000\n"
        "bias where p > 60 %: +1.0 pt [+0.2, +1.8], n = 3,704\n"
        "bias where p < 20 %: \u22120.5 pt [–, –], n = 12"
    )
    french = caption(VIEW, "fr")
    assert "ECE 1,2 pt [0,8 ; 2,0]" in french
    assert "n = 3\u202f704" in french


def test_the_figures_stand_within_the_picture_and_below_the_curve() -> None:
    figure = draw_calibration(VIEW, "fr")
    figure.savefig(BytesIO())  # lays the picture out
    [axes] = figure.axes
    [text] = [one for one in axes.texts if "ECE" in one.get_text()]
    assert "issues par classe : 1\u202f200" in text.get_text()
    box, inside = text.get_window_extent(), axes.get_window_extent()
    assert box.x1 <= inside.x1
    assert box.y0 >= inside.y0
    corner = axes.transData.inverted().transform((box.x0, box.y1))
    assert corner[0] > corner[1]
