"""The collection plan and the unknown names, as those who look after the house read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from syrupy.assertion import SnapshotAssertion  # noqa: TC002  # pytest asks for it by its type

from bot.render.disputes import (
    render_accepted,
    render_dispute,
    render_refused,
    render_unknown_team,
    render_which_competition,
)
from bot.render.quota import Quota, render_quota
from bot.render.split import MESSAGE_LIMIT, width
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from config.catalogue import load_catalogue
from engine.collect.budget import KeyState
from engine.collect.payload import API_FOOTBALL, ODDS_API
from engine.collect.plan import CollectPlan, Dropped, Planned, Purpose, Ration, Why
from engine.domain.closing import Grade
from engine.domain.errors import Unmatched
from engine.domain.fixture import Team
from jobs.closes import Closes
from storage.aliases import Accepted, Waiting
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS

CATALOGUE = load_catalogue()
LEAGUES = sorted(CATALOGUE.competitions)
HOUR = timedelta(hours=1)
KEYS = (
    KeyState(source=ODDS_API, fingerprint="aaaa0001", remaining=1488, used=512),
    KeyState(source=ODDS_API, fingerprint="aaaa0002", remaining=1, slow_until=NOW + HOUR),
    KeyState(source=ODDS_API, fingerprint="aaaa0003", remaining=0, parked_until=NOW + 200 * HOUR),
    KeyState(source=ODDS_API, fingerprint="aaaa0004", disabled="DEACTIVATED_KEY"),
    KeyState(source=API_FOOTBALL, fingerprint="bbbb0001"),
)


def planned(place: int) -> Planned:
    purpose = tuple(Purpose)[place % len(Purpose)]
    return Planned(
        at=NOW + place * HOUR / 4,
        purpose=purpose,
        competition=LEAGUES[place % len(LEAGUES)],
        markets=("h2h",),
        cost=1 + place % 5,
        expected=place == 1,
    )


def dropped(why: Why, competition: str, *, capped: bool = False) -> Dropped:
    return Dropped(
        why=why,
        purpose=Purpose.SWEEP,
        competition=competition,
        calls=12,
        cost=36,
        first_at=NOW,
        last_at=NOW + 24 * HOUR,
        capped=capped,
    )


NOTHING = Closes(fixtures=0, grades={})
BUSY = CollectPlan(
    made_at=NOW,
    ration=Ration(remaining=1488, monthly=20_000, resets_at=NOW + 200 * HOUR),
    planned=tuple(planned(place) for place in range(120)),
    dropped=tuple(
        dropped(why, league, capped=capped)
        for why in Why
        for league in LEAGUES
        for capped in (False, True)
    ),
    reserved={purpose: 100 + place for place, purpose in enumerate(Purpose)},
    left=212,
)
CALM = replace(BUSY, planned=BUSY.planned[:1], dropped=(), reserved={Purpose.CLOSING: 1})
SOME = Closes(
    fixtures=158,
    grades={Grade.A: 133, Grade.B: 12},
    missed={
        "late": 1,
        "provider_down": 2,
        "no_credits": 3,
        "refused": 1,
        "fault": 1,
        "not_planned": 4,
        "unpriced": 1,
    },
)
QUOTAS = {
    "busy": Quota(plan=BUSY, keys=KEYS, closes=SOME),
    "calm": Quota(plan=CALM, keys=KEYS[:1], closes=NOTHING),
    "no key": Quota(plan=CALM, keys=(), closes=NOTHING),
    "all refused": Quota(plan=CALM, keys=KEYS[3:4], closes=SOME),
    "nothing to ask": Quota(plan=replace(CALM, planned=()), keys=KEYS[:1], closes=NOTHING),
}
GUNNERS = Waiting(
    id=7,
    provider="odds_api",
    competition="soccer_epl",
    name="The Gunners",
    opponent="Chelsea",
    kick_off=NOW + 3 * HOUR,
    suggestions=(("arsenal", 62.5), ("gone_team", 51.0)),
    seen=3,
    first_seen_at=NOW,
    last_seen_at=NOW,
)
SAID = Accepted(
    alias_id=3,
    competition="soccer_epl",
    spelling="The Gunners",
    team=Team(key="arsenal", name="Arsenal"),
    already=False,
)


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("case", QUOTAS)
def test_the_plan(case: str, language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_quota(QUOTAS[case], voice=voice(language), money=MONEY)
    assert shown == snapshot
    assert width(shown) <= MESSAGE_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("purpose", Purpose)
def test_every_purpose_has_its_words(purpose: Purpose, language: str) -> None:
    for what in ("purpose", "ask"):
        assert TEXTS.find(language, f"quota.{what}_{purpose}")


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("one", [GUNNERS, replace(GUNNERS, suggestions=(), seen=1), None])
def test_an_unknown_name(one: Waiting | None, language: str, snapshot: SnapshotAssertion) -> None:
    shown = render_dispute(one, 0, 2, names=CATALOGUE.names, voice=voice(language), money=MONEY)
    assert shown == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_is_said_of_a_name(language: str, snapshot: SnapshotAssertion) -> None:
    spoken = voice(language)
    meant = [("soccer_epl", "Arsenal"), ("soccer_efl_champ", "Arsenal")]
    assert [
        render_accepted(SAID, voice=spoken),
        render_accepted(replace(SAID, already=True), voice=spoken),
        render_unknown_team("Arsenall", "The Gunners", meant, voice=spoken),
        render_unknown_team("Zork", "The Gunners", (), voice=spoken),
        render_which_competition("The Gunners", meant, voice=spoken),
        render_refused(Unmatched("plays_itself", "no matter"), voice=spoken),
        render_refused(Unmatched("something_new", "no matter"), voice=spoken),
    ] == snapshot


def test_a_hostile_name_is_one_harmless_message() -> None:
    one = replace(GUNNERS, name=HOSTILE, opponent=HOSTILE, competition=HOSTILE)
    shown = render_dispute(one, 0, 1, names=CATALOGUE.names, voice=voice("fr"), money=MONEY)
    assert "<script>" not in shown
    assert width(shown) <= MESSAGE_LIMIT
