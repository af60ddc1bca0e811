"""The conversation with Telegram, held while this process leads: polling and delivery."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from typing import TYPE_CHECKING

import structlog
from telegram.error import TelegramError

from bot.app import build_application, set_menus
from bot.broadcasting import follow_broadcasts
from bot.delivery import Courier, Delivery
from bot.limiter import Limiter, PacedRequests
from bot.polling import open_line
from bot.words import AlertWords

if TYPE_CHECKING:
    from collections.abc import Awaitable

    from bot.app import App
    from bot.context import Door
    from engine.alerting.rules import AlertRules
    from storage.leases import Leader

log = structlog.get_logger()


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """What a conversation needs: the door, the way to Telegram, the sender's rules, the lead."""

    door: Door
    token: str
    telegram_url: str
    rules: AlertRules
    leader: Leader

    def __repr__(self) -> str:
        return f"Line({self.telegram_url!r})"


async def keep_line(line: Line, stop: asyncio.Event) -> None:
    """Poll and deliver whenever this process leads, until `stop`.

    Raises:
        Stop: the token is refused, or another program polls it.
    """
    while not stop.is_set():
        begins = asyncio.Event()
        async with asyncio.TaskGroup() as group:
            waits = [
                group.create_task(_set_after(line.leader.elected(), begins)),
                group.create_task(_set_after(stop.wait(), begins)),
            ]
            await begins.wait()
            for wait in waits:
                wait.cancel()
        fencing = line.leader.token
        if not stop.is_set() and fencing is not None:
            await _hold(line, fencing, stop)


async def _hold(line: Line, fencing: int, stop: asyncio.Event) -> None:
    """Hold the line for one leadership."""
    limiter = Limiter(line.rules)
    application = build_application(
        line.door,
        token=line.token,
        base_url=line.telegram_url,
        rate_limiter=PacedRequests(limiter),
    )
    over = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        waits = [
            group.create_task(_set_after(line.leader.lost(), over)),
            group.create_task(_set_after(stop.wait(), over)),
        ]
        courier = Courier(
            bot=application.bot,
            words=AlertWords(
                texts=line.door.texts, money=line.door.money, signer=line.door.signer
            ),
            limiter=limiter,
            fencing=fencing,
            halt=line.door.halt,
        )
        delivery = Delivery(line.door.store, courier, line.rules)
        talking = group.create_task(_talk(application, line.door, delivery, over))
        await over.wait()
        for wait in waits:
            wait.cancel()
        if not application.running:
            talking.cancel()


async def _talk(application: App, door: Door, delivery: Delivery, over: asyncio.Event) -> None:
    async with open_line(application):
        try:
            await set_menus(application, door)
        except TelegramError as error:
            log.warning("menus_not_set", reason=type(error).__name__)
        async with asyncio.TaskGroup() as group:
            group.create_task(follow_broadcasts(door, application.bot, over))
            await delivery.run(over)


async def _set_after(wait: Awaitable[object], event: asyncio.Event) -> None:
    await wait
    event.set()
