"""The morning's learning as those who look after the house read it."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion  # noqa: TC002  # pytest asks for it by its type

from bot.render.learning import (
    render_learning,
    render_learning_news,
    render_no_learning,
    render_part,
)
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.alerting.learning import compose_learning, report_of
from engine.domain.learning_report import (
    LearningReport,
    Missing,
    PartChange,
    PartFigure,
    PartReport,
    PartState,
    Repriced,
)
from engine.domain.pick import Provenance
from jobs.learn_parts import PARTS
from tests.unit.bot.views import MONEY, NOW, TEXTS

FIGURE = PartFigure(
    name="match_odds.kl_change", n=3120, mean=-0.083, low=-0.091, high=-0.075, was=-0.081
)
WEIGHTS = PartReport(
    name="weights",
    state=PartState.LEARNED,
    version=12,
    figures=(FIGURE, replace(FIGURE, name="log_loss", mean=0.9812, low=None, high=None, was=None)),
    changes=(
        PartChange(what="match_odds.sharp.bet365", old=-0.25, new=-0.21),
        PartChange(what="agents.B", old="shadow", new="counts"),
        PartChange(what="total.sharp.1xbet<b>", old=None, new=0.0405),
    ),
    changed=8,
)
REPORT = LearningReport(
    at=NOW,
    parts=(
        WEIGHTS,
        PartReport(name="goals", state=PartState.UNCHANGED),
        PartReport(
            name="blend",
            state=PartState.WAITS,
            why="needs",
            missing=Missing(needs=2000, has=340, of="priced results"),
        ),
        PartReport(name="expected_close", state=PartState.REFUSED, why="total.kl_change"),
        PartReport(name="calibrations", state=PartState.FAILED, why="failed: ValueError"),
    ),
    effect=Repriced(
        provenance=Provenance.PAPER,
        since=NOW - timedelta(days=30),
        until=NOW,
        picks=120,
        n=118,
        before=118,
        after=109,
        mean=-0.0012,
        low=-0.0031,
        high=0.0007,
    ),
)
QUIET = replace(REPORT, parts=REPORT.parts[1:3], effect=None)


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_screen_of_learning_is_as_agreed(language: str, snapshot: SnapshotAssertion) -> None:
    own = voice(language)
    assert render_effectless(own) == snapshot(name="quiet")
    assert str(render_learning(REPORT, voice=own, money=MONEY)) == snapshot(name="all")
    assert str(render_learning_news(REPORT, voice=own, money=MONEY)) == snapshot(name="news")
    assert str(render_no_learning(voice=own)) == snapshot(name="none")
    for place, part in enumerate(REPORT.parts):
        told = str(render_part(REPORT, place, voice=own, money=MONEY))
        assert told == snapshot(name=part.name)
        assert width(told) < MESSAGE_LIMIT


def render_effectless(own: Voice) -> str:
    return str(render_learning(QUIET, voice=own, money=MONEY))


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_part_and_all_that_is_counted_has_words(language: str) -> None:
    for part in PARTS:
        missing = Missing(needs=part.needs, has=0, of=part.counted)
        one = PartReport(name=part.name, state=PartState.WAITS, missing=missing)
        report = LearningReport(at=NOW, parts=(one,))
        assert "learning." not in str(render_learning(report, voice=voice(language), money=MONEY))


def test_a_morning_is_told_once_and_only_where_there_is_news() -> None:
    first, second = compose_learning(REPORT, (8, 7, 8), NOW)
    assert (first.chat_id, second.chat_id) == (7, 8)
    again = compose_learning(replace(REPORT, at=NOW + timedelta(minutes=5)), (7,), NOW)
    assert again[0].dedup_key == first.dedup_key
    assert report_of(dict(first.body)) == REPORT
    assert compose_learning(QUIET, (7,), NOW) == ()
