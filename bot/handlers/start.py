"""Onboarding: a greeting, a language by button, a sample alert, and what happens next."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from bot.access import receives_picks
from bot.handlers.guide import panel
from bot.menus import set_chat_menu
from bot.render.html import bold, lines, name, paragraphs
from bot.render.pick import render_card
from bot.render.sample import sample_view
from bot.texts.loader import LANGUAGES
from storage.people import Person

if TYPE_CHECKING:
    from bot.context import Visit


async def start(visit: Visit) -> None:
    """Remember the person and offer the two languages; again is the same as once."""
    await _remember(visit)
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
