"""What a person has chosen, and what they may choose, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import bold, join, lines, paragraphs
from bot.render.numbers import clock, odds, place
from engine.domain.preferences import OddsFormat

if TYPE_CHECKING:
    from datetime import datetime

    from bot.render.html import Html
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.preferences import Preferences

_SHOWN: Final = (2.04, 1.5)
"""Odds that are shown in every format, on each side of evens."""


def render_settings(preferences: Preferences, voice: Voice, money: Money, now: datetime) -> Html:
    """Return everything that is chosen, with what it does."""
    return paragraphs(
        bold(voice.html("settings.title")),
        lines(
            voice.html("settings.language"),
            _zone(voice, money, now),
            voice.html(
                "settings.odds",
                format=voice.plain(f"settings.odds_{preferences.odds_format}"),
                example=voice.odds(_SHOWN[0]),
            ),
            voice.html("settings.theme", theme=voice.plain(f"settings.theme_{preferences.shade}")),
        ),
    )


def render_zone_choice(voice: Voice, money: Money, now: datetime) -> Html:
    """Return the zone in force with its time, and how to choose another."""
    return paragraphs(
        lines(bold(voice.html("settings.zone_title")), _zone(voice, money, now)),
        voice.html("settings.zone_choose"),
    )


def render_odds_choice(voice: Voice) -> Html:
    """Return the same odds in each format."""
    listed = (
        voice.html(
            "settings.odds_item",
            format=bold(voice.plain(f"settings.odds_{each}")),
            examples=join(" · ", (odds(value, voice.language, each) for value in _SHOWN)),
        )
        for each in OddsFormat
    )
    return paragraphs(voice.html("settings.odds_choose"), lines(*listed))


def _zone(voice: Voice, money: Money, now: datetime) -> Html:
    return voice.html(
        "settings.zone",
        place=place(money.time_zone, voice.language),
        at=clock(now, money.time_zone, voice.language),
    )
