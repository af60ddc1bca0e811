"""What can befall one match beside being played: moved, put off, stopped, told late or wrongly.

Every duration is in minutes of the world; `told` and `told_results` count from the kick-off that
was listed first, so that each provider may learn of it at a moment of its own.
"""

from dataclasses import asdict, dataclass, fields, replace
from datetime import timedelta
from enum import StrEnum
from typing import Any, Final, Literal, Self

Side = Literal["truth", "odds", "results"]
"""Through whose eyes a match is looked at: as it is, or as one of the providers shows it."""


class Kind(StrEnum):
    MOVED = "moved"
    POSTPONED = "postponed"
    ABANDONED = "abandoned"
    SUSPENDED = "suspended"
    AWARDED = "awarded"
    WALKOVER = "walkover"
    LATE = "late_result"
    CORRECTED = "corrected_result"
    BOOKS_OUT = "books_out"
    STEAM = "steam"


_NEEDS_GOALS: Final = frozenset({Kind.AWARDED, Kind.WALKOVER, Kind.CORRECTED})
_DEFAULT_GOALS: Final = {Kind.AWARDED: (3, 0), Kind.WALKOVER: (3, 0)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Happening:
    """One thing that befalls one match.

    `minutes`: by how much it is moved; the minute of play at which it stops (abandoned, awarded,
    suspended); how long after the end its result comes or is put right; how long before kick-off
    books leave or prices jump. `lasts`: until play resumes, the award is spoken, or books return.
    `goals`: the award, or the score first shown in error. `books`: who leaves, or who moves.
    `size`: the jump in log goal rate of the home side.
    """

    kind: Kind
    minutes: float = 0.0
    lasts: float = 30.0
    told: float = -60.0
    told_results: float = -60.0
    goals: tuple[int, int] | None = None
    books: tuple[str, ...] = ()
    size: float = 0.25

    @classmethod
    def parse(cls, wanted: dict[str, Any]) -> Self:
        """Read a happening from JSON.

        Raises:
            ValueError: a field or the kind is unknown, or a score is missing.
        """
        unknown = sorted(set(wanted) - {one.name for one in fields(cls)})
        if unknown:
            raise ValueError(f"unknown fields: {', '.join(unknown)}")
        kind = Kind(wanted.get("kind", ""))
        goals = wanted.get("goals", _DEFAULT_GOALS.get(kind))
        if goals is None and kind in _NEEDS_GOALS:
            raise ValueError(f"{kind} needs goals: the score first shown")
        read = cls(**(wanted | {"kind": kind, "books": tuple(wanted.get("books", ()))}))
        return replace(read, goals=None if goals is None else (int(goals[0]), int(goals[1])))

    def told_to(self, side: Side) -> timedelta:
        """Return how long after the kick-off first listed this side learns of it."""
        moments = {"odds": self.told, "results": self.told_results}
        return timedelta(minutes=moments.get(side, min(moments.values())))

    def wire(self) -> dict[str, Any]:
        """Return what a judge is shown."""
        return asdict(self)


def first(happenings: tuple[Happening, ...], *kinds: Kind) -> Happening | None:
    return next((one for one in happenings if one.kind in kinds), None)
