from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from engine.alerting.route import Sent, Why, day_begins, quiet_until, route, wanted
from engine.alerting.rules import AlertRules
from engine.domain.pick_filter import parse, reread
from engine.domain.preferences import (
    Caps,
    EventClass,
    Inside,
    Preferences,
    QuietHours,
    Volume,
)
from engine.domain.signal import AgentName, Signal, Standing
from engine.domain.wish import CardFacts, Mute, MuteKind, Preset, Wish
from tests.builders import KICK_OFF, NOW, a_fixture, a_pick

PARIS = ZoneInfo("Europe/Paris")
RULES = AlertRules()
NO_REASON: tuple[()] = ()
SPOKE = Signal(
    agent=AgentName.SPREAD,
    standing=Standing.COUNTS,
    probability=0.5,
    std_error=0.02,
    direction=1,
    reasons=NO_REASON,
)
AGAINST = Signal(
    agent=AgentName.DRIFT,
    standing=Standing.COUNTS,
    probability=0.4,
    std_error=0.02,
    direction=-1,
    reasons=NO_REASON,
)
CARD = CardFacts(pick=a_pick(signals=(SPOKE, AGAINST)), fixture=a_fixture())
PLAIN = Wish(house=PARIS)


def a_wish(**chosen: object) -> Wish:
    return Wish(house=PARIS, preferences=Preferences(**chosen))  # type: ignore[arg-type]


def a_preset(text: str, volume: Volume = Volume.ON) -> Preset:
    return Preset(name=text[:9], picks=parse(text, NOW), volume=volume)


def test_who_said_nothing_is_told_of_every_pick_with_a_sound() -> None:
    found = route(CARD, PLAIN, RULES, NOW)
    assert (found.told, found.silent, found.until, found.why) == (True, False, None, Why.WANTED)


@pytest.mark.parametrize(
    ("volume", "told", "silent"),
    [(Volume.ON, True, False), (Volume.SILENT, True, True), (Volume.OFF, False, False)],
)
def test_the_class_of_picks_has_a_volume(volume: Volume, *, told: bool, silent: bool) -> None:
    found = wanted(CARD, a_wish(volumes={EventClass.PICK: volume}), NOW)
    assert (found.told, found.silent) == (told, silent)
    assert found.why is (Why.WANTED if told else Why.OFF)


def test_with_presets_only_what_one_of_them_keeps_is_told() -> None:
    fits, fits_not = a_preset("market=1x2"), a_preset("market=btts")
    assert wanted(CARD, Wish(house=PARIS, presets=(fits_not, fits)), NOW).told
    refused = wanted(CARD, Wish(house=PARIS, presets=(fits_not,)), NOW)
    assert (refused.told, refused.why) == (False, Why.FILTERED)


def test_the_loudest_preset_decides_and_is_never_louder_than_the_class() -> None:
    presets = (a_preset("market=1x2", Volume.SILENT), a_preset("odds>=2", Volume.OFF))
    assert wanted(CARD, Wish(house=PARIS, presets=presets), NOW).silent
    louder = (*presets, a_preset("odds>=1.5", Volume.ON))
    assert not wanted(CARD, Wish(house=PARIS, presets=louder), NOW).silent
    quiet = Preferences(volumes={EventClass.PICK: Volume.SILENT})
    assert wanted(CARD, Wish(house=PARIS, presets=louder, preferences=quiet), NOW).silent
    off = wanted(CARD, Wish(house=PARIS, presets=presets[1:]), NOW)
    assert (off.told, off.why) == (False, Why.OFF)


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (MuteKind.FIXTURE, str(a_fixture().id)),
        (MuteKind.TEAM, "lille"),
        (MuteKind.LEAGUE, "soccer_france_ligue_one"),
        (MuteKind.MARKET, "1x2"),
        (MuteKind.MARKET, "home"),
        (MuteKind.BOOK, str(CARD.bookmaker)),
        (MuteKind.AGENT, "spread"),
    ],
)
def test_what_is_muted_is_not_told_until_the_mute_ends(kind: MuteKind, key: str) -> None:
    mute = Mute(kind=kind, key=key, until=NOW + timedelta(hours=1))
    wish = Wish(house=PARIS, mutes=(mute,))
    assert wanted(CARD, wish, NOW).why is Why.MUTED
    assert wanted(CARD, wish, NOW + timedelta(hours=1)).told
    for_good = Wish(house=PARIS, mutes=(Mute(kind=kind, key=key),))
    assert not wanted(CARD, for_good, NOW + timedelta(days=999)).told


