"""Keyboards of odds that people wait for, and what their buttons carry."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.questions import key_of
from bot.render.html import name
from engine.domain.market import MATCH_ODDS, Selection
from engine.domain.numbers import Odds

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.keyboards import Buttons
    from bot.render.voice import Voice
    from engine.domain.fixture import Fixture
    from engine.domain.odds_watch import OddsWatch

MOST: Final = 10
"""Watches a person may have at once."""
_SIDES: Final = 4
_HIGHEST: Final = 1000.0
_LOWEST: Final = 1.01
_LABEL: Final = 22


def asked_cents(odds: float) -> int | None:
    """Return odds in hundredths; None where nobody could wait for them."""
    return round(odds * 100) if _LOWEST <= odds <= _HIGHEST else None


def chosen(number: int) -> tuple[Selection | None, Odds]:
    """Return the outcome and the odds of a button; no outcome where it says none.

    >>> chosen(204 * 4 + 1)[1]
    2.04
    """
    cents, side = divmod(number, _SIDES)
    odds = Odds(cents / 100)
    sides = MATCH_ODDS.selections
    if asked_cents(odds) is None or side >= len(sides):
        return None, odds
    return sides[side], odds


def under_sides(
    buttons: Buttons, fixture: Fixture, sides: Mapping[Selection, Odds], voice: Voice
) -> InlineKeyboardMarkup:
    """Return each outcome with the odds waited for, then the ways back."""
    key = key_of(fixture)
    rows = [
        [
            buttons.labelled(
                f"👁 {name(voice.market(selection, fixture), _LABEL)} ≥ {voice.odds(odds)}",
                "watchadd",
                number=(asked_cents(odds) or 0) * _SIDES + place,
                args=key,
            )
        ]
        for place, selection in enumerate(MATCH_ODDS.selections)
        if (odds := sides.get(selection)) is not None and asked_cents(odds) is not None
    ]
    last = [
        buttons.make("watches", "watches"),
        buttons.make("back_match", "match", args=key),
        buttons.home(),
    ]
    return InlineKeyboardMarkup([*rows, last])


def under_watches(
    buttons: Buttons, mine: Sequence[OddsWatch], voice: Voice
) -> InlineKeyboardMarkup:
    """Return one button a watch that ends it, then the ways on."""
    rows = [
        [
            buttons.labelled(
                f"❌ {name(voice.market(one.selection, one.fixture), _LABEL)}"
                f" ≥ {voice.odds(one.odds)}",
                "watchend",
                number=one.id,
            )
        ]
        for one in mine
    ]
    last = [
        buttons.make("watches", "watches"),
        buttons.make("jour", "today"),
        buttons.home(),
    ]
    return InlineKeyboardMarkup([*rows, last])


def under_reached(buttons: Buttons, fixture_hex: str) -> InlineKeyboardMarkup:
    """Return the way to the match whose odds were reached, and to the other watches."""
    key = fixture_hex.replace("-", "")[:16]
    return InlineKeyboardMarkup(
        [[buttons.make("match", "match", args=key), buttons.make("watches", "watches")]]
    )
