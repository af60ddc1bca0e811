"""When the walks start; filled from settings, read by the scheduler."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleRules:
    """Five-field crontabs in the owner's time zone, none between 02:00 and 03:00 local.

    Where a walk's `*_every` is set, it replaces the crontab: a compressed world has no calendar.
    `settle` runs twice half an hour apart: the second read is the confirmation that makes a
    result final. `fixtures_feed` asks, where no key gives odds, whether football-data.co.uk has
    a new file: an unchanged one is not sent. `prove` closes the days that are over in UTC: asked
    at ten past every hour, it is midnight's turn that finds one. `digests` and `reminders` ask
    who wants one now. `restore_check` takes the newest backup up on trial. `grace` is how late a
    missed run may still start, `catch_up` how far back missed runs are looked for after downtime.
    What is asked when is planned anew every `replan` at least.
    """

    snapshot: str = "0 */4 * * *"
    settle: str = "0,30 8,14,23 * * *"
    learn: str = "0 6 * * *"
    health: str = "30 * * * *"
    cleanup: str = "0 3 * * sun"
    fixtures_feed: str = "15 7-23 * * *"
    prove: str = "10 * * * *"
    digests: str = "*/5 * * * *"
    reminders: str = "*/5 * * * *"
    backup: str = "40 4 * * *"
    restore_check: str = "20 5 * * sun"
    snapshot_every: timedelta | None = None
    settle_every: timedelta | None = None
    learn_every: timedelta | None = None
    health_every: timedelta | None = None
    cleanup_every: timedelta | None = None
    fixtures_feed_every: timedelta | None = None
    prove_every: timedelta | None = None
    digests_every: timedelta | None = None
    reminders_every: timedelta | None = None
    backup_every: timedelta | None = None
    restore_check_every: timedelta | None = None
    grace: timedelta = timedelta(minutes=10)
    catch_up: timedelta = timedelta(hours=24)
    replan: timedelta = timedelta(hours=1)
