from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from io import BytesIO
from math import isnan, nan

import numpy as np
import pytest
from matplotlib.collections import PathCollection
from PIL import Image

from charts.odds_path import (
    BookLine,
    Mark,
    Moment,
    Part,
    PathLabels,
    draw_odds_path,
    lines_of,
    odds_path_chart,
)
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey
from engine.domain.preferences import Shade
from tests.unit.charts.paths import GONE, a_path

NOW = datetime(2026, 11, 22, 16, 33, tzinfo=UTC)
HOUR = timedelta(hours=1)
OVER = Selection.parse("over_2.5")
UNIBET, PINNACLE = BookmakerKey("unibet_fr"), BookmakerKey("pinnacle")
KICK_OFF = (NOW + 3 * HOUR).timestamp()
PATH = a_path(
    OVER,
    {
        "unibet_fr": [(NOW - 5 * HOUR, 2.10), (NOW - 3 * HOUR, GONE), (NOW - HOUR, 2.04)],
        "pinnacle": [(NOW - 5 * HOUR, 1.98), (NOW - 2 * HOUR, 1.95)],
        "betclic_fr": [(NOW - 4 * HOUR, 2.00)],
        "winamax_fr": [(NOW - 4 * HOUR, 2.01)],
        "fd_max": [(NOW - 4 * HOUR, 2.20)],
        "never": [(NOW - 4 * HOUR, GONE)],
    },
    seen_until=NOW,
)
LINES = lines_of(PATH, OVER, ours=UNIBET, sharp=[PINNACLE], without=[BookmakerKey("fd_max")])
MARKS = (
    Mark(moment=Moment.OPEN, at=(NOW - 5 * HOUR).timestamp(), odds=2.10, label="ouverture"),
    Mark(moment=Moment.ALERT, at=NOW.timestamp(), odds=2.04, label="alerte"),
    Mark(moment=Moment.CLOSE, at=NOW.timestamp(), odds=2.04, label="dernier prix vu"),
)
LABELS = PathLabels(
    title="PSG – Lens",
    subtitle="Plus de 2,5 buts · n = 3 changements de cote · 4 books",
    ours="Unibet (notre pari)",
    reference="Pinnacle (référence sharp)",
    others="2 autres books",
    withdrawn="prix retiré",
    kick_off="coup d’envoi",
    axis_time="heure de Paris",
    axis_odds="cote",
    clock=lambda at: f"{at:%H:%M}",
    odds=lambda value: f"{value:.2f}".replace(".", ","),
)


def line_of(key: str) -> BookLine:
    return next(line for line in LINES if line.bookmaker == key)


def named(label: str) -> list[float]:
    axes = draw_odds_path(LINES, MARKS, KICK_OFF, LABELS, Shade.LIGHT).axes
    [found] = [line for line in axes.lines if line.get_label() == label]
    return [float(value) for value in np.asarray(found.get_ydata())]


def test_each_book_that_priced_the_selection_has_one_line_and_its_part() -> None:
    parts = {line.bookmaker: line.part for line in LINES}
    assert parts == {
        "unibet_fr": Part.OURS,
        "pinnacle": Part.REFERENCE,
        "betclic_fr": Part.OTHER,
        "winamax_fr": Part.OTHER,
    }


def test_a_line_is_the_stored_changes_and_no_more() -> None:
    ours = line_of("unibet_fr")
    assert ours.at == tuple((NOW - n * HOUR).timestamp() for n in (5, 3, 1))
    assert ours.odds[::2] == (2.10, 2.04)
    assert isnan(ours.odds[1])
    assert (ours.first, ours.last, ours.seen_until) == (2.10, 2.04, NOW.timestamp())
    assert replace(ours, odds=(2.1, 2.0, nan)).last is None


def test_another_selection_and_the_lay_side_are_not_drawn() -> None:
    args = {"ours": UNIBET, "sharp": [PINNACLE]}
    assert lines_of(PATH, Selection.parse("under_2.5"), **args) == ()  # type: ignore[arg-type]
    laid = replace(PATH, lay=np.ones(len(PATH), np.bool_))
    assert lines_of(laid, OVER, **args) == ()  # type: ignore[arg-type]


def test_a_bet_at_the_sharp_book_is_ours_first() -> None:
    lines = lines_of(PATH, OVER, ours=PINNACLE, sharp=[PINNACLE])
    assert [line.bookmaker for line in lines if line.part is Part.OURS] == [PINNACLE]
    assert not any(line.part is Part.REFERENCE for line in lines)


def test_a_withdrawn_price_is_a_gap_and_a_cross() -> None:
    drawn = named("Unibet (notre pari)")
    assert [isnan(value) for value in drawn] == [False, True, False, False]
    axes = draw_odds_path(LINES, MARKS, KICK_OFF, LABELS, Shade.LIGHT).axes
    [crosses] = [one for one in axes.collections if isinstance(one, PathCollection)]
    assert np.asarray(crosses.get_offsets()).tolist() == [[(NOW - 3 * HOUR).timestamp(), 2.10]]


