from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from engine.domain.errors import SettingsInvalid
from engine.domain.schedule import ScheduleRules
from jobs.triggers import REGULAR, build_triggers, fires, last_due, step_of

PARIS = ZoneInfo("Europe/Paris")
NOW = datetime(2026, 8, 1, 12, tzinfo=UTC)
RULES = ScheduleRules()
DAY = timedelta(days=1)


def _local(job: str, day: datetime, rules: ScheduleRules = RULES) -> list[str]:
    """The local times at which a job fires on the local day that begins at `day`."""
    trigger = build_triggers(rules, PARIS, NOW)[job]
    begin = day.replace(tzinfo=PARIS).astimezone(UTC)
    end = (day + DAY).replace(tzinfo=PARIS).astimezone(UTC)
    found = fires(trigger, begin, end - timedelta(seconds=1))
    return [f"{at.astimezone(PARIS):%H:%M}" for at in found]


@pytest.mark.parametrize(
    "day",
    [datetime(2026, 8, 1), datetime(2026, 3, 29), datetime(2026, 10, 25)],  # noqa: DTZ001  # local
    ids=["summer", "clocks go forward", "clocks go back"],
)
def test_daily_jobs_fire_once_at_their_local_time_even_when_clocks_change(day: datetime) -> None:
    assert _local("learn", day) == ["06:00"]
    assert _local("settle", day) == ["08:00", "08:30", "14:00", "14:30", "23:00", "23:30"]
    assert _local("snapshot", day) == ["00:00", "04:00", "08:00", "12:00", "16:00", "20:00"]


def test_the_weekly_clean_up_fires_once_on_the_sunday_clocks_change() -> None:
    for sunday in (datetime(2026, 3, 29), datetime(2026, 10, 25)):  # noqa: DTZ001  # local
        assert _local("cleanup", sunday) == ["03:00"]
        assert _local("cleanup", sunday + DAY) == []


def test_the_hourly_health_check_skips_the_missing_hour_and_sees_the_repeated_one_twice() -> None:
    assert len(_local("health", datetime(2026, 3, 29))) == 23  # noqa: DTZ001  # local
    assert len(_local("health", datetime(2026, 10, 25))) == 25  # noqa: DTZ001  # local


def test_no_daily_or_weekly_job_falls_between_two_and_three_in_the_night() -> None:
    for job in REGULAR:
        if job not in {"health", "prove", "digests", "reminders"}:
            year = fires(build_triggers(RULES, PARIS, NOW)[job], NOW, NOW + 366 * DAY)
            assert all(at.astimezone(PARIS).hour != 2 for at in year)


def test_a_rare_job_set_into_the_hour_of_the_clocks_is_refused_by_name() -> None:
    with pytest.raises(SettingsInvalid, match=r"MON_PS_SCHEDULE__LEARN.*02:00"):
        build_triggers(replace(RULES, learn="30 2 * * *"), PARIS, NOW)


def test_a_malformed_crontab_is_refused_by_name() -> None:
    with pytest.raises(SettingsInvalid, match=r"MON_PS_SCHEDULE__SETTLE.*not a crontab"):
        build_triggers(replace(RULES, settle="every day"), PARIS, NOW)


def test_keys_of_runs_are_in_utc() -> None:
    due = last_due(build_triggers(RULES, PARIS, NOW)["learn"], NOW - DAY, NOW)
    assert due == datetime(2026, 8, 1, 4, tzinfo=UTC)
    assert due.tzinfo is UTC


def test_nothing_is_due_before_the_first_fire_time() -> None:
    trigger = build_triggers(RULES, PARIS, NOW)["learn"]
    assert last_due(trigger, NOW, NOW + timedelta(hours=1)) is None


def test_an_interval_replaces_the_crontab_and_counts_from_local_midnight() -> None:
    rules = replace(RULES, snapshot_every=timedelta(hours=4))
    day = datetime(2026, 8, 1)  # noqa: DTZ001  # local
    assert _local("snapshot", day, rules) == _local("snapshot", day)


def test_a_compressed_interval_fires_every_few_seconds() -> None:
    rules = replace(RULES, settle_every=timedelta(hours=1) / 120)
    trigger = build_triggers(rules, PARIS, NOW)["settle"]
    minute = list(fires(trigger, NOW, NOW + timedelta(seconds=59)))
    assert minute == [NOW, NOW + timedelta(seconds=30)]


@pytest.mark.parametrize(
    ("rules", "hours"),
    [
        (ScheduleRules(), 4),
        (ScheduleRules(snapshot="0 8,20 * * *"), 12),
        (ScheduleRules(snapshot_every=timedelta(minutes=20)), 1 / 3),
    ],
)
def test_turns_are_as_far_apart_as_they_are_on_the_average(
    rules: ScheduleRules, hours: float
) -> None:
    now = datetime(2026, 6, 1, 9, 30, tzinfo=UTC)
    trigger = build_triggers(rules, PARIS, now)["snapshot"]
    assert step_of(trigger, now) == timedelta(hours=hours)
