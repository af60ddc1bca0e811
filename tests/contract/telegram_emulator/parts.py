"""What several of these tests are made of."""

import re
from io import BytesIO

import pytest
from PIL import Image
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    Update,
)
from telegram.error import (
    TelegramError,
)
from telegram.ext import Application

from sandbox.telegram import TelegramSandbox


def bot_of(sandbox: TelegramSandbox, token: str | None = None) -> Bot:
    builder = Application.builder().token(token or sandbox.token)
    return builder.base_url(sandbox.bot_url).base_file_url(sandbox.file_url).build().bot


def refused(kind: type[TelegramError], words: str) -> pytest.RaisesExc[TelegramError]:
    """Expect Telegram's words; the library capitalises some of them."""
    return pytest.raises(kind, match=f"(?i){re.escape(words)}")


def picture(kind: str = "PNG", size: tuple[int, int] = (40, 30)) -> bytes:
    buffer = BytesIO()
    Image.new("RGB", size, "navy").save(buffer, kind)
    return buffer.getvalue()


def keys(*data: str) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[InlineKeyboardButton(one, callback_data=one) for one in data]])


async def last_update(bot: Bot) -> Update:
    return (await bot.get_updates(timeout=2, allowed_updates=Update.ALL_TYPES))[-1]
