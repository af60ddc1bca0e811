"""Work that takes its time, told while it goes on: one message, edited in place."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import replace
from typing import TYPE_CHECKING, Final, TypeVar

from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.turns import stepping_aside
from engine.domain.errors import LongWorkUnderWay, MonPsError

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.context import Visit
    from bot.render.html import Html
    from jobs.vault import Progress

    Words = Callable[[str, int, int], Html]

T = TypeVar("T")
TELL_SECONDS: Final = 2.0


async def with_progress(
    visit: Visit,
    first: str,
    words: Words,
    work: Callable[[Progress], Awaitable[T]],
) -> tuple[Visit, T | MonPsError]:
    """Do `work`, saying how far it is; return the visit that edits what was shown, and the end.

    What refuses to be done is returned, not raised: it is an answer. An edit that does not go
    through costs the work nothing. This person's other wishes are answered meanwhile, but for
    another one as long.
    """
    try:
        with stepping_aside():
            return await _told(visit, first, words, work)
    except LongWorkUnderWay as busy:
        return visit, busy


async def _told(
    visit: Visit,
    first: str,
    words: Words,
    work: Callable[[Progress], Awaitable[T]],
) -> tuple[Visit, T | MonPsError]:
    shown = await _shown(visit, words(first, 0, 0))
    latest = (first, 0, 0)

    def says(step: str, done: int, of: int) -> None:
        nonlocal latest
        latest = (step, done, of)

    async def tell() -> None:
        told = latest
        while True:
            await asyncio.sleep(TELL_SECONDS)
            if latest != told:
                told = latest
                with suppress(TelegramError):
                    await shown.show(words(*told))

    async with asyncio.TaskGroup() as group:
        teller = group.create_task(tell())
        try:
            end: T | MonPsError = await work(says)
        except MonPsError as refused:
            end = refused
        finally:
            teller.cancel()
    return shown, end


async def _shown(visit: Visit, text: Html) -> Visit:
    """Show `text`, and return the visit whose next screens take its place."""
    if visit.shown_id is not None and not visit.shown_picture:
        await visit.show(text)
        return visit
    message = await visit.bot.send_message(
        visit.chat_id, text, parse_mode=ParseMode.HTML, message_thread_id=visit.thread_id
    )
    return replace(visit, shown_id=message.message_id, shown_picture=False)
