"""Onboarding: language, time zone, how much to tell, a sample alert, and what happens next.

Each is one tap and each can be skipped: what is not chosen is the house's.

A deep link opens its screen at once for those who are known, else after all that.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup

from bot.access import receives_picks
from bot.callbacks import Tap
from bot.doors import called
from bot.handlers import exporting, picks, presets, stats
from bot.handlers.guide import panel
from bot.handlers.sample import sample
from bot.keyboards import in_rows
from bot.links import EXPORT, PICK, PRESET, STATS, read_payload
from bot.menus import set_chat_menu
from bot.places import LIKELY, number_of, zone_of
from bot.render.html import Html, lines, name, paragraphs
from bot.render.numbers import place
from bot.resting import kept_out
from bot.texts.loader import LANGUAGES
from engine.domain.preferences import Caps, EventClass, Volume
from storage.people import Person

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from bot.context import Handler, Visit
    from bot.render.voice import Voice
    from engine.domain.preferences import Preferences

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
_ZONES: Final = 6
_LOUDNESS: Final[Mapping[str, Callable[[Preferences], Preferences]]] = {
    "all": lambda chosen: replace(chosen, volumes={**chosen.volumes, EventClass.PICK: Volume.ON}),
    "few": lambda chosen: replace(
        chosen,
        volumes={**chosen.volumes, EventClass.PICK: Volume.SILENT},
        caps=Caps(match=1, hour=2, day=5),
    ),
    "morning": lambda chosen: replace(
        chosen, volumes={**chosen.volumes, EventClass.PICK: Volume.OFF}
    ),
}
"""How much a newcomer wants to be told: every pick, the best five a day quietly, a digest."""


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
    """Take the language chosen, then ask for the time zone; one tap skips all that follows."""
    language = visit.tap.args if visit.tap.args in LANGUAGES else visit.language
    await remember_language(visit, language)
    spoken = replace(visit, language=language)
    voice, make = spoken.voice, spoken.buttons.make
    here = place(spoken.money.time_zone, language)
    zones = [
        spoken.buttons.labelled(
            name(place(ZoneInfo(zone), language).rpartition("/")[2], 14),
            "hellozon",
            number=number_of(zone),
        )
        for zone in LIKELY[:_ZONES]
    ]
    rows = [*in_rows(zones), [make("keep_zone", "hellozon")], [make("skip_all", "helloend")]]
    text = paragraphs(
        voice.html("start.welcome"), voice.html("start.zone", zone=here), _footer(voice)
    )
    await visit.show(text, InlineKeyboardMarkup([*rows, [spoken.buttons.home()]]))


async def hello_zone(visit: Visit) -> None:
    """Take the time zone, then ask how much to tell; who is pushed nothing is not asked."""
    zone = zone_of(visit.tap.number)
    if zone is not None:
        visit = await _choose(visit, replace(visit.preferences, time_zone=zone))
    if not receives_picks(visit.role):
        await hello_end(visit)
        return
    make = visit.buttons.make
    rows = [[make(f"loud_{each}", "hellolou", args=each)] for each in _LOUDNESS]
    last = [make("skip_all", "helloend"), visit.buttons.home()]
    text = paragraphs(visit.voice.html("start.loudness"), _footer(visit.voice))
    await visit.show(text, InlineKeyboardMarkup([*rows, last]))


async def hello_loudness(visit: Visit) -> None:
    """Take how much to tell, then show a sample alert."""
    change = _LOUDNESS.get(visit.tap.args)
    if change is not None:
        visit = await _choose(visit, change(visit.preferences))
    await hello_end(visit)


async def hello_end(visit: Visit) -> None:
    """Show a sample alert, say what happens next, and open the link that somebody came by."""
    voice = visit.voice
    await visit.show(lines(voice.html("start.done"), voice.html("start.sample")))
    if visit.care.paused(visit.now) is None:
        await sample(replace(visit, shown_id=None))
    after = "start.next_alerts" if receives_picks(visit.role) else "start.next_reading"
    rules = (voice.html("start.promise"), _footer(voice))
    await visit.say(paragraphs(voice.html(after), *rules), panel(visit))
    async with visit.door.store.transaction() as tx:
        kept = await tx.parked.take_newest(visit.user_id, _KEPT, visit.now)
    if kept is not None:
        await _open(replace(visit, shown_id=None), kept["link"])


async def _choose(visit: Visit, chosen: Preferences) -> Visit:
    async with visit.door.store.transaction() as tx:
        await tx.preferences.save(visit.user_id, chosen, visit.now)
    return replace(visit, preferences=chosen)


def _footer(voice: Voice) -> Html:
    return lines(voice.html("start.adults"), voice.html("care.help_line"))


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
