"""How far announcements are, told in the message they were sent off from, until their report.

What is told is read from the outbox, so that a restart loses nothing of it.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress
from typing import TYPE_CHECKING, Final

import structlog
from telegram.constants import ParseMode
from telegram.error import TelegramError

from bot.keyboards import Buttons
from bot.register import under_progress
from bot.render.announcements import render_progress
from engine.domain.errors import StoreUnavailable

if TYPE_CHECKING:
    from telegram import Bot

    from bot.context import Door
    from storage.broadcasts import Broadcast, Reached

log = structlog.get_logger()
TELL_SECONDS: Final = 3.0


async def follow_broadcasts(door: Door, bot: Bot, stop: asyncio.Event) -> None:
    """Tell how far announcements are until `stop`."""
    while not stop.is_set():
        try:
            await tell_progress(door, bot)
        except StoreUnavailable:
            log.warning("broadcasts_wait", reason="the database is away")
        with suppress(TimeoutError):
            async with asyncio.timeout(TELL_SECONDS):
                await stop.wait()


async def tell_progress(door: Door, bot: Bot) -> None:
    """Edit the message of each announcement whose counts have changed; close what is over."""
    async with door.store.reading() as tx:
        made = await tx.broadcasts.under_way()
        counted = [(one, await tx.broadcasts.reached(one.number)) for one in made]
    for one, reached in counted:
        if reached != one.shown:
            await _edit(door, bot, one, reached)
        ended_at = None if reached.waiting else door.clock()
        if reached != one.shown or ended_at is not None:
            async with door.store.transaction() as tx:
                await tx.broadcasts.show(one.number, reached, ended_at)


async def _edit(door: Door, bot: Bot, made: Broadcast, reached: Reached) -> None:
    """Show the counts of now; an edit that does not go through costs the announcement nothing."""
    if made.message_id is None:
        return
    voice = door.voice(made.language)
    buttons = Buttons(signer=door.signer, user_id=made.chat_id, voice=voice)
    try:
        await bot.edit_message_text(
            render_progress(made, reached, voice),
            chat_id=made.chat_id,
            message_id=made.message_id,
            parse_mode=ParseMode.HTML,
            reply_markup=under_progress(buttons, made.number, ended=not reached.waiting),
        )
    except TelegramError as error:
        log.warning("progress_not_shown", broadcast=made.number, reason=type(error).__name__)
