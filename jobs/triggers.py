"""When the regular jobs fire: crontabs in the owner's time zone, keys of runs in UTC."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import TYPE_CHECKING, Final, TypeAlias

from apscheduler.triggers.cron import CronTrigger
from apscheduler.triggers.interval import IntervalTrigger

from engine.domain.errors import SettingsInvalid

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from zoneinfo import ZoneInfo

    from engine.domain.schedule import ScheduleRules

Trigger: TypeAlias = "CronTrigger | IntervalTrigger"

REGULAR: Final = (
    *("snapshot", "settle", "learn", "health", "cleanup", "fixtures_feed", "prove"),
    *("digests", "reminders", "backup", "restore_check"),
)
_SOME_WEEK: Final = datetime(2026, 1, 5, tzinfo=UTC)  # a week without a change of clocks
_CLOCKS_CHANGE_HOUR: Final = 2
_OFTEN: Final = 7 * 12
_FEW: Final = 7
_LONGEST: Final = timedelta(days=32)


def build_triggers(rules: ScheduleRules, zone: ZoneInfo, now: datetime) -> Mapping[str, Trigger]:
    """Return the trigger of each regular job; intervals count from local midnight, as cron does.

    Raises:
        SettingsInvalid: a crontab is malformed, or a rare job falls in the hour that clocks
            skip or repeat: it would be lost once a year and run twice once a year.
    """
    return {job: _trigger(job, rules, zone, now) for job in REGULAR}


def last_due(trigger: Trigger, since: datetime, until: datetime) -> datetime | None:
    """Return the latest fire time within [since, until], in UTC; None where there is none."""
    last = None
    for last in fires(trigger, since, until):  # noqa: B007  # the last one is the answer
        pass
    return last


def fires(trigger: Trigger, since: datetime, until: datetime) -> Iterator[datetime]:
    """Yield the fire times within [since, until], in UTC."""
    at = trigger.get_next_fire_time(None, since)
    while at is not None and at <= until:
        yield at.astimezone(UTC)
        at = trigger.get_next_fire_time(at, at)


def step_of(trigger: Trigger, now: datetime) -> timedelta:
    """Return how far apart the fire times are, on the average of the next few."""
    ahead = list(islice(fires(trigger, now, now + _LONGEST), _FEW))
    return (ahead[-1] - ahead[0]) / max(1, len(ahead) - 1) if len(ahead) > 1 else _LONGEST


def _trigger(job: str, rules: ScheduleRules, zone: ZoneInfo, now: datetime) -> Trigger:
    every: timedelta | None = getattr(rules, f"{job}_every")
    if every is not None:
        midnight = now.astimezone(zone).replace(hour=0, minute=0, second=0, microsecond=0)
        return IntervalTrigger(seconds=every.total_seconds(), start_date=midnight, timezone=zone)
    crontab: str = getattr(rules, job)
    name = f"MON_PS_SCHEDULE__{job.upper()}"
    try:
        trigger = CronTrigger.from_crontab(crontab, timezone=zone)
    except ValueError as error:
        raise SettingsInvalid(f"{name}: {crontab!r} is not a crontab: {error}") from None
    _refuse_changing_clocks(name, trigger, zone)
    return trigger


def _refuse_changing_clocks(name: str, trigger: CronTrigger, zone: ZoneInfo) -> None:
    week = [at.astimezone(zone) for at in fires(trigger, _SOME_WEEK, _SOME_WEEK + timedelta(7))]
    if len(week) < _OFTEN and any(at.hour == _CLOCKS_CHANGE_HOUR for at in week):
        raise SettingsInvalid(
            f"{name}: falls between 02:00 and 03:00, which clocks skip or repeat"
        )
