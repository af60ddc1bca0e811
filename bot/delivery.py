"""Outbox → gate → render → send → mark, for as long as we lead."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from uuid import uuid4

import structlog
from telegram.error import TelegramError

from bot.halt import Halt
from bot.marks import Marks
from bot.sending import Sending
from engine.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from telegram.ext import ExtBot

    from bot.limiter import Limiter
    from bot.words import AlertWords
    from engine.alerting.rules import AlertRules
    from storage.store import Store, Tx
    from storage.views import OutboxRow

log = structlog.get_logger()

_IN_FLIGHT = 12  # half a second of turns: what is urgent waits for no more of them
_HALT_SECONDS = 60.0
_AWAY_SECONDS = 1.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Courier:
    """Who sends: the bot, its words, its pace, the lease it works under, and why it stands."""

    bot: ExtBot[str]
    words: AlertWords
    limiter: Limiter
    fencing: int
    halt: Halt = field(default_factory=Halt)


async def database_clock(tx: Tx) -> datetime:
    """Return the database's time: the clock by which live leases and expiry are judged."""
    return await tx.now()


class Delivery:
    """Sends what waits in the outbox: one alert in flight a chat, each under a lease."""

    def __init__(
        self,
        store: Store,
        courier: Courier,
        rules: AlertRules,
        clock: Callable[[Tx], Awaitable[datetime]] = database_clock,
        *,
        halt_seconds: float = _HALT_SECONDS,
    ) -> None:
        self._store = store
        self._rules = rules
        self._clock = clock
        self._limiter = courier.limiter
        self._bot = courier.bot
        self._halt = courier.halt
        self._halt_seconds = halt_seconds
        self._fencing = courier.fencing
        self._owner = uuid4().hex
        self._in_flight: dict[int, int] = {}
        self._sending = Sending(
            store=store,
            bot=courier.bot,
            words=courier.words,
            limiter=courier.limiter,
            rules=rules,
            clock=clock,
            halt=courier.halt,
            marks=Marks(
                store=store,
                limiter=courier.limiter,
                rules=rules,
                clock=clock,
                fencing=courier.fencing,
            ),
        )

    async def run(self, stop: asyncio.Event) -> None:
        """Deliver until `stop`; what is in flight then is waited for."""
        async with asyncio.TaskGroup() as sends:
            while not stop.is_set():
                try:
                    if self._halt.reason:
                        await self._ask_again(stop)
                        continue
                    started = await self._start(sends)
                except StoreUnavailable:
                    log.warning("delivery_waits", reason="the database is away")
                    await _pause(stop, _AWAY_SECONDS)
                    continue
                if not started:
                    await _pause(stop, self._rules.poll_seconds)

    async def drain(self) -> None:
        """Deliver all that is due now, then return: one instant of a replay."""
        while True:
            async with asyncio.TaskGroup() as sends:
                started = await self._start(sends, wait_for_turns=True)
            if not started:
                return

    async def _ask_again(self, stop: asyncio.Event) -> None:
        """Wait, then find out whether the token works again without risking an alert."""
        log.error("delivery_halted", reason=self._halt.reason)
        await _pause(stop, self._halt_seconds)
        try:
            await self._bot.get_me()
        except TelegramError as error:
            log.warning("token_still_refused", reason=type(error).__name__)
        else:
            self._halt.reason = None

    async def _start(self, sends: asyncio.TaskGroup, *, wait_for_turns: bool = False) -> int:
        """Claim what may go and set it off; return how many."""
        rows = await self._claim(wait_for_turns=wait_for_turns)
        for row in rows:
            self._in_flight[row.id] = row.chat_id
            sends.create_task(self._one(row))
        return len(rows)

    async def _one(self, row: OutboxRow) -> None:
        try:
            await self._sending.deliver(row)
        except StoreUnavailable:
            # unmarked: its lease runs out, and then nobody claims to know whether it arrived
            log.warning("alert_unmarked", alert=row.id)
        finally:
            del self._in_flight[row.id]

    async def _claim(self, *, wait_for_turns: bool) -> tuple[OutboxRow, ...]:
        room = _IN_FLIGHT - len(self._in_flight)
        if room <= 0 or self._halt.reason:
            return ()
        busy = set(self._in_flight.values())
        if not wait_for_turns:
            busy.update(self._limiter.busy())
        async with self._store.transaction() as tx:
            now = await self._clock(tx)
            lapsed = await tx.claims.lapse(now, in_flight=self._in_flight)
            revived = await tx.claims.revive(now)
            expired = await tx.claims.expire(now)
            rows = await tx.claims.claim(
                now,
                lease=self._rules.lease,
                owner=self._owner,
                fencing=self._fencing,
                busy=busy,
                limit=room,
            )
        if lapsed or revived or expired:
            log.info("outbox_tidied", lapsed=lapsed, revived=revived, expired=expired)
        return rows


async def _pause(stop: asyncio.Event, seconds: float) -> None:
    try:
        async with asyncio.timeout(seconds):
            await stop.wait()
    except TimeoutError:
        return
