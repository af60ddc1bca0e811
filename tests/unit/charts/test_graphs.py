"""Pictures of a record: what they show, in both shades, with nothing, little and much."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import timedelta
from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np
import pytest
from matplotlib.colors import to_rgba
from PIL import Image

from bot.graphs import Graph
from bot.handlers.graphs import MAKERS
from bot.render.graphs import MOST_ROWS, Telling
from bot.render.voice import Voice
from charts.bars import Bar, BarLabels, draw_bars
from charts.forest import ForestLabels, ForestRow, draw_forest
from charts.matrix import MatrixLabels, draw_matrix
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey
from engine.domain.pick import Provenance
from engine.domain.preferences import Shade
from engine.domain.record import Estimate
from engine.learning.recorded.correlated import Correlation
from tests.builders import NOW, a_bet
from tests.unit.bot.views import MONEY, TEXTS

if TYPE_CHECKING:
    from engine.domain.record import SettledBet

CODES = ("home", "over_2.5", "btts_yes", "dnb_home", "ah_away@+0.25", "under_3.25")
LONG = "Handicap asiatique extérieur de la ligue la plus longue $x_1$"


def many(n: int) -> list[SettledBet]:
    """Bets on markets, leagues and books in turn, some without a close, some given back."""
    rng = np.random.default_rng(9)
    bets = []
    for at in range(n):
        odds = float(rng.choice([1.5, 2.1, 3.5]))
        profit = "0" if at % 29 == 28 else f"{odds - 1:.2f}" if rng.random() < 1 / odds else "-1"
        bet = a_bet(
            profit,
            at,
            odds=odds,
            clv=None if at % 7 == 6 else float(rng.normal(0.02, 0.05)),
            fixture=str(at // 3),
            competition=f"soccer_league_{at % 23}",
            bookmaker=BookmakerKey(f"book_{at % 19}"),
            selection=Selection.parse(CODES[at % len(CODES)]),
            settled_at=NOW + timedelta(hours=9 * at),
            kick_off=NOW + timedelta(hours=9 * at - 2),
        )
        bets.append(bet)
    return bets


RECORDS = {"one": many(1), "two": many(2), "few": many(25), "much": many(900)}


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("size", RECORDS)
@pytest.mark.parametrize("graph", Graph)
def test_every_picture_is_drawn_of_little_and_of_much_and_says_it_in_words(
    graph: Graph, size: str, language: str
) -> None:
    bets = RECORDS[size]
    telling = Telling(
        graph=graph,
        provenance=Provenance.PAPER,
        voice=Voice(texts=TEXTS, language=language),
        money=MONEY,
        filter="market=btts,over_2.5 odds=1.5-2.5",
    )
    told = MAKERS[graph](bets, telling)
    if told is None:
        assert graph in {Graph.CORRELATION, Graph.SPREAD, Graph.COURSE}
        assert size in {"one", "two"}
        return
    assert len(told.caption) <= 1024
    assert "PAPER" in told.caption
    assert "n = " in told.caption.replace("\u00a0", " ")
    assert "odds=1.5-2.5" in told.caption
    for shade in Shade:
        png = told.draw(shade)
        assert len(png) <= 40_000, len(png)
        assert Image.open(BytesIO(png)).width == 907
    assert told.draw(Shade.LIGHT) == told.draw(Shade.LIGHT)


@pytest.mark.parametrize("graph", Graph)
def test_every_word_of_a_picture_stands_on_its_sheet(
    graph: Graph, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Words at the left and under a plot are cut or wrapped before they leave the paper."""
    from charts.phone import Sheet  # noqa: PLC0415

    seen: list[Sheet] = []
    drawn = Sheet.png

    def kept(page: Sheet, **choices: int) -> bytes:
        seen.append(page)
        return drawn(page, **choices)

    monkeypatch.setattr(Sheet, "png", kept)
    telling = Telling(
        graph=graph,
        provenance=Provenance.BACKTEST,
        voice=Voice(texts=TEXTS, language="fr"),
        money=MONEY,
    )
    bets = [replace(bet, provenance=Provenance.BACKTEST) for bet in RECORDS["much"]]
    told = MAKERS[graph](bets, telling)
    assert told is not None
    told.draw(Shade.LIGHT)
    [page] = seen
    width, height = page.figure.canvas.get_width_height()
    for text in page.figure.texts:
        box = text.get_window_extent()
        assert box.x0 >= -2, text.get_text()
        assert box.x1 <= width + 2, text.get_text()
        assert box.y0 >= 0, text.get_text()
        assert box.y1 <= height, text.get_text()


