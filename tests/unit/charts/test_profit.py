from dataclasses import replace
from io import BytesIO

import numpy as np
import pytest
from PIL import Image

from charts.profit import ProfitLabels, draw_profit, profit_chart
from engine.domain.preferences import Shade
from engine.learning.recorded.curve import Curve

LABELS = ProfitLabels(
    title="Gain cumulé · LIVE · n = 2",
    subtitle="Rendement +2 % [-10 % ; +14 %]",
    actual="réel",
    expected="attendu à l’alerte",
    closing="attendu à la clôture (1/2)",
    band="9 fois sur 10",
    half_band="1 fois sur 2",
    axis_bets="paris réglés",
    axis_units="unités",
    decimal_mark=",",
)
CURVE = Curve(
    bets=(1, 2),
    actual=(1.04, 0.04),
    expected_alert=(0.07, 0.12),
    expected_close=(0.05, 0.11),
    low50=(-0.5, -0.9),
    high50=(0.6, 1.1),
    low90=(-1.0, -2.0),
    high90=(1.0, 2.0),
    n_close=1,
)


def a_long_curve(n: int) -> Curve:
    """A curve of `n` bets that went well, one of them, in the middle, absurdly so."""
    steps = np.arange(1, n + 1) / 50
    luck = np.sqrt(np.arange(1, n + 1))
    actual = steps.copy()
    actual[n // 2] = 999.0

    def told(values: np.ndarray[tuple[int], np.dtype[np.float64]]) -> tuple[float, ...]:
        return tuple(values.tolist())

    return Curve(
        bets=tuple(range(1, n + 1)),
        actual=told(actual),
        expected_alert=told(steps),
        expected_close=told(steps),
        low50=told(steps - luck),
        high50=told(steps + luck),
        low90=told(steps - 2 * luck),
        high90=told(steps + 2 * luck),
        n_close=n,
    )


def test_the_lines_are_the_curves_from_zero() -> None:
    axes = draw_profit(CURVE, LABELS, Shade.LIGHT).axes
    drawn = {line.get_label(): np.asarray(line.get_ydata()).tolist() for line in axes.lines}
    assert drawn["réel"] == [0.0, 1.04, 0.04]
    assert drawn["attendu à l’alerte"] == [0.0, 0.07, 0.12]
    assert drawn["attendu à la clôture (1/2)"] == [0.0, 0.05, 0.11]


def test_the_bands_are_the_luck_of_half_and_of_nine_records_in_ten() -> None:
    axes = draw_profit(CURVE, LABELS, Shade.LIGHT).axes
    wide, narrow = (
        np.asarray(band.get_paths()[0].vertices, dtype=np.float64) for band in axes.collections[:2]
    )
    assert (wide[:, 1].min(), wide[:, 1].max()) == (-2.0, 2.0)
    assert (narrow[:, 1].min(), narrow[:, 1].max()) == (-0.9, 1.1)


def test_the_picture_names_its_provenance_n_interval_and_units() -> None:
    written = [text.get_text() for text in draw_profit(CURVE, LABELS, Shade.LIGHT).figure.texts]
    for words in (LABELS.title, LABELS.subtitle, "paris réglés", "unités"):
        assert words in written
    for words in (LABELS.actual, LABELS.expected, LABELS.closing, LABELS.band, LABELS.half_band):
        assert words in written
    assert "\u22122" in written, "a true minus"


def test_small_profits_are_told_with_the_readers_own_decimal_mark() -> None:
    few = replace(CURVE, low90=(-0.4, -0.4), high90=(0.4, 0.4), actual=(0.3, 0.1))
    written = [text.get_text() for text in draw_profit(few, LABELS, Shade.LIGHT).figure.texts]
    assert "0,2" in written


def test_without_a_close_no_closing_line_is_drawn_or_explained() -> None:
    page = draw_profit(replace(CURVE, n_close=0), LABELS, Shade.LIGHT)
    assert LABELS.closing not in {line.get_label() for line in page.axes.lines}
    assert LABELS.closing not in [text.get_text() for text in page.figure.texts]


def test_the_scale_holds_all_that_is_drawn() -> None:
    curve = a_long_curve(500)
    axes = draw_profit(curve, LABELS, Shade.LIGHT).axes
    low, high = axes.get_ylim()
    assert low < min(curve.low90)
    assert high > max(curve.actual)
    assert axes.get_xlim() == (0, 500)


@pytest.mark.parametrize("shade", Shade)
@pytest.mark.parametrize("curve", [CURVE, a_long_curve(2_000)], ids=["two", "many"])
def test_the_picture_is_light_to_send(curve: Curve, shade: Shade) -> None:
    png = profit_chart(curve, LABELS, shade)
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.width) == ("PNG", 907)
    assert len(png) <= 40_000


def test_the_same_curve_makes_the_same_picture() -> None:
    assert profit_chart(CURVE, LABELS, Shade.DARK) == profit_chart(CURVE, LABELS, Shade.DARK)
    assert profit_chart(CURVE, LABELS, Shade.DARK) != profit_chart(CURVE, LABELS, Shade.LIGHT)
