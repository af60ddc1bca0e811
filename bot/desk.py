"""Keyboards for those who look after the house: health, the plan, unknown names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.render.html import name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons

TEAM_LENGTH: Final = 28
"""Characters of a team's name on a button that has its row for itself."""


def under_health(buttons: Buttons) -> InlineKeyboardMarkup:
    """Return the ways from health to what it is made of, and back."""
    ways = [buttons.make("quota", "quota"), buttons.make("disputes", "names")]
    return InlineKeyboardMarkup([ways, [buttons.make("refresh", "health"), buttons.home()]])


def under_quota(buttons: Buttons) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[buttons.make("refresh", "quota"), _to_health(buttons)]])


def under_dispute(
    buttons: Buttons,
    waiting_id: int,
    choices: Sequence[tuple[str, str]],
    index: int,
    total: int,
) -> InlineKeyboardMarkup:
    """Return a row for each likely team, then what else may be said, then the neighbours."""
    likely = [
        [buttons.labelled(f"✔ {name(team, TEAM_LENGTH)}", "alias", number=waiting_id, args=args)]
        for team, args in choices
    ]
    others = [
        buttons.make("new_team", "newteam", number=waiting_id),
        buttons.make("ignore", "ignore", number=waiting_id),
    ]
    turns = []
    if index > 0:
        turns.append(buttons.make("previous_one", "names", args=str(index - 1)))
    if index + 1 < total:
        turns.append(buttons.make("next_one", "names", args=str(index + 1)))
    return InlineKeyboardMarkup([*likely, others, turns, [_to_health(buttons)]])


def under_said(buttons: Buttons, screen: str, number: int) -> InlineKeyboardMarkup:
    """Return the way to take back what was just said, and the way on."""
    row = [buttons.make("undo", screen, number=number), buttons.make("disputes", "names")]
    return InlineKeyboardMarkup([row])


def after_disputes(buttons: Buttons) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[buttons.make("disputes", "names"), _to_health(buttons)]])


def _to_health(buttons: Buttons) -> InlineKeyboardButton:
    return buttons.make("back_health", "health")
