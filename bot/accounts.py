"""A person's own bankroll: whose it is, what is in it, and its screen."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.doors import doors, two_a_row
from bot.render.bankroll import Own, render_bankroll
from bot.till import Way
from engine.domain.ledger import Bankroll
from engine.domain.numbers import Units, units
from engine.domain.pick import Provenance
from engine.domain.staking import StakeBasis
from engine.learning.own import own_figures

if TYPE_CHECKING:
    from telegram import InlineKeyboardButton

    from bot.context import Visit
    from bot.render.html import Html
    from bot.render.numbers import Money
    from engine.domain.numbers import BookmakerKey

_NOTHING: Final = units(0)
_BESIDE: Final = ("mise", "exposition", "limites")


def bankroll_of(visit: Visit) -> Bankroll:
    """Return this person's bankroll of what the house does now; a backtest is nobody's money."""
    house = visit.door.provenance
    provenance = Provenance.PAPER if house is Provenance.BACKTEST else house
    return Bankroll(provenance=provenance, owner=visit.user_id)


async def own_of(visit: Visit) -> Own:
    """Return this person's bankroll, and what their own bets in it earned."""
    mine = bankroll_of(visit)
    async with visit.door.store.reading() as tx:
        balances = await tx.payments.balances(mine)
        paid = await tx.payments.of(mine)
        wagers = await tx.wagers.of(visit.user_id)
    stand = [one.payment.amount for one in paid if one.reversed_at is None]
    return Own(
        provenance=mine.provenance,
        balances=balances,
        paid=Units(sum(stand, _NOTHING)),
        figures=own_figures([one for one in wagers if one.provenance is mine.provenance]),
    )


async def show_bankroll(visit: Visit, told: Html | str = "") -> None:
    """Show what this person has, under what was just done."""
    own = await own_of(visit)
    async with visit.door.store.reading() as tx:
        others = [
            one.bankroll.provenance
            for one in await tx.ledger.statements(visit.user_id)
            if one.bankroll.provenance is not own.provenance
        ]
    text = render_bankroll(own, others, voice=visit.voice, money=visit.money, told=told)
    make = visit.buttons.make
    ways = [make(f"bank_{way}", "bankmove", args=way.value) for way in Way]
    rows = [
        ways if own.balances else ways[:1],
        [make("bank_list", "banklist"), make("bank_picture", "bankpic")],
        *two_a_row([make("my_bets", "mybets"), *doors(visit, _BESIDE)]),
        [visit.buttons.info("bankroll"), visit.buttons.home()],
    ]
    await visit.show(text, InlineKeyboardMarkup(rows))


def ways_back(visit: Visit) -> list[InlineKeyboardButton]:
    """Return the ways back to the bankroll and to the menu."""
    return [visit.buttons.make("back_bankroll", "bankroll"), visit.buttons.home()]


async def own_money(visit: Visit) -> Money:
    """Return the visit's money, with what this person has where their stakes are a share of it."""
    money = visit.money
    if money.staking is None or money.staking.basis is not StakeBasis.BALANCE:
        return money
    async with visit.door.store.reading() as tx:
        return replace(money, balance=await tx.payments.worth(bankroll_of(visit)))


async def used_books(visit: Visit) -> tuple[BookmakerKey, ...]:
    """Return the bookmakers where a person has, or had, something: the most first."""
    async with visit.door.store.reading() as tx:
        found = [
            one.book
            for statement in await tx.ledger.statements(visit.user_id)
            for one in await tx.payments.balances(statement.bankroll)
        ]
    return tuple(dict.fromkeys(book for book in found if book is not None))
