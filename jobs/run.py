"""What a run is: a job, its outcome, and what it reports."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.errors import MonPsError
    from jobs.context import Context

Report: TypeAlias = Mapping[str, object]
"""What a walk did, as plain JSON values: stored with its run."""

Walk: TypeAlias = "Callable[[Context], Awaitable[Report]]"


class RunState(StrEnum):
    """How a run ended; `REPEATED` is one that had begun before and did nothing now."""

    DONE = "done"
    RETRY = "retry"
    SKIPPED = "skipped"
    STOPPED = "stopped"
    FAILED = "failed"
    MISSED = "missed"
    REPEATED = "repeated"


@dataclass(frozen=True, slots=True, kw_only=True)
class Job:
    """A named walk. Jobs of one `lane` never overlap, whatever their names.

    `about` says what a run was for; it stands in its report however the run ends.
    """

    name: str
    walk: Walk
    lane: str
    about: Report = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Outcome:
    """How one run ended; `retry_at` says when to try again where that makes sense.

    `cause` is what refused it, where something of ours or of a provider's did.
    """

    job: str
    scheduled_for: datetime
    state: RunState
    report: Report
    error: str | None = None
    cause: MonPsError | None = None
    retry_at: datetime | None = None
