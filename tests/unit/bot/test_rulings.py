"""Contested results and grades by hand, as those who look after the house read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest
from syrupy.assertion import SnapshotAssertion  # noqa: TC002  # pytest asks for it by its type

from bot.render.pick import render_card
from bot.render.rulings import (
    render_contested,
    render_grade,
    render_graded,
    render_ruled,
    render_ruling,
    scores_said,
)
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.dispute import Decision, Dispute, DisputeKind, told
from engine.domain.fixture import Team
from engine.domain.settlement import Outcome, Phase, Score, Settlement, Told
from engine.settlement.rules import BookRules
from engine.settlement.settling import decide, grade_by_hand
from jobs.rulings import HandGrade
from storage.disputes import WaitingDispute
from tests.builders import a_result
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS, a_view

if TYPE_CHECKING:
    from storage.views import PickView

VOID = Decision(score=None)
DRAWN = Decision(score=Score(home=1, away=1))
AET = a_result(
    status="AET",
    phase=Phase.REVIEW,
    full_time=None,
    half_time=None,
    read_at=NOW,
    told=Told(
        goals=Score(home=2, away=1),
        half_time=Score(home=0, away=1),
        full_time=Score(home=2, away=1),
        extra_time=Score(home=0, away=0),
    ),
)
FILE = a_result(1, 1, source="football_data", read_at=NOW + timedelta(hours=9))
NOTHING = a_result(status="<b>", phase=Phase.REVIEW, full_time=None, half_time=None, read_at=NOW)


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


def waiting(kind: DisputeKind = DisputeKind.SOURCES, picks: int = 2) -> WaitingDispute:
    fixture = a_view().fixture
    dispute = Dispute(
        id=12,
        fixture_id=fixture.id,
        kind=kind,
        said=(told(AET), told(FILE), told(NOTHING)),
        opened_at=NOW,
    )
    return WaitingDispute(dispute=dispute, fixture=fixture, picks=picks)


def settled(decision: Decision, *, n: int = 1) -> tuple[Settlement, ...]:
    pick = a_view().pick
    return (decide(pick, decision, sequence=1, rules=BookRules(), now=NOW),) * n


def a_settled_view() -> PickView:
    view = a_view()
    lost = grade_by_hand(view.pick, Outcome.LOST, None, sequence=1, rules=BookRules(), now=NOW)
    return replace(view, settlement=lost)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_contested_result(language: str, snapshot: SnapshotAssertion) -> None:
    shown = [
        render_contested(None, 0, 0, voice=voice(language), money=MONEY),
        render_contested(waiting(), 0, 3, voice=voice(language), money=MONEY),
        render_contested(
            waiting(DisputeKind.EXTRA_TIME, picks=1), 2, 3, voice=voice(language), money=MONEY
        ),
    ]
    assert "\n———\n".join(shown) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_decision_asked_and_made(language: str, snapshot: SnapshotAssertion) -> None:
    shown = [
        render_ruling(waiting(), DRAWN, voice=voice(language)),
        render_ruling(waiting(picks=1), VOID, voice=voice(language)),
        render_ruled(DRAWN, settled(DRAWN, n=2), voice=voice(language)),
        render_ruled(VOID, (*settled(VOID), *settled(DRAWN)), voice=voice(language)),
        render_ruled(VOID, (), voice=voice(language)),
    ]
    assert "\n———\n".join(shown) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_grade_asked_and_given(language: str, snapshot: SnapshotAssertion) -> None:
    view = a_settled_view()
    won = grade_by_hand(view.pick, Outcome.WON, None, sequence=2, rules=BookRules(), now=NOW)
    shown = [
        render_grade(
            view, HandGrade(outcome=Outcome.WON, seen=1), voice=voice(language), money=MONEY
        ),
        render_grade(
            a_view(),
            HandGrade(score=Score(home=0, away=4), seen=0),
            voice=voice(language),
            money=MONEY,
        ),
        render_graded(view, won, voice=voice(language), money=MONEY),
    ]
    assert "\n———\n".join(shown) == snapshot


def test_the_scores_to_choose_from_are_each_told_once() -> None:
    assert scores_said(waiting().dispute) == (Score(home=2, away=1), Score(home=1, away=1))


def test_hostile_names_and_statuses_stay_text() -> None:
    one = waiting()
    team = Team(key="x", name=HOSTILE)
    hurt = replace(one, fixture=replace(one.fixture, home=team, away=team))
    shown = render_contested(hurt, 0, 1, voice=voice("en"), money=MONEY)
    assert "&lt;b&gt;" in shown
    assert "<script" not in shown
    assert width(shown) < MESSAGE_LIMIT


def test_a_grade_that_says_nothing_is_refused() -> None:
    with pytest.raises(ValueError, match="say an outcome or a score"):
        HandGrade(seen=0).outcome_of(a_view().pick)


@pytest.mark.parametrize(("language", "words"), [("fr", "décidé à la main"), ("en", "by hand")])
def test_a_card_says_that_a_person_graded_it(language: str, words: str) -> None:
    shown = render_card(a_settled_view(), texts=TEXTS, language=language, now=NOW, money=MONEY)
    assert words in shown
