"""A person's own bookmakers, their limits, and what can be had there, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, join, lines, paragraphs
from bot.render.numbers import clock, day
from bot.render.numbers import money as amount
from engine.scoring.own_stake import own_stake
from engine.scoring.reachable import reach

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.own_books import Offered, OwnBooks
    from engine.domain.pick import Pick
    from engine.scoring.reachable import Reach

_SEPARATOR: Final = " · "
_ROWS: Final = 12
_HAIR: Final = 1e-9


def render_limits(books: OwnBooks, *, voice: Voice, money: Money, told: Html | str = "") -> Html:
    """Return a person's own bookmakers and what each takes of a bet."""
    mine = sorted({voice.bookmaker(book) for book in books.mine}, key=str.casefold)
    own = voice.html("limits.any")
    if mine:
        own = voice.html("limits.mine", books=join(", ", mine))
    shown = [
        voice.html(
            "limits.line" if limit.most else "limits.line_none",
            book=voice.bookmaker(book),
            money=amount(limit.most, money.currency, voice.language),
            at=day(limit.noted_at, money.time_zone, voice.language),
        )
        for book, limit in sorted(books.limits.items(), key=lambda one: voice.bookmaker(one[0]))
    ]
    return paragraphs(
        told,
        lines(bold(voice.html("limits.title")), own),
        lines(*shown[:_ROWS]) if shown else voice.html("limits.none"),
        voice.html("limits.how"),
    )


def own_prices(
    pick: Pick,
    offers: Sequence[Offered],
    shown: tuple[str, float],
    voice: Voice,
    money: Money,
) -> Html:
    """Return what a card adds for its reader: best odds at their own books, and who takes enough.

    `shown` are the bookmaker and odds on the card already. Nothing is added where these are what
    the reader can have.
    """
    books = money.books
    if not books or not offers:
        return Html()
    stake = pick.stake * money.bankroll / 100
    if money.staking is not None:
        stake = own_stake(pick, shown[1], money.staking, money.basis).money
    found = reach(offers, stake, books, voice.bookmaker)
    if found.best is None:
        return voice.html("limits.nowhere")
    parts = []
    same = voice.bookmaker(found.best.bookmaker) == voice.bookmaker(shown[0])
    if not same or abs(found.best.odds - shown[1]) > _HAIR:
        key = "limits.best" if found.best.odds >= pick.min_odds else "limits.best_low"
        parts.append(_offer(key, found.best, voice, money))
    if found.whole is not found.best:
        parts.append(_beyond(found, stake, voice, money))
    return join(_SEPARATOR, parts)


def taken_prices(
    book: str, stake: Decimal, offers: Sequence[Offered], voice: Voice, money: Money
) -> Html:
    """Return what a slip adds: that its book takes less than its stake, and who takes it all."""
    limits = {voice.bookmaker(key): limit for key, limit in money.books.limits.items()}
    limit = limits.get(voice.bookmaker(book))
    wanted = money.worth(stake)
    found = reach(offers, wanted, money.books, voice.bookmaker)
    told = Html()
    if limit is not None and limit.most < wanted:
        told = voice.html(
            "limits.over",
            book=voice.bookmaker(book),
            limit=amount(limit.most, money.currency, voice.language),
        )
    if found.whole is None:
        return told
    line = voice.html(
        "limits.for_stake",
        stake=amount(wanted, money.currency, voice.language),
        odds=voice.odds(found.whole.odds),
        book=voice.bookmaker(found.whole.bookmaker),
        at=clock(found.whole.quoted_at, money.time_zone, voice.language),
    )
    return lines(told, line)


def _beyond(found: Reach, stake: Decimal, voice: Voice, money: Money) -> Html:
    """Return that the best bookmaker takes less than the stake, and who takes it all."""
    if found.best is None or found.limit is None:
        return Html()
    words = {
        "book": voice.bookmaker(found.best.bookmaker),
        "limit": amount(found.limit.most, money.currency, voice.language),
        "stake": amount(stake, money.currency, voice.language),
    }
    if found.whole is None:
        return voice.html("limits.too_low", **words)
    return voice.html(
        "limits.next",
        **words,
        odds=voice.odds(found.whole.odds),
        other=voice.bookmaker(found.whole.bookmaker),
    )


def _offer(key: str, one: Offered, voice: Voice, money: Money) -> Html:
    return voice.html(
        key,
        odds=bold(voice.odds(one.odds)),
        book=voice.bookmaker(one.bookmaker),
        at=clock(one.quoted_at, money.time_zone, voice.language),
    )
