"""The odds path of a pick in words."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from syrupy.assertion import SnapshotAssertion  # noqa: TC002  # pytest asks for it by its type

from bot.render.path import Told, path_caption, path_labels, path_marks
from bot.render.split import CAPTION_LIMIT, width
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from charts.odds_path import Moment, lines_of
from engine.domain.numbers import BookmakerKey
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS, a_close, a_view
from tests.unit.charts.paths import GONE, a_path

if TYPE_CHECKING:
    from collections.abc import Mapping

    from storage.views import PickView

HOUR = timedelta(hours=1)
BOOKS = {
    "unibet_fr": [(NOW - 20 * HOUR, 2.12), (NOW - 9 * HOUR, GONE), (NOW - HOUR, 2.04)],
    "pinnacle": [(NOW - 20 * HOUR, 1.98), (NOW - 2 * HOUR, 1.95)],
    "betclic_fr": [(NOW - 4 * HOUR, 2.00)],
}


def told(
    language: str = "fr",
    books: Mapping[str, Any] = BOOKS,
    view: PickView | None = None,
    after: timedelta = timedelta(0),
) -> Told:
    shown = view or a_view()
    path = a_path(shown.pick.selection, books, seen_until=NOW)
    lines = lines_of(
        path,
        shown.pick.selection,
        ours=shown.pick.bookmaker,
        sharp=[BookmakerKey("pinnacle")],
    )
    return Told(
        view=shown,
        lines=lines,
        voice=Voice(texts=TEXTS, language=language),
        money=MONEY,
        now=NOW + after,
    )


CASES = {
    "open": {},
    "closed": {"view": a_view(close=a_close()), "after": 5 * HOUR},
    "gone": {"books": BOOKS | {"unibet_fr": [(NOW - 9 * HOUR, 2.12), (NOW - HOUR, GONE)]}},
    "one book": {"books": {"unibet_fr": BOOKS["unibet_fr"][:1]}},
    "unseen": {"books": {"pinnacle": BOOKS["pinnacle"]}},
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", CASES)
def test_the_words_say_what_the_picture_shows(
    case: str, language: str, snapshot: SnapshotAssertion
) -> None:
    path: Any = told(language, **CASES[case])  # type: ignore[arg-type]
    labels = path_labels(path)
    assert path_caption(path) == snapshot
    assert (
        labels.title,
        labels.subtitle,
        labels.ours,
        labels.reference,
        labels.others,
    ) == snapshot
    assert [(mark.moment.name, mark.odds, mark.label) for mark in path_marks(path)] == snapshot


def test_a_price_that_is_gone_is_no_last_price() -> None:
    path: Any = told(**CASES["gone"])  # type: ignore[arg-type]
    assert [mark.moment for mark in path_marks(path)] == [Moment.OPEN, Moment.ALERT]


@pytest.mark.parametrize("language", LANGUAGES)
def test_hostile_names_leave_the_caption_within_its_limit(language: str) -> None:
    view = a_view(home=HOSTILE, away=HOSTILE, close=a_close())
    view = replace(view, pick=replace(view.pick, bookmaker=BookmakerKey("unibet_fr")))
    assert width(path_caption(told(language, view=view))) <= CAPTION_LIMIT
