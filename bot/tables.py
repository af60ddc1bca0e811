"""Keyboards of the market table: other orders, other records, one market, the picture."""

from __future__ import annotations

from typing import TYPE_CHECKING

from telegram import InlineKeyboardMarkup

from bot.keyboards import in_rows
from bot.render.markets import MARKS, market_name
from engine.domain.pick import Provenance
from engine.learning.markets.bets import PLACE
from engine.learning.markets.rows import Order, ordered

if TYPE_CHECKING:
    from bot.keyboards import Buttons
    from engine.learning.markets.rows import MarketTable


def args_of(provenance: Provenance, order: Order) -> str:
    """Return what a button says of the table it leads to."""
    return f"{provenance.value}x{order.value}"


def asked_by(args: str) -> tuple[Provenance, Order] | None:
    """Return the table that a button leads to; None where it says none."""
    provenance, _, order = args.partition("x")
    if provenance not in set(Provenance) or order not in set(Order):
        return None
    return Provenance(provenance), Order(order)


def under_markets(buttons: Buttons, table: MarketTable, order: Order) -> InlineKeyboardMarkup:
    """Return the other orders, the markets that were picked, other records, then the way back."""
    shown = args_of(table.provenance, order)
    orders = [
        buttons.make(f"by_{each}", "markets", args=args_of(table.provenance, each))
        for each in Order
        if each is not order
    ]
    picked = [
        buttons.labelled(
            f"{MARKS[row.badge]} {market_name(row.code, buttons.voice)}",
            "market",
            number=PLACE[row.code],
            args=shown,
        )
        for row in ordered(table.rows, order)
        if row.picks
    ]
    others = [
        buttons.make(f"record_{each}", "markets", args=args_of(each, order))
        for each in Provenance
        if each is not table.provenance
    ]
    chart = buttons.make("chart", "mkchart", args=shown)
    again = buttons.make("refresh", "markets", args=shown)
    return InlineKeyboardMarkup(
        [
            orders,
            *in_rows(picked),
            [*others, chart],
            [buttons.info("badge"), again, buttons.home()],
        ]
    )


def under_market(buttons: Buttons, provenance: Provenance, order: Order) -> InlineKeyboardMarkup:
    """Return the way back to the table as it was."""
    back = buttons.make("back_markets", "markets", args=args_of(provenance, order))
    return InlineKeyboardMarkup([[back, buttons.home()]])
