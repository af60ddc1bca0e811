"""The chain of days: what was sworn of the picks that were sent, and where it was said."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds, PickId, Units
from engine.domain.pick import Provenance
from engine.domain.proof import DayProof, SentPick
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime

    import asyncpg

    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Leaf:
    """A pick that was sent, as its rows are now, and what was sworn of it; None: not yet."""

    number: int
    pick: SentPick
    day: date | None
    position: int | None
    sworn: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ClosedDay:
    """A closed day as it is kept; `said` is the hash in the message that published it."""

    proof: DayProof
    closed_at: datetime
    published_at: datetime | None
    said: str | None


class Proofs:
    """The chain on one connection; nothing of it is ever changed."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def hold(self) -> None:
        """Keep others from closing days until the transaction ends."""
        await self._connection.execute(queries("proofs").hold)

    async def close(self, day: DayProof, picks: Sequence[SentPick], closed_at: datetime) -> bool:
        """Keep a closed day with its picks in order; say whether it was open till now."""
        sql = queries("proofs")
        head = (day.provenance.value, day.day)
        added = await self._connection.fetchval(
            sql.close, *head, day.n, day.root, day.previous, day.chain, closed_at
        )
        if added is None:
            return False
        rows = [(p.id, *head, i, p.sent_at, p.leaf) for i, p in enumerate(picks)]
        await self._connection.executemany(sql.add_leaf, rows)
        return True

    async def open_picks(self, provenance: Provenance, before: datetime) -> tuple[SentPick, ...]:
        """Return the picks sent before an instant that are in no closed day."""
        sql = queries("proofs").sent
        rows = await self._connection.fetch(sql, provenance.value, before, None, True)
        return tuple(_pick(row) for row in rows)

    async def leaves(self, provenance: Provenance, day: date | None = None) -> tuple[Leaf, ...]:
        """Return every pick that was sent, or those in one closed day, by when it was sent."""
        sql = queries("proofs").sent
        rows = await self._connection.fetch(sql, provenance.value, None, day, False)
        return tuple(
            Leaf(
                number=row["number"],
                pick=_pick(row),
                day=row["day"],
                position=row["position"],
                sworn=row["leaf"],
            )
            for row in rows
        )

    async def sworn(self, provenance: Provenance) -> dict[date, int]:
        """Return how many leaves are kept of each closed day."""
        rows = await self._connection.fetch(queries("proofs").sworn, provenance.value)
        return {row["day"]: row["n"] for row in rows}

    async def days(self, provenance: Provenance, day: date | None = None) -> tuple[ClosedDay, ...]:
        """Return the closed days in order, or one of them."""
        rows = await self._connection.fetch(queries("proofs").days, provenance.value, day)
        return tuple(
            ClosedDay(
                proof=_day(row),
                closed_at=row["closed_at"],
                published_at=row["published_at"],
                said=row["said_chain"],
            )
            for row in rows
        )

    async def last(self, provenance: Provenance) -> DayProof | None:
        """Return the last closed day."""
        row = await self._connection.fetchrow(queries("proofs").last, provenance.value)
        return None if row is None else _day(row)

    async def pick(
        self, *, number: int | None = None, pick_id: PickId | None = None
    ) -> tuple[Provenance, PickId, int] | None:
        """Return provenance, id and number of a pick, sent or not."""
        sql = queries("proofs").provenance
        row = await self._connection.fetchrow(sql, number, pick_id)
        if row is None:
            return None
        return Provenance(row["provenance"]), PickId(row["id"]), row["number"]


def _pick(row: asyncpg.Record) -> SentPick:
    return SentPick(
        id=PickId(row["id"]),
        provenance=Provenance(row["provenance"]),
        selection=Selection.from_number(row["selection"]).code,
        bookmaker=BookmakerKey(row["bookmaker"]),
        odds=Odds(row["odds"]),
        stake=Units(row["stake"]),
        sent_at=row["sent_at"],
    )


def _day(row: asyncpg.Record) -> DayProof:
    return DayProof(
        provenance=Provenance(row["provenance"]),
        day=row["day"],
        n=row["n"],
        root=row["root"],
        previous=row["previous"],
        chain=row["chain"],
    )
