"""The bot library's application, built from the catalogue; its owner opens and closes it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, Any, Final

from telegram import BotCommandScopeAllPrivateChats
from telegram.ext import (
    Application,
    CallbackQueryHandler,
    ChatMemberHandler,
    CommandHandler,
    ExtBot,
    InlineQueryHandler,
    MessageHandler,
    filters,
)

from bot.access import enforce
from bot.commands import COMMANDS, commands_for
from bot.entrance import Entrance
from bot.handlers.errors import error_handler
from bot.listening import UntiringPoll
from bot.menus import menu_of, set_chat_menu
from bot.texts.loader import LANGUAGES
from bot.turns import InTurn
from engine.domain.alert import Role

if TYPE_CHECKING:
    from telegram.ext import BaseRateLimiter

    from bot.context import Door

    App = Application[ExtBot[Any], Any, Any, Any, Any, Any]

_AT_ONCE: Final = 32
_CONNECT_SECONDS, _ANSWER_SECONDS, _POOL_SECONDS = 5.0, 20.0, 5.0
_CONNECTIONS: Final = 64
_PICK_NUMBER: Final = r"^\s*#[pP][0-9]{1,18}\s*$"


def build_application(
    door: Door, *, token: str, base_url: str, rate_limiter: BaseRateLimiter[Any] | None = None
) -> App:
    """Return the application with every handler of the catalogue; nothing is opened yet.

    The bot library's coming type for waits is chosen here: its present one warns at each use.
    """
    os.environ.setdefault("PTB_TIMEDELTA", "true")
    builder = (
        Application.builder()
        .token(token)
        .base_url(f"{base_url}/bot")
        .base_file_url(f"{base_url}/file/bot")
        .job_queue(None)
        .concurrent_updates(InTurn(_AT_ONCE))
        .connect_timeout(_CONNECT_SECONDS)
        .read_timeout(_ANSWER_SECONDS)
        .write_timeout(_ANSWER_SECONDS)
        .media_write_timeout(_ANSWER_SECONDS)
        .pool_timeout(_POOL_SECONDS)
        .connection_pool_size(_CONNECTIONS)
        .get_updates_request(
            UntiringPoll(door.halt, connect_timeout=_CONNECT_SECONDS, read_timeout=_ANSWER_SECONDS)
        )
    )
    if rate_limiter is not None:
        builder = builder.rate_limiter(rate_limiter)
    app: App = builder.build()
    _add_handlers(app, door)
    return app


async def set_menus(app: App, door: Door) -> None:
    """Publish the command menus: everyone's by language, the owners' in their own chats.

    People whose settings or invitation were withdrawn stop being pushed picks here too.
    """
    await enforce(door.store, door.allowed, door.clock())
    everyone = BotCommandScopeAllPrivateChats()
    readers = commands_for(Role.VIEWER)  # nobody is offered what they may not do
    for language in (None, *LANGUAGES):
        menu = menu_of(readers, door.texts, language or door.language)
        await app.bot.set_my_commands(menu, scope=everyone, language_code=language)
    for owner in sorted(door.allowed.owners):
        async with door.store.reading() as tx:
            person = await tx.people.get(owner)
        language = person.language if person else door.language
        await set_chat_menu(app.bot, owner, commands_for(Role.OWNER), door.texts, language)


def _add_handlers(app: App, door: Door) -> None:
    entrance = Entrance(door)
    written = filters.UpdateType.MESSAGE
    for command in COMMANDS:
        entered = entrance.for_command(command)
        app.add_handler(CommandHandler(command.names, entered, filters=written))
    numbered = filters.Regex(_PICK_NUMBER) & written
    app.add_handler(MessageHandler(numbered, entrance.on_pick_number))
    app.add_handler(MessageHandler(filters.ChatType.PRIVATE & written, entrance.on_other_words))
    app.add_handler(CallbackQueryHandler(entrance.on_tap))
    app.add_handler(InlineQueryHandler(entrance.on_inline))
    app.add_handler(ChatMemberHandler(entrance.on_membership, ChatMemberHandler.MY_CHAT_MEMBER))
    app.add_error_handler(error_handler(door))
