"""What a handler may touch: the door's fixed furniture, and one visit through it."""

from __future__ import annotations

import asyncio
from contextlib import suppress
from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Final, TypeAlias, TypeVar

from telegram import InputMediaPhoto, LinkPreviewOptions, Message
from telegram.constants import MessageLimit, ParseMode
from telegram.error import BadRequest, RetryAfter

from bot.access import Pace, Pacing
from bot.callbacks import Tap
from bot.halt import Halt
from bot.keyboards import Buttons
from bot.pictures import CHARTS_A_MINUTE, Studio
from bot.reactions import Verdict, react
from bot.render.html import Html, lines, paragraphs
from bot.render.split import split
from bot.render.voice import Voice
from engine.domain.care import NOTHING_SAID, Care
from engine.domain.own_books import NO_BOOKS
from engine.domain.preferences import DEFAULT
from jobs.wishes import Wishes

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from telegram import Bot, InlineKeyboardMarkup

    from bot.access import AllowList
    from bot.callbacks import Signer
    from bot.pictures import Picture
    from bot.records import Records
    from bot.render.numbers import Money
    from bot.texts.loader import Texts
    from engine.collect.budget import KeyState
    from engine.collect.names import Names
    from engine.domain.alert import Role
    from engine.domain.pick import Provenance
    from engine.domain.preferences import Preferences
    from jobs.rules import Rules
    from jobs.vault import Vault
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

    `said` are the last lines of the log with their levels, `in_force` the settings as (name,
    value, source), both masked; `wishes` are runs of jobs that people ask for, `exporting` the
    people a file is being made for: one at a time each.
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
    records: Records
    studio: Studio = field(default_factory=Studio)
    charts: Pace = field(default_factory=lambda: Pace(allowed=CHARTS_A_MINUTE))
    halt: Halt = field(default_factory=Halt)
    vault: Vault | None = None
    exporting: set[int] = field(default_factory=set)
    wishes: Wishes = field(default_factory=Wishes)
    said: Callable[[], Sequence[tuple[int, str]]] = tuple
    in_force: Callable[[], Sequence[tuple[str, str, str]]] = tuple

    def voice(self, language: str) -> Voice:
        return Voice(texts=self.texts, language=language)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """One line of the catalogue: French name, English alias, who may use it and where.

    `listed` ones stand in Telegram's own menu, which takes few; help tells all. `chapter` is the
    one it stands in, as the catalogue says. Without a word of its own, whether it `shows_picks` is
    said by the chapter.
    """

    name: str
    alias: str | None = None
    role: Role
    private: bool
    handler: Handler
    listed: bool = False
    chapter: str = ""
    shows_picks: bool | None = None

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
    shows_picks: bool | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Visit:
    """One update from someone who was let in: who they are, what they want, where to answer.

    `commands` are those this person may use. `banner` stands on top of all that is said here, as
    while maintenance is on. `text` is what they typed, `kept` what was kept with
    the question it answers. `shown_id` is the message whose button was pressed; it is edited in
    place, so that a conversation stays one message.
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
    preferences: Preferences = DEFAULT
    care: Care = NOTHING_SAID
    banner: Html = Html()  # noqa: RUF009  # a str never changes
    chat_type: str = "private"
    chat_title: str = ""
    words: tuple[str, ...] = ()
    text: str = ""
    kept: Mapping[str, str] | None = None
    tap: Tap = field(default_factory=lambda: Tap(screen=""))
    shown_id: int | None = None
    shown_picture: bool = False

    @property
    def voice(self) -> Voice:
        return Voice(
            texts=self.door.texts,
            language=self.language,
            odds_format=self.preferences.odds_format,
        )

    @property
    def money(self) -> Money:
        """The house's money, on this person's clock, in their odds; their stakes are private."""
        money = self.door.money.chosen(self.preferences)
        return money if self.private else replace(money, staking=None, books=NO_BOOKS)

    @property
    def buttons(self) -> Buttons:
        return Buttons(signer=self.door.signer, user_id=self.user_id, voice=self.voice)

    async def show(self, text: Html, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Show a screen: in place of the one whose button was pressed, else as new messages.

        A picture cannot become words: it goes, and the words come in its place.
        """
        pieces = split(self._under_banner(text))
        if self.shown_picture:
            await self._remove()
            await self.say(text, keyboard)
            return
        if self.shown_id is None or len(pieces) > 1:
            await self.say(text, keyboard)
            return
        try:
            await patiently(partial(self._edit, pieces[0], keyboard))
        except BadRequest as error:
            verdict = react(error).verdict
            if verdict is Verdict.IS_PICTURE:  # it became one since its button was pressed
                await self._remove()
            if verdict in {Verdict.TARGET_GONE, Verdict.IS_PICTURE}:
                await self.say(text, keyboard)
            elif verdict is not Verdict.UNCHANGED:
                raise

    async def say(self, text: Html, keyboard: InlineKeyboardMarkup | None = None) -> None:
        """Send `text` as new messages, the keyboard under the last."""
        *first, last = split(self._under_banner(text))
        for piece in first:
            await patiently(partial(self._send, piece, None))
        await patiently(partial(self._send, last, keyboard))

    def _under_banner(self, text: Html) -> Html:
        """Return a text under the banner, unless it says the same itself."""
        return text if self.banner in text else paragraphs(self.banner, text)

    def _captioned(self, picture: Picture) -> Html:
        caption = self._under_banner(picture.caption)
        return caption if len(caption) <= MessageLimit.CAPTION_LENGTH else picture.caption

    async def show_picture(
        self,
        picture: Picture,
        keyboard: InlineKeyboardMarkup | None = None,
        *,
        beside: bool = False,
    ) -> None:
        """Show a picture in place of what was shown, or `beside` it; else what it says in words.

        Words it is when the picture takes too long, fails, or is one too many in a minute.
        """
        studio, key = self.door.studio, picture.key
        async with self.door.store.reading() as tx:
            media: str | bytes | None = await tx.pictures.file_id(self.bot.id, key)
        fresh = media is None and not studio.has(key)
        if fresh and self.door.charts.take(self.user_id, self.door.ticks()) is not Pacing.ON:
            too_many = self.voice.html("notice.too_many_charts")
            await (self.say if beside else self.show)(lines(picture.words, too_many), keyboard)
            return
        if media is None:
            media = await studio.drawn(picture)
        if media is None:
            await (self.say if beside else self.show)(picture.words, keyboard)
            return
        await self._put(picture, media, keyboard, beside=beside)

    async def _put(
        self,
        picture: Picture,
        media: str | bytes,
        keyboard: InlineKeyboardMarkup | None,
        *,
        beside: bool,
    ) -> None:
        try:
            sent = await patiently(partial(self._hang, picture, media, keyboard, beside=beside))
        except BadRequest as error:
            verdict = react(error).verdict
            if verdict is Verdict.FILE_UNKNOWN and isinstance(media, str):
                async with self.door.store.transaction() as tx:
                    await tx.pictures.forget(self.bot.id, picture.key)
                await self.show_picture(picture, keyboard, beside=beside)
            elif verdict is Verdict.TARGET_GONE and not beside:
                await self.show_picture(picture, keyboard, beside=True)
            elif verdict is not Verdict.UNCHANGED:
                raise
            return
        if isinstance(media, bytes) and sent is not None:
            async with self.door.store.transaction() as tx:
                await tx.pictures.keep(self.bot.id, picture.key, sent, self.now)

    async def _hang(
        self,
        picture: Picture,
        media: str | bytes,
        keyboard: InlineKeyboardMarkup | None,
        *,
        beside: bool,
    ) -> str | None:
        """Make the one request; return the platform's name of the picture."""
        if self.shown_id is None or beside:
            message: object = await self.bot.send_photo(
                self.chat_id,
                media,
                caption=self._captioned(picture),
                parse_mode=ParseMode.HTML,
                message_thread_id=self.thread_id,
                disable_notification=not self.private,
                reply_markup=keyboard,
            )
        else:
            message = await self.bot.edit_message_media(
                InputMediaPhoto(
                    media, caption=self._captioned(picture), parse_mode=ParseMode.HTML
                ),
                chat_id=self.chat_id,
                message_id=self.shown_id,
                reply_markup=keyboard,
            )
        return message.photo[-1].file_id if isinstance(message, Message) else None

    async def _remove(self) -> None:
        """Take the pressed message away, where the platform still lets us."""
        with suppress(BadRequest):
            await self.bot.delete_message(self.chat_id, self.shown_id or 0)

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
