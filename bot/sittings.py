"""How long people have been here at a stretch: kept in memory, and only to tell themselves."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from datetime import datetime

REST: Final = timedelta(minutes=15)
"""Who does nothing for so long has left."""
_FORGET_ABOVE: Final = 1_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """Since when somebody is here, when they last did something, when they were last told."""

    began: datetime
    last: datetime
    told: datetime


@dataclass(slots=True)
class Sittings:
    """The sittings of those who asked to be told how long they last."""

    _people: dict[int, Sitting] = field(default_factory=dict)

    def told(self, user_id: int, now: datetime, minutes: int) -> int | None:
        """Count something done at `now`; return how many minutes it has been when that is due."""
        self._forget(now)
        held = self._people.get(user_id)
        if held is None or now - held.last > REST:
            self._people[user_id] = Sitting(began=now, last=now, told=now)
            return None
        due = now - held.told >= timedelta(minutes=minutes)
        self._people[user_id] = replace(held, last=now, told=now if due else held.told)
        return int((now - held.began).total_seconds() // 60) if due else None

    def _forget(self, now: datetime) -> None:
        if len(self._people) < _FORGET_ABOVE:
            return
        for user_id, held in list(self._people.items()):
            if now - held.last > REST:
                del self._people[user_id]
