"""What a handler may touch: the door's fixed furniture, and one visit through it."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from telegram import LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, RetryAfter

from bot.callbacks import Tap
from bot.halt import Halt
from bot.keyboards import Buttons
from bot.reactions import Verdict, react
from bot.render.split import split
from bot.render.voice import Voice

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable
    from datetime import datetime

    from telegram import Bot, InlineKeyboardMarkup

    from bot.access import AllowList
    from bot.callbacks import Signer
    from bot.render.html import Html
    from bot.render.numbers import Money
    from bot.texts.loader import Texts
    from engine.collect.budget import KeyState
    from engine.collect.names import Names
    from engine.domain.alert import Role
    from engine.domain.pick import Provenance
    from jobs.rules import Rules
    from storage.people import Person
    from storage.store import Store

T = TypeVar("T")
Handler: TypeAlias = "Callable[[Visit], Awaitable[None]]"
"""Parse, read once, render, reply; everything it may touch is in the visit."""

LONGEST_WAIT_SECONDS: Final = 30.0
"""The longest a reply waits for a crowded chat; later than that nobody expects it any more."""
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Door:
    """What every conversation shares. `ticks` paces people and never goes back.

    `key_states` gives the declared keys as this process knows them; `names` are the tables',
    to which the store adds what people have said since.
    """

    store: Store
    clock: Callable[[], datetime]
    ticks: Callable[[], float]
    texts: Texts
    allowed: AllowList
    signer: Signer
    money: Money
    provenance: Provenance
    language: str
    rules: Rules
    names: Names
    key_states: Callable[[], tuple[KeyState, ...]]
    drawing: asyncio.Lock = field(default_factory=asyncio.Lock)
    halt: Halt = field(default_factory=Halt)

    def voice(self, language: str) -> Voice:
        return Voice(texts=self.texts, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line of the catalogue: French name, English alias, who may use it and where.

    `listed` ones stand in Telegram's own menu, which takes few; help tells all.
    """

    name: str
    alias: str | None = None
    role: Role
    private: bool
    handler: Handler
    listed: bool = False

    def name_in(self, language: str) -> str:
        """Return the name that speakers of `language` know it by."""
        return self.alias if language == "en" and self.alias else self.name

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, self.alias) if self.alias else (self.name,)


@dataclass(frozen=True, slots=True, kw_only=True)
class Screen:
    """What a button opens: its handler, and who may press it where."""

    role: Role
    private: bool
    handler: Handler


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One update from someone who was let in: who they are, what they want, where to answer.

    `commands` are those this person may use. `shown_id` is the message whose button was
    pressed; it is edited in place, so that a conversation stays one message.
    """

    door: Door
    bot: Bot
    now: datetime
    user_id: int
    name: str
    chat_id: int
    thread_id: int | None
    private: bool
    role: Role
    person: Person | None
    language: str
    commands: tuple[Command, ...]
    words: tuple[str, ...] = ()
    tap: Tap = field(default_factory=lambda: Tap(screen=""))
    shown_id: int | None = None

    @property
    def voice(self) -> Voice:
        return self.door.voice(self.language)

    @property
    def buttons(self) -> Buttons:
        return Buttons(signer=self.door.signer, user_id=self.user_id, voice=self.voice)

    async def show(self, text: Html, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Show a screen: in place of the one whose button was pressed, else as new messages."""
        pieces = split(text)
        if self.shown_id is None or len(pieces) > 1:
            await self.say(text, keyboard)
            return
        try:
            await patiently(partial(self._edit, pieces[0], keyboard))
        except BadRequest as error:
            verdict = react(error).verdict
            if verdict is Verdict.TARGET_GONE:
                await self.say(text, keyboard)
            elif verdict is not Verdict.UNCHANGED:
                raise

    async def say(self, text: Html, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Send `text` as new messages, the keyboard under the last."""
        *first, last = split(text)
        for piece in first:
            await patiently(partial(self._send, piece, None))
        await patiently(partial(self._send, last, keyboard))

    async def show_picture(self, png: bytes, caption: str) -> None:
        """Send a picture whose caption says the same in words."""
        await patiently(
            lambda: self.bot.send_photo(
                self.chat_id,
                png,
                caption=caption,
                message_thread_id=self.thread_id,
                disable_notification=not self.private,
            )
        )

    async def _send(self, text: Html, keyboard: InlineKeyboardMarkup | None) -> object:
        return await self.bot.send_message(
            self.chat_id,
            text,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            message_thread_id=self.thread_id,
            disable_notification=not self.private,
            reply_markup=keyboard,
        )

    async def _edit(self, text: Html, keyboard: InlineKeyboardMarkup | None) -> object:
        return await self.bot.edit_message_text(
            text,
            chat_id=self.chat_id,
            message_id=self.shown_id,
            parse_mode=ParseMode.HTML,
            link_preview_options=_NO_PREVIEW,
            reply_markup=keyboard,
        )


async def patiently(call: Callable[[], Awaitable[T]]) -> T:
    """Call once more after the pause that a crowded chat asks for, if it is a short one."""
    try:
        return await call()
    except RetryAfter as crowded:
        seconds = react(crowded).seconds
        if seconds > LONGEST_WAIT_SECONDS:
            raise
        await asyncio.sleep(seconds)
        return await call()
