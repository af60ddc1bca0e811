"""Closing lines, and the close fixed for each pick."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from storage.queries import queries
from storage.rows import closing_from_row

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from engine.domain.closing import ClosingLine, PickClose
    from engine.domain.numbers import FixtureId, PickId
    from storage.pool import Connection


class Closings:
    """Closes on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, lines: Sequence[ClosingLine]) -> None:
        """Append graded closes."""
        rows = [
            (
                line.fixture_id,
                line.captured_at,
                line.selection.number,
                line.source,
                line.payoff.win,
                line.payoff.half_win,
                line.payoff.push,
                line.payoff.half_loss,
                line.payoff.loss,
                line.raw_odds,
                line.kick_off,
                line.grade.value,
            )
            for line in lines
        ]
        await self._connection.executemany(queries("closings").add, rows)

    async def of_fixtures(self, ids: Iterable[FixtureId]) -> tuple[ClosingLine, ...]:
        """Return every graded close of these fixtures, oldest first."""
        rows = await self._connection.fetch(queries("closings").of_fixtures, list(ids))
        return tuple(closing_from_row(row) for row in rows)

    async def close_picks(self, closes: Sequence[PickClose]) -> None:
        """Fix the close of each pick once, with its CLV against both references."""
        await self._connection.executemany(
            queries("closings").close_pick, [_row(close) for close in closes]
        )

    async def reopen(self, pick_ids: Iterable[PickId]) -> None:
        """Forget the close of picks whose kick-off moved after it was fixed."""
        await self._connection.execute(queries("closings").reopen, list(pick_ids))


def _row(close: PickClose) -> tuple[object, ...]:
    line, other = close.headline, close.alternative
    movement = None
    if line is not None and line.raw_odds is not None:
        movement = close.odds / line.raw_odds - 1
    return (
        close.pick_id,
        close.closed_at,
        close.kick_off,
        line.grade.value if line else None,
        line.source if line else None,
        line.odds if line else None,
        close.clv,
        math.log(close.odds * line.payoff.fair) if line else None,
        movement,
        other.grade.value if other else None,
        other.source if other else None,
        other.odds if other else None,
        close.clv_alt,
    )
