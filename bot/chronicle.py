"""Keyboards of the history of results and of the dashboard."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.asking import UNFILTERED
from bot.history import Wanted
from bot.keyboards import FROM_LIST, in_rows
from bot.render.html import name
from bot.render.pick import short_id
from engine.domain.pick import Provenance

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.keyboards import Buttons
    from bot.paging import Page
    from engine.domain.record import SettledBet
    from storage.views import PickView

_LONGEST: Final = 40


def under_history(
    buttons: Buttons,
    wanted: Wanted,
    page: Page[SettledBet],
    views: Sequence[PickView],
    others: Sequence[Provenance],
) -> InlineKeyboardMarkup:
    """Return one button a pick, the neighbouring pages, other records, and the way back."""
    by_id = {view.pick.id: view for view in views}
    opened = [_card(buttons, by_id[bet.pick]) for bet in page.shown if bet.pick in by_id]
    turns = []
    if page.before is not None:
        turns.append(_to(buttons, "newer", wanted.begin_at(page.before)))
    if page.after is not None:
        turns.append(_to(buttons, "older", wanted.begin_at(page.after)))
    records = [
        _to(buttons, f"record_{one}", replace(wanted, provenance=one, since=None))
        for one in others
    ]
    whole = []
    if wanted.filter_number != UNFILTERED:
        unfiltered = Wanted(provenance=wanted.provenance, size=wanted.size)
        whole = [_to(buttons, "unfiltered", unfiltered)]
    last = [
        buttons.info("clv"),
        _to(buttons, "refresh", replace(wanted, since=None)),
        buttons.home(),
    ]
    return InlineKeyboardMarkup([*in_rows(opened), turns, [*records, *whole], last])


def under_refused(buttons: Buttons, fixed: str, number: int) -> InlineKeyboardMarkup:
    """Return a filter that is understood, to be tapped, then the way back."""
    wanted = Wanted(provenance=Provenance.LIVE, filter_number=number)
    offered = buttons.labelled(
        f"🔎 {name(fixed, _LONGEST)}", "results", number=wanted.number, args=wanted.args
    )
    return InlineKeyboardMarkup([[offered], [buttons.home()]])


def under_dashboard(buttons: Buttons, upcoming: Sequence[PickView]) -> InlineKeyboardMarkup:
    """Return the next picks, where each figure is told at length, and the way back."""
    ways = [
        buttons.make("picks", "picks"),
        buttons.make("sweet", "sweet"),
        buttons.make("jour", "today"),
        buttons.make("resultats", "results"),
        buttons.make("stats", "stats"),
    ]
    last = [buttons.info("evalue"), buttons.make("refresh", "board"), buttons.home()]
    cards = [_card(buttons, view) for view in upcoming]
    return InlineKeyboardMarkup([*in_rows(cards), *in_rows(ways), last])


def _card(buttons: Buttons, view: PickView) -> InlineKeyboardButton:
    return buttons.make(short_id(view), "card", number=view.number, args=f"{FROM_LIST}0")


def _to(buttons: Buttons, label: str, wanted: Wanted) -> InlineKeyboardButton:
    return buttons.make(label, "results", number=wanted.number, args=wanted.args)
