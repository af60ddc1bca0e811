"""The outbox: what waits to be said, under leases, in the same transaction as its cause."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.alert import AlertKind, DeliveryState
from storage.queries import queries
from storage.views import OutboxRow

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import datetime, timedelta
    from uuid import UUID

    import asyncpg

    from engine.domain.alert import Alert
    from storage.pool import Connection

EVERYONE = 0
"""The chat id of a hold on all chats."""


class Outbox:
    """The outbox on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    async def add(self, alerts: Sequence[Alert]) -> int:
        """Queue alerts, each once; waiting edits of the same card give way to newer ones."""
        new = 0
        sql = queries("outbox")
        for alert in alerts:
            added = await self._connection.fetchval(
                sql.add,
                alert.dedup_key,
                alert.chat_id,
                alert.kind.value,
                alert.pick_id,
                alert.version,
                dict(alert.body),
                alert.priority,
                alert.created_at,
                alert.not_before,
                alert.expires_at,
            )
            if added is None:
                continue
            new += 1
            if alert.pick_id is not None and alert.kind is not AlertKind.PICK:
                await self._connection.execute(
                    sql.supersede, alert.chat_id, alert.pick_id, added, alert.created_at
                )
        return new

    async def claim(
        self,
        now: datetime,
        *,
        lease: timedelta,
        owner: str,
        fencing: int,
        busy: Iterable[int],
        limit: int,
    ) -> tuple[OutboxRow, ...]:
        """Take the next alert of each chat that is free, not held and not in `busy`."""
        sql = queries("outbox")
        taken = await self._connection.fetch(
            sql.claim, now, lease, owner, fencing, list(busy), limit
        )
        ids = [row["id"] for row in taken]
        rows = await self._connection.fetch(sql.claimed, ids)
        return tuple(_outbox_row(row) for row in rows)

    async def finish(
        self,
        row_id: int,
        state: DeliveryState,
        *,
        fencing: int,
        now: datetime,
        message_id: int | None = None,
        payload_hash: str | None = None,
        error: str | None = None,
    ) -> bool:
        """End a claimed alert; False when another leader took it over meanwhile."""
        done = await self._connection.fetchval(
            queries("outbox").finish,
            row_id,
            fencing,
            state.value,
            message_id,
            payload_hash,
            error,
            now,
        )
        return done is not None

    async def touch_card(
        self, chat_id: int, pick_id: UUID, message_id: int, payload_hash: str
    ) -> None:
        """Remember where a card is and what it shows now."""
        await self._connection.execute(
            queries("outbox").touch_card, chat_id, pick_id, message_id, payload_hash
        )

    async def requeue(
        self,
        row_id: int,
        not_before: datetime,
        *,
        fencing: int,
        error: str,
        refund_attempt: bool = False,
        reminder: bool = False,
    ) -> bool:
        """Put a claimed alert back until `not_before`; False when it is no longer ours."""
        done = await self._connection.fetchval(
            queries("outbox").requeue,
            row_id,
            fencing,
            not_before,
            int(refund_attempt),
            error,
            reminder,
        )
        return done is not None

    async def expire(self, now: datetime) -> int:
        """Expire what can no longer be said in time; return how many."""
        return _affected(await self._connection.execute(queries("outbox").expire, now))

    async def lapse(self, now: datetime, *, in_flight: Iterable[int] = ()) -> int:
        """Mark alerts whose lease ran out as uncertain, but for our own in flight."""
        rows = await self._connection.fetch(queries("outbox").lapse, now, list(in_flight))
        return len(rows)

    async def revive(self, now: datetime) -> int:
        """Queue uncertain alerts again, once, marked as reminders; return how many."""
        return len(await self._connection.fetch(queries("outbox").revive, now))

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

    async def next_due(self) -> datetime | None:
        """Return when the next waiting alert may be sent; None when nothing waits."""
        due: datetime | None = await self._connection.fetchval(queries("outbox").next_due)
        return due

    async def counts(self) -> Mapping[str, int]:
        """Return how many alerts stand in each state."""
        rows = await self._connection.fetch(queries("outbox").counts)
        return {row["state"]: row["n"] for row in rows}

    async def rows(self) -> tuple[Mapping[str, object], ...]:
        """Return the whole outbox, oldest first."""
        return tuple(dict(row) for row in await self._connection.fetch(queries("outbox").rows))


def _outbox_row(row: asyncpg.Record) -> OutboxRow:
    return OutboxRow(
        id=row["id"],
        dedup_key=row["dedup_key"],
        chat_id=row["chat_id"],
        kind=AlertKind(row["kind"]),
        pick_id=row["pick_id"],
        version=row["version"],
        body=row["body"],
        attempts=row["attempts"],
        reminder=row["reminder"],
        created_at=row["created_at"],
        expires_at=row["expires_at"],
        language=row["language"],
        subscriber_state=row["subscriber_state"],
        card_message_id=row["card_message_id"],
        card_state=row["card_state"],
        card_hash=row["card_hash"],
    )


def _affected(status: str) -> int:
    """Read the row count of a command tag such as 'UPDATE 3'."""
    return int(status.rsplit(" ", 1)[-1])
