"""What bookmakers offer for a pick now, read where somebody's own books or limits ask for it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.numbers import Odds
from engine.domain.own_books import Offered

if TYPE_CHECKING:
    from engine.domain.board import Board
    from engine.domain.market import Selection
    from engine.domain.own_books import OwnBooks
    from storage.store import Tx
    from storage.views import PickView

_LOOK: Final = timedelta(days=1)


async def offers_for(
    tx: Tx, view: PickView, books: OwnBooks, now: datetime
) -> tuple[Offered, ...]:
    """Return what is offered for a pick's selection; nothing where nobody asks, or play began."""
    if not books or now >= view.fixture.kick_off:
        return ()
    board = await tx.odds.latest([view.fixture.id], now - _LOOK, now)
    return await asyncio.to_thread(offers_of, board, view.pick.selection)


def offers_of(board: Board, selection: Selection) -> tuple[Offered, ...]:
    """Return what bookmakers offer to those who back a selection, the best first."""
    wanted = board.selection == selection.number
    offered = board.where(wanted & ~board.lay & ~board.is_aggregate & (board.odds > 1))
    return tuple(
        Offered(
            bookmaker=offered.bookmakers[int(offered.bookmaker[row])],
            odds=Odds(float(offered.odds[row])),
            quoted_at=datetime.fromtimestamp(float(offered.quoted_at[row]), UTC),
        )
        for row in np.argsort(-offered.odds, kind="stable").tolist()
    )
