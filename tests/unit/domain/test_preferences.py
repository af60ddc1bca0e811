from datetime import time

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.preferences import (
    DEFAULT,
    MINUTES,
    Caps,
    EventClass,
    Inside,
    OddsFormat,
    Preferences,
    QuietHours,
    Shade,
    Volume,
)

MANY = st.integers(0, 99)
MINUTE = st.integers(0, MINUTES - 1)
QUIET = st.tuples(MINUTE, MINUTE, st.sampled_from(Inside)).filter(lambda one: one[0] != one[1])
PREFERENCES = st.builds(
    Preferences,
    time_zone=st.sampled_from([None, "Europe/Paris", "America/Toronto"]),
    odds_format=st.sampled_from(OddsFormat),
    shade=st.sampled_from(Shade),
    volumes=st.dictionaries(st.sampled_from(EventClass), st.sampled_from(Volume)),
    quiet=st.none() | QUIET.map(lambda q: QuietHours(start=q[0], end=q[1], inside=q[2])),
    caps=st.none()
    | st.builds(Caps, match=st.integers(0, 9), hour=st.integers(0, 99), day=st.integers(0, 99)),
    morning=MINUTE,
    evening=MINUTE,
)


@given(PREFERENCES)
def test_what_was_chosen_reads_back_the_same(chosen: Preferences) -> None:
    assert msgspec.convert(msgspec.to_builtins(chosen), Preferences) == chosen


@given(QUIET, MINUTE)
def test_a_minute_is_quiet_or_it_is_in_the_rest_of_the_day(
    hours: tuple[int, int, Inside], minute: int
) -> None:
    start, end, inside = hours
    at = time(minute // 60, minute % 60)
    night = QuietHours(start=start, end=end, inside=inside)
    day = QuietHours(start=end, end=start, inside=inside)
    assert night.covers(at) is not day.covers(at)


def test_a_night_runs_over_midnight() -> None:
    night = QuietHours(start=23 * 60, end=8 * 60)
    told = {hour: night.covers(time(hour)) for hour in (22, 23, 0, 7, 8, 12)}
    assert told == {22: False, 23: True, 0: True, 7: True, 8: False, 12: False}


def test_nobody_is_told_by_a_sound_of_what_a_card_shows_anyway() -> None:
    assert DEFAULT.volume(EventClass.PICK) is Volume.ON
    assert DEFAULT.volume(EventClass.RESULT) is Volume.OFF
    louder = Preferences(volumes={EventClass.RESULT: Volume.ON})
    assert louder.volume(EventClass.RESULT) is Volume.ON


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_zone": "Mars/Olympus"},
        {"morning": 1440},
        {"quiet": {"start": 60, "end": 60}},
        {"quiet": {"start": -1, "end": 60}},
        {"caps": {"match": 1, "hour": 1, "day": 1001}},
        {"odds_format": "roman"},
    ],
)
def test_what_nobody_can_mean_is_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(msgspec.ValidationError):
        msgspec.convert(wrong, Preferences)
