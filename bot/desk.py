"""Keyboards for those who look after the house: health, the plan, unknown names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.render.html import name
from bot.upkeep import to_upkeep

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons
    from engine.domain.settlement import Score

_SCORES: Final = 3
TEAM_LENGTH: Final = 28
"""Characters of a team's name on a button that has its row for itself."""


def under_health(buttons: Buttons) -> InlineKeyboardMarkup:
    """Return the ways from health to what it is made of, and back."""
    ways = [
        buttons.make("quota", "quota"),
        buttons.make("disputes", "names"),
        buttons.make("contested", "contest"),
    ]
    again = [buttons.make("refresh", "health"), buttons.home()]
    taught = [buttons.make("learning", "learning"), buttons.make("versions", "versions")]
    return InlineKeyboardMarkup([ways, taught, to_upkeep(buttons), again])


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
    other_tab = buttons.make("contested", "contest")
    return InlineKeyboardMarkup([*likely, others, turns, [other_tab, _to_health(buttons)]])


def under_said(buttons: Buttons, screen: str, number: int) -> InlineKeyboardMarkup:
    """Return the way to take back what was just said, and the way on."""
    row = [buttons.make("undo", screen, number=number), buttons.make("disputes", "names")]
    return InlineKeyboardMarkup([row])


def after_disputes(buttons: Buttons) -> InlineKeyboardMarkup:
    tabs = [buttons.make("disputes", "names"), buttons.make("contested", "contest")]
    return InlineKeyboardMarkup([tabs, [_to_health(buttons)]])


def under_contested(
    buttons: Buttons, number: int, scores: Sequence[Score], index: int, total: int
) -> InlineKeyboardMarkup:
    """Return the scores that were told, then void, then the neighbours; each is asked again."""
    told = [
        buttons.labelled(f"{one.home}-{one.away}", "rule", number=number, args=_args(one))
        for one in scores[:_SCORES]
    ]
    void = buttons.make("void", "rule", number=number, args=_args(None))
    turns = []
    if index > 0:
        turns.append(buttons.make("previous_one", "contest", args=str(index - 1)))
    if index + 1 < total:
        turns.append(buttons.make("next_one", "contest", args=str(index + 1)))
    other_tab = buttons.make("disputes", "names")
    return InlineKeyboardMarkup([told, [void], turns, [other_tab, _to_health(buttons)]])


def confirm_ruling(buttons: Buttons, number: int, args: str) -> InlineKeyboardMarkup:
    """Return the button that decides a dispute, and the way back."""
    sure = buttons.make("confirm", "ruled", number=number, args=args)
    return InlineKeyboardMarkup([[sure], [buttons.make("contested", "contest")]])


def confirm_grade(buttons: Buttons, number: int, args: str) -> InlineKeyboardMarkup:
    """Return the button that grades a pick by hand, and the way back."""
    sure = buttons.make("confirm", "graded", number=number, args=args)
    return InlineKeyboardMarkup([[sure], [buttons.home()]])


def after_results(buttons: Buttons) -> InlineKeyboardMarkup:
    tabs = [buttons.make("contested", "contest"), buttons.make("disputes", "names")]
    return InlineKeyboardMarkup([tabs, [_to_health(buttons)]])


def _args(score: Score | None) -> str:
    return "void" if score is None else f"{score.home}x{score.away}"


def _to_health(buttons: Buttons) -> InlineKeyboardButton:
    return buttons.make("back_health", "health")
