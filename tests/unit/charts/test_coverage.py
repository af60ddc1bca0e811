from io import BytesIO

import numpy as np
from matplotlib.collections import LineCollection
from PIL import Image

from charts.coverage import CoverageLine, CoveragePoint, coverage_chart, draw_coverage
from engine.domain.record import Estimate

FIVE = CoverageLine(
    label="5 big leagues, n = 1,752",
    points=(
        CoveragePoint(credits=500, share=Estimate(mean=0.99, n=1752, low=0.985, high=0.994)),
        CoveragePoint(
            credits=2000,
            share=Estimate(mean=1.0, n=1752, low=0.998, high=1.0),
            mark="4 keys of 500 credits",
        ),
    ),
)
EMPTY = CoverageLine(
    label="nothing",
    points=(CoveragePoint(credits=500, share=Estimate(mean=None, n=0, low=None, high=None)),),
)


def test_the_chart_is_a_picture_sharp_on_a_phone() -> None:
    picture = Image.open(BytesIO(coverage_chart([FIVE], "season 2324")))
    assert picture.format == "PNG"
    assert picture.size == (1600, 1000)


def test_every_point_stands_at_its_credits_with_its_interval() -> None:
    [axes] = draw_coverage([FIVE], "season 2324").axes
    assert axes.get_xscale() == "log"
    line = axes.lines[0]
    assert np.asarray(line.get_xdata()).tolist() == [500, 2000]
    assert np.asarray(line.get_ydata()).tolist() == [99.0, 100.0]
    bars = axes.collections[0]
    assert isinstance(bars, LineCollection)
    [low, high] = np.asarray(bars.get_segments()[0])[:, 1]
    assert (round(float(low), 3), round(float(high), 3)) == (98.5, 99.4)


def test_a_marked_point_says_its_name_its_share_and_its_n() -> None:
    [axes] = draw_coverage([FIVE], "season 2324").axes
    said = [text.get_text() for text in axes.texts]
    assert "4 keys of 500 credits\n100.0 % of 1,752" in said


def test_a_share_of_nothing_is_not_drawn() -> None:
    [axes] = draw_coverage([EMPTY], "season 2324").axes
    assert np.asarray(axes.lines[0].get_ydata()).size == 0


def test_the_names_of_points_stay_within_the_picture_and_off_each_other() -> None:
    whole = Estimate(mean=1.0, n=7799, low=0.999, high=1.0)
    paid = CoveragePoint(credits=20_000, share=whole, mark="one key of 20,000 credits")
    second = CoverageLine(label="all 22 divisions", points=(*FIVE.points[:1], paid))
    figure = draw_coverage([FIVE, second], "season 2324")
    figure.savefig(BytesIO())  # lays the picture out
    [axes] = figure.axes
    boxes = [text.get_window_extent() for text in axes.texts if "credits" in text.get_text()]
    assert len(boxes) == 2
    assert max(box.x1 for box in boxes) <= axes.get_window_extent().x1
    assert not boxes[0].overlaps(boxes[1])
