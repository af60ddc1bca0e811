"""Inline mode: what may be shared into any chat from what somebody types after the bot's name.

Nothing shared tells of a person: no bankroll, no button that only its maker may press.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from rapidfuzz import fuzz
from telegram import (
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InputTextMessageContent,
    LinkPreviewOptions,
)
from telegram.constants import ParseMode

from bot.likely import SURE, likely
from bot.links import PICK, deep_link
from bot.render.html import Html, name
from bot.render.numbers import day_and_clock, percent
from bot.render.pick import render_public_card, short_id
from bot.render.sums import render_conversion, render_devig, render_kelly
from bot.sums import find_bet, pieces, read_book
from bot.texts.loader import LANGUAGES
from engine.collect.spelling import fold
from engine.domain.errors import BookIncomplete, BookInvalid
from engine.domain.notation import OddsUnread, read_odds
from engine.pricing.devig.beside import side_by_side

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from bot.context import Visit
    from storage.views import PickView

MOST: Final = 50
"""Telegram takes no more results."""
_READ: Final = 200
_LONGEST: Final = 80
_ALIKE: Final = 82.0
_SHORT: Final = 3
_TITLE: Final = 30
_NO_PREVIEW: Final = LinkPreviewOptions(is_disabled=True)


async def shared(visit: Visit, typed: str) -> tuple[InlineQueryResultArticle, ...]:
    """Return what may be shared: the answer to a sum, then the picks that the words match."""
    asked = typed[:_LONGEST].strip()
    sums = [_article(visit, *each) for each in _sums(visit, asked)]
    async with visit.door.store.reading() as tx:
        page = await tx.picks.page(
            visit.now, offset=0, limit=_READ, provenance=visit.door.provenance
        )
    found = matching(visit, page.picks, asked)[: MOST - len(sums)]
    return (*sums, *(_card(visit, view) for view in found))


def matching(visit: Visit, views: Sequence[PickView], asked: str) -> list[PickView]:
    """Return the picks of which every word says something, in the order of their kick-offs.

    Where there is none, a team may be spelled in any way; a number is a pick's own.
    """
    words = fold(asked.replace("#", " ")).split()
    if not words:
        return list(views)
    found = [view for view in views if all(_says(word, _told(visit, view)) for word in words)]
    if found:
        return found
    fixtures = {view.fixture.id: view.fixture for view in views}
    meant = {
        each.fixture.id
        for each in likely(asked, list(fixtures.values()), visit.door.names, visit.now)
        if each.score >= SURE
    }
    return [view for view in views if view.fixture.id in meant]


def _told(visit: Visit, view: PickView) -> frozenset[str]:
    """Return the words that say something of a pick, in every language."""
    fixture, pick = view.fixture, view.pick
    told = [fixture.home.name, fixture.away.name, f"p{view.number} {view.number}"]
    for language in LANGUAGES:
        voice = replace(visit.voice, language=language)
        told += [
            voice.competition(fixture.competition),
            voice.market(pick.selection, fixture),
            voice.bookmaker(pick.bookmaker),
        ]
    return frozenset(word for each in told for word in fold(each).split())


def _says(word: str, told: frozenset[str]) -> bool:
    if word in told:
        return True
    if len(word) < _SHORT or word.isdecimal():
        return False
    return any(each.startswith(word) or fuzz.ratio(word, each) >= _ALIKE for each in told)


def _sums(visit: Visit, asked: str) -> Iterator[tuple[str, str, str, Html]]:
    """Yield the sums that the words are: name, title, what is seen of it, and the message."""
    voice, rules = visit.voice, visit.door.rules.policy.scoring
    words = pieces(asked)
    bet = find_bet(asked, rules.kelly_fraction)
    if bet is not None:
        stake = percent(bet.stake, voice.language, digits=2)
        text = render_kelly(bet, voice=voice, money=None, cap=rules.stake_cap)
        yield "kelly", voice.plain("share.kelly", stake=stake), asked, text
        return
    if len(words) == 1:
        try:
            value = float(read_odds(words[0]))
        except OddsUnread:
            return
        text = render_conversion(value, voice=voice, currency=visit.money.currency)
        yield "convert", voice.plain("share.convert", odds=voice.odds(value)), asked, text
        return
    try:
        book = side_by_side(read_book(words))
    except (OddsUnread, BookIncomplete, BookInvalid):
        return
    margin = percent(book.margin, voice.language, digits=2)
    yield (
        "devig",
        voice.plain("share.devig", margin=margin),
        asked,
        render_devig(book, voice=voice),
    )


def _card(visit: Visit, view: PickView) -> InlineQueryResultArticle:
    voice, fixture, pick = visit.voice, view.fixture, view.pick
    home, away = name(fixture.home.name, _TITLE), name(fixture.away.name, _TITLE)
    details = (
        voice.market(pick.selection, fixture),
        f"{voice.odds(pick.odds)} {voice.bookmaker(pick.bookmaker)}",
        percent(pick.edge, voice.language, signed=True),
        day_and_clock(fixture.kick_off, visit.money.time_zone, voice.language),
    )
    text = render_public_card(view, voice=voice, now=visit.now, money=visit.money)
    number = view.number
    open_it = InlineKeyboardButton(
        voice.plain("share.open"), url=deep_link(visit.bot.username, PICK, number)
    )
    return InlineQueryResultArticle(
        id=f"p{number}",
        title=f"{short_id(view)} · {home} – {away}",
        description=" · ".join(details),
        input_message_content=_message(text),
        reply_markup=InlineKeyboardMarkup([[open_it]]),
    )


def _article(
    visit: Visit, key: str, title: str, asked: str, text: Html
) -> InlineQueryResultArticle:
    told = visit.voice.plain("share.sum", asked=name(asked, _LONGEST))
    return InlineQueryResultArticle(
        id=key, title=title, description=told, input_message_content=_message(text)
    )


def _message(text: Html) -> InputTextMessageContent:
    return InputTextMessageContent(
        text, parse_mode=ParseMode.HTML, link_preview_options=_NO_PREVIEW
    )