@pytest.mark.parametrize(
    ("kind", "key"),
    [
        (MuteKind.TEAM, "psg"),
        (MuteKind.MARKET, "btts"),
        (MuteKind.AGENT, "drift"),
        (MuteKind.BOOK, "lille"),
    ],
)
def test_a_mute_of_something_else_changes_nothing(kind: MuteKind, key: str) -> None:
    wish = Wish(house=PARIS, mutes=(Mute(kind=kind, key=key),))
    assert wanted(CARD, wish, NOW).told


def at(hour: int, minute: int = 0, day: int = 1) -> datetime:
    return datetime(2026, 8, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


NIGHT = QuietHours(start=23 * 60, end=8 * 60)


def test_quiet_hours_hold_a_pick_until_they_end() -> None:
    card = CardFacts(pick=CARD.pick, fixture=a_fixture(kick_off=at(20, day=2)))
    found = route(card, a_wish(quiet=NIGHT), RULES, at(23, 30))
    assert (found.told, found.until, found.why) == (True, at(8, day=2), Why.QUIET)
    assert route(card, a_wish(quiet=NIGHT), RULES, at(8, day=2)).until is None


def test_quiet_hours_never_hold_a_pick_past_its_kick_off() -> None:
    card = CardFacts(pick=CARD.pick, fixture=a_fixture(kick_off=at(8, 1, day=2)))
    silent = route(card, a_wish(quiet=NIGHT), RULES, at(23, 30))
    assert (silent.told, silent.silent, silent.until) == (True, True, None)
    drop = QuietHours(start=NIGHT.start, end=NIGHT.end, inside=Inside.DROP)
    dropped = route(card, a_wish(quiet=drop), RULES, at(23, 30))
    assert (dropped.told, dropped.why) == (False, Why.QUIET)


@pytest.mark.parametrize(
    "sent", [Sent(match=2), Sent(hour=6), Sent(day=12), Sent(match=2, hour=6, day=12)]
)
def test_more_than_a_cap_is_not_told(sent: Sent) -> None:
    found = route(CARD, PLAIN, RULES, NOW, sent=sent)
    assert (found.told, found.why) == (False, Why.CAPPED)
    more = a_wish(caps=Caps(match=9, hour=9, day=99))
    assert route(CARD, more, RULES, NOW, sent=sent).told
    assert route(CARD, PLAIN, RULES, NOW, sent=Sent(match=1, hour=5, day=11)).told


@given(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9))
def test_nothing_is_told_when_nothing_may_be(most: int, match: int, hour: int, day: int) -> None:
    wish = a_wish(caps=Caps(match=most, hour=most, day=most))
    found = route(CARD, wish, RULES, NOW, sent=Sent(match=match, hour=hour, day=day))
    assert found.told is (max(match, hour, day) < most)


MINUTE = st.integers(0, 1439)


@given(
    MINUTE,
    MINUTE,
    st.datetimes(datetime(2026, 1, 1), datetime(2026, 12, 30), timezones=st.just(UTC)),  # noqa: DTZ001  # as Hypothesis wants them
    st.sampled_from(["Europe/Paris", "America/Toronto", "Asia/Kolkata"]),
    st.integers(1, 72 * 60),
)
def test_whatever_the_quiet_hours_a_held_pick_is_told_in_time(
    start: int, end: int, now: datetime, zone: str, minutes: int
) -> None:
    assume(start != end)
    quiet = QuietHours(start=start, end=end)
    wish = a_wish(quiet=quiet, time_zone=zone)
    kick_off = now + timedelta(minutes=minutes)
    card = CardFacts(pick=CARD.pick, fixture=a_fixture(kick_off=kick_off))
    found = route(card, wish, RULES, now)
    assert found.told
    if found.until is not None:
        assert now < found.until < kick_off - RULES.send_cut_off
        assert found.until - now <= timedelta(hours=25)
    ends = quiet_until(wish, now)
    if ends is None:
        assert not found.silent
    else:
        assert quiet.covers(now.astimezone(ZoneInfo(zone)).time())
        assert ends > now


def test_a_day_begins_at_the_readers_own_midnight() -> None:
    toronto = a_wish(time_zone="America/Toronto")
    now = datetime(2026, 8, 2, 3, tzinfo=UTC)
    assert day_begins(PLAIN, RULES, now) == datetime(2026, 8, 1, 22, tzinfo=UTC)
    assert day_begins(toronto, RULES, now) == datetime(2026, 8, 1, 4, tzinfo=UTC)
    short = AlertRules(day=timedelta(minutes=12))
    assert day_begins(PLAIN, short, now) == now - timedelta(minutes=12)


def test_a_filter_is_read_again_from_its_written_form_without_any_names() -> None:
    written = "market=btts,over_2.5 league!=soccer_epl,soccer_x book=pinnacle odds=1.5-2.5"
    assert str(reread(written, NOW)) == written
    assert CARD.kick_off == KICK_OFF
