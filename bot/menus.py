"""The command menu people see behind the slash, for one chat."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import BotCommand, BotCommandScopeChat
from telegram.error import BadRequest, Forbidden

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot

    from bot.context import Command
    from bot.texts.loader import Texts


def menu_of(commands: Sequence[Command], texts: Texts, language: str) -> list[BotCommand]:
    """Return the menu's lines, of listed commands alone: names and descriptions in a language."""
    return [
        BotCommand(command.name_in(language), texts.find(language, f"help.{command.name}"))
        for command in commands
        if command.listed
    ]


async def set_chat_menu(
    bot: Bot, chat_id: int, commands: Sequence[Command], texts: Texts, language: str
) -> None:
    """Give one chat the menu of its owner's role; a chat not yet opened has none to set."""
    scope = BotCommandScopeChat(chat_id)
    try:
        await bot.set_my_commands(menu_of(commands, texts, language), scope=scope)
    except (BadRequest, Forbidden):
        return
