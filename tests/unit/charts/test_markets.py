from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from charts.markets import MarketLabels, MarketMark, draw_markets, markets_chart
from engine.learning.markets.badges import Badge
from engine.learning.markets.rows import Belief

LABELS = MarketLabels(
    title="CLV vraie par marché · LIVE",
    subtitle="1 août 2026 – 20 nov. 2026",
    axis="CLV, %",
    hurdle="1 %",
    empty="Aucune clôture captée",
    badges={
        Badge.TOP: "TOP",
        Badge.GOOD: "BON",
        Badge.AVOID: "À ÉVITER",
        Badge.INSUFFICIENT: "INSUFFISANT",
    },
    decimal_mark=",",
)


def a_mark(label: str, mean: float, badge: Badge, closes: int = 120) -> MarketMark:
    belief = Belief(
        mean=mean,
        low80=mean - 0.01,
        high80=mean + 0.01,
        low95=mean - 0.02,
        high95=mean + 0.02,
    )
    return MarketMark(label=label, belief=belief, closes=closes, badge=badge)


MARKS = [
    a_mark("+ de 2,5", 0.03, Badge.TOP),
    a_mark("1", 0.02, Badge.GOOD),
    a_mark("N", 0.0, Badge.INSUFFICIENT, closes=7),
    a_mark("2", -0.03, Badge.AVOID),
]


def test_each_market_is_a_dot_on_two_lines_the_best_at_the_top() -> None:
    [axes] = draw_markets(MARKS, LABELS).axes
    assert [label.get_text() for label in axes.get_yticklabels()] == [mark.label for mark in MARKS]
    assert axes.yaxis.get_inverted()
    lines = [np.asarray(band.get_paths()[0].vertices)[:, 0].tolist() for band in axes.collections]
    assert lines[0] == pytest.approx([1.0, 5.0])
    assert lines[1] == pytest.approx([2.0, 4.0])
    assert len(lines) == 2 * len(MARKS)


def test_the_picture_names_its_window_units_and_how_many_closes_each_rests_on() -> None:
    figure = draw_markets(MARKS, LABELS)
    [axes] = figure.axes
    written = [text.get_text() for text in axes.texts]
    assert axes.get_title(loc="left") == LABELS.title
    assert LABELS.subtitle in written
    assert axes.get_xlabel() == LABELS.axis
    assert [text for text in written if text.startswith("n = ")] == [
        "n = 120",
        "n = 120",
        "n = 7",
        "n = 120",
    ]


@pytest.mark.parametrize("there", [MARKS, MARKS[2:3]], ids=["all", "one"])
def test_only_badges_that_are_there_are_explained(there: list[MarketMark]) -> None:
    [legend] = draw_markets(there, LABELS).legends
    named = [text.get_text() for text in legend.get_texts()]
    assert named == [LABELS.badges[badge] for badge in Badge if badge in {m.badge for m in there}]


def test_badges_are_told_apart_by_more_than_colour() -> None:
    [axes] = draw_markets(MARKS, LABELS).axes
    dots = [line for line in axes.lines if np.size(line.get_xdata()) == 1]
    looks = {(dot.get_marker(), dot.get_markerfacecolor() == "#ffffff") for dot in dots}
    assert len(looks) == len(MARKS)


def test_no_close_is_said_in_words() -> None:
    [axes] = draw_markets([], LABELS).axes
    assert LABELS.empty in [text.get_text() for text in axes.texts]
    assert not axes.lines


@pytest.mark.parametrize("n", [0, 1, 22])
def test_the_picture_is_a_png_fit_for_a_phone_as_high_as_its_rows_need(n: int) -> None:
    marks = [a_mark(f"market {place}", 0.01, Badge.GOOD) for place in range(n)]
    png = markets_chart(marks, LABELS)
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.width) == ("PNG", 1600)
    assert picture.height == (1588 if n == 22 else 680)
    assert len(png) < 1_000_000
    assert markets_chart(marks, LABELS) == png
