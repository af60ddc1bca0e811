"""Groups, topics and channels that picks are told to: opened, changed and closed in private."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest, Forbidden

from bot.asked_back import ask_back, confirmed
from bot.asking import names_of
from bot.keyboards import Buttons
from bot.render.filters import render_refusal
from bot.render.html import Html, bold, code, lines, name, paragraphs
from bot.texts.loader import LANGUAGES
from bot.typed import expect_words, expected
from engine.domain.alert import AlertKind
from engine.domain.filter_reading import FilterRefused
from engine.domain.pick_filter import parse
from storage.places import Place

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import Bot, InlineKeyboardButton

    from bot.context import Door, Visit
    from bot.render.voice import Voice

ADDED: Final = "place"
KINDS: Final = (AlertKind.PICK, AlertKind.PROOF)
"""What a place may be told."""
_PATIENCE: Final = timedelta(days=7)
_TITLE: Final = 40
_NONE: Final = frozenset({"non", "no", "none", "aucun", "*"})


async def places(visit: Visit) -> None:
    """List the places; written in a group or a topic, ask in private whether it shall be one."""
    if not visit.private:
        place = Place(
            chat_id=visit.chat_id,
            thread_id=visit.thread_id or 0,
            chat_type=visit.chat_type,
            title=visit.chat_title,
            language=visit.language,
            kinds=frozenset({AlertKind.PICK}),
        )
        asked = await ask_in_private(visit.door, visit.bot, visit.user_id, place, visit.voice)
        await visit.say(visit.voice.html("places.here" if asked else "places.here_failed"))
        return
    await _list(visit)


async def place(visit: Visit) -> None:
    """Show one place; a pressed kind is told there from now on, or no longer."""
    found = await _pressed(visit)
    if found is None:
        return
    if visit.tap.args in {kind.value for kind in KINDS}:
        found = replace(found, kinds=found.kinds ^ {AlertKind(visit.tap.args)})
        await _save(visit, found, "place_changed")
    elif visit.tap.args in LANGUAGES:
        found = replace(found, language=visit.tap.args)
        await _save(visit, found, "place_changed")
    await _show(visit, found)


async def added(visit: Visit) -> None:
    """Open a place that was asked about, or leave it alone."""
    async with visit.door.store.reading() as tx:
        body = await tx.parked.read(visit.tap.number, visit.user_id, ADDED, visit.now)
    if body is None:
        await visit.show(visit.voice.html("notice.too_late"), visit.buttons.back())
        return
    title = bold(name(body["title"], _TITLE))
    back = InlineKeyboardMarkup([[_back(visit.buttons), visit.buttons.home()]])
    if visit.tap.args not in LANGUAGES:
        await visit.show(visit.voice.html("places.kept_out", title=title), back)
        return
    opened = Place(
        chat_id=int(body["chat"]),
        thread_id=int(body["thread"]),
        chat_type=body["type"],
        title=body["title"],
        language=visit.tap.args,
        kinds=frozenset({AlertKind.PICK}),
    )
    await _save(visit, opened, "place_opened")
    told = visit.voice.html("places.opened", title=title, language=visit.tap.args)
    await visit.show(told, back)


async def ask_close(visit: Visit) -> None:
    """Ask back before nothing more is told in a place."""
    found = await _pressed(visit)
    if found is not None:
        text = visit.voice.html("places.close_ask", title=bold(name(found.title, _TITLE)))
        body = {"number": str(found.number), "title": found.title}
        await ask_back(visit, text, what="plcdone", body=body, back="places")


async def close(visit: Visit) -> None:
    """Tell nothing more in a place, as was asked back."""
    body = await confirmed(visit, "plcdone")
    if body is None:
        return
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, "place_closed", dict(body), visit.now)
        chat = await tx.places.close(int(body["number"]))
        if chat is not None:
            await tx.outbox.cancel_chat(chat, "place closed", visit.now)
    told = visit.voice.html("places.closed", title=bold(name(body["title"], _TITLE)))
    await visit.show(told, InlineKeyboardMarkup([[_back(visit.buttons), visit.buttons.home()]]))


async def ask_filter(visit: Visit) -> None:
    """Ask which picks a place shall be told of."""
    found = await _pressed(visit)
    if found is not None:
        prompt = visit.voice.html("places.filter_ask")
        body = {"number": str(found.number)}
        await expect_words(visit, prompt, screen="plcfit", body=body)


async def set_filter(visit: Visit) -> None:
    """Let only the picks through that a typed filter keeps."""
    kept = expected(visit, "plcfit")
    if kept is None:
        await _list(visit)
        return
    pressed = replace(visit, tap=replace(visit.tap, number=int(kept["number"])))
    found = await _pressed(pressed)
    if found is None:
        return
    written = ""
    if visit.text.strip().casefold() not in _NONE:
        now = visit.now.astimezone(visit.money.time_zone)
        try:
            written = str(parse(visit.text, now, names_of(visit.door)))
        except FilterRefused as refused:
            await visit.show(render_refusal(refused, voice=visit.voice))
            await ask_filter(pressed)
            return
    found = replace(found, written=written)
    await _save(visit, found, "place_changed")
    await _show(visit, found)


async def ask_in_private(door: Door, bot: Bot, user_id: int, place: Place, voice: Voice) -> bool:
    """Ask somebody in private whether picks shall be told in a place; False where we cannot."""
    body = {
        "chat": str(place.chat_id),
        "thread": str(place.thread_id),
        "type": place.chat_type,
        "title": place.title,
    }
    async with door.store.transaction() as tx:
        number = await tx.parked.keep(user_id, ADDED, body, door.clock(), _PATIENCE)
    buttons = Buttons(signer=door.signer, user_id=user_id, voice=voice)
    keyboard = InlineKeyboardMarkup(
        [
            [
                buttons.make("place_french", "plcadd", number=number, args="fr"),
                buttons.make("place_english", "plcadd", number=number, args="en"),
            ],
            [buttons.make("place_no", "plcadd", number=number, args="no")],
        ]
    )
    text = voice.html("places.ask", title=bold(name(place.title, _TITLE)))
    try:
        await bot.send_message(user_id, text, parse_mode="HTML", reply_markup=keyboard)
    except (BadRequest, Forbidden):
        return False
    return True


async def _list(visit: Visit) -> None:
    async with visit.door.store.reading() as tx:
        found = await tx.places.all()
    rows = [
        [visit.buttons.labelled(f"📣 {name(one.title, _TITLE)}", "place", number=one.number)]
        for one in found
    ]
    keyboard = InlineKeyboardMarkup([*rows, [visit.buttons.home()]])
    await visit.show(render_places(found, voice=visit.voice), keyboard)


def render_places(found: Sequence[Place], *, voice: Voice) -> Html:
    """Return every place with what it is told, in which language."""
    title = bold(voice.html("places.title"))
    if not found:
        return paragraphs(title, voice.html("places.none"))
    return paragraphs(
        title, lines(*(_line(one, voice) for one in found)), voice.html("places.how")
    )


async def _show(visit: Visit, found: Place) -> None:
    voice, buttons = visit.voice, visit.buttons
    told = voice.html("places.filter_none")
    if found.written:
        told = voice.html("places.filter", filter=code(found.written))
    number = found.number
    kinds = [
        buttons.labelled(
            f"{'✅' if kind in found.kinds else '⬜'} {voice.plain(f'button.place_{kind}')}",
            "place",
            number=number,
            args=kind.value,
        )
        for kind in KINDS
    ]
    languages = [
        buttons.make("place_french", "place", number=number, args="fr"),
        buttons.make("place_english", "place", number=number, args="en"),
    ]
    acts = [
        buttons.make("place_filter", "plcask", number=number),
        buttons.make("place_close", "plcend", number=number),
    ]
    keyboard = InlineKeyboardMarkup([kinds, languages, acts, [_back(buttons), buttons.home()]])
    await visit.show(lines(_line(found, voice), told), keyboard)


def _line(found: Place, voice: Voice) -> Html:
    kinds = [voice.plain(f"places.kind_{kind}") for kind in KINDS if kind in found.kinds]
    return voice.html(
        "places.line",
        title=bold(name(found.title, _TITLE)),
        kinds=", ".join(kinds) or voice.plain("places.nothing"),
        language=found.language,
        state=voice.plain("places.gone") if found.state != "active" else "",
    )


async def _pressed(visit: Visit) -> Place | None:
    async with visit.door.store.reading() as tx:
        found = next(
            (one for one in await tx.places.all() if one.number == visit.tap.number), None
        )
    if found is None:
        await visit.show(visit.voice.html("places.missing"), visit.buttons.back())
    return found


async def _save(visit: Visit, found: Place, action: str) -> None:
    detail = {
        "chat": found.chat_id,
        "thread": found.thread_id,
        "kinds": sorted(kind.value for kind in found.kinds),
        "language": found.language,
        "filter": found.written,
    }
    async with visit.door.store.transaction() as tx:
        await tx.audit.add(visit.user_id, action, detail, visit.now)
        await tx.places.open(found, visit.user_id, visit.now)


def _back(buttons: Buttons) -> InlineKeyboardButton:
    return buttons.make("back_places", "places")
