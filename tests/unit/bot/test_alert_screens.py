"""What alerts look like in both languages: nothing chosen, something, and too much of it."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from bot.render.alerts import (
    render_caps,
    render_digests,
    render_events,
    render_overview,
    render_quiet,
)
from bot.render.digest import render_digest
from bot.render.mutes import render_mutes
from bot.render.presets import render_presets, render_preview
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.digest import Digest, DigestLine, Figures
from engine.domain.pick import Provenance
from engine.domain.pick_filter import parse
from engine.domain.preferences import (
    Caps,
    EventClass,
    Inside,
    Preferences,
    QuietHours,
    Volume,
)
from engine.domain.record import Estimate
from engine.domain.wish import Mute, MuteKind, Preset
from engine.learning.recorded.preview import Preview
from storage.readers import MuteView
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS

if TYPE_CHECKING:
    from syrupy.assertion import SnapshotAssertion

    from bot.render.html import Html

PARIS = ZoneInfo("Europe/Paris")
PLAIN = Preferences()
CHOSEN = Preferences(
    volumes={EventClass.PICK: Volume.SILENT, EventClass.WEEK: Volume.OFF},
    quiet=QuietHours(start=1380, end=450, inside=Inside.DROP),
    morning=485,
    evening=1400,
)
CAPS = Caps(match=2, hour=6, day=12)


def voice(language: str) -> Voice:
    return Voice(texts=TEXTS, language=language)


def a_line(number: int, **fields: object) -> DigestLine:
    values: dict[str, object] = {
        "number": number,
        "home": "PSG",
        "away": "Lens",
        "competition": "soccer_france_ligue_one",
        "kick_off": NOW + timedelta(hours=number),
        "selection": "over_2.5",
        "bookmaker": "betclic",
        "odds": 2.04,
        "edge": 0.034,
    }
    return DigestLine(**{**values, **fields})  # type: ignore[arg-type]


def a_preview(days: int, sent: int) -> Preview:
    figure = Estimate(mean=0.019, low=0.004, high=0.034, n=sent)
    nothing = Estimate(mean=None, low=None, high=None, n=0)
    return Preview(
        provenance=Provenance.LIVE,
        days=days,
        n=431,
        kept=2 * sent,
        sent=sent,
        clv=figure if sent else nothing,
        yield_=figure if sent else nothing,
        all_clv=figure,
    )


@pytest.mark.parametrize("language", LANGUAGES)
def test_settings_of_alerts(language: str, snapshot: SnapshotAssertion) -> None:
    spoken = voice(language)
    told: list[Html] = []
    for chosen, n in ((PLAIN, 0), (CHOSEN, 1), (CHOSEN, 12)):
        told += [
            render_overview(
                chosen, CAPS, presets=n, mutes=n, zone=PARIS, reads_only=n == 1, voice=spoken
            ),
            render_events(chosen, voice=spoken),
            render_quiet(chosen, PARIS, voice=spoken),
            render_digests(chosen, voice=spoken),
        ]
    told.append(render_caps(CAPS, voice=spoken))
    assert told == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
def test_presets_and_what_they_would_have_sent(language: str, snapshot: SnapshotAssertion) -> None:
    spoken = voice(language)
    presets = [
        Preset(name=HOSTILE[:32], picks=parse("market=btts odds=1.5-2.5", NOW)),
        Preset(name="Soir", picks=parse("", NOW), volume=Volume.SILENT),
    ]
    told = [render_presets(presets[:n], voice=spoken) for n in range(3)] + [
        render_preview("market=btts", [a_preview(30, sent), a_preview(90, 3 * sent)], voice=spoken)
        for sent in (0, 1, 118)
    ]
    assert told == snapshot


def _until(n: int) -> datetime | None:
    return NOW + timedelta(days=n) if n else None


@pytest.mark.parametrize("language", LANGUAGES)
def test_mutes(language: str, snapshot: SnapshotAssertion) -> None:
    held = [
        MuteView(
            number=n,
            label=HOSTILE if n == 1 else f"équipe Club {n}",
            mute=Mute(
                kind=MuteKind.TEAM, key=str(n), until=NOW + timedelta(days=n) if n else None
            ),
        )
        for n in range(20)
    ]
    spoken = voice(language)
    assert [render_mutes(held[:n], PARIS, voice=spoken) for n in (0, 1, 2, 20)] == snapshot


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("provenance", ["live", "paper"])
def test_digests(language: str, provenance: str, snapshot: SnapshotAssertion) -> None:
    spoken = voice(language)
    figure = Figures(mean=0.019, low=-0.004, high=0.042, n=9)
    morning = Digest(
        what=EventClass.MORNING,
        provenance=provenance,
        at=NOW,
        lines=(a_line(1), a_line(2, held=True), a_line(3, gone=True, home=HOSTILE)),
        more=4,
        n=7,
    )
    results = (
        a_line(1, outcome="won", profit=Decimal("0.52"), clv=0.041),
        a_line(2, outcome="half_lost", profit=Decimal("-0.25"), selection="ah_home@-0.25"),
        a_line(3, outcome="void", profit=Decimal(0)),
    )
    evening = Digest(
        what=EventClass.EVENING,
        provenance=provenance,
        at=NOW,
        lines=results,
        n=3,
        profit=Decimal("0.27"),
        clv=figure,
        yield_=figure,
    )
    week = Digest(
        what=EventClass.WEEK,
        provenance=provenance,
        at=NOW,
        lines=results[:1],
        more=30,
        n=31,
        profit=Decimal("-3.1"),
        clv=figure,
        yield_=figure,
        clv_before=Figures(mean=None, low=None, high=None, n=0),
    )
    told = [render_digest(one, voice=spoken, money=MONEY) for one in (morning, evening, week)]
    assert told == snapshot
    assert all(len(one) < 4096 for one in told)
