"""Onboarding: a greeting, a language by button, a sample alert, and what happens next.

A deep link opens its screen at once for those who are known, else after all that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.access import receives_picks
from bot.callbacks import Tap
from bot.doors import called
from bot.handlers import exporting, picks, presets, stats
from bot.handlers.guide import panel
from bot.links import EXPORT, PICK, PRESET, STATS, read_payload
from bot.menus import set_chat_menu
from bot.render.html import bold, lines, name, paragraphs
from bot.render.pick import render_card
from bot.render.sample import sample_view
from bot.resting import kept_out
from bot.texts.loader import LANGUAGES
from storage.people import Person

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.context import Handler, Visit

OPENED: Final[Mapping[str, Handler]] = {
    PICK: picks.card,
    PRESET: presets.seen,
    STATS: stats.stats,
    EXPORT: exporting.export,
}
"""What deep links open, by their kind; the number is the button's."""
_OFFERS_NO_BET: Final = frozenset({PRESET, STATS})
"""What people in a pause may open by a link."""
_KEPT: Final = "link"
_LINK_LIFE: Final = timedelta(hours=1)


async def start(visit: Visit) -> None:
    """Open what a link leads to; remember new people first, and offer the two languages."""
    linked = visit.words[0] if visit.words else ""
    if visit.person is not None and await _open(visit, linked):
        return
    await _remember(visit)
    if read_payload(linked) is not None:
        async with visit.door.store.transaction() as tx:
            await tx.parked.keep(visit.user_id, _KEPT, {"link": linked}, visit.now, _LINK_LIFE)
    key = "start.greeting" if visit.person is None else "start.again"
    hello = visit.voice.html(key, name=name(visit.name))
    role = visit.voice.html("start.role", role=visit.voice.plain(f"role.{visit.role}"))
    await visit.show(lines(hello, role), visit.buttons.languages("hello", back=False))
    await set_chat_menu(visit.bot, visit.chat_id, visit.commands, visit.door.texts, visit.language)


async def hello(visit: Visit) -> None:
    """Take the language chosen, then show a sample alert and say what happens next."""
    language = visit.tap.args if visit.tap.args in LANGUAGES else visit.language
    await remember_language(visit, language)
    spoken = replace(visit, language=language)
    voice = spoken.voice
    await visit.show(lines(voice.html("start.welcome"), voice.html("start.sample")))
    view = sample_view(visit.now)
    card = render_card(
        view,
        texts=visit.door.texts,
        language=language,
        now=visit.now,
        money=visit.money,
    )
    await visit.say(paragraphs(bold(voice.html("start.sample_mark")), card))
    after = "start.next_alerts" if receives_picks(visit.role) else "start.next_reading"
    rules = (voice.html("start.promise"), voice.html("start.responsible"))
    await visit.say(paragraphs(voice.html(after), *rules), panel(spoken))
    async with visit.door.store.transaction() as tx:
        kept = await tx.parked.take_newest(visit.user_id, _KEPT, visit.now)
    if kept is not None:
        await _open(replace(spoken, shown_id=None), kept["link"])


async def _open(visit: Visit, linked: str) -> bool:
    """Show what a link leads to; say whether it leads anywhere."""
    target = read_payload(linked)
    opened = OPENED.get(target.what) if target else None
    if target is None or opened is None:
        return False
    if target.what == EXPORT and called(visit.commands, "export") is None:
        return False
    if visit.care.paused(visit.now) is not None and target.what not in _OFFERS_NO_BET:
        await kept_out(visit)
        return True
    await opened(replace(visit, words=(), tap=Tap(screen="", number=target.number)))
    return True


async def choose_language(visit: Visit) -> None:
    """Offer the languages."""
    await visit.show(visit.voice.html("language.choose"), visit.buttons.languages("lang"))


async def language(visit: Visit) -> None:
    """Offer the languages, or take the one chosen."""
    chosen = visit.tap.args
    if chosen not in LANGUAGES:
        await choose_language(visit)
        return
    await remember_language(visit, chosen)
    spoken = replace(visit, language=chosen)
    await visit.show(spoken.voice.html("language.set"), panel(spoken))


async def remember_language(visit: Visit, language: str) -> None:
    """Speak `language` with this person from now on, command menu included."""
    await _remember(replace(visit, language=language))
    await set_chat_menu(visit.bot, visit.chat_id, visit.commands, visit.door.texts, language)


async def _remember(visit: Visit) -> None:
    known = visit.person
    wants = receives_picks(visit.role)
    if known is not None and receives_picks(known.role):
        wants = wants and known.wants_picks
    person = Person(
        user_id=visit.user_id,
        chat_id=visit.chat_id,
        role=visit.role,
        language=visit.language,
        wants_picks=wants,
        name=visit.name,
    )
    async with visit.door.store.transaction() as tx:
        await tx.people.save(person, visit.now)
