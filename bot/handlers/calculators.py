"""Calculators: they work on what is typed or tapped, and on nothing from outside."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from telegram import InlineKeyboardMarkup

from bot.doors import doors, two_a_row
from bot.render.html import bold, join, lines, paragraphs
from bot.render.sums import render_conversion, render_devig, render_kelly, render_unread
from bot.sums import packed, pieces, read_bet, read_book, unpacked
from engine.domain.errors import BookIncomplete, BookInvalid
from engine.domain.notation import OddsUnread, read_odds
from engine.pricing.devig.beside import side_by_side
from engine.scoring.one_bet import OneBet

if TYPE_CHECKING:
    from telegram import InlineKeyboardButton

    from bot.context import Visit

_SHARES: Final = {"full": 1000, "half": 500, "quarter": 250, "eighth": 125}
_EXAMPLE: Final = OneBet(odds=2.1, probability=0.5, share=0.25)
_BOOK: Final = (2.05, 3.6, 3.9)
_ODDS: Final = 2.04
_CENTS: Final = 100
_CALCULATORS: Final = ("kelly", "devig", "convert", "montecarlo")
_SCREENS: Final = {"montecarlo": "future"}
_BESIDE: Final = ("correlations", "simuler", "combi", "glossaire")


async def tools(visit: Visit) -> None:
    """Show the calculators, each with what it answers."""
    listed = (
        visit.voice.html("tools.item", name=name, what=visit.voice.html(f"help.{name}"))
        for name in _CALCULATORS
    )
    username = visit.bot.username
    text = paragraphs(
        bold(visit.voice.html("tools.title")),
        lines(*listed),
        visit.voice.html("tools.inline", bot=f"@{username}"),
    )
    buttons = [visit.buttons.make(name, _SCREENS.get(name, name)) for name in _CALCULATORS]
    rows = two_a_row([*buttons, *doors(visit, _BESIDE)])
    await visit.show(text, InlineKeyboardMarkup([*rows, [visit.buttons.home()]]))


async def kelly(visit: Visit) -> None:
    """Answer how much to stake at some odds if a probability is right."""
    bet = unpacked(visit.tap.number, visit.tap.args) if visit.tap.number else None
    words = pieces(" ".join(visit.words))
    if bet is None and words:
        try:
            bet = read_bet(words, visit.door.rules.policy.scoring.kelly_fraction)
        except OddsUnread as unread:
            await _teach(visit, "kelly", str(unread))
            return
    if bet is None:
        await _teach(visit, "kelly", "")
        return
    await show_kelly(visit, bet)


async def show_kelly(visit: Visit, bet: OneBet) -> None:
    """Show the answer for one bet, with other shares of Kelly to tap."""
    rules = visit.door.rules.policy.scoring
    text = render_kelly(bet, voice=visit.voice, money=visit.money, cap=rules.stake_cap)
    number = packed(bet)
    shares = [
        visit.buttons.make(f"share_{key}", "kelly", number=number, args=str(share))
        for key, share in _SHARES.items()
        if abs(bet.share - share / 1000) > 1 / 1000
    ]
    rows = [shares[:2], shares[2:]] if bet.edge > 0 else []
    await visit.show(text, _under(visit, *rows, info="kelly"))


async def devig(visit: Visit) -> None:
    """Take the margin out of the odds of one book, by every method side by side."""
    words = pieces(" ".join(visit.words))
    odds: tuple[float, ...] = _BOOK if visit.tap.args == "x" else ()
    try:
        if words:
            odds = read_book(words)
        book = side_by_side(odds) if odds else None
    except OddsUnread as unread:
        await _teach(visit, "devig", str(unread))
        return
    except (BookIncomplete, BookInvalid) as refused:
        told = visit.voice.html(f"devig.no_{refused.reason}")
        await visit.show(
            paragraphs(told, visit.voice.html("devig.usage")), _taught(visit, "devig")
        )
        return
    if book is None:
        await _teach(visit, "devig", "")
        return
    await visit.show(render_devig(book, voice=visit.voice), _under(visit, info="devig"))


async def convert(visit: Visit) -> None:
    """Write odds in every spelling."""
    words = " ".join(visit.words)
    number = visit.tap.number
    try:
        value = float(read_odds(words)) if words else number / _CENTS
    except OddsUnread as unread:
        await _teach(visit, "convert", str(unread))
        return
    if value <= 1:
        await _teach(visit, "convert", "")
        return
    await show_conversion(visit, value)


async def show_conversion(visit: Visit, value: float) -> None:
    """Show odds in every spelling."""
    text = render_conversion(value, voice=visit.voice, currency=visit.money.currency)
    await visit.show(text, _under(visit, info="odds"))


async def _teach(visit: Visit, key: str, unread: str) -> None:
    """Say what was not understood, and offer an example that works."""
    text = render_unread(key, unread, " ".join(visit.words), voice=visit.voice)
    await visit.show(text, _taught(visit, key))


def _taught(visit: Visit, key: str) -> InlineKeyboardMarkup:
    return _under(visit, [_example(visit, key)])


def _example(visit: Visit, key: str) -> InlineKeyboardButton:
    make = visit.buttons.labelled
    if key == "kelly":
        told = join(" ", ("/kelly", visit.voice.odds(_EXAMPLE.odds), "50%"))
        return make(told, "kelly", number=packed(_EXAMPLE), args="250")
    if key == "devig":
        told = join(" ", ("/devig", *(visit.voice.odds(each) for each in _BOOK)))
        return make(told, "devig", args="x")
    told = join(" ", ("/convert", visit.voice.odds(_ODDS)))
    return make(told, "convert", number=round(_ODDS * _CENTS))


def _under(
    visit: Visit, *rows: list[InlineKeyboardButton], info: str = ""
) -> InlineKeyboardMarkup:
    about = [visit.buttons.info(info)] if info else []
    last = [*about, visit.buttons.make("back_tools", "tools"), visit.buttons.home()]
    return InlineKeyboardMarkup([*(row for row in rows if row), last])
