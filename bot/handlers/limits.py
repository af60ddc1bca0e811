"""Which bookmakers a person bets with, and how much each takes: noted by tap or in words."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.accounts import used_books, ways_back
from bot.keyboards import in_rows
from bot.purse import AmountUnread, read_money
from bot.render.html import name
from bot.render.limits import render_limits
from bot.render.numbers import money as amount_of
from bot.till import all_books, code_of, coded, spellings
from bot.typed import expect_words, expected
from engine.domain.filter_words import fold
from engine.domain.numbers import BookmakerKey
from engine.domain.own_books import BookLimit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from telegram import InlineKeyboardButton

    from bot.context import Visit
    from bot.render.html import Html
    from engine.domain.own_books import OwnBooks

_AMOUNTS: Final = (2, 5, 10, 20, 50, 100)
_PAGE: Final = 12
_WORD: Final = 24
_NONE: Final = "none"
_TYPE: Final = "type"
_NO_LIMIT: Final = frozenset({"aucune", "aucun", "sans", "none", "no", "illimite", "unlimited"})
_MINE: Final = frozenset({"oui", "yes", "moi", "mine", "+"})
_NOT_MINE: Final = frozenset({"non", "no", "pas", "-"})


async def limits(visit: Visit) -> None:
    """Show this person's books and limits, or note one that was typed: `betclic 12`."""
    if visit.words:
        await _read(visit, visit.words)
        return
    await _show(visit)


async def choose_books(visit: Visit) -> None:
    """Offer bookmakers to tick: those used first; the number is the page."""
    await _books(visit, page=visit.tap.number)


async def tick(visit: Visit) -> None:
    """Count a bookmaker among this person's own, or no more; the argument is the page."""
    known = await _known(visit)
    book = coded(visit.tap.number, known)
    page = int(visit.tap.args) if visit.tap.args.isdecimal() else 0
    if book is not None:
        books = visit.preferences.own_books
        named = visit.voice.bookmaker(book)
        alike = [one for one in books.mine if visit.voice.bookmaker(one) == named]
        for one in alike or [book]:
            books = books.toggled(one)
        visit = await _keep(visit, books)
    await _books(visit, page=page)


async def ask(visit: Visit) -> None:
    """Ask which bookmaker takes how much; a slip knows the bookmaker already."""
    known = await _known(visit)
    book = coded(visit.tap.number, known) if visit.tap.number else None
    if book is None:
        await _which(visit, known)
        return
    if visit.tap.args == _TYPE:
        prompt = visit.voice.html("limits.type", book=visit.voice.bookmaker(book))
        keyboard = InlineKeyboardMarkup([_ways(visit)])
        body = {"book": str(book)}
        await expect_words(visit, prompt, screen="limtyped", body=body, keyboard=keyboard)
        return
    buttons = [
        visit.buttons.labelled(
            amount_of(Decimal(each), visit.money.currency, visit.language),
            "limset",
            number=code_of(book),
            args=str(each),
        )
        for each in _AMOUNTS
    ]
    make, number = visit.buttons.make, code_of(book)
    rows = [
        *in_rows(buttons),
        [
            make("limit_nothing", "limset", number=number, args="0"),
            make("limit_off", "limset", number=number, args=_NONE),
            make("type_it", "limask", number=number, args=_TYPE),
        ],
        _ways(visit),
    ]
    text = visit.voice.html("limits.ask", book=visit.voice.bookmaker(book))
    await visit.show(text, InlineKeyboardMarkup(rows))


async def choose(visit: Visit) -> None:
    """Note the limit that was tapped, or that there is none any more."""
    book = coded(visit.tap.number, await _known(visit))
    said = visit.tap.args
    if book is None or not (said == _NONE or said.isdecimal()):
        await _show(visit)
        return
    await _note(visit, book, None if said == _NONE else Decimal(said))


async def typed(visit: Visit) -> None:
    """Note the limit that was asked for in words."""
    kept = expected(visit, "limtyped")
    if kept is None:
        await _show(visit)
        return
    await _read(visit, (kept["book"], *visit.words))