def estimate(mean: float | None, n: int, reach: float = 0.02) -> Estimate:
    if mean is None:
        return Estimate(mean=None, n=n, low=None, high=None)
    return Estimate(mean=mean, n=n, low=mean - reach, high=mean + reach)


def test_a_forest_marks_few_bets_hollow_and_lets_no_wide_interval_hide_the_others() -> None:
    rows = [
        ForestRow(label=LONG, value=estimate(0.02, 400)),
        ForestRow(label="rare", value=estimate(0.05, 3, reach=2.0)),
        ForestRow(label="sans clôture", value=estimate(None, 0)),
    ]
    labels = ForestLabels(
        title="CLV", subtitle="n = 403", axis="CLV, %", sure="assez", few="peu", decimal_mark=","
    )
    page = draw_forest(rows, labels, Shade.DARK)
    dots = [line for line in page.axes.lines if np.size(line.get_xdata()) == 1]
    assert [float(np.asarray(dot.get_xdata())[0]) for dot in dots] == [2.0, 5.0]
    hollow = [dot.get_markerfacecolor() == page.palette.paper for dot in dots]
    assert hollow == [False, True]
    low, high = page.axes.get_xlim()
    assert low > -20
    assert high < 20
    written = [text.get_text() for text in page.figure.texts]
    assert {"n = 400", "n = 3", "n = 0"} <= set(written)


def test_a_forest_of_the_most_rows_keeps_each_name_on_its_own_line() -> None:
    rows = [
        ForestRow(label=f"ligue {at}", value=estimate(at / 100, 50)) for at in range(MOST_ROWS)
    ]
    labels = ForestLabels(title="t", subtitle="s", axis="x", sure="a", few="b", decimal_mark=".")
    page = draw_forest(rows, labels, Shade.LIGHT)
    page.png()
    tops = [text.get_window_extent() for text in page.figure.texts if "ligue" in text.get_text()]
    assert all(above.y0 >= below.y1 for above, below in itertools.pairwise(tops))


def test_bars_that_lost_are_hatched_and_told_with_how_many_bets() -> None:
    bars = [Bar(label="nov.", profit=2.5, n=12), Bar(label="déc.", profit=-1.0, n=3)]
    labels = BarLabels(
        title="t", subtitle="s", won="gain", lost="perte", axis_units="u", decimal_mark=","
    )
    page = draw_bars(bars, labels, Shade.LIGHT)
    patches = page.axes.patches
    assert [patch.get_height() for patch in patches] == [2.5, -1.0]  # type: ignore[attr-defined]
    assert [bool(patch.get_hatch()) for patch in patches] == [False, True]
    assert {"12", "3"} <= {text.get_text() for text in page.figure.texts}


def test_a_matrix_colours_only_what_enough_matches_say() -> None:
    sure = Correlation(n=200, value=0.5, low=0.4, high=0.6)
    thin = Correlation(n=5, value=0.9, low=-0.2, high=1.0)
    labels = MatrixLabels(
        title="t", subtitle="s", together="e", apart="a", few="f", decimal_mark=","
    )
    page = draw_matrix(["a", "b", "c"], [(), (sure,), (thin, None)], labels, Shade.LIGHT)
    filled = [to_rgba(patch.get_facecolor())[3] > 0 for patch in page.axes.patches]
    assert filled == [True, False, False]
    written = [text.get_text() for text in page.figure.texts]
    assert {"+0,5", "n=200", "+0,9", "n=5"} <= set(written)
