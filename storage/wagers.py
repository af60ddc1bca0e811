"""Bets that people took, each with its match: what their own figures are made of."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, Odds, Units
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from engine.domain.wager import Advice, Wager
from engine.settlement.grading import profit
from storage.queries import queries
from storage.rows import fixture_from_row

if TYPE_CHECKING:
    import asyncpg

    from storage.pool import Connection


class Wagers:
    """Bets of people with their matches, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def of(self, user_id: int) -> tuple[Wager, ...]:
        """Return what a person took and did not withdraw, the oldest first."""
        rows = await self._connection.fetch(queries("wagers").of, user_id)
        return tuple(_wager(row) for row in rows)


def _wager(row: asyncpg.Record) -> Wager:
    odds, stake = Odds(row["odds"]), Units(row["stake"])
    outcome = None if row["outcome"] is None else Outcome(row["outcome"])
    advice = None
    if row["number"] is not None:
        advice = Advice(number=row["number"], odds=Odds(row["advised"]), at=row["advised_at"])
    return Wager(
        id=row["bet_id"],
        user_id=row["user_id"],
        provenance=Provenance(row["provenance"]),
        fixture=fixture_from_row(row),
        selection=Selection.from_number(row["selection"]),
        bookmaker=BookmakerKey(row["bookmaker"]),
        odds=odds,
        stake=stake,
        taken_at=row["taken_at"],
        advice=advice,
        outcome=outcome,
        profit=None if outcome is None else profit(outcome, odds, stake),
    )
