from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.alerting.digests import LATE, compose_digest, digest_of, due
from engine.domain.digest import Digest, DigestLine
from engine.domain.preferences import EventClass, Preferences, QuietHours, Volume
from engine.domain.wish import Wish
from tests.builders import a_subscriber

PARIS = ZoneInfo("Europe/Paris")
LINE = DigestLine(
    number=7,
    home="Lens",
    away="Lille",
    competition="soccer_france_ligue_one",
    kick_off=datetime(2026, 8, 4, 19, tzinfo=UTC),
    selection="over_2.5",
    bookmaker="betclic",
    odds=2.1,
    edge=0.03,
)
DIGEST = Digest(
    what=EventClass.MORNING,
    provenance="live",
    at=datetime(2026, 8, 4, 7, tzinfo=UTC),
    lines=(LINE,),
)


def a_wish(**chosen: object) -> Wish:
    return Wish(house=PARIS, preferences=Preferences(**chosen))  # type: ignore[arg-type]


def paris(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 8, day, hour, minute, tzinfo=PARIS).astimezone(UTC)


@pytest.mark.parametrize(
    ("now", "found"),
    [
        (paris(4, 8, 59), ()),
        (paris(4, 9), ((EventClass.MORNING, "morning@2026-08-04"),)),
        (paris(4, 11, 59), ((EventClass.MORNING, "morning@2026-08-04"),)),
        (paris(4, 12), ()),
        (paris(4, 22, 30), ((EventClass.EVENING, "evening@2026-08-04"),)),
        (
            paris(3, 9),
            ((EventClass.MORNING, "morning@2026-08-03"), (EventClass.WEEK, "week@2026-08-03")),
        ),
    ],
)
def test_a_digest_is_due_in_the_hours_after_the_one_it_was_asked_for(
    now: datetime, found: tuple[tuple[EventClass, str], ...]
) -> None:
    assert due(a_wish(), now) == found


def test_each_reader_has_a_clock_of_their_own() -> None:
    wish = a_wish(time_zone="America/Toronto", morning=8 * 60)
    assert due(wish, paris(4, 9)) == ()
    assert due(wish, paris(4, 14)) == ((EventClass.MORNING, "morning@2026-08-04"),)


def test_what_is_off_is_never_due() -> None:
    wish = a_wish(volumes={EventClass.MORNING: Volume.OFF, EventClass.WEEK: Volume.OFF})
    assert due(wish, paris(3, 9)) == ()


def test_a_digest_reads_back_as_it_was_made() -> None:
    reader = a_subscriber(wish=a_wish())
    (alert,) = compose_digest(DIGEST, reader, "morning@2026-08-04", DIGEST.at)
    assert digest_of(dict(alert.body)) == DIGEST
    assert dict(alert.body)["volume"] == "silent"
    assert alert.expires_at == DIGEST.at + LATE


def test_an_empty_digest_is_not_sent() -> None:
    assert compose_digest(replace(DIGEST, lines=()), a_subscriber(), "x", DIGEST.at) == ()


def test_quiet_hours_hold_a_digest_and_drop_one_that_would_be_stale() -> None:
    now = paris(4, 22, 30)
    short = a_wish(quiet=QuietHours(start=22 * 60, end=23 * 60))
    (held,) = compose_digest(DIGEST, a_subscriber(wish=short), "x", now)
    assert held.not_before == paris(4, 23)
    long = a_wish(quiet=QuietHours(start=22 * 60, end=8 * 60))
    assert compose_digest(DIGEST, a_subscriber(wish=long), "x", now) == ()
    assert now + LATE > held.not_before + timedelta()
