"""The registry of trials: everything that was ever tried counts, whatever came of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import TYPE_CHECKING

from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date, datetime

    from engine.domain.policy_version import Thresholds
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class GridCount:
    """How many trials a grid has, and how often they were looked at."""

    grid: str
    trials: int
    looks: int
    registered_on: date
    first_looked_at: datetime


class Trials:
    """The registry on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def look(
        self, grid: str, trials: Mapping[str, Thresholds], registered_on: date, now: datetime
    ) -> None:
        """Write down that a grid is looked at now, and those of its trials that are new.

        Written before what the look shows is used: what is tried cannot be left out afterwards.
        """
        sql = queries("trials")
        told = [asdict(each) for each in trials.values()]
        await self._connection.execute(sql.register, grid, list(trials), told, registered_on, now)
        await self._connection.execute(sql.look, grid, now)

    async def counts(self) -> tuple[GridCount, ...]:
        """Return what was ever tried, by grid."""
        rows = await self._connection.fetch(queries("trials").counts)
        return tuple(GridCount(**dict(row)) for row in rows)
