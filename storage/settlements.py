"""Readings of results, and the settlements they led to."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

from engine.domain.numbers import FixtureId, PickId
from engine.domain.record import EdgeSeen, SettledBet
from storage.payouts import pay, terms
from storage.queries import queries
from storage.rows import bet_from_row, one_settlement_from_row, result_from_row, told_to_json

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    import asyncpg

    from engine.domain.pick import Provenance
    from engine.domain.settlement import Result, Settlement
    from storage.pool import Connection


_AT_A_TIME: Final = 2_000
"""Rows read at once: the loop is held for some milliseconds."""


def _bets(rows: Sequence[asyncpg.Record]) -> list[SettledBet]:
    return [bet_from_row(row) for row in rows]


class Results:
    """Readings of results on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, results: Sequence[Result]) -> None:
        """Append readings."""
        rows = [
            (
                r.fixture_id,
                r.read_at,
                r.source,
                r.status,
                r.phase.value,
                r.full_time.home if r.full_time else None,
                r.full_time.away if r.full_time else None,
                r.half_time.home if r.half_time else None,
                r.half_time.away if r.half_time else None,
                r.kick_off,
                r.event_id,
                None if r.told is None else told_to_json(r.told),
            )
            for r in results
        ]
        await self._connection.executemany(queries("settlements").add_result, rows)

    async def reads(self, ids: Iterable[FixtureId]) -> Mapping[FixtureId, tuple[Result, ...]]:
        """Return every reading of these fixtures, oldest first."""
        found: dict[FixtureId, list[Result]] = {}
        for row in await self._connection.fetch(queries("settlements").reads, list(ids)):
            found.setdefault(FixtureId(row["fixture_id"]), []).append(result_from_row(row))
        return {fixture: tuple(reads) for fixture, reads in found.items()}


class Settlements:
    """Settlements on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, settlements: Sequence[Settlement]) -> int:
        """Append settlements and post what they pay; return how many were new.

        Their picks are held first: a bet told of meanwhile is paid by one of the two, never by
        neither.
        """
        new, picks = 0, [s.pick_id for s in settlements]
        await self._connection.execute(queries("settlements").hold, picks)
        for s in settlements:
            before = await terms(self._connection, s.pick_id)
            added = await self._connection.fetchval(
                queries("settlements").add,
                s.pick_id,
                s.sequence,
                s.outcome.value,
                s.profit,
                s.full_time.home if s.full_time else None,
                s.full_time.away if s.full_time else None,
                s.rule,
                s.settled_at,
                s.rules_version,
            )
            if added is not None:
                await pay(self._connection, s, before)
                new += 1
        return new

    async def hold(self, ids: Iterable[PickId]) -> Mapping[PickId, tuple[Settlement, ...]]:
        """Return all settlements of these picks in sequence; nobody else settles them meanwhile.

        Until the transaction ends: two that settle one pick at once do it one after the other,
        and the second sees what the first did.
        """
        sql = queries("settlements")
        wanted = list(ids)
        await self._connection.execute(sql.hold, wanted)
        found: dict[PickId, list[Settlement]] = {}
        for row in await self._connection.fetch(sql.history, wanted):
            settlement = one_settlement_from_row(row)
            found.setdefault(settlement.pick_id, []).append(settlement)
        return {pick: tuple(settled) for pick, settled in found.items()}

    async def since(self, since: datetime, provenance: Provenance) -> tuple[PickId, ...]:
        """Return the picks of one provenance settled, or corrected, since an instant."""
        rows = await self._connection.fetch(
            queries("settlements").settled, provenance.value, since
        )
        return tuple(PickId(row["pick_id"]) for row in rows)

    async def bets(
        self,
        provenance: Provenance,
        since: datetime | None = None,
        until: datetime | None = None,
    ) -> tuple[SettledBet, ...]:
        """Return the settled picks of one provenance; only graded closes carry a CLV.

        Ten thousand rows take a tenth of a second to become bets: nobody waits for that, so they
        are read in parts.
        """
        sql, found = queries("settlements"), list[SettledBet]()
        await self._connection.execute(sql.whole_results)
        cursor = await self._connection.cursor(sql.bets, provenance.value, since, until)
        while rows := await cursor.fetch(_AT_A_TIME):
            found += await asyncio.to_thread(_bets, rows)
        return tuple(found)

    async def revision(self, provenance: Provenance) -> int:
        """Return the newest revision of the record: it rises with all that changes the record."""
        return int(
            await self._connection.fetchval(queries("settlements").revision, provenance.value)
        )

    async def bets_since(self, provenance: Provenance, revision: int) -> tuple[SettledBet, ...]:
        """Return the settled picks that are new, or not as they were, since a revision."""
        rows = await self._connection.fetch(
            queries("settlements").bets_since, provenance.value, revision
        )
        return tuple(await asyncio.to_thread(_bets, rows))

    async def edges(self, picks: Iterable[PickId]) -> Mapping[PickId, tuple[EdgeSeen, ...]]:
        """Return what was left of the edges of picks after they were made, oldest first.

        A pick of which nothing new was seen is missing: its edge stood.
        """
        found: dict[PickId, list[EdgeSeen]] = {}
        for row in await self._connection.fetch(queries("settlements").edges, list(picks)):
            seen = EdgeSeen(at=row["seen_at"], edge=row["edge"])
            found.setdefault(PickId(row["pick_id"]), []).append(seen)
        return {pick: tuple(seen) for pick, seen in found.items()}
