from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.container import ErrorbarContainer

from charts.evaluation import ENGLISH, FRENCH, LANGUAGES, draw_evaluation, evaluation_chart
from engine.learning.evaluation.evaluation import Forecast, book_forecasts
from engine.learning.evaluation.leagues import score_leagues
from engine.learning.evaluation.scores import score_lines
from engine.learning.evaluation.targets import targets
from tests.archives import World, simulate

if TYPE_CHECKING:
    from matplotlib.figure import Figure

WORLD = simulate(2, World(seasons=2, leagues=1, teams=14))
TARGETS = targets(WORLD.archive)
FORECASTS = (
    *book_forecasts(WORLD.archive.look),
    *(
        Forecast(
            name=name, match_odds=WORLD.match_odds, total=WORLD.total, handicap=WORLD.handicap
        )
        for name in ("reference", "goals_model", "expected_close")
    ),
)
LINES, LEAGUES = score_lines(TARGETS, FORECASTS), score_leagues(TARGETS, FORECASTS)


def legend(figure: Figure) -> list[str]:
    return [text.get_text() for one in figure.legends for text in one.get_texts()]


def test_each_season_shows_how_much_nearer_each_model_is_than_the_baseline() -> None:
    figure = draw_evaluation(LINES, LEAGUES, ENGLISH)
    first, second, third = figure.axes
    assert [one.get_title(loc="left") for one in figure.axes] == [
        "1X2",
        "Over/under 2.5",
        "1X2 · reliability of: expected close",
    ]
    for axes in (first, second):
        assert [text.get_text() for text in axes.get_xticklabels()] == ["16/17", "17/18"]
    assert legend(figure) == ["aim", "reference", "expected close"]
    bars = [one for one in first.containers if isinstance(one, ErrorbarContainer)]
    drawn = [np.asarray(one.lines[0].get_ydata()) for one in bars]
    told = [
        100 * one.against["baseline"].kl_change.value
        for one in LINES
        if (one.predictor, one.market) == ("expected_close", "match_odds")
        and one.season is not None
    ]
    assert drawn[1] == pytest.approx(told)
    assert np.asarray(third.lines[1].get_xdata()).shape == (10,)


def test_the_words_are_french_with_a_decimal_comma_where_asked() -> None:
    figure = draw_evaluation(LINES, LEAGUES, FRENCH)
    assert legend(figure) == ["objectif", "référence", "clôture attendue"]
    assert figure.axes[0].get_ylabel() == FRENCH.nearer
    ticks = [text.get_text() for axes in figure.axes for text in axes.get_yticklabels()]
    assert "0" in ticks
    assert not any("." in text or "-" in text for text in ticks)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_panel_without_figures_says_so(language: str) -> None:
    labels = LANGUAGES[language]
    figure = draw_evaluation((), (), labels)
    assert [axes.texts[0].get_text() for axes in figure.axes] == [labels.empty] * 3
    assert evaluation_chart((), (), labels).startswith(b"\x89PNG")
