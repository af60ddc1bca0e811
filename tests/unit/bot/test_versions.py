"""Learned versions as those who look after the house read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion  # noqa: TC002  # pytest asks for it by its type

from bot.callbacks import Signer
from bot.keyboards import Buttons
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.versions import (
    render_asked,
    render_card,
    render_declared,
    render_done,
    render_events,
    render_news,
    render_versions,
)
from bot.render.voice import Voice
from bot.shelf import Act, answer_of, sure, under_alert, under_version
from bot.texts.loader import LANGUAGES
from engine.alerting.versions import card_of, compose_version
from engine.domain.pick import Provenance
from engine.domain.policy_version import THE_HOUSE, PolicyVersion, Thresholds, VersionState, diff
from engine.domain.version_card import Effect, Group, VersionCard
from jobs.policy_acts import Shelf
from storage.policies import PolicyEvent
from tests.unit.bot.views import MONEY, NOW, TEXTS

V0 = Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)
NEW = Thresholds(zone_low=55.0, zone_high=84.0, zone_max_odds=3.0, hurdle=0.02)
NOBODY = Group(picks=0, closes=0, clv=None, low=None, high=None)
CARD = VersionCard(
    number=2,
    name="v0.2",
    state=VersionState.READY,
    beside="v0",
    serves="v0.1",
    changes=diff(V0, NEW),
    evidence={"picks": 231.0, "days": 64.0, "e_value": 41.5, "pbo": 0.08, "gain": 0.0123},
    effect=Effect(
        provenance=Provenance.LIVE,
        since=NOW - timedelta(days=30),
        until=NOW,
        before=Group(picks=40, closes=36, clv=0.012, low=-0.004, high=0.028),
        after=Group(picks=61, closes=55, clv=0.015, low=0.001, high=0.029),
        entered=Group(picks=1, closes=1, clv=0.02, low=None, high=None),
        left=NOBODY,
    ),
)


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


def a_version(
    number: int, state: VersionState, thresholds: Thresholds | None = NEW
) -> PolicyVersion:
    return PolicyVersion(
        number=number,
        base="v0",
        parent=0,
        thresholds=thresholds,
        why={},
        proposed_at=NOW,
        by=0,
        state=state,
    )


EVERY = tuple(a_version(n, state) for n, state in enumerate(VersionState, start=1))
SHELF = Shelf(base="v0", in_force=3, named=3, versions=EVERY[::-1], back=(6, 0), seen=17)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_list_of_versions(language: str, snapshot: SnapshotAssertion) -> None:
    empty = Shelf(base="v0", in_force=0, named=0, versions=(), back=(), seen=0)
    many = tuple(a_version(n, VersionState.REFUSED) for n in range(11, 0, -1))
    shelves = [
        (empty, ()),
        (SHELF, ()),
        (replace(SHELF, in_force=0), ("zone_low", "hurdle")),
        (replace(SHELF, versions=many), ()),
    ]
    shown = [
        render_versions(shelf, elsewhere, voice=voice(language), money=MONEY)
        for shelf, elsewhere in shelves
    ]
    assert "\n———\n".join(shown) == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_one_version(language: str, snapshot: SnapshotAssertion) -> None:
    events = [
        PolicyEvent(state=VersionState.PROPOSED, at=NOW, by=THE_HOUSE, serves=None, evidence={}),
        PolicyEvent(state=VersionState.CONFIRMED, at=NOW, by=1001, serves=2, evidence={}),
        PolicyEvent(state=VersionState.ROLLED_BACK, at=NOW, by=0, serves=0, evidence={}),
    ]
    bare = replace(CARD, state=VersionState.ROLLED_BACK, changes=(), evidence={}, effect=None)
    spoken = voice(language)
    shown = [
        render_card(CARD, voice=spoken, money=MONEY),
        render_card(bare, voice=spoken, money=MONEY),
        render_events(events, voice=spoken, money=MONEY),
        render_declared("v0", V0, in_force=True, voice=spoken),
        render_news(CARD, voice=spoken, money=MONEY),
        render_news(bare, voice=spoken, money=MONEY),
    ]
    assert "\n———\n".join(shown) == snapshot
    assert all(width(text) < MESSAGE_LIMIT for text in shown)


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_asked_and_what_was_done(language: str, snapshot: SnapshotAssertion) -> None:
    shown = [
        text
        for act in Act
        for text in (
            render_asked(act.name.lower(), "v0.2", "v0.1", voice=voice(language)),
            render_done(act.name.lower(), "v0.2", "v0.2", voice=voice(language)),
        )
    ]
    assert "\n———\n".join(shown) == snapshot


def test_evidence_is_cut_to_its_worse_side() -> None:
    close = {"e_value": 39.97, "e_asked": 40.0, "pbo": 0.1999, "sharpe": 0.9499}
    shown = render_card(replace(CARD, evidence=close), voice=voice("en"), money=MONEY)
    for figure in ("difference: 39.9", "asked for: 40.0", "(PBO): 20.0%", "real: 94.9%"):
        assert figure in shown


def test_a_message_tells_the_card_it_was_made_of_once_a_state() -> None:
    first, second = compose_version(CARD, [1002, 1001, 1002], NOW)
    assert (first.chat_id, second.chat_id) == (1001, 1002)
    assert card_of(dict(first.body)) == CARD
    [left] = compose_version(replace(CARD, state=VersionState.ROLLED_BACK), [1001], NOW)
    assert len({first.dedup_key, second.dedup_key, left.dedup_key}) == 3


@pytest.fixture
def buttons() -> Buttons:
    return Buttons(signer=Signer(b"secret"), user_id=1001, voice=voice("en"))


def labels(buttons: Buttons, state: VersionState) -> list[str]:
    number = next(one.number for one in EVERY if one.state is state)
    keyboard = under_version(buttons, number, SHELF).inline_keyboard
    return [button.text for row in keyboard[:-1] for button in row]


def test_only_what_can_be_done_is_offered(buttons: Buttons) -> None:
    assert labels(buttons, VersionState.PROPOSED) == ["🚫 Refuse"]
    assert labels(buttons, VersionState.READY) == ["✅ Put in force", "🚫 Refuse"]
    assert labels(buttons, VersionState.CONFIRMED) == []
    assert labels(buttons, VersionState.REFUSED) == []
    assert labels(buttons, VersionState.ROLLED_BACK) == []
    assert labels(buttons, VersionState.SUPERSEDED) == ["⏪ Back to v0.6"]


def test_a_message_of_a_version_left_offers_nothing_to_decide(buttons: Buttons) -> None:
    left = replace(CARD, state=VersionState.ROLLED_BACK)
    sizes = [len(under_alert(buttons, card).inline_keyboard) for card in (CARD, left)]
    assert sizes == [2, 1]


def test_a_confirming_button_says_what_as_of_when_and_grows_old(buttons: Buttons) -> None:
    [[button], _] = sure(buttons, 2, Act.REFUSE, SHELF, NOW).inline_keyboard
    tap = buttons.signer.decode(1001, str(button.callback_data))
    answer = answer_of(tap.args)
    assert answer is not None
    assert (tap.screen, tap.number) == ("vdone", 2)
    assert (answer.act, answer.seen, answer.asked_at) == (Act.REFUSE, 17, NOW)
    ages = (0, 30, 32, -1)
    assert [answer.late(NOW + timedelta(seconds=age)) for age in ages] == [
        False,
        False,
        True,
        True,
    ]
    assert answer_of("x17x1") is None
