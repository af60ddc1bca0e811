"""What became of a claimed alert, written down under its lease."""

from __future__ import annotations

import random
from datetime import timedelta
from typing import TYPE_CHECKING

import structlog

from bot.reactions import Verdict
from engine.domain.alert import EDITS, DeliveryState

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from bot.limiter import Limiter
    from bot.reactions import Reaction
    from engine.alerting.rules import AlertRules
    from storage.store import Store, Tx
    from storage.views import OutboxRow

log = structlog.get_logger()

_BACK_OFF_SECONDS = 30.0
_POISON_ATTEMPTS = 3  # RELIABILITY fault 28


class Marks:
    """Marks alerts; a lease that is no longer ours makes every mark a no-op."""

    def __init__(
        self,
        *,
        store: Store,
        limiter: Limiter,
        rules: AlertRules,
        clock: Callable[[Tx], Awaitable[datetime]],
        fencing: int,
    ) -> None:
        self._store = store
        self._limiter = limiter
        self._rules = rules
        self._clock = clock
        self._fencing = fencing

    async def sent(self, row: OutboxRow, *, message_id: int, shows: str) -> None:
        """The platform accepted it; remember the message and what it shows."""
        async with self._store.transaction() as tx:
            now = await self._clock(tx)
            await tx.claims.finish(
                row.id,
                DeliveryState.SENT,
                fencing=self._fencing,
                now=now,
                message_id=message_id,
                payload_hash=shows,
            )
            if row.kind in EDITS and row.pick_id is not None:
                await tx.claims.touch_card(
                    row.chat_id, row.pick_id, message_id, shows, thread_id=row.thread_id
                )
        log.info("alert_sent", alert=row.id, kind=row.kind.value, reminder=row.reminder)

    async def react(self, row: OutboxRow, reaction: Reaction) -> None:
        """Do what the error table says where the message itself is not needed for it."""
        verdict = reaction.verdict
        match verdict:
            case Verdict.SLOW_DOWN:
                await self.slow_down(row, reaction.seconds)
            case Verdict.NOT_SENT | Verdict.AMBIGUOUS:
                await self.again(row, verdict)
            case Verdict.TOKEN_REFUSED:
                await self.again(row, verdict, attempt_counts=False)
            case Verdict.BLOCKED | Verdict.UNREACHABLE:
                await self.lost_reader(row, verdict)
            case Verdict.MIGRATED:
                await self.migrated(row, reaction.new_chat_id)
            case _:
                await self.finish(row, DeliveryState.DEAD, error=verdict)

    async def slow_down(self, row: OutboxRow, seconds: float) -> None:
        """Park this chat until the platform lets it go; attempts are not used up."""
        self._limiter.hold(row.chat_id, seconds)
        async with self._store.transaction() as tx:
            now = await self._clock(tx)
            until = now + timedelta(seconds=seconds + random.random())  # noqa: S311  # jitter
            await tx.outbox.hold(row.chat_id, until)
            await tx.claims.requeue(
                row.id, until, fencing=self._fencing, error="slow down", refund_attempt=True
            )

    async def lost_reader(self, row: OutboxRow, verdict: Verdict) -> None:
        """Stop writing to a chat that blocked the bot or is gone."""
        state = "blocked" if verdict is Verdict.BLOCKED else "unreachable"
        ended = DeliveryState.CANCELLED if verdict is Verdict.BLOCKED else DeliveryState.DEAD
        async with self._store.transaction() as tx:
            now = await self._clock(tx)
            await tx.people.set_state(row.chat_id, state, now)
            await tx.places.set_state(row.chat_id, "gone")
            await tx.claims.finish(row.id, ended, fencing=self._fencing, now=now, error=state)
            await tx.outbox.cancel_chat(row.chat_id, state, now)

    async def migrated(self, row: OutboxRow, new_chat_id: int) -> None:
        """Follow a group to the supergroup it became, once, everywhere."""
        async with self._store.transaction() as tx:
            now = await self._clock(tx)
            await tx.claims.requeue(
                row.id, now, fencing=self._fencing, error="migrated", refund_attempt=True
            )
            await tx.outbox.migrate_chat(row.chat_id, new_chat_id)
            await tx.people.migrate_chat(row.chat_id, new_chat_id)
            await tx.places.migrate(row.chat_id, new_chat_id)

    async def again(self, row: OutboxRow, reason: str, *, attempt_counts: bool = True) -> None:
        """Try again after a growing, jittered pause; a row that never goes is dead."""
        if attempt_counts and row.attempts >= self._rules.max_attempts:
            await self.finish(row, DeliveryState.DEAD, error=reason)
            return
        pause = min(_BACK_OFF_SECONDS, 2.0 ** (row.attempts - 1))
        async with self._store.reading() as tx:
            now = await self._clock(tx)
        until = now + timedelta(seconds=random.uniform(0, pause))  # noqa: S311  # jitter
        await self.later(row, until, reason, attempt_counts=attempt_counts)

    async def poisoned(self, row: OutboxRow, error: Exception) -> None:
        if row.attempts >= _POISON_ATTEMPTS:
            await self.finish(row, DeliveryState.DEAD, error=type(error).__name__)
        else:
            await self.again(row, type(error).__name__)

    async def later(
        self, row: OutboxRow, until: datetime, reason: str, *, attempt_counts: bool
    ) -> None:
        async with self._store.transaction() as tx:
            await tx.claims.requeue(
                row.id,
                until,
                fencing=self._fencing,
                error=reason,
                refund_attempt=not attempt_counts,
            )

    async def finish(self, row: OutboxRow, state: DeliveryState, *, error: str) -> None:
        async with self._store.transaction() as tx:
            now = await self._clock(tx)
            ours = await tx.claims.finish(
                row.id, state, fencing=self._fencing, now=now, error=error
            )
        log.info("alert_ended", alert=row.id, state=state.value, reason=error, fenced=not ours)
