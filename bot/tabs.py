"""Keyboards of the statistics: their tabs, the other records, the filter, the way back."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.asking import UNFILTERED, Tab
from bot.graphs import SCREEN, Drawn, Graph
from bot.keyboards import in_rows
from bot.links import EXPORT_SCREEN
from bot.render.html import name
from engine.domain.pick import Provenance

if TYPE_CHECKING:
    from collections.abc import Mapping

    from telegram import InlineKeyboardButton

    from bot.asking import Asked
    from bot.keyboards import Buttons

_LONGEST = 40
_TERMS: Final[Mapping[Tab, str]] = {
    Tab.OVERVIEW: "interval",
    Tab.MONEY: "yieldrate",
    Tab.LUCK: "luck",
    Tab.CLV: "clv",
    Tab.PROOF: "evalue",
    Tab.AGENT: "agent",
    Tab.ODDS: "odds",
    Tab.SCORE: "sweetscore",
    Tab.TIER: "tier",
    Tab.GRADE: "grade",
}
"""What each tab rests on most; the others rest on how many bets there are."""
_GRAPHS: Final[Mapping[Tab, Graph]] = {
    Tab.CLV: Graph.SPREAD,
    Tab.TIMING: Graph.TIMING,
    Tab.MARKET: Graph.MARKET,
    Tab.LEAGUE: Graph.LEAGUE,
    Tab.BOOK: Graph.BOOK,
    Tab.PROOF: Graph.CALIBRATION,
}
"""The picture a tab leads to; from the others it is the running profit."""


def under_stats(buttons: Buttons, asked: Asked) -> InlineKeyboardMarkup:
    """Return every other tab, other records on a tab of one, then refresh and the way back."""
    tabs = [
        _to(buttons, f"tab_{tab}", replace(asked, tab=tab))
        for tab in Tab
        if tab not in {asked.tab, Tab.OVERVIEW}
    ]
    records: list[InlineKeyboardButton] = []
    last = [_to(buttons, "refresh", asked), buttons.home()]
    if asked.tab is not Tab.OVERVIEW:
        records = [
            _to(buttons, f"record_{each}", replace(asked, provenance=each))
            for each in asked.allowed
            if each is not asked.provenance
        ]
        last.insert(0, _to(buttons, "back_stats", replace(asked, tab=Tab.OVERVIEW)))
    whole = []
    if asked.number != UNFILTERED:
        whole = [_to(buttons, "unfiltered", replace(asked, number=UNFILTERED))]
    about = buttons.info(_TERMS.get(asked.tab, "samplesize"))
    drawn = Drawn(graph=_GRAPHS.get(asked.tab, Graph.CURVE), asked=asked)
    pictures = buttons.make("graphs", SCREEN, number=asked.number, args=drawn.args)
    files = buttons.make("export", EXPORT_SCREEN, number=asked.number)
    return InlineKeyboardMarkup(
        [*in_rows(tabs), [*records, about], [*whole, pictures, files], last]
    )


def under_refusal(buttons: Buttons, fixed: str, number: int) -> InlineKeyboardMarkup:
    """Return a filter that is understood, to be tapped, then the way back."""
    args = f"{Tab.OVERVIEW}x{Provenance.LIVE}"
    offered = buttons.labelled(f"🔎 {name(fixed, _LONGEST)}", "stats", number=number, args=args)
    back = buttons.make("back_stats", "stats")
    return InlineKeyboardMarkup([[offered], [back, buttons.home()]])


def _to(buttons: Buttons, label: str, asked: Asked) -> InlineKeyboardButton:
    return buttons.make(label, "stats", number=asked.number, args=asked.args)
