"""What is muted and until when, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.html import Html, bold, lines, name, paragraphs
from bot.render.numbers import day_and_clock

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from bot.render.voice import Voice
    from storage.readers import MuteView


def render_mutes(held: Sequence[MuteView], zone: ZoneInfo, *, voice: Voice) -> Html:
    """Return everything that is muted, with its end."""
    title = bold(voice.html("mute.list_title"))
    if not held:
        return paragraphs(title, voice.html("mute.list_none"))
    told = (_line(one, zone, voice) for one in held)
    return paragraphs(title, lines(*told), voice.html("mute.list_how"))


def until_words(until: datetime | None, zone: ZoneInfo, voice: Voice) -> str:
    """Write until when something is muted."""
    if until is None:
        return voice.plain("mute.for_good")
    return voice.plain("mute.until", at=day_and_clock(until, zone, voice.language))


def _line(one: MuteView, zone: ZoneInfo, voice: Voice) -> Html:
    until = until_words(one.mute.until, zone, voice)
    return voice.html("mute.line", label=name(one.label), until=until)
