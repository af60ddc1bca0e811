"""Raw rows for an auditor: as they stand in the tables, nothing summed and nothing left out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from storage.pool import Connection

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class RawFacts:
    """Bets, every settlement of them, the close fixed for each, and every close kept.

    `taken` are bets that people say they took of them, `postings` what all of it moved.
    """

    bets: Sequence[Mapping[str, Any]]
    settled: Sequence[Mapping[str, Any]]
    fixed: Sequence[Mapping[str, Any]]
    lines: Sequence[Mapping[str, Any]]
    taken: Sequence[Mapping[str, Any]]
    postings: Sequence[Mapping[str, Any]]


class Facts:
    """Raw rows on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def read(self, since: datetime | None = None) -> RawFacts:
        """Return all of every pick made, closed or settled from an instant on; None: of all."""
        sql = queries("facts")
        return RawFacts(
            bets=await self._rows(sql.bets, since),
            settled=await self._rows(sql.settled, since),
            fixed=await self._rows(sql.fixed, since),
            lines=await self._rows(sql.lines, since),
            taken=await self._rows(sql.taken, since),
            postings=await self._rows(sql.postings, since),
        )

    async def _rows(self, statement: str, since: datetime | None) -> list[Row]:
        return [dict(row) for row in await self._connection.fetch(statement, since)]
