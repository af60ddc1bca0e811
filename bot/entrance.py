"""The way in: who is at the door, may they, and only then the handler.

Every update passes here once: known by its id, paced by its sender, judged by role and place.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from typing import TYPE_CHECKING, Any, Final

import structlog
from telegram import Chat, InlineQueryResultsButton, Message
from telegram.constants import ChatType

from bot.access import Pace, Pacing, Verdict, covers, judge
from bot.admission import ban_of, new_guesses, recognise, role_of
from bot.callbacks import MenuOutdated, Tap, TapRefused
from bot.commands import COMMANDS, SCREENS, commands_for
from bot.context import Command, Door, Screen, Visit, patiently
from bot.handlers import guide, picks
from bot.links import PRIVATE
from bot.membership import follow
from bot.render.people import render_turned_away
from bot.render.switches import render_state
from bot.resting import kept_out, remind_of_time
from bot.sharing import shared
from bot.sittings import Sittings
from bot.texts.loader import LANGUAGES
from bot.typed import SCREEN, WORDS
from engine.domain.alert import Role

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Sequence

    from telegram import Bot, InlineQuery, Update, User
    from telegram.ext import CallbackContext

    from bot.admission import Recognised
    from storage.people import Person

    Context = CallbackContext[Any, Any, Any, Any]

log = structlog.get_logger()

_START: Final = "start"
_ASKED_A_MINUTE: Final = 60
_INLINE_SECONDS: Final = 5
"""How long clients may show an inline answer again: prices move."""
_TALK: Final = frozenset({ChatType.PRIVATE, ChatType.GROUP, ChatType.SUPERGROUP})


@dataclass(frozen=True, slots=True, kw_only=True)
class Knock:
    """One update from one person, before anything is known about them."""

    update: Update
    user: User
    chat: Chat
    bot: Bot
    words: tuple[str, ...] = ()

    @property
    def private(self) -> bool:
        return self.chat.type == ChatType.PRIVATE


@dataclass(slots=True)
class Entrance:
    """Lets updates in, one door for commands, buttons and plain words."""

    door: Door
    pace: Pace = field(default_factory=Pace)
    refusals: Pace = field(default_factory=lambda: Pace(allowed=1))
    guesses: Pace = field(default_factory=new_guesses)
    asking: Pace = field(default_factory=lambda: Pace(allowed=_ASKED_A_MINUTE))
    sittings: Sittings = field(default_factory=Sittings)

    def for_command(
        self, command: Command
    ) -> Callable[[Update, Context], Coroutine[Any, Any, None]]:
        """Return the callback of one command."""

        async def entered(update: Update, context: Context) -> None:
            await self._command(update, context, command)

        return entered

    async def _command(self, update: Update, context: Context, command: Command) -> None:
        knock = _knock(update, context.bot, words=tuple(context.args or ()))
        visit = await self._admit(knock, invited=command.name == _START) if knock else None
        if visit is not None and visit.private:
            async with self.door.store.transaction() as tx:
                await tx.parked.forget(visit.user_id, WORDS)
        if visit is not None:
            await self._grant(visit, command, command.name)

    async def on_pick_number(self, update: Update, context: Context) -> None:
        """Answer `#P12` as `/pick P12`."""
        command = next(command for command in COMMANDS if command.handler is picks.pick)
        message = update.effective_message
        words = tuple((message.text or "").split()) if message else ()
        knock = _knock(update, context.bot, words=words)
        visit = await self._admit(knock) if knock else None
        if visit is not None:
            await self._grant(visit, command, command.name)

    async def on_other_words(self, update: Update, context: Context) -> None:
        """Take words to the screen that asked for them; teach those nobody asked for."""
        message = update.effective_message
        text = (message.text or "") if message else ""
        knock = _knock(update, context.bot, words=tuple(text.split()))
        visit = await self._admit(knock) if knock else None
        if visit is None:
            return
        async with self.door.store.transaction() as tx:
            kept = await tx.parked.take_newest(visit.user_id, WORDS, visit.now)
        asking = SCREENS.get(kept[SCREEN]) if kept else None
        if kept is None or asking is None:
            await guide.unknown(replace(visit, words=visit.words[:1]))
            return
        tap = Tap(screen=kept[SCREEN])
        await self._grant(replace(visit, kept=kept, tap=tap), asking, kept[SCREEN])

    async def on_tap(self, update: Update, context: Context) -> None:
        """Answer a button: first its signature, then its permission, then its screen."""
        query = update.callback_query
        knock = _knock(update, context.bot)
        visit = await self._admit(knock) if knock else None
        if visit is None or query is None:
            return
        try:
            tap = self.door.signer.decode(visit.user_id, query.data or "")
        except MenuOutdated:
            await query.answer(visit.voice.plain("notice.menu_updated"))
            await guide.menu(visit)
            return
        except TapRefused as refused:
            await _audit(visit, "tap_refused", str(refused))
            await query.answer(visit.voice.plain("notice.not_yours"))
            return
        screen = SCREENS.get(tap.screen)
        if screen is None:
            await query.answer(visit.voice.plain("notice.menu_updated"))
            await guide.menu(visit)
            return
        await self._grant(replace(visit, tap=tap), screen, tap.screen, query.answer)

    async def on_inline(self, update: Update, _context: Context) -> None:
        """Offer what may be shared; strangers see that the bot is private, and nothing else.

        Every letter typed asks anew, so inline words have a pace of their own.
        """
        query = update.inline_query
        if query is None:
            return
        if self.asking.take(query.from_user.id, self.door.ticks()) is not Pacing.ON:
            return
        chat = Chat(query.from_user.id, ChatType.PRIVATE)
        knock = Knock(update=update, user=query.from_user, chat=chat, bot=query.get_bot())
        async with self.door.store.reading() as tx:
            person = await tx.people.get(knock.user.id)
            preferences = await tx.preferences.of(knock.user.id)
            role = await role_of(self.door, tx, knock.user.id)
            if await ban_of(self.door, tx, knock.user.id):
                role = None
            care = await tx.care.of(knock.user.id)
        if role is None:
            closed = self.door.texts.find(_language(self.door, query.from_user), "share.private")
            await _offer_nothing(query, closed)
            return
        visit = replace(_visit(self.door, knock, role, person), preferences=preferences)
        if care.paused(visit.now) is not None:
            await _offer_nothing(query, visit.voice.plain("care.inline"))
            return
        found = await shared(visit, query.query)
        await query.answer(found, cache_time=_INLINE_SECONDS, is_personal=True)

    async def on_membership(self, update: Update, context: Context) -> None:
        """Remember what became of the bot in a chat, once an update."""
        change = update.my_chat_member
        if change is None:
            return
        async with self.door.store.transaction() as tx:
            if not await tx.updates.first_seen(update.update_id, self.door.clock()):
                return
        await follow(self.door, context.bot, change)

    async def _grant(
        self,
        visit: Visit,
        wish: Command | Screen,
        name: str,
        answer: Callable[..., Awaitable[object]] | None = None,
    ) -> None:
        """Do what is wished, or say why not; a button's wait ends before the work begins."""
        paused = visit.care.paused(visit.now) is not None
        verdict = judge(visit.role, wish, private=visit.private, paused=paused)
        if verdict is Verdict.WELCOME:
            if answer is not None:
                await answer()
            await wish.handler(visit)
            await remind_of_time(visit, self.sittings)
            return
        if verdict is Verdict.RESTING:
            await kept_out(visit, answer)
            return
        if verdict is Verdict.FORBIDDEN:
            await _audit(visit, "forbidden", name)
        key = "private_only"
        if verdict is Verdict.FORBIDDEN:
            key = "forbidden" if covers(wish.role, Role.ADMIN) else "members_only"
        if answer is not None:
            await answer(visit.voice.plain(f"notice.{key}"))
        else:
            await visit.say(visit.voice.html(f"notice.{key}"))

    async def _admit(self, knock: Knock, *, invited: bool = False) -> Visit | None:
        """Return the visit of someone who may come in; otherwise answer what is due, once."""
        pacing = self.pace.take(knock.user.id, self.door.ticks())
        if pacing is Pacing.DROP:
            return None
        now = self.door.clock()
        async with self.door.store.transaction() as tx:
            if not await tx.updates.first_seen(knock.update.update_id, now):
                return None
            person = await tx.people.get(knock.user.id)
            preferences = await tx.preferences.of(knock.user.id)
            care = await tx.care.of(knock.user.id)
            board = await tx.switches.standing(now)
            found = await recognise(
                self.door,
                tx,
                knock.user.id,
                knock.words[0] if invited and knock.words else None,
                private=knock.private,
                guesses=self.guesses,
            )
        if found.role is None:
            await self._turn_away(knock, found, person)
            return None
        visit = replace(
            _visit(self.door, knock, found.role, person), preferences=preferences, care=care
        )
        visit = replace(visit, banner=render_state(board, self.door.provenance, visit.voice))
        if found.excuse is not None:
            await visit.say(visit.voice.html(f"invite.{found.excuse}"))
        if pacing is Pacing.TELL:
            await _slow_down(knock, visit)
            return None
        return visit

    async def _turn_away(self, knock: Knock, found: Recognised, person: Person | None) -> None:
        """Say to a banned person that they are, once a day; to strangers that this is private."""
        if found.ban is None:
            await _refuse(self, knock, found.excuse)
            return
        if found.tell:
            language = person.language if person else _language(self.door, knock.user)
            text = render_turned_away(found.ban, self.door.voice(language), self.door.money)
            await patiently(partial(knock.bot.send_message, knock.chat.id, text))
        if knock.update.callback_query is not None:
            await knock.update.callback_query.answer()


