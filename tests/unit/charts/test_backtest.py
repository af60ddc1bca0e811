"""The picture of a backtest: three panels, two languages, and no figure where there is none."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from charts.backtest import LANGUAGES, BacktestView, draw_backtest
from engine.learning.backtest.figures import Figures
from engine.learning.backtest.reliability import Bin, Reliability
from engine.learning.backtest.summary import Compared
from engine.learning.clusters import Clustered, clustered_mean

WEEKS = np.arange(300) // 10


def _estimate(mean: float) -> Clustered:
    return clustered_mean(mean + np.sin(np.arange(300.0)) / 50, WEEKS)


def _figures(clv: float) -> Figures:
    one = _estimate(clv)
    return Figures(
        n=300,
        clv=one,
        clv_alt=one,
        clv_average=one,
        beat=one,
        ev=one,
        gap=one,
        roi=one,
        profit=3.0,
    )


VIEW = BacktestView(
    compared=[
        Compared(name=name, season=season, size=1_500, figures=_figures(clv))
        for season in (2021, 2022)
        for name, clv in (("product", 0.05), ("rule", 0.03))
    ],
    size=1_500,
    price="best",
    kick_off=np.linspace(1.6e9, 1.634e9, 400),
    profit=np.tile([1.0, -1.0, 0.5, np.nan], 100),
    clv=np.full(400, 0.03),
    reliability=Reliability(
        n=300,
        bins=(Bin(low=60, high=70, said=65.0, happened=_estimate(0.66)),),
        brier=_estimate(0.2),
        brier_constant=_estimate(0.25),
        gain=_estimate(0.05),
    ),
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_panel_says_what_it_shows(language: str) -> None:
    labels = LANGUAGES[language]
    figure = draw_backtest(VIEW, labels)
    texts = [text.get_text() for text in figure.texts]
    assert any("backtest" in text and "500" in text for text in texts), texts
    titles = [axes.get_title(loc="left") for axes in figure.axes]
    assert titles == [labels.clv, labels.profit, labels.reliability]
    shown = figure.axes[0].get_legend_handles_labels()[1]
    assert set(shown) == {labels.product, labels.rule}
    earned = figure.axes[1].lines[0].get_ydata()
    assert len(np.asarray(earned)) == 300, "bets without a result are no profit"


def test_seasons_stand_by_their_years() -> None:
    figure = draw_backtest(VIEW, LANGUAGES["en"])
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["21/22", "22/23"]


def test_panels_without_figures_say_so() -> None:
    nothing = np.empty(0)
    view = replace(
        VIEW,
        compared=[],
        size=None,
        kick_off=nothing,
        profit=nothing,
        clv=nothing,
        reliability=replace(VIEW.reliability, bins=()),
    )
    figure = draw_backtest(view, LANGUAGES["en"])
    for axes in figure.axes:
        assert LANGUAGES["en"].empty in [text.get_text() for text in axes.texts]
