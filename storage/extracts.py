"""Picks as lines of a file: each with all that is known of it, read in parts."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.domain.closing import Grade
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from engine.domain.signal import AgentName, Tier
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from decimal import Decimal

    import asyncpg

    from engine.domain.pick_filter import PickFilter
    from storage.pool import Connection

_AT_A_TIME: Final = 2_000


_SAME: Final = (
    *("number", "competition", "kick_off", "odds", "fair_probability", "refund", "edge"),
    *("edge_low", "edge_high", "min_odds", "stake", "signal_score", "sweet_spot_score"),
    *("taken_at", "policy_version", "source", "closing_odds", "clv", "clv_alt", "profit"),
    *("home_goals", "away_goals", "settled_at"),
)
"""Columns that are as they are stored."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PickLine:
    """One pick as it was made, closed and settled; what is not known yet is None."""

    number: int
    provenance: Provenance
    competition: str
    home: str
    away: str
    kick_off: datetime
    selection: Selection
    bookmaker: BookmakerKey
    odds: float
    fair_probability: float
    refund: float
    edge: float
    edge_low: float
    edge_high: float
    min_odds: float
    stake: Decimal
    signal_score: float
    sweet_spot_score: float
    tier: Tier
    agents: frozenset[AgentName]
    taken_at: datetime
    policy_version: str
    grade: Grade | None
    source: str | None
    closing_odds: float | None
    clv: float | None
    clv_alt: float | None
    outcome: Outcome | None
    profit: Decimal | None
    home_goals: int | None
    away_goals: int | None
    settled_at: datetime | None

    @property
    def expected_at_alert(self) -> float:
        """The edge, as filters call it."""
        return self.edge

    @property
    def lead_hours(self) -> float:
        """How long before kick-off it was made."""
        return (self.kick_off - self.taken_at).total_seconds() / 3600


class Extracts:
    """Extracts on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def picks(self, kept: PickFilter, most: int) -> tuple[tuple[PickLine, ...], bool]:
        """Return the newest picks that a filter keeps, `most` of them, and whether there are more.

        They are read in parts, and no further than is asked for.
        """
        sql, found = queries("extracts").picks, list[PickLine]()
        wanted = [provenance.value for provenance in kept.provenances]
        cursor = await self._connection.cursor(sql, wanted)
        while rows := await cursor.fetch(_AT_A_TIME):
            found += await asyncio.to_thread(_kept, rows, kept)
            if len(found) > most:
                return tuple(found[:most]), True
        return tuple(found), False


def _kept(rows: Sequence[asyncpg.Record], kept: PickFilter) -> list[PickLine]:
    return [line for line in map(_line, rows) if kept.keeps(line)]


def _line(row: asyncpg.Record) -> PickLine:
    return PickLine(
        provenance=Provenance(row["provenance"]),
        home=row["home_name"],
        away=row["away_name"],
        selection=Selection.from_number(row["selection"]),
        bookmaker=BookmakerKey(row["bookmaker"]),
        tier=Tier(row["tier"]),
        agents=frozenset(AgentName(agent) for agent in row["agents"]),
        grade=Grade(row["grade"]) if row["grade"] else None,
        outcome=Outcome(row["outcome"]) if row["outcome"] else None,
        **{name: row[name] for name in _SAME},
    )
