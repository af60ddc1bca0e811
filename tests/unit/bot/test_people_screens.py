"""People, invitations and announcements as those who keep the house see them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

import pytest

from bot.render.announcements import render_announcement, render_draft, render_progress
from bot.render.people import (
    render_access,
    render_invitations,
    render_invite_choice,
    render_made,
    render_people,
    render_person,
    render_turned_away,
)
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.alerting.announcements import ROLE_CHANGED, ROLE_OVER
from engine.domain.alert import Role
from storage.access import Ban, Grant, Invitation, Known
from storage.broadcasts import Broadcast, Reached
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

DAY: Final = timedelta(days=1)
SAM: Final = Known(user_id=7, name="Sam", language="fr", state="active", since=NOW - 30 * DAY)
BANNED: Final = replace(
    SAM,
    name=HOSTILE,
    seen_at=NOW - timedelta(hours=3),
    grant=Grant(role=Role.ANALYST, until=NOW + DAY),
    ban=Ban(by=1, at=NOW - DAY, until=NOW + DAY, reason=HOSTILE),
)
CODE: Final = Invitation(
    role=Role.MEMBER, created_by=1, created_at=NOW, expires_at=NOW + 7 * DAY, number=3
)
MANY: Final = replace(CODE, number=4, uses=20, used=19, role_lasts=30 * DAY)
SAID: Final = Broadcast(
    number=2,
    made_by=1,
    made_at=NOW,
    segment="member",
    texts={"fr": "Bonjour"},
    recipients=1000,
    chat_id=1,
    language="fr",
)


@pytest.mark.parametrize("language", LANGUAGES)
def test_people_none_one_and_many(language: str, snapshot: SnapshotAssertion) -> None:
    voice = Voice(texts=TEXTS, language=language)
    told = [
        render_people(people, n, now=NOW, voice=voice, money=MONEY)
        for people, n in (
            ([], 0),
            ([(SAM, None)], 1),
            ([(SAM, Role.VIEWER), (BANNED, Role.ANALYST)] * 4, 1204),
        )
    ]
    told += [
        render_person(SAM, None, now=NOW, voice=voice, money=MONEY),
        render_person(BANNED, Role.ANALYST, now=NOW, voice=voice, money=MONEY),
        render_turned_away(Ban(by=1, at=NOW), voice, MONEY),
        render_turned_away(Ban(by=1, at=NOW, until=NOW + DAY), voice, MONEY),
        *(
            render_access({"what": what, "role": "member"}, voice=voice)
            for what in (ROLE_OVER, ROLE_CHANGED)
        ),
    ]
    assert told == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_invitations_none_one_and_many(language: str, snapshot: SnapshotAssertion) -> None:
    voice = Voice(texts=TEXTS, language=language)
    told = [
        render_invite_choice(voice),
        render_invite_choice(voice, role=Role.MEMBER, uses=5),
        render_made(CODE, "i_code", username="mon_ps_bot", voice=voice, money=MONEY),
        *(
            render_invitations(found, voice=voice, money=MONEY)
            for found in ((), (CODE,), (CODE, MANY))
        ),
    ]
    assert told == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_an_announcement_from_draft_to_report(language: str, snapshot: SnapshotAssertion) -> None:
    voice = Voice(texts=TEXTS, language=language)
    told = [
        render_announcement(HOSTILE, voice),
        render_draft("all", 0, (), voice),
        render_draft("member", 1, ("fr",), voice),
        render_draft("en", 1204, ("fr", "en"), voice),
        render_progress(SAID, Reached(waiting=900, sent=100), voice),
        render_progress(replace(SAID, stopped_at=NOW), Reached(sent=100, stopped=900), voice),
        render_progress(
            SAID, Reached(sent=990, uncertain=1, blocked=5, left_out=3, failed=1), voice
        ),
    ]
    assert told == snapshot