async def _read(visit: Visit, words: Sequence[str]) -> None:
    """Note what was typed: `betclic 12`, `betclic aucune`, `betclic oui` among one's own."""
    names = spellings(visit.door.texts, await used_books(visit))
    *said, last = words if len(words) > 1 else (*words, "")
    key = names.get(fold(" ".join(said)))
    book = None if key is None else coded(code_of(key), [*await _known(visit), BookmakerKey(key)])
    if book is None:
        await _unread(visit, words)
        return
    word = fold(last) or last
    if word in _NO_LIMIT and word not in _NOT_MINE:
        await _note(visit, book, None)
    elif word in _MINE | _NOT_MINE:
        books = visit.preferences.own_books
        if (book in books.mine) is not (word in _MINE):
            visit = await _keep(visit, books.toggled(book))
        await _show(visit, visit.voice.html("limits.set"))
    else:
        try:
            most = read_money(last)
        except AmountUnread:
            await _unread(visit, words)
            return
        await _note(visit, book, most)


async def _unread(visit: Visit, words: Sequence[str]) -> None:
    text = visit.voice.html("limits.unread", word=name(" ".join(words), _WORD))
    await visit.show(text, InlineKeyboardMarkup([_ways(visit)]))


async def _note(visit: Visit, book: BookmakerKey, most: Decimal | None) -> None:
    limit = None if most is None else BookLimit(most=most, noted_at=visit.now)
    books = visit.preferences.own_books
    named = visit.voice.bookmaker(book)
    for one in [key for key in books.limits if visit.voice.bookmaker(key) == named]:
        books = books.limited(one, None)
    visit = await _keep(visit, books.limited(book, limit))
    await _show(visit, visit.voice.html("limits.set"))


async def _keep(visit: Visit, books: OwnBooks) -> Visit:
    """Keep the books; return the visit as it goes on with them."""
    chosen = replace(visit.preferences, own_books=books)
    async with visit.door.store.transaction() as tx:
        await tx.preferences.save(visit.user_id, chosen, visit.now)
    return replace(visit, preferences=chosen)


async def _show(visit: Visit, told: Html | str = "") -> None:
    books = visit.preferences.own_books
    text = render_limits(books, voice=visit.voice, money=visit.money, told=told)
    make = visit.buttons.make
    rows = [[make("limit_books", "limbooks"), make("limit_note", "limask")], ways_back(visit)]
    await visit.show(text, InlineKeyboardMarkup(rows))


async def _books(visit: Visit, *, page: int) -> None:
    named = await _named(visit)
    start = page * _PAGE if 0 <= page * _PAGE < len(named) else 0
    shown, page = named[start : start + _PAGE], start // _PAGE
    ticked = {visit.voice.bookmaker(book) for book in visit.preferences.own_books.mine}
    buttons = [
        visit.buttons.labelled(
            f"{'✅' if label in ticked else '▫️'} {name(label, _WORD)}",
            "limtick",
            number=code_of(book),
            args=str(page),
        )
        for label, book in shown
    ]
    turns = []
    if page > 0:
        turns.append(visit.buttons.make("previous", "limbooks", number=page - 1))
    if start + _PAGE < len(named):
        turns.append(visit.buttons.make("next", "limbooks", number=page + 1))
    text = visit.voice.html("limits.tick")
    await visit.show(text, InlineKeyboardMarkup([*in_rows(buttons), turns, _ways(visit)]))


async def _which(visit: Visit, known: Sequence[BookmakerKey]) -> None:
    buttons = [
        visit.buttons.labelled(name(label, _WORD), "limask", number=code_of(book))
        for label, book in (await _named(visit))[:_PAGE]
    ]
    text = visit.voice.html("limits.which", n=len(known))
    await visit.show(text, InlineKeyboardMarkup([*in_rows(buttons), _ways(visit)]))


async def _named(visit: Visit) -> list[tuple[str, BookmakerKey]]:
    """Return the bookmakers by the names people know: their own and used ones first."""
    named: dict[str, BookmakerKey] = {}
    for book in await _known(visit):
        named.setdefault(visit.voice.bookmaker(book), book)
    return list(named.items())


async def _known(visit: Visit) -> tuple[BookmakerKey, ...]:
    own = visit.preferences.own_books
    used = await used_books(visit)
    found = (*own.mine, *own.limits, *used, *all_books(visit.door.texts))
    return tuple(dict.fromkeys(found))


def _ways(visit: Visit) -> list[InlineKeyboardButton]:
    return [visit.buttons.make("back_limits", "limits"), visit.buttons.home()]
