from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO

import numpy as np
from PIL import Image

from charts import theme
from charts.profit import ProfitLabels, draw_profit, profit_chart
from engine.learning.recorded.curve import Curve

NOW = datetime(2026, 11, 22, tzinfo=UTC)
LABELS = ProfitLabels(
    title="Gain cumulé · LIVE · n = 2",
    subtitle="Rendement +2 % [-10 % ; +14 %]",
    actual="réel",
    expected="attendu à l’alerte",
    closing="attendu à la clôture (1/2)",
    band="bande à 90 %",
    half_band="bande à 50 %",
    axis_bets="paris réglés",
    axis_units="unités",
    decimal_mark=",",
)
CURVE = Curve(
    at=(NOW, NOW),
    actual=(1.04, 0.04),
    expected_alert=(0.07, 0.12),
    expected_close=(0.05, 0.11),
    low50=(-0.5, -0.9),
    high50=(0.6, 1.1),
    low90=(-1.0, -2.0),
    high90=(1.0, 2.0),
    n_close=1,
)


def test_the_lines_are_the_curves_from_zero() -> None:
    [axes] = draw_profit(CURVE, LABELS).axes
    drawn = {line.get_label(): np.asarray(line.get_ydata()).tolist() for line in axes.lines}
    assert drawn["réel"] == [0.0, 1.04, 0.04]
    assert drawn["attendu à l’alerte"] == [0.0, 0.07, 0.12]
    assert drawn["attendu à la clôture (1/2)"] == [0.0, 0.05, 0.11]


def test_the_band_is_the_luck_of_nine_records_in_ten() -> None:
    [axes] = draw_profit(CURVE, LABELS).axes
    bands = {
        band.get_label(): np.asarray(band.get_paths()[0].vertices, dtype=np.float64)
        for band in axes.collections
    }
    wide, narrow = bands["bande à 90 %"], bands["bande à 50 %"]
    assert (wide[:, 1].min(), wide[:, 1].max()) == (-2.0, 2.0)
    assert (narrow[:, 1].min(), narrow[:, 1].max()) == (-0.9, 1.1)


def test_the_picture_names_its_provenance_n_interval_and_units() -> None:
    [axes] = draw_profit(CURVE, LABELS).axes
    assert axes.get_title(loc="left") == LABELS.title
    assert LABELS.subtitle in [text.get_text() for text in axes.texts]
    assert (axes.get_xlabel(), axes.get_ylabel()) == ("paris réglés", "unités")
    legend = axes.get_legend()
    assert legend
    assert len(legend.get_texts()) == 5


def test_without_a_close_no_closing_line_is_drawn() -> None:
    [axes] = draw_profit(replace(CURVE, n_close=0), LABELS).axes
    assert LABELS.closing not in {line.get_label() for line in axes.lines}


def test_the_picture_is_a_png_fit_for_a_phone() -> None:
    png = profit_chart(CURVE, LABELS)
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.size) == ("PNG", (1600, 1000))
    assert len(png) < 1_000_000


def test_lines_are_told_apart_by_more_than_colour() -> None:
    strokes = (theme.ACTUAL, theme.EXPECTED, theme.CLOSING)
    assert len({stroke.dash for stroke in strokes}) == 3
    assert len({stroke.colour for stroke in strokes}) == 3


def test_the_same_curve_makes_the_same_picture() -> None:
    assert profit_chart(CURVE, LABELS) == profit_chart(CURVE, LABELS)
