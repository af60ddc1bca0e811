"""What people in a pause that they chose are told where picks would be shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import InlineKeyboardMarkup

from bot.render.care import pause_words
from bot.render.html import paragraphs
from engine.domain.care import LimitKind

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from bot.context import Visit
    from bot.sittings import Sittings


async def kept_out(visit: Visit, answer: Callable[..., Awaitable[object]] | None = None) -> None:
    """Say that the pause stands, and until when; among others nothing tells that there is one."""
    if answer is not None:
        await answer(visit.voice.plain("care.not_now"))
        return
    if not visit.private:
        await visit.say(visit.voice.html("care.in_private"))
        return
    pause = visit.care.paused(visit.now)
    told = pause_words(pause, visit.money, visit.voice) if pause else ""
    text = paragraphs(visit.voice.html("care.not_now"), told, visit.voice.html("care.help_line"))
    await visit.say(text, way_out(visit))


async def remind_of_time(visit: Visit, sittings: Sittings) -> None:
    """Say how long somebody has been here, where they asked to be told."""
    limit = visit.care.limits.get(LimitKind.MINUTES)
    if limit is None or not visit.private:
        return
    minutes = sittings.told(visit.user_id, visit.now, int(limit))
    if minutes is not None:
        await visit.say(visit.voice.count("care.minutes_gone", minutes), way_out(visit))


def way_out(visit: Visit) -> InlineKeyboardMarkup:
    """Return the ways to what people chose, and home."""
    return InlineKeyboardMarkup([[visit.buttons.make("care", "care"), visit.buttons.home()]])
