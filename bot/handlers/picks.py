"""Open picks as pages, one pick as a card, and what stands behind its numbers."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from bot.access import covers
from bot.accounts import own_money
from bot.callbacks import MAX_NUMBER
from bot.keyboards import FROM_LIST, REMINDER, can_be_taken
from bot.offers import offers_for
from bot.render.lists import render_picks, render_unknown_pick
from bot.render.pick import render_card
from bot.render.why import render_detail
from engine.domain.alert import Role

if TYPE_CHECKING:
    from bot.context import Visit
    from engine.domain.own_books import Offered
    from storage.views import PickView

PAGE_SIZE: Final = 5
_NEAREST: Final = 3
_NUMBER: Final = re.compile(r"#?[pP]?([0-9]{1,18})")
_ARGS: Final = re.compile(rf"{REMINDER}|{FROM_LIST}[0-9]{{1,9}}|")


async def picks(visit: Visit) -> None:
    """Show one page of open picks by kick-off."""
    asked = int(visit.tap.args) if visit.tap.args.isdecimal() else 0
    async with visit.door.store.reading() as tx:
        page = await tx.picks.page(
            visit.now, offset=asked, limit=PAGE_SIZE, provenance=visit.door.provenance
        )
        if asked and not page.picks:  # the page emptied since the button was shown
            page = await tx.picks.page(
                visit.now, offset=0, limit=PAGE_SIZE, provenance=visit.door.provenance
            )
    text = render_picks(page, voice=visit.voice, money=visit.money, size=PAGE_SIZE)
    await visit.show(text, visit.buttons.picks(page, PAGE_SIZE))


async def pick(visit: Visit) -> None:
    """Show the card of the pick whose number was typed."""
    word = visit.words[0] if visit.words else ""
    found = _NUMBER.fullmatch(word)
    if not word:
        await visit.show(visit.voice.html("pick.usage"), visit.buttons.back())
        return
    number = int(found[1]) if found else 0
    await _show_card(visit, number, asked=word, args=f"{FROM_LIST}0")


async def card(visit: Visit) -> None:
    """Show a card again as it stands now."""
    await _show_card(visit, visit.tap.number, asked=f"#P{visit.tap.number}", args=visit.tap.args)


async def detail(visit: Visit) -> None:
    """Show what stands behind a card's numbers."""
    view = await _view(visit, visit.tap.number)
    if view is None:
        await _unknown(visit, f"#P{visit.tap.number}")
        return
    text = render_detail(
        view,
        texts=visit.door.texts,
        language=visit.language,
        now=visit.now,
        money=await own_money(visit),
    )
    await visit.show(text, visit.buttons.detail(view, visit.tap.args))


async def _show_card(visit: Visit, number: int, *, asked: str, args: str) -> None:
    view = await _view(visit, number)
    if view is None:
        await _unknown(visit, asked)
        return
    origin = args if _ARGS.fullmatch(args) else ""
    text = render_card(
        view,
        texts=visit.door.texts,
        language=visit.language,
        now=visit.now,
        money=await own_money(visit),
        reminder=origin == REMINDER,
        offers=await _offers(visit, view),
    )
    await visit.show(text, visit.buttons.card(view, origin, taking=_taking(visit, view)))


async def _offers(visit: Visit, view: PickView) -> tuple[Offered, ...]:
    async with visit.door.store.reading() as tx:
        return await offers_for(tx, view, visit.money.books, visit.now)


def _taking(visit: Visit, view: PickView) -> bool:
    return visit.private and covers(visit.role, Role.MEMBER) and can_be_taken(view, visit.now)


async def _view(visit: Visit, number: int) -> PickView | None:
    if not 0 < number <= MAX_NUMBER:
        return None
    async with visit.door.store.reading() as tx:
        return await tx.picks.view(number=number)


async def _unknown(visit: Visit, asked: str) -> None:
    async with visit.door.store.reading() as tx:
        page = await tx.picks.page(
            visit.now, offset=0, limit=_NEAREST, provenance=visit.door.provenance
        )
    text = render_unknown_pick(asked, page.picks, voice=visit.voice)
    await visit.show(text, visit.buttons.back())
