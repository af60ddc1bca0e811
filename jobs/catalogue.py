"""Every job by name, and the lane in which it must not overlap others."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from jobs import cleanup, closing, health, learn, settle, snapshot
from jobs.run import Job
from jobs.slots import CLOSING, KICK_OFF, SETTLE

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

JOBS: Final[Mapping[str, Job]] = {
    job.name: job
    for job in (
        Job(name="snapshot", walk=snapshot.run, lane="snapshot"),
        Job(name=CLOSING, walk=closing.run, lane=CLOSING),
        Job(name=KICK_OFF, walk=closing.kick_off, lane=CLOSING),
        Job(name=SETTLE, walk=settle.run, lane=SETTLE),
        Job(name="learn", walk=learn.run, lane="learn"),
        Job(name="health", walk=health.run, lane="health"),
        Job(name="cleanup", walk=cleanup.run, lane="cleanup"),
    )
}
"""A close is fixed only once the capture before it has ended: the two share a lane."""


def closing_of(competitions: Sequence[str]) -> Job:
    """Return the capture of these competitions."""
    walk = partial(closing.run, competitions=tuple(competitions))
    return Job(name=CLOSING, walk=walk, lane=CLOSING)
