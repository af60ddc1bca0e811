"""Keyboards of days of matches and of the picks in the zone."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import InlineKeyboardMarkup

from bot.keyboards import FROM_LIST, in_rows
from bot.questions import key_of, to_match
from bot.render.pick import short_id

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons
    from bot.paging import Page
    from bot.render.slates import Bill
    from storage.slates import Billed, Placed
    from storage.views import PickView


def under_sweet(
    buttons: Buttons, page: Page[Placed], views: Sequence[PickView]
) -> InlineKeyboardMarkup:
    """Return one button a pick, then the neighbouring pages, then the way back."""
    opened = [
        buttons.make(short_id(view), "card", number=view.number, args=f"{FROM_LIST}0")
        for view in views
    ]
    turns = []
    if page.before is not None:
        turns.append(_to_sweet(buttons, "previous", page.before))
    if page.after is not None:
        turns.append(_to_sweet(buttons, "next", page.after))
    last = [
        buttons.info("sweetscore"),
        buttons.make("refresh", "sweet"),
        buttons.home(),
    ]
    return InlineKeyboardMarkup([*in_rows(opened), turns, last])


def under_bill(buttons: Buttons, bill: Bill) -> InlineKeyboardMarkup:
    """Return one match a row, the neighbouring pages and days, then the way back."""
    page, day = bill.page, bill.day.toordinal()
    rows = [[to_match(buttons, one.fixture, screen="match")] for one in page.shown]
    turns = []
    if page.before is not None:
        turns.append(_to_day(buttons, "previous", day, page.before))
    if page.after is not None:
        turns.append(_to_day(buttons, "next", day, page.after))
    days = [
        buttons.make("day_before", "slate", number=day - 1),
        buttons.make("day_after", "slate", number=day + 1),
        buttons.home(),
    ]
    return InlineKeyboardMarkup([*rows, turns, days])


def _to_sweet(buttons: Buttons, label: str, place: Placed) -> InlineKeyboardButton:
    at = int(place.kick_off.timestamp())
    return buttons.make(label, "sweet", number=place.number, args=str(at))


def _to_day(buttons: Buttons, label: str, day: int, one: Billed) -> InlineKeyboardButton:
    return buttons.make(label, "slate", number=day, args=key_of(one.fixture))
