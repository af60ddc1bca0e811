"""How odds moved, and the looks that told it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from storage.odds_match import MatchPath, read_match
from storage.odds_read import read_latest, read_path
from storage.odds_write import Stored, write_board
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime
    from uuid import UUID

    from engine.domain.board import Board
    from engine.domain.numbers import FixtureId
    from engine.domain.path import OddsPath, Scope, Unconfirmed
    from storage.odds_state import OddsCache
    from storage.pool import Connection

__all__ = ["Look", "MatchPath", "OddsHistory", "Stored"]


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
    """Changes of odds on one connection."""

    def __init__(self, connection: Connection, cache: OddsCache) -> None:
        self._connection = connection
        self._cache = cache
        self._state = cache.state

    async def add(
        self, board: Board, scope: Scope | None = None, unconfirmed: Unconfirmed = ()
    ) -> Stored:
        """Keep what the board changes of what is known, and that it was seen.

        What is absent although its fixture and kind are in `scope` was withdrawn, lay sides
        with their kind; without a scope, every kind the board has of a fixture was asked for.
        Of what is `unconfirmed` nothing was withdrawn.
        A board of an instant that is already past changes the state of its own instant only.
        Prices told twice in one board count as told last.
        """
        if len(board) == 0 and not scope:
            return Stored(offered=0, changed=0, withdrawn=0)
        self._state, stored = await write_board(
            self._connection, self._cache, self._state, (board, scope, unconfirmed)
        )
        return stored

    def committed(self) -> None:
        """Let the looks that follow start from what this transaction told."""
        self._cache.take(self._state)

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
        """Return what is offered as of `until`, by the last look within [since, until] at each.

        Each kind of market of a fixture stands as its own last look saw it: a look at one kind
        says nothing of the others. `quoted_at` is what that look said.
        """
        return await read_latest(self._connection, list(fixture_ids), since, until)

    async def path(
        self,
        fixture_ids: Iterable[FixtureId],
        since: datetime,
        until: datetime,
        *,
        standing: bool = False,
    ) -> OddsPath:
        """Return the changes within [since, until], without repeats.

        With `standing`, what stood at `since` comes first, as of when it had changed.
        `last_seen_at` is that of the looks within the window. Of months dropped by retention,
        the first and the last change of each hour before kick-off are left.
        """
        return await read_path(
            self._connection, tuple(fixture_ids), since, until, standing=standing
        )

    async def match_path(self, fixture_id: FixtureId) -> MatchPath | None:
        """Return all books of a match up to its kick-off, with opening, alerts and close."""
        return await read_match(self._connection, fixture_id)

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
        """Return how many changes are stored, withdrawals among them."""
        return int(await self._connection.fetchval(queries("odds").stored))
