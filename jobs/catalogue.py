"""Every job by name, and the lane in which it must not overlap others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from jobs import (
    backup,
    cleanup,
    closing,
    digests,
    fixtures_feed,
    health,
    learn,
    prove,
    reminders,
    restore_check,
    settle,
    snapshot,
)
from jobs.run import Job
from jobs.slots import CLOSING, KICK_OFF, LOOKS, SETTLE, SNAPSHOT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from jobs.slots import Slot

JOBS: Final[Mapping[str, Job]] = {
    job.name: job
    for job in (
        Job(name=SNAPSHOT, walk=snapshot.run, lane=SNAPSHOT),
        Job(name=CLOSING, walk=closing.run, lane=CLOSING),
        Job(name=KICK_OFF, walk=closing.kick_off, lane=CLOSING),
        Job(name=SETTLE, walk=settle.run, lane=SETTLE),
        Job(name="learn", walk=learn.run, lane="learn"),
        Job(name="health", walk=health.run, lane="health"),
        Job(name="cleanup", walk=cleanup.run, lane="cleanup"),
        Job(name="fixtures_feed", walk=fixtures_feed.run, lane="fixtures_feed"),
        Job(name="prove", walk=prove.run, lane="prove"),
        Job(name="digests", walk=digests.run, lane="digests"),
        Job(name="reminders", walk=reminders.run, lane="reminders"),
        Job(name="backup", walk=backup.run, lane="backup"),
        Job(name="restore_check", walk=restore_check.run, lane="backup"),
    )
}
"""A close is fixed only once the capture before it has ended: the two share a lane."""


def job_of(slot: Slot) -> Job:
    """Return the job of a slot: a look makes the calls it was planned for."""
    if slot.job not in LOOKS:
        return JOBS[slot.job]
    about = {"competitions": list(slot.competitions)} if slot.job == CLOSING else {}
    walk = partial(snapshot.at_slot, slot=slot)
    return Job(name=slot.job, walk=walk, lane=slot.job, about=about)


def closing_of(competitions: Sequence[str]) -> Job:
    """Return the capture of these competitions, as far as they still kick off."""
    walk = partial(closing.run, competitions=tuple(competitions))
    return Job(name=CLOSING, walk=walk, lane=CLOSING, about={"competitions": list(competitions)})


REGULAR_SWEEP: Final = Job(name=SNAPSHOT, walk=snapshot.regular, lane=SNAPSHOT)
"""The sweep whose turn it is, for what the plan leaves over; `snapshot` by hand sweeps all."""
