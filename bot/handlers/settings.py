"""What a person chooses about how they are spoken to: zone, odds, pictures, language."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any, Final
from zoneinfo import ZoneInfo

from telegram import InlineKeyboardMarkup

from bot.doors import doors, two_a_row
from bot.keyboards import in_rows
from bot.places import LIKELY, number_of, zone_of, zones_like
from bot.render.html import Html, name, paragraphs
from bot.render.numbers import place
from bot.render.settings import render_odds_choice, render_settings, render_zone_choice
from bot.typed import expect_words
from engine.collect.spelling import fold
from engine.domain.preferences import OddsFormat, Shade

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from telegram import InlineKeyboardButton

    from bot.context import Visit

_DOORS: Final = ("alertes", "calme", "digest", "muets", "bankroll", "mise", "jeu_responsable")
"""Choices that are commands of their own; those that are not there yet do not show."""
_SHADES: Final[Mapping[str, Shade]] = {
    "clair": Shade.LIGHT,
    "sombre": Shade.DARK,
    **{each.value: each for each in Shade},
}
_TOLD_APART: Final = 3
"""Letters by which the formats of odds are told apart, in French as in English."""
_HOUSE: Final = "house"
_TYPED: Final = "typed"


async def settings(visit: Visit) -> None:
    """Show everything that is chosen, with a button to change each."""
    await _show(visit, Html())


async def time_zone(visit: Visit) -> None:
    """Offer likely zones, take one tapped, or find the one typed."""
    asked = " ".join(visit.words)
    if visit.tap.args == _TYPED:
        await expect_words(visit, visit.voice.html("settings.zone_type"), screen="zone")
    elif visit.tap.args == _HOUSE:
        await _take_zone(visit, None)
    elif asked:
        await _find_zone(visit, asked)
    elif (zone := zone_of(visit.tap.number)) is not None:
        await _take_zone(visit, zone)
    else:
        await visit.show(render_zone_choice(visit.voice, visit.money, visit.now), _zones(visit))


async def odds_format(visit: Visit) -> None:
    """Offer the three ways to write odds, each with the same odds, or take the one chosen."""
    asked = fold(visit.tap.args or " ".join(visit.words))[:_TOLD_APART]
    found = next((each for each in OddsFormat if asked and each.startswith(asked)), None)
    if found is None:
        choices = [visit.buttons.make(f"odds_{each}", "oddsfmt", args=each) for each in OddsFormat]
        keyboard = InlineKeyboardMarkup([*([each] for each in choices), _back(visit)])
        await visit.show(render_odds_choice(visit.voice), keyboard)
        return
    await _choose(visit, "settings.odds_set", odds_format=found)


async def theme(visit: Visit) -> None:
    """Offer the two backgrounds of pictures, or take the one chosen."""
    asked = _SHADES.get(fold(visit.tap.args or " ".join(visit.words)))
    if asked is None:
        choices = [visit.buttons.make(f"theme_{each}", "theme", args=each) for each in Shade]
        keyboard = InlineKeyboardMarkup([choices, _back(visit)])
        await visit.show(visit.voice.html("settings.theme_choose"), keyboard)
        return
    await _choose(visit, "settings.theme_set", shade=asked)


async def _find_zone(visit: Visit, asked: str) -> None:
    found = zones_like(asked)
    if len(found) == 1:
        await _take_zone(visit, found[0])
        return
    key = "settings.zone_which" if found else "settings.zone_unknown"
    told = visit.voice.html(key, asked=name(asked, 40))
    offered = found or LIKELY[:6]
    keyboard = InlineKeyboardMarkup([*in_rows(_to(visit, offered)), _back(visit)])
    await visit.show(told, keyboard)


async def _take_zone(visit: Visit, zone: str | None) -> None:
    await _choose(visit, "settings.zone_set", time_zone=zone)


async def _choose(visit: Visit, key: str, **changes: Any) -> None:
    """Keep a choice and show all of them, in what was chosen."""
    chosen = replace(visit.preferences, **changes)
    async with visit.door.store.transaction() as tx:
        await tx.preferences.save(visit.user_id, chosen, visit.now)
    await _show(replace(visit, preferences=chosen), visit.voice.html(key))


async def _show(visit: Visit, told: Html) -> None:
    text = render_settings(visit.preferences, visit.voice, visit.money, visit.now)
    own = [
        visit.buttons.make("language", "lang"),
        visit.buttons.make("zone", "zone"),
        visit.buttons.make("odds_format", "oddsfmt"),
        visit.buttons.make("theme", "theme"),
    ]
    rows = two_a_row([*own, *doors(visit, _DOORS)])
    await visit.show(paragraphs(told, text), InlineKeyboardMarkup([*rows, [visit.buttons.home()]]))


def _zones(visit: Visit) -> InlineKeyboardMarkup:
    other = visit.buttons.make("zone_other", "zone", args=_TYPED)
    house = visit.buttons.make("zone_house", "zone", args=_HOUSE)
    return InlineKeyboardMarkup([*in_rows(_to(visit, LIKELY)), [other, house], _back(visit)])


def _to(visit: Visit, zones: Sequence[str]) -> list[InlineKeyboardButton]:
    return [
        visit.buttons.labelled(
            name(place(ZoneInfo(zone), visit.language).rpartition("/")[2], 14),
            "zone",
            number=number_of(zone),
        )
        for zone in zones
    ]


def _back(visit: Visit) -> list[InlineKeyboardButton]:
    return [visit.buttons.make("back_settings", "settings"), visit.buttons.home()]
