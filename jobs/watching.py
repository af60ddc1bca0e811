"""Odds that people wait for, looked for in what a look has just brought: no request is made."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.alerting.watching import compose_watch, reached

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from engine.alerting.rules import AlertRules
    from engine.domain.board import Board
    from storage.store import Tx


async def tell_watchers(
    tx: Tx, board: Board, rules: AlertRules, house: ZoneInfo, now: datetime
) -> int:
    """Put a message of each watch whose odds the board offers into the outbox, and end it.

    Returns how many were new.
    """
    watches = await tx.watches.waiting([fixture.id for fixture in board.fixtures], now)
    hits = reached(watches, board, now, rules.freshness) if watches else ()
    if not hits:
        return 0
    wishes = await tx.readers.wishes({hit.watch.user_id for hit in hits}, now, house)
    alerts = {
        hit.watch.id: alert
        for hit in hits
        if (alert := compose_watch(hit, wishes[hit.watch.user_id], rules, now)) is not None
    }
    await tx.watches.tell(alerts, now)
    return await tx.outbox.add(list(alerts.values()))
