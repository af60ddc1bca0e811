"""Saying something to many: to whom, in which words, as it will look, asked back, followed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.asked_back import ask_back, confirmed
from bot.handlers.invites import read_role
from bot.register import under_announcement, under_draft, under_progress, under_segments
from bot.render.announcements import (
    render_announcement,
    render_draft,
    render_progress,
    segment_of,
)
from bot.texts.loader import LANGUAGES
from bot.typed import expect_words, expected
from engine.alerting.announcements import compose_announcement
from engine.domain.alert import Role
from storage.broadcasts import ALL, Broadcast, version_of

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.context import Visit
    from bot.keyboards import Buttons

SEGMENTS: Final = (ALL, *LANGUAGES, *(role.value for role in Role))
MOST: Final = 3000
"""Characters of an announcement: with its frame it is one message."""
_DRAFT: Final = "cast"
_PATIENCE: Final = timedelta(hours=1)
_EVERYBODY: Final = frozenset({"tous", "all", "everybody", "tout"})


async def broadcast(visit: Visit) -> None:
    """Offer whom to tell something, or take the segment that was typed or tapped."""
    segment = visit.tap.args if visit.tap.args in SEGMENTS else _typed(visit)
    if segment is None:
        key = "announce.which" if visit.words else "announce.choose"
        await visit.show(visit.voice.html(key), under_segments(visit.buttons, SEGMENTS))
        return
    await _draft(visit, {"segment": segment})


async def ask_text(visit: Visit) -> None:
    """Ask for the words in one language."""
    draft = await _kept(visit, visit.tap.number)
    language = visit.tap.args if visit.tap.args in LANGUAGES else visit.language
    if draft is None:
        return
    said = visit.voice.plain(f"people.speaks_{language}")
    prompt = visit.voice.html("announce.type", language=said)
    body = {"draft": str(visit.tap.number), "in": language}
    await expect_words(visit, prompt, screen="castin", body=body)


async def take_text(visit: Visit) -> None:
    """Take the words that were typed, and show them as they will look."""
    answered = expected(visit, "castin")
    draft = await _kept(visit, int(answered["draft"])) if answered else None
    if answered is None or draft is None:
        return
    text = visit.text.strip()
    if not text or len(text) > MOST:
        await visit.say(visit.voice.html("announce.too_long", n=MOST))
        await _draft(visit, draft)
        return
    draft = {**draft, answered["in"]: text}
    for language, words in _texts(draft).items():
        voice = visit.door.voice(language)
        keyboard = under_announcement(_spoken(visit, language))
        await visit.say(render_announcement(words, voice), keyboard)
    await _draft(visit, draft)


async def ask_send(visit: Visit) -> None:
    """Ask back before many people are told."""
    draft = await _kept(visit, visit.tap.number)
    if draft is None or not _texts(draft):
        return
    async with visit.door.store.reading() as tx:
        readers = await tx.broadcasts.readers(draft["segment"], visit.now)
    segment = segment_of(draft["segment"], visit.voice)
    text = visit.voice.count("announce.ask", len(readers), segment=segment)
    await ask_back(visit, text, what="castgo", body=draft, back="cast")


async def send(visit: Visit) -> None:
    """Put an announcement in the outbox, each reader once; its progress is edited from here on."""
    draft = await confirmed(visit, "castgo")
    if draft is None:
        return
    texts, now = _texts(draft), visit.now
    async with visit.door.store.transaction() as tx:
        readers = await tx.broadcasts.readers(draft["segment"], now)
        detail = {"segment": draft["segment"], "recipients": len(readers), "in": sorted(texts)}
        await tx.audit.add(visit.user_id, "broadcast", detail, now)
        number = await tx.broadcasts.add(
            Broadcast(
                made_by=visit.user_id,
                made_at=now,
                segment=draft["segment"],
                texts=texts,
                recipients=len(readers),
                chat_id=visit.chat_id,
                message_id=None,
                language=visit.language,
            )
        )
        if visit.shown_id is not None:
            await tx.broadcasts.shown_at(number, visit.shown_id)
        await tx.outbox.add(compose_announcement(readers, texts, version_of(number), now))
    await _progress(visit, number)


async def progress(visit: Visit) -> None:
    """Show how far an announcement is."""
    await _progress(visit, visit.tap.number)


async def stop(visit: Visit) -> None:
    """Say no more of an announcement; who has got it keeps it."""
    number = visit.tap.number
    async with visit.door.store.transaction() as tx:
        if await tx.broadcasts.one(number) is not None:
            detail = {"broadcast": number}
            await tx.audit.add(visit.user_id, "broadcast_stopped", detail, visit.now)
            await tx.broadcasts.stop(number, visit.now)
    await _progress(visit, number)


async def _draft(visit: Visit, draft: Mapping[str, str]) -> None:
    async with visit.door.store.transaction() as tx:
        number = await tx.parked.keep(visit.user_id, _DRAFT, draft, visit.now, _PATIENCE)
        readers = await tx.broadcasts.readers(draft["segment"], visit.now)
    texts = _texts(draft)
    text = render_draft(draft["segment"], len(readers), tuple(texts), visit.voice)
    keyboard = under_draft(visit.buttons, number, ready=bool(texts and readers))
    await visit.show(text, keyboard)


async def _kept(visit: Visit, number: int) -> Mapping[str, str] | None:
    async with visit.door.store.reading() as tx:
        draft = await tx.parked.read(number, visit.user_id, _DRAFT, visit.now)
    if draft is None:
        await visit.show(visit.voice.html("notice.too_late"), visit.buttons.back())
    return draft


async def _progress(visit: Visit, number: int) -> None:
    async with visit.door.store.reading() as tx:
        made = await tx.broadcasts.one(number)
        reached = await tx.broadcasts.reached(number)
    if made is None:
        await visit.show(visit.voice.html("announce.missing"), visit.buttons.back())
        return
    shown = made.shown if made.finished_at is not None and made.shown else reached
    keyboard = under_progress(visit.buttons, number, ended=not shown.waiting)
    await visit.show(render_progress(made, shown, visit.voice), keyboard)


def _typed(visit: Visit) -> str | None:
    if not visit.words:
        return None
    asked = visit.words[0].casefold()
    if asked in _EVERYBODY:
        return ALL
    role = read_role(visit, asked)
    return role.value if role else next((one for one in LANGUAGES if one == asked), None)


def _texts(draft: Mapping[str, str]) -> dict[str, str]:
    return {language: draft[language] for language in LANGUAGES if draft.get(language)}


def _spoken(visit: Visit, language: str) -> Buttons:
    return replace(visit.buttons, voice=visit.door.voice(language))
