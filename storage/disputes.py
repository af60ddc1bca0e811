"""The queue of results that only a person can settle, and what was decided of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.domain.dispute import Decision, Dispute, DisputeKind
from engine.domain.numbers import FixtureId
from engine.domain.settlement import Score
from storage.people import Audit
from storage.queries import queries
from storage.rows import fixture_from_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime

    import asyncpg

    from engine.domain.dispute import Doubt
    from engine.domain.fixture import Fixture
    from storage.pool import Connection

_SCORE: Final = "score"
_VOID: Final = "void"
_WITHDRAWN: Final = "withdrawn"


@dataclass(frozen=True, slots=True, kw_only=True)
class WaitingDispute:
    """A dispute that waits for a person, its fixture, and how many picks wait with it."""

    dispute: Dispute
    fixture: Fixture
    picks: int


class Disputes:
    """Disputes on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._audit = Audit(connection)

    async def open(self, doubts: Sequence[Doubt], now: datetime) -> int:
        """Put doubts into the queue; return how many were never asked before."""
        new = 0
        for doubt in doubts:
            said = [dict(one) for one in doubt.said]
            added = await self._connection.fetchval(
                queries("disputes").open,
                *(doubt.fixture_id, doubt.kind.value, doubt.digest, said, now),
            )
            new += added is not None
        return new

    async def waiting(self, number: int | None = None) -> tuple[WaitingDispute, ...]:
        """Return the disputes that nobody has resolved, oldest first; or the one of a number."""
        rows = await self._connection.fetch(queries("disputes").waiting, number)
        return tuple(
            WaitingDispute(
                dispute=_dispute(row),
                fixture=fixture_from_row(row, prefix="fixture_"),
                picks=row["picks"],
            )
            for row in rows
        )

    async def count_open(self) -> int:
        """Return how many disputes wait."""
        return int(await self._connection.fetchval(queries("disputes").count_open))

    async def of_fixtures(
        self, ids: Iterable[FixtureId]
    ) -> Mapping[FixtureId, tuple[Dispute, ...]]:
        """Return every dispute of these fixtures, oldest first."""
        found: dict[FixtureId, list[Dispute]] = {}
        for row in await self._connection.fetch(queries("disputes").of_fixtures, list(ids)):
            found.setdefault(FixtureId(row["fixture_id"]), []).append(_dispute(row))
        return {fixture: tuple(disputes) for fixture, disputes in found.items()}

    async def decide(
        self, number: int, decision: Decision, *, by: int, now: datetime
    ) -> Dispute | None:
        """Resolve a dispute as a person said; None where it was resolved before.

        Of two who decide at once the second changes nothing: it waits for the first.
        """
        sql = queries("disputes")
        score = decision.score
        if await self._connection.fetchval(sql.hold, number) is None:
            return None
        told = _VOID if score is None else f"{score.home}-{score.away}"
        detail = {"dispute": number, "decision": told}
        await self._audit.add(by, "dispute_decided", detail, now)
        goals = (None, None) if score is None else (score.home, score.away)
        resolution = _VOID if score is None else _SCORE
        row = await self._connection.fetchrow(sql.resolve, number, now, by, resolution, *goals)
        return None if row is None else _dispute(row)

    async def withdraw(self, ids: Iterable[int], now: datetime) -> None:
        """Take disputes from the queue whose source has set its row right."""
        for number in ids:
            await self._connection.execute(
                queries("disputes").resolve, number, now, None, _WITHDRAWN, None, None
            )


def _dispute(row: asyncpg.Record) -> Dispute:
    decision = None
    if row["resolution"] == _SCORE:
        decision = Decision(score=Score(home=row["home_goals"], away=row["away_goals"]))
    elif row["resolution"] == _VOID:
        decision = Decision(score=None)
    return Dispute(
        id=row["id"],
        fixture_id=FixtureId(row["fixture_id"]),
        kind=DisputeKind(row["kind"]),
        said=tuple(row["said"]),
        opened_at=row["opened_at"],
        resolved_at=row["resolved_at"],
        resolved_by=row["resolved_by"],
        decision=decision,
        withdrawn=row["resolution"] == _WITHDRAWN,
    )
