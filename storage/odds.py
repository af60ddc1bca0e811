"""Quotes and the looks that brought them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.domain.board import Quote, build_board
from engine.domain.market import Selection
from engine.domain.numbers import BookmakerKey, FixtureId, Odds
from storage.fixtures import Fixtures
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from engine.domain.board import Board
    from storage.pool import Connection


@dataclass(frozen=True, slots=True, kw_only=True)
class Look:
    """What one look at the market saw, kept, rejected and refused, counted."""

    id: UUID
    captured_at: datetime
    purpose: str
    offered: int
    kept: int
    rejected: Mapping[str, int]
    refused: Mapping[str, int]
    fixtures: int
    fixtures_priced: int
    picks: int


class OddsHistory:
    """Quotes on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, board: Board) -> int:
        """Append the board's quotes; return how many rows it has."""
        sql = queries("odds")
        if len(board) == 0:
            return 0
        await self._connection.execute(sql.ensure_month, board.as_of)
        ids = [fixture.id for fixture in board.fixtures]
        await self._connection.execute(
            sql.add,
            board.as_of,
            [ids[index] for index in board.fixture.tolist()],
            [board.bookmakers[index] for index in board.bookmaker.tolist()],
            board.selection.tolist(),
            board.lay.tolist(),
            board.odds.tolist(),
            board.quoted_at.tolist(),
        )
        return len(board)

    async def add_look(self, look: Look) -> None:
        """Keep the counts of one look."""
        await self._connection.execute(
            queries("odds").add_look,
            look.captured_at,
            look.id,
            look.purpose,
            look.offered,
            look.kept,
            dict(look.rejected),
            dict(look.refused),
            look.fixtures,
            look.fixtures_priced,
            look.picks,
        )

    async def judge_look(self, look: Look) -> None:
        """Add what a kept look led to, once: its refusals, its prices and its picks."""
        await self._connection.execute(
            queries("odds").judge_look,
            look.captured_at,
            look.id,
            dict(look.refused),
            look.fixtures_priced,
            look.picks,
        )

    async def latest(
        self, fixture_ids: Iterable[FixtureId], since: datetime, until: datetime
    ) -> Board:
        """Return each fixture's last look within [since, until] as one board as of `until`."""
        wanted = list(fixture_ids)
        rows = await self._connection.fetch(queries("odds").latest, wanted, since, until)
        fixtures = await Fixtures(self._connection).get({row["fixture_id"] for row in rows})
        index = {fixture.id: position for position, fixture in enumerate(fixtures)}
        quotes = [
            Quote(
                fixture=index[FixtureId(row["fixture_id"])],
                bookmaker=BookmakerKey(row["bookmaker"]),
                selection=Selection.from_number(row["selection"]),
                odds=Odds(row["odds"]),
                quoted_at=row["quoted_at"].timestamp(),
                lay=row["lay"],
            )
            for row in rows
        ]
        return build_board(until, fixtures, quotes)

    async def totals(self) -> Mapping[str, int]:
        """Return what all looks together offered, kept and priced."""
        row = await self._connection.fetchrow(queries("odds").totals)
        return dict(row) if row else {}

    async def rejected(self) -> Mapping[str, int]:
        """Return how many quotes were rejected, by reason."""
        rows = await self._connection.fetch(queries("odds").rejected)
        return {row["reason"]: row["n"] for row in rows}

    async def refused(self) -> Mapping[str, int]:
        """Return how many candidates were refused, by gate."""
        rows = await self._connection.fetch(queries("odds").refused)
        return {row["reason"]: row["n"] for row in rows}

    async def stored(self) -> int:
        """Return how many quotes are stored."""
        return int(await self._connection.fetchval(queries("odds").stored))
