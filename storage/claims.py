"""Alerts under a lease: claimed, marked, handed back, revived."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.alert import AlertKind, DeliveryState
from storage.queries import queries
from storage.views import OutboxRow
from storage.visits import preferences_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime, timedelta
    from uuid import UUID

    import asyncpg

    from storage.pool import Connection


class Claims:
    """Claimed alerts and what becomes of them, on one connection."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

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
        return len(await self._connection.fetch(queries("outbox").expire, now))

    async def lapse(self, now: datetime, *, in_flight: Iterable[int] = ()) -> int:
        """Mark alerts whose lease ran out as uncertain, but for our own in flight."""
        rows = await self._connection.fetch(queries("outbox").lapse, now, list(in_flight))
        return len(rows)

    async def revive(self, now: datetime) -> int:
        """Queue uncertain alerts again, once, marked as reminders; return how many."""
        return len(await self._connection.fetch(queries("outbox").revive, now))

    async def touch_card(
        self,
        chat_id: int,
        pick_id: UUID,
        message_id: int,
        payload_hash: str,
        *,
        thread_id: int = 0,
    ) -> None:
        """Remember where a card is and what it shows now."""
        await self._connection.execute(
            queries("outbox").touch_card, chat_id, pick_id, message_id, payload_hash, thread_id
        )


def _outbox_row(row: asyncpg.Record) -> OutboxRow:
    return OutboxRow(
        id=row["id"],
        dedup_key=row["dedup_key"],
        chat_id=row["chat_id"],
        thread_id=row["thread_id"],
        chat_type=row["chat_type"],
        preferences=preferences_of(row["chat_id"], row["chosen"]),
        balance=row["balance"],
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
        card_sent_at=row["card_sent_at"],
    )
