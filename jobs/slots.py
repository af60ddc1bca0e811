"""When something is to be done: looks by the plan, closes and results by kick-offs."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.collect.plan import Purpose
from engine.domain.fixture import FixtureStatus

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.collect.plan import Planned
    from engine.domain.fixture import Fixture
    from engine.settlement.rules import ClosingRules

SNAPSHOT: Final = "snapshot"
CLOSING: Final = "closing"
KICK_OFF: Final = "kick_off"
SETTLE: Final = "settle"
LOOKS: Final = frozenset({SNAPSHOT, CLOSING})
_PLAYABLE: Final = frozenset({FixtureStatus.SCHEDULED, FixtureStatus.LIVE})
_ORDER: Final = {SNAPSHOT: 0, CLOSING: 0, KICK_OFF: 1, SETTLE: 2}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slot:
    """One job at one instant. A look makes the planned `calls`; `regular` is the sweep's turn."""

    job: str
    at: datetime
    calls: tuple[Planned, ...] = ()
    regular: bool = False

    @property
    def id(self) -> str:
        """The slot's name in the scheduler: a changed slot is another one."""
        asked = ",".join(
            f"{call.purpose}:{call.competition}:{call.event_id or ''}" for call in self.calls
        )
        return f"{self.job}|{self.at.isoformat()}|{asked}|{'regular' if self.regular else ''}"

    @property
    def competitions(self) -> tuple[str, ...]:
        """The leagues whose close this look captures."""
        closing = {call.competition for call in self.calls if call.purpose is Purpose.CLOSING}
        return tuple(sorted(closing))


def look_slots(
    planned: Iterable[Planned], regular: Iterable[datetime], now: datetime, until: datetime
) -> tuple[Slot, ...]:
    """Return the looks within [now, until], by time: one an instant, each league asked once.

    A capture is its league's sweep too, so what is wanted less of the same league is left out.
    """
    wanted: dict[datetime, list[Planned]] = defaultdict(list)
    for at in regular:
        wanted[at] += []
    turns = set(wanted)
    slots = []
    for call in planned:
        if call.expected or not now <= call.at <= until:
            continue
        if call.purpose is Purpose.RESULTS:
            slots.append(Slot(job=SETTLE, at=call.at))
        else:
            wanted[call.at].append(call)
    for at, calls in wanted.items():
        once = _once(calls)
        job = CLOSING if any(call.purpose is Purpose.CLOSING for call in once) else SNAPSHOT
        slots.append(Slot(job=job, at=at, calls=once, regular=at in turns))
    return tuple(sorted(set(slots), key=_by_time))


def plan_slots(
    fixtures: Iterable[Fixture], rules: ClosingRules, now: datetime
) -> tuple[Slot, ...]:
    """Return when closes are fixed and results read, by time; one slot a job and instant.

    What is over or off has no close, but its result is still read: it takes a second reading to
    be believed.
    """
    wanted: set[Slot] = set()
    for fixture in fixtures:
        if fixture.status in _PLAYABLE:
            wanted.add(Slot(job=KICK_OFF, at=fixture.kick_off))
        for offset in rules.result_offsets:
            wanted.add(Slot(job=SETTLE, at=fixture.kick_off + offset))
    return tuple(sorted((slot for slot in wanted if slot.at > now), key=_by_time))


def _once(calls: Iterable[Planned]) -> tuple[Planned, ...]:
    """Return one call a league, the most needed, and one a match."""
    rank = list(Purpose)
    best: dict[tuple[str, str | None], Planned] = {}
    for call in sorted(calls, key=lambda each: rank.index(each.purpose)):
        best.setdefault((call.competition, call.event_id), call)
    return tuple(sorted(best.values(), key=lambda each: (each.competition, each.event_id or "")))


def _by_time(slot: Slot) -> tuple[datetime, int]:
    return slot.at, _ORDER[slot.job]
