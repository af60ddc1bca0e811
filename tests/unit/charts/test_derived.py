from io import BytesIO

import numpy as np
import pytest
from matplotlib.container import ErrorbarContainer
from PIL import Image

from charts.derived import ENGLISH, FRENCH, DerivedLabels, derived_chart, draw_derived
from engine.learning.derived.scores import Against, MarketScore, Mean


def mean(value: float, n: int = 20_847) -> Mean:
    return Mean(value=value, low=value - 0.0005, high=value + 0.0005, n=n)


def against(loss: float, bias: float) -> Against:
    return Against(log_loss=0.68, loss=mean(loss), bias=mean(bias))


def score(code: str, aim: float, n: int = 20_847) -> MarketScore:
    return MarketScore(
        code=code,
        n=n,
        quote_log_loss=0.68,
        quote_bias=mean(-0.0044),
        plain=against(0.0016, -0.0145),
        corrected=against(0.0009, -0.0011),
        pooled=against(0.0, -0.003),
        aim=aim,
    )


TWO = (score("btts_yes", 0.001), score("over_1.5", 0.0007))


def test_the_chart_is_a_picture_sharp_on_a_phone() -> None:
    picture = Image.open(BytesIO(derived_chart(TWO, ENGLISH)))
    assert picture.format == "PNG"
    assert picture.size == (1600, 1000)


def test_every_market_has_a_row_with_three_marks_and_its_bias() -> None:
    [axes] = draw_derived(TWO, ENGLISH).axes
    assert [tick.get_text() for tick in axes.get_yticklabels()] == ["Both score", "Over 1.5"]
    bars = [one for one in axes.containers if isinstance(one, ErrorbarContainer)]
    marks = {one.get_label(): np.asarray(one.lines[0].get_xdata()) for one in bars}
    assert list(marks) == ["plain grid", "corrected", "pooled with the quote"]
    assert marks["corrected"] == pytest.approx([0.9, 0.9])
    words = [text.get_text() for text in axes.texts]
    assert "bias \u22120.1 pt\nquote \u22120.4 pt" in words


def test_a_market_without_matches_is_left_out_and_none_at_all_is_said() -> None:
    [axes] = draw_derived((TWO[0], score("over_0.5", 0.0, n=0)), ENGLISH).axes
    assert len(axes.get_yticks()) == 1
    [empty] = draw_derived((score("over_0.5", 0.0, n=0),), FRENCH).axes
    assert FRENCH.empty in [text.get_text() for text in empty.texts]


@pytest.mark.parametrize("labels", [ENGLISH, FRENCH])
def test_both_languages_name_every_market_and_write_numbers_their_way(
    labels: DerivedLabels,
) -> None:
    assert labels.markets.keys() == ENGLISH.markets.keys()
    [axes] = draw_derived(TWO, labels).axes
    bias = axes.texts[-1].get_text()
    assert f"0{labels.decimal_mark}1 pt" in bias
