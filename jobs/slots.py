"""Instants that follow from kick-offs: captures before, the close at, results after."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.fixture import FixtureStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.domain.fixture import Fixture
    from engine.settlement.rules import ClosingRules

CLOSING, KICK_OFF, SETTLE = "closing", "kick_off", "settle"
_PLAYABLE = frozenset({FixtureStatus.SCHEDULED, FixtureStatus.LIVE})
_ORDER = {CLOSING: 0, KICK_OFF: 1, SETTLE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One job at one instant; `competitions` are those a capture asks for."""

    job: str
    at: datetime
    competitions: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """The slot's name in the scheduler: a changed slot is another one."""
        return f"{self.job}|{self.at.isoformat()}|{','.join(self.competitions)}"


def plan_slots(
    fixtures: Iterable[Fixture], rules: ClosingRules, now: datetime
) -> tuple[Slot, ...]:
    """Return what is still to come for these fixtures, by time; one slot a job and instant.

    What is over or off is priced no more, but its result is still read: it takes a second
    reading to be believed. Kick-offs of one league fall together: one call prices every match
    of it, so captures of one instant are one run over the union of their competitions.
    """
    wanted: dict[tuple[datetime, str], set[str]] = defaultdict(set)
    for fixture in fixtures:
        if fixture.status in _PLAYABLE:
            for offset in rules.offsets:
                wanted[fixture.kick_off - offset, CLOSING].add(fixture.competition)
            wanted[fixture.kick_off, KICK_OFF] |= set()
        for offset in rules.result_offsets:
            wanted[fixture.kick_off + offset, SETTLE] |= set()
    ordered = sorted(wanted.items(), key=lambda item: (item[0][0], _ORDER[item[0][1]]))
    return tuple(
        Slot(job=job, at=at, competitions=tuple(sorted(competitions)))
        for (at, job), competitions in ordered
        if at > now
    )


def missed_slots(
    fixtures: Iterable[Fixture], rules: ClosingRules, since: datetime, now: datetime
) -> tuple[Slot, ...]:
    """Return what nobody was there for and is worth making up, one a job.

    A capture within its grace still counts for its instant; readings of results are never too
    late, and one makes up for all; closes are fixed by the next run for every game begun.
    """
    latest: dict[str, Slot] = {}
    for slot in plan_slots(fixtures, rules, since):
        in_time = slot.job == SETTLE or (slot.job == CLOSING and now - slot.at <= rules.grace)
        if slot.at <= now and in_time:
            latest[slot.job] = slot
    return tuple(latest.values())