def test_opening_alert_close_and_kick_off_are_marked_at_their_odds() -> None:
    assert (named("ouverture"), named("alerte")) == ([2.10], [2.04])
    axes = draw_odds_path(LINES, MARKS, KICK_OFF, LABELS, Shade.LIGHT).axes
    assert [text.get_text() for text in axes.texts] == ["2,10", "2,04"]
    upright = [np.asarray(line.get_xdata()).tolist() for line in axes.lines]
    assert [KICK_OFF, KICK_OFF] in upright


def test_a_kind_of_line_is_explained_once() -> None:
    page = draw_odds_path(LINES, MARKS, KICK_OFF, LABELS, Shade.LIGHT)
    written = [text.get_text() for text in page.figure.texts]
    explained = [LABELS.ours, LABELS.reference, LABELS.others, LABELS.withdrawn, LABELS.kick_off]
    for words in (*explained, *(mark.label for mark in MARKS)):
        assert written.count(words) == 1, words


@pytest.mark.parametrize("shade", Shade)
def test_lines_and_marks_are_told_apart_by_more_than_colour(shade: Shade) -> None:
    axes = draw_odds_path(LINES, MARKS, KICK_OFF, LABELS, shade).axes
    named = {LABELS.ours, LABELS.reference, LABELS.others}
    drawn = [line for line in axes.lines if line.get_label() in named]
    assert len({(line.get_linestyle(), line.get_linewidth()) for line in drawn}) == 3
    assert len({line.get_color() for line in drawn}) == 3
    assert len({moment.value[0] for moment in Moment}) == 3


def test_odds_that_stood_still_are_not_made_a_landslide() -> None:
    axes = draw_odds_path([line_of("betclic_fr")], (), KICK_OFF, LABELS, Shade.LIGHT).axes
    assert axes.get_ylim() == pytest.approx((1.95, 2.05))


@pytest.mark.parametrize(("seconds", "ticks"), [(60, 2), (95, 2), (150, 3), (7200, 5)])
def test_the_axis_begins_where_looks_do_however_late_and_its_ticks_differ(
    seconds: int, ticks: int
) -> None:
    late = replace(
        line_of("betclic_fr"), at=(KICK_OFF - seconds,), odds=(2.0,), seen_until=KICK_OFF - 5
    )
    page = draw_odds_path([late], (), KICK_OFF, LABELS, Shade.LIGHT)
    axes = page.axes
    left, right = axes.get_xlim()
    assert (right - left) / seconds < 1.2
    assert left < KICK_OFF - seconds
    named = {
        text.get_position()[0]: text.get_text()
        for text in page.figure.texts
        if left <= text.get_position()[0] <= right
    }
    assert len(set(named.values())) == len(named) == ticks
    assert set((np.diff(sorted(named)) % 60).tolist()) == {0.0}
    assert max(named) == KICK_OFF


def test_one_look_at_kick_off_still_has_an_axis() -> None:
    alone = replace(line_of("betclic_fr"), at=(KICK_OFF,), odds=(2.0,), seen_until=KICK_OFF)
    axes = draw_odds_path([alone], (), KICK_OFF, LABELS, Shade.LIGHT).axes
    left, right = axes.get_xlim()
    assert left < KICK_OFF < right


def test_the_picture_is_a_png_fit_for_a_phone_and_the_same_each_time() -> None:
    png = odds_path_chart(LINES, MARKS, KICK_OFF, LABELS, Shade.LIGHT)
    picture = Image.open(BytesIO(png))
    assert (picture.format, picture.width) == ("PNG", 907)
    assert len(png) <= 40_000
    assert odds_path_chart(LINES, MARKS, KICK_OFF, LABELS, Shade.LIGHT) == png


def test_one_look_alone_shows_every_book_and_writes_each_price_once() -> None:
    path = a_path(OVER, {"unibet_fr": [(NOW, 2.1)], "pinnacle": [(NOW, 1.98)]}, seen_until=NOW)
    marks = [replace(mark, at=NOW.timestamp(), odds=2.1) for mark in MARKS]
    lines = lines_of(path, OVER, ours=UNIBET, sharp=[PINNACLE])
    axes = draw_odds_path(lines, marks, KICK_OFF, LABELS, Shade.LIGHT).axes
    drawn = [line for line in axes.lines if line.get_label() in {LABELS.ours, LABELS.reference}]
    assert [str(line.get_marker()) for line in drawn] == ["_", "_"]
    assert [text.get_text() for text in axes.texts if text.get_text() == "2,10"] == ["2,10"]
