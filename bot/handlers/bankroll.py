"""A person's own money: what lies where, payments in and out, and how it went."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING, Final
from uuid import UUID, uuid5

from telegram import InlineKeyboardMarkup

from bot.accounts import bankroll_of, own_of, show_bankroll, used_books, ways_back
from bot.asked_back import ask_back, confirmed
from bot.keyboards import in_rows
from bot.paging import page_from
from bot.pictures import Picture, picture_key
from bot.purse import AmountUnread
from bot.render.bankroll import (
    book_name,
    render_moved,
    render_payments,
    render_short,
    told_balance,
)
from bot.render.html import Html, escape, name, paragraphs
from bot.render.numbers import money as amount_of
from bot.till import (
    Movement,
    Way,
    all_books,
    code_of,
    coded,
    pair_of,
    parts_of,
    read_movement,
    spellings,
)
from bot.typed import expect_words, expected
from engine.domain.numbers import BookmakerKey, Units, units
from engine.domain.payment import Payment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.context import Visit
    from engine.domain.payment import PaymentNow

PAGE: Final = 6
_NAMESPACE: Final = UUID("5c0e5c0d-6a39-5a4f-9b1f-2f3d60d9a7c4")
_NO_BOOK: Final = 1
_OFFERED: Final = 9
_AMOUNTS: Final = (10, 20, 50, 100, 200, 500)
_TYPE: Final = "type"
_WORD: Final = 24
_NOTHING: Final = units(0)
_POINTS: Final = 2
"""Of a course: fewer are no line."""


async def bankroll(visit: Visit) -> None:
    """Show what this person has at each bookmaker, or note the payment that was typed."""
    if not visit.words:
        await show_bankroll(visit)
        return
    await _read(visit, visit.words)


async def typed(visit: Visit) -> None:
    """Note the payment that was asked for in words."""
    if expected(visit, "banktype") is None:
        await show_bankroll(visit)
        return
    await _read(visit, visit.words)


async def move(visit: Visit) -> None:
    """Ask which way, which bookmaker and how much, a tap each; then note it."""
    word, _, said = visit.tap.args.partition("x")
    if word not in set(Way):
        await show_bankroll(visit)
        return
    way, number = Way(word), visit.tap.number
    if said == _TYPE:
        await _ask_words(visit, way)
        return
    used = await used_books(visit)
    known = (*used, *all_books(visit.door.texts))
    if not number:
        await _ask_book(visit, way, used, number=0)
        return
    book, to = _books(number, known)
    if way is Way.MOVE and to is None:
        if book is None:
            await _ask_book(visit, way, used, number=0)
            return
        await _ask_book(visit, way, used, number=number, but=book)
        return
    amount = _amount(visit, said)
    if amount is None:
        await _ask_amount(visit, way, book, to)
        return
    await _do(visit, Movement(way=way, amount=amount, book=book, to=to))


async def go(visit: Visit) -> None:
    """Note a payment that was asked back about: more than is there, as far as is known."""
    body = await confirmed(visit, "bankgo")
    if body is None:
        return
    movement = Movement(
        way=Way(body["way"]),
        amount=units(body["amount"]),
        book=BookmakerKey(body["book"]) if body["book"] else None,
        to=BookmakerKey(body["to"]) if body["to"] else None,
    )
    await _note(visit, movement)


async def payments(visit: Visit) -> None:
    """List payments, the newest first, each with a way to take it back."""
    await _list(visit, Html())


async def ask_reverse(visit: Visit) -> None:
    """Ask back before a payment is taken back."""
    async with visit.door.store.reading() as tx:
        found = [
            one
            for one in await tx.payments.of(bankroll_of(visit))
            if one.number == visit.tap.number and one.reversed_at is None
        ]
    if not found:
        await _list(visit, visit.voice.html("bankroll.reverse_gone"))
        return
    paid = found[0].payment
    text = visit.voice.html(
        "bankroll.reverse_ask",
        number=found[0].number,
        money=_money(visit, paid.amount),
        book=book_name(paid.book, visit.voice),
    )
    if paid.transfer is not None:
        text = paragraphs(text, visit.voice.html("bankroll.reverse_both"))
    body = {"number": str(found[0].number)}
    await ask_back(visit, text, what="bankrev", body=body, back="banklist")


async def reverse(visit: Visit) -> None:
    """Take back a payment, and the other half of a transfer, by entries that undo them."""
    body = await confirmed(visit, "bankrev")
    if body is None:
        return
    async with visit.door.store.transaction() as tx:
        gone = await tx.payments.reverse(int(body["number"]), visit.user_id, visit.now)
    key = "bankroll.reverse_done" if gone else "bankroll.reverse_gone"
    await _list(visit, visit.voice.html(key))


async def picture(visit: Visit) -> None:
    """Draw how the balance went."""
    mine = bankroll_of(visit)
    async with visit.door.store.reading() as tx:
        course = await tx.payments.course(mine)
    own = await own_of(visit)
    keyboard = InlineKeyboardMarkup([ways_back(visit)])
    if len(course) < _POINTS:
        await visit.show(visit.voice.html("bankroll.chart_none"), keyboard)
        return
    caption, draw = told_balance(course, own, voice=visit.voice, money=visit.money)
    shade, told = visit.preferences.shade, escape(caption)
    shown = Picture(
        key=picture_key("balance", visit.user_id, course, caption, shade),
        draw=partial(draw, shade),
        caption=told,
        words=told,
    )
    await visit.show_picture(shown, keyboard)


async def _read(visit: Visit, words: Sequence[str]) -> None:
    used = await used_books(visit)
    try:
        movement = read_movement(words, visit.money.bankroll, spellings(visit.door.texts, used))
    except AmountUnread as unread:
        text = visit.voice.html("bankroll.unread", word=name(str(unread), _WORD))
        await visit.show(text, InlineKeyboardMarkup([ways_back(visit)]))
        return
    await _do(visit, movement)


async def _do(visit: Visit, movement: Movement) -> None:
    """Note a movement; what is not there is asked back about first."""
    cash = _NOTHING
    if movement.way is not Way.IN:
        async with visit.door.store.reading() as tx:
            balances = await tx.payments.balances(bankroll_of(visit))
        wanted = book_name(movement.book, visit.voice)
        for one in balances:
            if book_name(one.book, visit.voice) == wanted:
                cash = units(cash + one.cash)
    if movement.way is not Way.IN and movement.amount > cash:
        body = {
            "way": movement.way.value,
            "amount": str(movement.amount),
            "book": movement.book or "",
            "to": movement.to or "",
        }
        text = render_short(movement, cash, voice=visit.voice, money=visit.money)
        await ask_back(visit, text, what="bankgo", body=body, back="bankroll")
        return
    await _note(visit, movement)


async def _note(visit: Visit, movement: Movement) -> None:
    async with visit.door.store.transaction() as tx:
        await tx.payments.add(_payments(visit, movement))
    await show_bankroll(visit, render_moved(movement, voice=visit.voice, money=visit.money))


def _payments(visit: Visit, movement: Movement) -> tuple[Payment, ...]:
    """Return what a movement pays; said twice at one instant it is one."""
    said = f"{visit.user_id}|{visit.now.isoformat()}|{movement.way}|{movement.amount}"
    said = f"{said}|{movement.book}|{movement.to}"
    out = -movement.amount if movement.way is not Way.IN else movement.amount
    halves = [(movement.book, units(out))]
    transfer = None
    if movement.way is Way.MOVE:
        halves.append((movement.to, movement.amount))
        transfer = uuid5(_NAMESPACE, said)
    return tuple(
        Payment(
            id=uuid5(_NAMESPACE, f"{said}|{place}"),
            user_id=visit.user_id,
            provenance=bankroll_of(visit).provenance,
            book=book,
            amount=amount,
            paid_at=visit.now,
            transfer=transfer,
        )
        for place, (book, amount) in enumerate(halves)
    )


async def _list(visit: Visit, told: Html) -> None:
    async with visit.door.store.reading() as tx:
        found = await tx.payments.of(bankroll_of(visit))
    begins = visit.tap.number if visit.tap.screen == "banklist" else 0

    def starts(one: PaymentNow) -> bool:
        return not begins or one.number <= begins

    page = page_from(found, PAGE, starts)
    text = render_payments(page, voice=visit.voice, money=visit.money, told=told)
    make = visit.buttons.make
    back = [
        visit.buttons.labelled(f"↩️ {one.number}", "bankback", number=one.number)
        for one in page.shown
        if one.reversed_at is None
    ]
    turns = []
    if page.before is not None:
        turns.append(make("previous", "banklist", number=page.before.number))
    if page.after is not None:
        turns.append(make("next", "banklist", number=page.after.number))
    await visit.show(text, InlineKeyboardMarkup([*in_rows(back), turns, ways_back(visit)]))


async def _ask_book(
    visit: Visit,
    way: Way,
    used: Sequence[BookmakerKey],
    *,
    number: int,
    but: BookmakerKey | None = None,
) -> None:
    """Ask which bookmaker: those used first, then others; any other is typed."""
    offered = list(used) if way is Way.OUT or (way is Way.MOVE and not number) else []
    if not offered:
        offered = [*used, *all_books(visit.door.texts)]
    named: dict[str, BookmakerKey] = {}
    for one in offered:
        if one != but:
            named.setdefault(visit.voice.bookmaker(one), one)
    buttons = [
        visit.buttons.labelled(
            name(shown, _WORD),
            "bankmove",
            number=pair_of(str(but), one) if but else code_of(one),
            args=way.value,
        )
        for shown, one in list(named.items())[:_OFFERED]
    ]
    last = [visit.buttons.make("type_it", "bankmove", args=f"{way}x{_TYPE}")]
    if way is not Way.MOVE:
        last.insert(0, visit.buttons.make("bank_no_book", "bankmove", number=_NO_BOOK, args=way))
    key = "bankroll.which_to" if but else f"bankroll.which_{way}"
    text = visit.voice.html(key, book=book_name(but, visit.voice))
    await visit.show(text, InlineKeyboardMarkup([*in_rows(buttons), last, ways_back(visit)]))


async def _ask_amount(
    visit: Visit, way: Way, book: BookmakerKey | None, to: BookmakerKey | None
) -> None:
    number = _NO_BOOK if book is None else code_of(book)
    if book is not None and to is not None:
        number = pair_of(book, to)
    buttons = [
        visit.buttons.labelled(
            amount_of(Decimal(each), visit.money.currency, visit.language),
            "bankmove",
            number=number,
            args=f"{way}x{each}",
        )
        for each in _AMOUNTS
    ]
    type_it = visit.buttons.make("type_it", "bankmove", args=f"{way}x{_TYPE}")
    text = visit.voice.html(
        f"bankroll.how_much_{way}",
        book=book_name(book, visit.voice),
        to=book_name(to, visit.voice),
    )
    await visit.show(text, InlineKeyboardMarkup([*in_rows(buttons), [type_it], ways_back(visit)]))


async def _ask_words(visit: Visit, way: Way) -> None:
    prompt = visit.voice.html(f"bankroll.type_{way}")
    keyboard = InlineKeyboardMarkup([ways_back(visit)])
    await expect_words(visit, prompt, screen="banktype", keyboard=keyboard)


def _books(
    number: int, known: Sequence[BookmakerKey]
) -> tuple[BookmakerKey | None, BookmakerKey | None]:
    """Return the bookmaker or the two that a button means."""
    first, second = parts_of(number)
    if not first:
        return coded(second, known), None
    return coded(first, known), coded(second, known)


def _amount(visit: Visit, said: str) -> Units | None:
    try:
        found = Decimal(said)
    except InvalidOperation:
        return None
    return units(found * 100 / visit.money.bankroll) if 0 < found <= max(_AMOUNTS) else None


def _money(visit: Visit, value: Decimal) -> str:
    return amount_of(visit.money.worth(value), visit.money.currency, visit.language, signed=True)
