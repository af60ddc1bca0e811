from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from charts.markets import MarketLabels, MarketMark, draw_markets, markets_chart
from engine.domain.preferences import Shade
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
    page = draw_markets(MARKS, LABELS, Shade.LIGHT)
    named = {
        text.get_position()[1]: text.get_text()
        for text in page.figure.texts
        if text.get_text() in {mark.label for mark in MARKS}
        and text.get_horizontalalignment() == "right"
    }
    assert named == {place: mark.label for place, mark in enumerate(MARKS)}
    assert page.axes.yaxis.get_inverted()
    bands = page.axes.collections[: 2 * len(MARKS)]
    lines = [np.asarray(band.get_paths()[0].vertices)[:, 0].tolist() for band in bands]
    assert lines[0] == pytest.approx([1.0, 5.0])
    assert lines[1] == pytest.approx([2.0, 4.0])


def test_the_picture_names_its_window_units_and_how_many_closes_each_rests_on() -> None:
    written = [text.get_text() for text in draw_markets(MARKS, LABELS, Shade.LIGHT).figure.texts]
    for words in (LABELS.title, LABELS.subtitle, LABELS.axis, LABELS.hurdle):
        assert words in written
    assert [text for text in written if text.startswith("n = ")] == [
        "n = 120",
        "n = 120",
        "n = 7",
        "n = 120",
    ]


def test_a_market_with_a_long_name_is_cut_beside_the_plot() -> None:
    long = a_mark("Handicap asiatique extérieur \u22120,75", 0.01, Badge.GOOD)
    page = draw_markets([long], LABELS, Shade.LIGHT)
    page.png()
    [named] = [text for text in page.figure.texts if text.get_text().startswith("Handicap")]
    assert named.get_text().endswith("…")
    assert named.get_window_extent().x0 >= 0


@pytest.mark.parametrize("there", [MARKS, MARKS[2:3]], ids=["all", "one"])
def test_only_badges_that_are_there_are_explained(there: list[MarketMark]) -> None:
    written = [text.get_text() for text in draw_markets(there, LABELS, Shade.DARK).figure.texts]
    named = [words for words in written if words in LABELS.badges.values()]
    assert named == [LABELS.badges[badge] for badge in Badge if badge in {m.badge for m in there}]


def test_badges_are_told_apart_by_more_than_colour() -> None:
    axes = draw_markets(MARKS, LABELS, Shade.LIGHT).axes
    dots = [line for line in axes.lines if np.size(line.get_xdata()) == 1]
    looks = {(dot.get_marker(), dot.get_markerfacecolor() == "#ffffff") for dot in dots}
    assert len(looks) == len(MARKS)


def test_no_close_is_said_in_words() -> None:
    page = draw_markets([], LABELS, Shade.LIGHT)
    assert LABELS.empty in [text.get_text() for text in page.figure.texts]
    assert not page.axes.lines


@pytest.mark.parametrize("shade", Shade)
@pytest.mark.parametrize("n", [0, 1, 22])
def test_the_picture_is_as_high_as_its_rows_need_and_light_to_send(n: int, shade: Shade) -> None:
    marks = [a_mark(f"market {place}", 0.01, Badge.GOOD) for place in range(n)]
    png = markets_chart(marks, LABELS, shade)
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.width) == ("PNG", 907)
    assert picture.height == pytest.approx({0: 450, 1: 525, 22: 1_290}[n], rel=0.1)
    assert len(png) <= 40_000
    assert markets_chart(marks, LABELS, shade) == png
