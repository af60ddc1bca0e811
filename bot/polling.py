"""The line to Telegram: opened with patience, kept open, closed without losing an update."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager
from datetime import timedelta
from time import monotonic
from typing import TYPE_CHECKING, Any

import structlog
from telegram.error import Conflict, InvalidToken, TelegramError

from engine.domain.errors import KeyRefused, Stop

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from telegram.ext import Application

log = structlog.get_logger()

_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 30.0
_POLL = timedelta(seconds=10)
_CONFLICT_SECONDS = 45.0
"""A predecessor's last poll may still be open for a while; a second bot stays for good."""


class Conflicts:
    """Tells a predecessor's last poll from another program on the same token."""

    def __init__(self, patience_seconds: float = _CONFLICT_SECONDS) -> None:
        self._patience_seconds = patience_seconds
        self._since: float | None = None
        self._last = 0.0
        self.lasting = asyncio.Event()

    def note(self, error: TelegramError) -> None:
        """Take the poller's word for each failed poll."""
        if not isinstance(error, Conflict):
            log.warning("poll_failed", reason=type(error).__name__)
            return
        now = monotonic()
        if self._since is None or now - self._last > self._patience_seconds:
            self._since = now
            log.warning("token_polled_elsewhere", patience_seconds=self._patience_seconds)
        self._last = now
        if now - self._since > self._patience_seconds:
            self.lasting.set()

    async def watch(self) -> None:
        """Raise once another program has been polling the same token for too long.

        Raises:
            Stop: two bots on one token.
        """
        await self.lasting.wait()
        raise Stop("another program polls this bot's token: stop it, or give this one its own")


@asynccontextmanager
async def open_line(
    application: Application[Any, Any, Any, Any, Any, Any], conflicts: Conflicts | None = None
) -> AsyncIterator[None]:
    """Initialise, start and poll; at the end stop in the order that loses nothing.

    Raises:
        KeyRefused: Telegram refuses the token.
        Stop: another program polls it.
    """
    await _introduce(application)
    conflicts = conflicts or Conflicts()
    await application.start()
    try:
        if application.updater is None:
            raise AssertionError  # build_application always makes one
        await application.updater.start_polling(
            timeout=_POLL, bootstrap_retries=-1, error_callback=conflicts.note
        )
        try:
            async with asyncio.TaskGroup() as watch:
                watching = watch.create_task(conflicts.watch())
                yield
                watching.cancel()
        finally:
            await application.updater.stop()
    finally:
        await application.stop()
        await application.shutdown()


async def _introduce(application: Application[Any, Any, Any, Any, Any, Any]) -> None:
    """Ask who we are until Telegram answers: the engine works on meanwhile."""
    pause = _FIRST_PAUSE
    while True:
        try:
            await application.initialize()
        except InvalidToken:
            raise KeyRefused(
                "Telegram refuses MON_PS_TELEGRAM_TOKEN: copy it again from @BotFather"
            ) from None
        except TelegramError as error:
            log.warning("telegram_unreachable", reason=type(error).__name__, pause=pause)
            await asyncio.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE)
        else:
            return
