"""Which backups stay: the last of each of seven days and four weeks, and never none."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.backup import BackupRules, Manifest
from jobs.backup_files import Backup, made_at, outlived

NOW = datetime(2026, 9, 30, 4, 40, tzinfo=UTC)
DAY = timedelta(days=1)
RULES = BackupRules()


def a_backup(age: timedelta, *, whole: bool = True) -> Backup:
    made = NOW - age
    manifest = Manifest(
        database="mon_ps",
        made_at=made,
        server=18,
        migrations={},
        rows={},
        size=100,
        sha256="",
    )
    return Backup(
        file=Path(f"mon_ps-{made:%Y%m%dT%H%M%S%f}Z.dump"),
        manifest=manifest,
        size=100 if whole else 99,
    )


def kept(backups: list[Backup], rules: BackupRules = RULES) -> list[Backup]:
    gone = {one.file for one in outlived(backups, rules, NOW)}
    return [one for one in backups if one.file not in gone]


def test_of_a_year_of_nights_seven_days_and_four_weeks_stay() -> None:
    left = kept([a_backup(n * DAY) for n in range(365)])
    ages = [(NOW - made_at(one)).days for one in left]
    assert ages[:7] == list(range(7))
    sundays = [made_at(one).isoweekday() for one in left[7:]]
    assert sundays == [7] * len(sundays)
    assert len(left) <= 7 + 4
    assert max(ages) < 28


def test_what_was_made_within_a_day_stays_however_many_there_are() -> None:
    hourly = [a_backup(timedelta(hours=n)) for n in range(24)]
    assert kept(hourly) == hourly


def test_a_backup_that_is_cut_off_takes_no_place_of_a_whole_one() -> None:
    whole, cut_off = a_backup(3 * DAY), a_backup(3 * DAY - timedelta(hours=2), whole=False)
    assert kept([cut_off, whole]) == [whole]


def test_the_only_whole_one_stays_however_old() -> None:
    old = a_backup(400 * DAY)
    assert kept([old, a_backup(2 * DAY, whole=False)]) == [old]


@given(
    st.lists(
        st.tuples(st.integers(0, 400 * 24 * 60), st.booleans()),
        max_size=40,
        unique_by=lambda one: one[0],
    ),
    st.integers(1, 9),
    st.integers(1, 9),
)
def test_the_newest_whole_one_always_stays_and_little_that_is_old(
    made: list[tuple[int, bool]], days: int, weeks: int
) -> None:
    rules = BackupRules(keep_days=days, keep_weeks=weeks)
    backups = [a_backup(timedelta(minutes=age), whole=whole) for age, whole in made]
    left = kept(backups, rules)
    whole = [one for one in backups if one.whole]
    if whole:
        assert max(whole, key=made_at) in left
    old = [one for one in left if NOW - made_at(one) >= DAY]
    assert len(old) <= days + weeks + 2
    assert all(one.whole for one in old)
    assert kept(left, rules) == left
