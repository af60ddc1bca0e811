"""Which odds that are waited for are told, to whom, and when."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import pytest

from engine.alerting.rules import AlertRules
from engine.alerting.watching import compose_watch, reached
from engine.domain.board import Quote, build_board
from engine.domain.fixture import Fixture, Team, fixture_id
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.odds_watch import OddsReached, OddsWatch
from engine.domain.preferences import Inside, Preferences, QuietHours, Volume
from engine.domain.wish import Wish

if TYPE_CHECKING:
    from engine.domain.board import Board

NOW = datetime(2026, 11, 22, 22, 30, tzinfo=UTC)
PARIS = ZoneInfo("Europe/Paris")
HOME = Selection.parse("home")
FIXTURE = Fixture(
    id=fixture_id("soccer_x", "a", "b", NOW.date()),
    competition="soccer_x",
    home=Team(key="a", name="A"),
    away=Team(key="b", name="B"),
    kick_off=NOW + timedelta(hours=3),
)
WATCH = OddsWatch(id=7, user_id=42, fixture=FIXTURE, selection=HOME, odds=Odds(2.10))
HIT = OddsReached(watch=WATCH, odds=Odds(2.2), bookmaker=BookmakerKey("unibet_fr"))
RULES, AGE = AlertRules(), timedelta(minutes=10)


def board(*offers: tuple[str, float, bool, datetime]) -> Board:
    quotes = [
        Quote(
            fixture=0,
            bookmaker=BookmakerKey(book),
            selection=HOME,
            odds=Odds(odds),
            quoted_at=at.timestamp(),
            lay=lay,
        )
        for book, odds, lay, at in offers
    ]
    return build_board(NOW, (FIXTURE,), quotes)


def quiet(inside: Inside, until: int = 8 * 60) -> Wish:
    hours = QuietHours(start=23 * 60, end=until, inside=inside)
    return Wish(house=PARIS, preferences=Preferences(quiet=hours))


def test_the_best_offer_is_told() -> None:
    [hit] = reached([WATCH], board(("one", 2.1, False, NOW), ("two", 2.15, False, NOW)), NOW, AGE)
    assert (hit.bookmaker, hit.odds) == ("two", 2.15)


@pytest.mark.parametrize(
    "offer",
    [
        ("one", 2.09, False, NOW),
        ("one", 2.50, True, NOW),
        ("fd_max", 2.50, False, NOW),
        ("one", 2.50, False, NOW - timedelta(minutes=11)),
    ],
)
def test_what_nobody_offers_now_reaches_nothing(offer: tuple[str, float, bool, datetime]) -> None:
    assert reached([WATCH], board(offer), NOW, AGE) == ()


def test_a_match_that_is_not_on_the_board_reaches_nothing() -> None:
    assert reached([WATCH], build_board(NOW, (), []), NOW, AGE) == ()


def test_the_same_watch_is_one_message_whatever_the_odds() -> None:
    first = compose_watch(HIT, Wish(house=PARIS), RULES, NOW)
    other = OddsReached(watch=WATCH, odds=Odds(2.6), bookmaker=BookmakerKey("x"))
    second = compose_watch(other, Wish(house=PARIS), RULES, NOW + timedelta(minutes=5))
    assert first is not None
    assert second is not None
    assert first.dedup_key == second.dedup_key
    assert first.not_before == NOW


def test_quiet_hours_that_end_in_time_hold_it() -> None:
    alert = compose_watch(HIT, quiet(Inside.SILENT, until=60), RULES, NOW)
    assert alert is not None
    assert alert.not_before == datetime(2026, 11, 23, 0, 0, tzinfo=UTC)


def test_quiet_hours_that_end_too_late_do_as_their_reader_chose() -> None:
    silent = compose_watch(HIT, quiet(Inside.SILENT), RULES, NOW)
    assert silent is not None
    assert dict(silent.body)["volume"] == Volume.SILENT
    assert compose_watch(HIT, quiet(Inside.DROP), RULES, NOW) is None


def test_nothing_is_told_when_it_is_too_late() -> None:
    assert compose_watch(HIT, Wish(house=PARIS), RULES, FIXTURE.kick_off) is None
