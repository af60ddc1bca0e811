"""What a person is told and how, as Telegram HTML."""

from __future__ import annotations

from datetime import time
from typing import TYPE_CHECKING, Final

from babel.dates import format_time

from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import decimal, place
from engine.domain.preferences import EventClass

if TYPE_CHECKING:
    from zoneinfo import ZoneInfo

    from bot.render.voice import Voice
    from engine.domain.preferences import Caps, Preferences

DIGESTS: Final = (EventClass.MORNING, EventClass.EVENING, EventClass.WEEK)


def render_overview(
    chosen: Preferences,
    caps: Caps,
    *,
    presets: int,
    mutes: int,
    zone: ZoneInfo,
    reads_only: bool,
    voice: Voice,
) -> Html:
    """Return all that decides about this person's alerts on one screen."""
    pick = voice.plain(f"alerts.volume_{chosen.volume(EventClass.PICK)}")
    return paragraphs(
        bold(voice.html("alerts.title")),
        voice.html("alerts.off_role") if reads_only else "",
        lines(
            voice.html("alerts.picks", volume=pick),
            _presets(presets, voice),
            voice.html("alerts.caps", match=caps.match, hour=caps.hour, day=caps.day),
            quiet_line(chosen, zone, voice),
            voice.html(
                "alerts.digests",
                morning=minute(chosen.morning, voice),
                evening=minute(chosen.evening, voice),
            ),
            voice.count("alerts.mutes", mutes),
        ),
    )


def render_events(chosen: Preferences, *, voice: Voice) -> Html:
    """Return the volume of each class of events."""
    return paragraphs(
        bold(voice.html("alerts.events_title")),
        lines(*(_event(event, chosen, voice) for event in EventClass)),
        voice.html("alerts.events_how"),
    )


def render_caps(caps: Caps, *, voice: Voice) -> Html:
    """Return how many new cards there may be."""
    return paragraphs(
        bold(voice.html("alerts.caps_title")),
        lines(
            voice.html("alerts.caps_match", n=caps.match),
            voice.html("alerts.caps_hour", n=caps.hour),
            voice.html("alerts.caps_day", n=caps.day),
        ),
        voice.html("alerts.caps_how"),
    )


def render_quiet(chosen: Preferences, zone: ZoneInfo, *, voice: Voice) -> Html:
    """Return the quiet hours, and what becomes of a pick inside them."""
    inside = chosen.quiet.inside if chosen.quiet else "silent"
    return paragraphs(
        bold(voice.html("alerts.quiet_title")),
        quiet_line(chosen, zone, voice),
        voice.html("alerts.quiet_how", inside=voice.plain(f"alerts.inside_{inside}")),
    )


def render_digests(chosen: Preferences, *, voice: Voice) -> Html:
    """Return which digests come, and when."""
    told = []
    for event in DIGESTS:
        at = chosen.evening if event is EventClass.EVENING else chosen.morning
        key = "alerts.digest_week" if event is EventClass.WEEK else "alerts.digest_line"
        told.append(
            voice.html(
                key,
                event=voice.plain(f"alerts.event_{event}"),
                volume=voice.plain(f"alerts.volume_{chosen.volume(event)}"),
                clock=minute(at, voice),
            )
        )
    return paragraphs(
        bold(voice.html("alerts.digest_title")), lines(*told), voice.html("alerts.digest_how")
    )


def quiet_line(chosen: Preferences, zone: ZoneInfo, voice: Voice) -> Html:
    """Return the quiet hours in one line, with the place whose clock they are of."""
    quiet = chosen.quiet
    if quiet is None:
        return voice.html("alerts.quiet_none")
    return voice.html(
        "alerts.quiet",
        start=minute(quiet.start, voice),
        end=minute(quiet.end, voice),
        zone=place(zone, voice.language),
    )


def minute(of_day: int, voice: Voice) -> str:
    """Write a minute of the day: `23:00`."""
    return format_time(time(of_day // 60, of_day % 60), "HH:mm", locale=voice.language)


def per_day(value: float, voice: Voice) -> str:
    """Write how many a day, with two digits that say something."""
    digits = next((n for n, least in enumerate((10, 1)) if value >= least), 2)
    return decimal(value, voice.language, digits=digits)


def _presets(n: int, voice: Voice) -> Html:
    return voice.count("alerts.presets", n) if n else voice.html("alerts.presets_none")


def _event(event: EventClass, chosen: Preferences, voice: Voice) -> Html:
    return voice.html(
        "alerts.event_line",
        event=voice.plain(f"alerts.event_{event}"),
        volume=voice.plain(f"alerts.volume_{chosen.volume(event)}"),
    )