async def _refuse(entrance: Entrance, knock: Knock, excuse: str | None) -> None:
    """Say once a minute that this bot is private, and to whom a code did not help, why."""
    if entrance.refusals.take(knock.user.id, entrance.door.ticks()) is not Pacing.ON:
        return
    log.info("stranger_refused", user_id=knock.user.id, chat=knock.chat.type)
    text = entrance.door.texts.find(entrance.door.language, "refusal.both")
    if excuse is not None:
        why = entrance.door.texts.find(_language(entrance.door, knock.user), f"invite.{excuse}")
        text = f"{why}\n\n{text}"
    query = knock.update.callback_query
    if query is not None:
        await query.answer(text)
        return
    await patiently(lambda: knock.bot.send_message(knock.chat.id, text))


async def _audit(visit: Visit, action: str, detail: str) -> None:
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, action, {"detail": detail}, visit.now)


def _visit(door: Door, knock: Knock, role: Role, person: Person | None) -> Visit:
    message = knock.update.effective_message
    tapped = knock.update.callback_query is not None
    return Visit(
        door=door,
        bot=knock.bot,
        now=door.clock(),
        user_id=knock.user.id,
        name=knock.user.first_name,
        chat_id=knock.chat.id,
        thread_id=_topic(message),
        private=knock.private,
        chat_type=knock.chat.type,
        chat_title=knock.chat.title or "",
        role=role,
        person=person,
        language=person.language if person else _language(door, knock.user),
        commands=commands_for(role),
        words=knock.words,
        text=(message.text or "") if message and not tapped else "",
        shown_id=message.message_id if message and tapped else None,
        shown_picture=bool(isinstance(message, Message) and tapped and message.photo),
    )


def _language(door: Door, user: User) -> str:
    asked = (user.language_code or "")[:2]
    return asked if asked in LANGUAGES else door.language


async def _slow_down(knock: Knock, visit: Visit) -> None:
    query = knock.update.callback_query
    if query is not None:
        await query.answer(visit.voice.plain("notice.too_fast"))
    else:
        await visit.say(visit.voice.html("notice.too_fast"))


async def _offer_nothing(query: InlineQuery, why: str) -> None:
    """Answer inline words with no result, and say why on the button above them."""
    button = InlineQueryResultsButton(why, start_parameter=PRIVATE)
    await query.answer([], cache_time=_INLINE_SECONDS, is_personal=True, button=button)


def _topic(message: Message | None) -> int | None:
    """Return the forum topic to answer in; threads of replies are not topics."""
    return message.message_thread_id if message and message.is_topic_message else None


def _knock(update: Update, bot: Bot, *, words: Sequence[str] = ()) -> Knock | None:
    """Return who is there: a person in a chat where people talk, or None."""
    user, chat = update.effective_user, update.effective_chat
    if user is None or chat is None or user.is_bot or chat.type not in _TALK:
        return None
    return Knock(update=update, user=user, chat=chat, bot=bot, words=tuple(words))
