"""Command menus by scope and language, resolved as a Telegram client resolves them."""

import re
from collections.abc import Iterator, Sequence
from typing import Any, Final

from sandbox.telegram.people import Chat, Person
from sandbox.telegram.refusal import Json, bad_request

_NAME: Final = re.compile(r"[a-z0-9_]{1,32}")
_DESCRIPTION: Final = 256
_COMMANDS: Final = 100
_WIDE: Final = {"default", "all_private_chats", "all_group_chats", "all_chat_administrators"}
_IN_CHAT: Final = {"chat", "chat_administrators", "chat_member"}

Scope = tuple[str, int, int]


class MenuStore:
    def __init__(self) -> None:
        self._menus: dict[tuple[Scope, str], list[Json]] = {}

    def put(self, scope: Scope, language: str, commands: Sequence[Any]) -> None:
        if len(commands) > _COMMANDS:
            raise bad_request("BOT_COMMANDS_TOO_MUCH")
        self._menus[scope, language] = [_command(one) for one in commands]

    def drop(self, scope: Scope, language: str) -> None:
        self._menus.pop((scope, language), None)

    def read(self, scope: Scope, language: str) -> list[Json]:
        """Return exactly this menu, empty when it was never set."""
        return self._menus.get((scope, language), [])

    def seen_by(self, person: Person, chat: Chat) -> list[Json]:
        """Return the first menu set along Telegram's order, empty when there is none."""
        for scope in _lookup(person, chat):
            for language in (person.language_code, ""):
                if (scope, language) in self._menus:
                    return self._menus[scope, language]
        return []


def scope_of(given: Json | None, language: str) -> Scope:
    """Return the key of a BotCommandScope, or refuse it."""
    if language and not re.fullmatch(r"[a-z]{2}", language):
        raise bad_request("invalid language code specified")
    kind = (given or {"type": "default"}).get("type", "")
    if kind in _WIDE:
        return kind, 0, 0
    if kind not in _IN_CHAT:
        raise bad_request(f'can\'t parse BotCommandScope: unsupported type "{kind}" specified')
    assert given is not None  # noqa: S101  # a kind other than default was read from it
    try:
        chat, user = int(given.get("chat_id", 0)), int(given.get("user_id", 0))
    except (TypeError, ValueError):
        raise bad_request("chat not found") from None
    return kind, chat, user


def _command(given: Any) -> Json:
    if not isinstance(given, dict):
        raise bad_request("can't parse BotCommand: expected an Object")
    name, description = str(given.get("command", "")), str(given.get("description", ""))
    name = name.removeprefix("/")
    if not _NAME.fullmatch(name):
        raise bad_request("BOT_COMMAND_INVALID")
    if not 1 <= len(description) <= _DESCRIPTION:
        raise bad_request("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name, "description": description}


def _lookup(person: Person, chat: Chat) -> Iterator[Scope]:
    if chat.type == "private":
        yield "chat", chat.id, 0
        yield "all_private_chats", 0, 0
    else:
        administers = person.id in chat.administrators
        yield "chat_member", chat.id, person.id
        if administers:
            yield "chat_administrators", chat.id, 0
        yield "chat", chat.id, 0
        if administers:
            yield "all_chat_administrators", 0, 0
        yield "all_group_chats", 0, 0
    yield "default", 0, 0
