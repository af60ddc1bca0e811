"""What a version in the shadow would have chosen, and the picks that any version could have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from engine.domain.numbers import PickId
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.domain.pick import Provenance
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Marked:
    """What a version in the shadow says of a pick at the look that makes it."""

    pick_id: PickId
    signal_score: float
    odds: float
    edge: float
    by_champion: bool
    by_challenger: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A pick as the search for a better zone reads it; `profit` is of one unit.

    Closes are those of grade A and B, and `known_at` is when close and result were both known:
    None without.
    """

    pick_id: PickId
    policy_version: str
    signal_score: float
    sweet_spot_score: float
    odds: float
    looked_at: datetime
    kick_off: datetime
    known_at: datetime | None
    profit: float | None
    clv: float | None
    clv_alt: float | None


class Shadows:
    """Marks of the shadow on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def strays(self) -> tuple[Mapping[str, Any], ...]:
        """Return the marks of the shadow that cannot have been made with their picks."""
        return tuple(dict(row) for row in await self._connection.fetch(queries("shadows").strays))

    async def add(
        self, number: int, champion: int, marked: Sequence[Marked], at: datetime
    ) -> None:
        """Keep what a version in the shadow says of new picks; what it said first stands."""
        if not marked:
            return
        await self._connection.execute(
            queries("shadows").add,
            number,
            at,
            champion,
            [one.pick_id for one in marked],
            [one.signal_score for one in marked],
            [one.odds for one in marked],
            [one.edge for one in marked],
            [one.by_champion for one in marked],
            [one.by_challenger for one in marked],
        )

    async def of(self, number: int) -> tuple[Marked, ...]:
        """Return what a version in the shadow said of picks, in the order of their looks."""
        rows = await self._connection.fetch(queries("shadows").of, number)
        return tuple(Marked(**{**dict(row), "pick_id": PickId(row["pick_id"])}) for row in rows)

    async def candidates(
        self, provenance: Provenance, since: datetime, until: datetime
    ) -> tuple[Candidate, ...]:
        """Return the picks of one provenance whose match began in [since, until)."""
        rows = await self._connection.fetch(
            queries("shadows").candidates, provenance.value, since, until
        )
        return tuple(Candidate(**{**dict(row), "pick_id": PickId(row["pick_id"])}) for row in rows)
