"""Keyboards of the questions people ask: who judges, what was refused, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.render.html import name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons
    from engine.domain.fixture import Fixture
    from engine.domain.pick import Provenance

PREFIX: Final = 16
"""Hexadecimal digits of a match's id on a button: no two matches of a month share as many."""
_TEAM: Final = 18


def key_of(fixture: Fixture) -> str:
    """Return what a button says of a match."""
    return fixture.id.hex[:PREFIX]


def under_agents(
    buttons: Buttons, shown: Provenance, others: Sequence[Provenance]
) -> InlineKeyboardMarkup:
    """Return the ways to the records of other provenances, then refresh and the way back."""
    ways = [
        buttons.make(f"record_{provenance}", "agents", args=provenance.value)
        for provenance in others
    ]
    again = buttons.make("refresh", "agents", args=shown.value)
    return InlineKeyboardMarkup([ways, [buttons.info("agent"), again, buttons.home()]])


def under_funnel(buttons: Buttons) -> InlineKeyboardMarkup:
    again = buttons.make("refresh", "funnel")
    return InlineKeyboardMarkup([[buttons.info("gate"), again, buttons.home()]])


def matches(
    buttons: Buttons, offered: Sequence[Fixture], *, screen: str = "whynot"
) -> InlineKeyboardMarkup:
    """Return one match a row, opening `screen` of it, then the way back."""
    rows = [[to_match(buttons, fixture, screen=screen)] for fixture in offered]
    return InlineKeyboardMarkup([*rows, [buttons.home()]])


def under_reasons(
    buttons: Buttons, fixture: Fixture, page: int, pages: int, others: Sequence[Fixture]
) -> InlineKeyboardMarkup:
    """Return the neighbouring pages, other matches that may be meant, refresh and the way back."""
    key = key_of(fixture)
    turns = []
    if page > 0:
        turns.append(buttons.make("previous", "whynot", number=page - 1, args=key))
    if page + 1 < pages:
        turns.append(buttons.make("next", "whynot", number=page + 1, args=key))
    rows = [[to_match(buttons, other)] for other in others]
    again = buttons.make("refresh", "whynot", number=page, args=key)
    return InlineKeyboardMarkup([turns, *rows, [again, buttons.home()]])


def to_match(
    buttons: Buttons, fixture: Fixture, *, screen: str = "whynot"
) -> InlineKeyboardButton:
    """Return the button that opens a screen of a match."""
    label = f"⚽ {name(fixture.home.name, _TEAM)} – {name(fixture.away.name, _TEAM)}"
    return buttons.labelled(label, screen, args=key_of(fixture))
