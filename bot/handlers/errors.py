"""What happens when a handler fails: a log with a reference, and one short sentence."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING, Any

import structlog
from telegram import Update
from telegram.constants import ChatType
from telegram.error import Forbidden, TelegramError

from bot.texts.loader import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine

    from telegram.ext import CallbackContext

    from bot.context import Door

log = structlog.get_logger()
_REFERENCE_BYTES = 4


def error_handler(
    door: Door,
) -> Callable[[object, CallbackContext[Any, Any, Any, Any]], Coroutine[Any, Any, None]]:
    """Return the callback for whatever a handler did not expect.

    The person gets a reference to quote, never a traceback; the log has the rest.
    """

    async def failed(update: object, context: CallbackContext[Any, Any, Any, Any]) -> None:
        reference = secrets.token_hex(_REFERENCE_BYTES)
        error = context.error
        if isinstance(error, Forbidden):  # they blocked the bot: nobody is left to tell
            log.info("reply_unwanted", reference=reference)
            return
        log.error("handler_failed", reference=reference, exc_info=error)
        if isinstance(update, Update):
            await _apologise(update, context, door, reference)

    return failed


async def _apologise(
    update: Update, context: CallbackContext[Any, Any, Any, Any], door: Door, reference: str
) -> None:
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or chat.type != ChatType.PRIVATE:
        return
    asked = (user.language_code or "")[:2]
    language = asked if asked in LANGUAGES else door.language
    text = door.voice(language).plain("notice.failed", reference=reference)
    try:
        await context.bot.send_message(chat.id, text)
    except TelegramError as silent:
        log.warning("apology_unsent", reference=reference, reason=type(silent).__name__)
