"""Keyboards of the sheet of a match and of its grid of scores."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.keyboards import FROM_LIST, in_rows
from bot.questions import key_of, to_match
from bot.render.pick import short_id
from bot.render.score_grid import Overlay

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons
    from bot.render.match import MatchSheet
    from engine.domain.fixture import Fixture

_PICKS: Final = 6


def under_sheet(
    buttons: Buttons,
    sheet: MatchSheet,
    page: int,
    day: date,
    *,
    others: Sequence[Fixture] = (),
    asking: bool = False,
    watching: bool = False,
) -> InlineKeyboardMarkup:
    """Return the picks of a match, its pages and tabs, other matches meant, and the ways back.

    Who may be `asking` why a bet is no pick is led there, who may be `watching` odds too.
    """
    make, key = buttons.make, key_of(sheet.fixture)
    picks = [
        make(short_id(view), "card", number=view.number, args=f"{FROM_LIST}0")
        for view in sheet.picks[:_PICKS]
    ]
    turns = []
    if page > 0:
        turns.append(make("previous", "match", number=page - 1, args=key))
    if page + 1 < sheet.pages:
        turns.append(make("next", "match", number=page + 1, args=key))
    rows = [[to_match(buttons, other, screen="match")] for other in others]
    last = [
        make("refresh", "match", number=page, args=key),
        make("back_day", "slate", number=day.toordinal(), args=key),
        buttons.home(),
    ]
    tabs = _tabs(buttons, sheet, asking=asking)
    if watching:
        tabs.append(make("watch", "watch", args=key))
    return InlineKeyboardMarkup([*in_rows(picks), turns, *in_rows(tabs), *rows, last])


def _tabs(buttons: Buttons, sheet: MatchSheet, *, asking: bool) -> list[InlineKeyboardButton]:
    """Return the ways to the grid, to the first pick's path, to why bets are no picks."""
    key, tabs = key_of(sheet.fixture), []
    if sheet.fair is not None:
        tabs.append(buttons.make("grid", "grid", args=key))
    if sheet.picks:
        tabs.append(
            buttons.make("path", "path", number=sheet.picks[0].number, args=f"{FROM_LIST}0")
        )
    if asking and sheet.refused:
        tabs.append(buttons.make("whynot", "whynot", args=key))
    return tabs


def under_grid(buttons: Buttons, fixture: Fixture, shown: Overlay) -> InlineKeyboardMarkup:
    """Return the other markets that may be drawn on the grid, then the ways back."""
    key = key_of(fixture)
    others = [
        buttons.make(f"grid_{overlay}", "grid", number=number, args=key)
        for number, overlay in enumerate(Overlay)
        if overlay is not shown
    ]
    return InlineKeyboardMarkup([others, [_to_sheet(buttons, key), buttons.home()]])


def back_to_sheet(buttons: Buttons, fixture: Fixture) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup([[_to_sheet(buttons, key_of(fixture)), buttons.home()]])


def _to_sheet(buttons: Buttons, key: str) -> InlineKeyboardButton:
    return buttons.make("back_match", "match", args=key)
