"""The outbox: what waits to be said, under leases, in the same transaction as its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.alert import EDITS
from storage.queries import queries

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

    from engine.domain.alert import Alert
    from engine.domain.numbers import PickId
    from storage.pool import Connection

EVERYONE = 0
"""The chat id of a hold on all chats."""


class Outbox:
    """What waits to be said, and to whom not, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, alerts: Sequence[Alert]) -> int:
        """Queue alerts, each once; waiting edits of the same card give way to newer ones.

        An alert for `HOLDERS` becomes one for each chat that holds its pick's card.
        """
        if not alerts:
            return 0
        sql = queries("outbox")
        rows = await self._connection.fetch(
            sql.add,
            [alert.chat_id for alert in alerts],
            [alert.kind.value for alert in alerts],
            [alert.pick_id for alert in alerts],
            [alert.version for alert in alerts],
            [dict(alert.body) for alert in alerts],
            [alert.priority for alert in alerts],
            [alert.created_at for alert in alerts],
            [alert.not_before for alert in alerts],
            [alert.expires_at for alert in alerts],
            [alert.thread_id for alert in alerts],
        )
        new = [row["id"] for row in rows]
        if any(alert.kind in EDITS for alert in alerts):
            await self._connection.execute(sql.supersede, new, [kind.value for kind in EDITS])
        return len(new)

    async def redate(self, pick_id: PickId, expires_at: datetime, now: datetime) -> int:
        """Let a pick's waiting cards and prices live until `expires_at`; return how many.

        Those whose time is over by then are cancelled.
        """
        done = await self._connection.execute(queries("outbox").redate, pick_id, expires_at, now)
        return _affected(done)

    async def hold(self, chat_id: int, until: datetime) -> None:
        """Send nothing to this chat (EVERYONE: to anyone) before `until`."""
        await self._connection.execute(queries("outbox").hold, chat_id, until)

    async def cancel_chat(self, chat_id: int, reason: str, now: datetime) -> int:
        """Cancel all that waits for a chat; return how many."""
        done = await self._connection.execute(queries("outbox").cancel_chat, chat_id, reason, now)
        return _affected(done)

    async def migrate_chat(self, old: int, new: int) -> None:
        """Send what waits for a group to the supergroup it became."""
        await self._connection.execute(queries("outbox").migrate_chat, old, new)

    async def counts(self) -> Mapping[str, int]:
        """Return how many alerts stand in each state."""
        rows = await self._connection.fetch(queries("outbox").counts)
        return {row["state"]: row["n"] for row in rows}

    async def rows(self) -> tuple[Mapping[str, object], ...]:
        """Return the whole outbox, oldest first."""
        return tuple(dict(row) for row in await self._connection.fetch(queries("outbox").rows))


def _affected(status: str) -> int:
    """Read the row count of a command tag such as 'UPDATE 3'."""
    return int(status.rsplit(" ", 1)[-1])
