"""A person's own bankroll: balances, payments and what their bets earned, as Telegram HTML."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import day, day_and_clock, decimal
from bot.render.numbers import money as amount
from bot.render.stats import ALL_LOST, ENOUGH, estimate
from bot.till import Way
from charts.balance import BalanceLabels, balance_chart
from engine.domain.numbers import Units, units

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import datetime
    from decimal import Decimal

    from bot.paging import Page
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from bot.till import Movement
    from engine.domain.numbers import BookmakerKey
    from engine.domain.payment import BookBalance, PaymentNow
    from engine.domain.pick import Provenance
    from engine.domain.preferences import Shade
    from engine.learning.own import OwnFigures

_NOTHING: Final = units(0)
_BOOKS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """One bankroll of a person: what lies where, what was paid in, and what bets earned.

    `paid` is what was paid in less what was paid out.
    """

    provenance: Provenance
    balances: Sequence[BookBalance]
    paid: Units
    figures: OwnFigures

    @property
    def cash(self) -> Units:
        return Units(sum((one.cash for one in self.balances), _NOTHING))

    @property
    def at_stake(self) -> Units:
        return Units(sum((one.at_stake for one in self.balances), _NOTHING))

    @property
    def worth(self) -> Units:
        return units(self.cash + self.at_stake)


def render_bankroll(
    own: Own, others: Sequence[Provenance], *, voice: Voice, money: Money, told: Html | str = ""
) -> Html:
    """Return what a person has, where, and what their own bets earned.

    `others` are the provenances of their other bankrolls, which are never summed.
    """
    title = bold(voice.html("bankroll.title", provenance=voice.plain(f"stats.{own.provenance}")))
    if not own.balances and not own.figures.n:
        return paragraphs(told, title, voice.html("bankroll.none"), voice.html("bankroll.how"))
    head = lines(
        voice.html("bankroll.total", money=bold(_money(own.worth, voice, money))),
        voice.html(
            "bankroll.parts",
            cash=_money(own.cash, voice, money),
            at_stake=_money(own.at_stake, voice, money),
        ),
        voice.count("bankroll.open", own.figures.open) if own.figures.open else "",
        voice.html("bankroll.paid", money=_money(own.paid, voice, money, signed=True)),
    )
    apart = [voice.plain(f"stats.{one}") for one in others]
    return paragraphs(
        told,
        title,
        head,
        _by_book(own.balances, voice, money),
        _earned(own.figures, voice, money),
        voice.html("bankroll.others", names=", ".join(apart)) if apart else "",
        voice.html("bankroll.apart"),
    )


def _by_book(balances: Sequence[BookBalance], voice: Voice, money: Money) -> Html:
    """Return a line a bookmaker: keys that people call alike are one to them."""
    named: dict[str, list[BookBalance]] = {}
    for one in balances:
        named.setdefault(book_name(one.book, voice), []).append(one)
    told = []
    for name, parts in list(named.items())[:_BOOKS]:
        cash = Units(sum((one.cash for one in parts), _NOTHING))
        at_stake = Units(sum((one.at_stake for one in parts), _NOTHING))
        key = "bankroll.book_open" if at_stake else "bankroll.book"
        told.append(
            voice.html(
                key,
                book=name,
                cash=_money(cash, voice, money),
                at_stake=_money(at_stake, voice, money),
            )
        )
    more = len(named) - len(told)
    return lines(
        bold(voice.html("bankroll.books")),
        *told,
        voice.count("bankroll.more_books", more) if more > 0 else "",
    )


def _earned(figures: OwnFigures, voice: Voice, money: Money) -> Html:
    if not figures.n:
        return voice.html("bankroll.unsettled")
    return lines(
        bold(voice.html("bankroll.own", n=figures.n)),
        voice.html(
            "bankroll.profit",
            money=_money(figures.profit, voice, money, signed=True),
            units=decimal(figures.profit, voice.language, signed=True),
            staked=decimal(figures.staked, voice.language),
        ),
        voice.html("stats.yield", value=estimate(figures.yield_, voice, floor=ALL_LOST)),
        voice.html("stats.caution", n=ENOUGH) if figures.n < ENOUGH else "",
    )


def render_moved(movement: Movement, *, voice: Voice, money: Money, sure: bool = True) -> Html:
    """Return what was noted of money that moved or, not `sure`, what is about to be."""
    key = f"bankroll.{'did' if sure else 'ask'}_{movement.way}"
    target = voice.bookmaker(movement.to) if movement.to else ""
    return voice.html(
        key,
        money=bold(_money(movement.amount, voice, money)),
        book=book_name(movement.book, voice),
        to=target,
    )


def render_short(movement: Movement, cash: Units, *, voice: Voice, money: Money) -> Html:
    """Return the question about money that is not there, as far as is known."""
    return paragraphs(
        voice.html(
            "bankroll.short",
            book=book_name(movement.book, voice),
            cash=_money(cash, voice, money),
        ),
        render_moved(movement, voice=voice, money=money, sure=False),
        voice.html("bankroll.short_after"),
    )


def render_payments(
    page: Page[PaymentNow], *, voice: Voice, money: Money, told: Html | str = ""
) -> Html:
    """Return a page of payments, the newest first; reversed ones stay, and say so."""
    title = bold(voice.html("bankroll.moves_title"))
    if not page.shown:
        return paragraphs(told, title, voice.html("bankroll.moves_none"))
    shown = voice.html("bankroll.moves_page", first=page.first, last=page.last, n=page.total)
    return paragraphs(
        told,
        lines(title, shown),
        lines(*(payment_line(one, voice, money) for one in page.shown)),
        voice.html("bankroll.moves_how"),
    )


def payment_line(one: PaymentNow, voice: Voice, money: Money) -> Html:
    """Return a payment in one line."""
    paid = one.payment
    way = Way.IN if paid.amount > 0 else Way.OUT
    key = f"bankroll.move_{Way.MOVE if paid.transfer else ''}{way}"
    reversed_at = one.reversed_at
    line = voice.html(
        key,
        number=one.number,
        at=day_and_clock(paid.paid_at, money.time_zone, voice.language),
        money=_money(paid.amount, voice, money, signed=True),
        book=book_name(paid.book, voice),
    )
    if reversed_at is None:
        return line
    at = day_and_clock(reversed_at, money.time_zone, voice.language)
    return Html(f"<s>{line}</s> {voice.html('bankroll.reversed', at=at)}")


def told_balance(
    course: Sequence[tuple[datetime, Units]],
    own: Own,
    *,
    voice: Voice,
    money: Money,
) -> tuple[str, Callable[[Shade], bytes]]:
    """Return the caption of the balance's chart, and how it is drawn."""
    points = [(at, float(money.worth(worth))) for at, worth in course]
    values = [value for _, value in course]
    title = voice.plain("bankroll.chart_title", provenance=voice.plain(f"stats.{own.provenance}"))
    ends = voice.plain(
        "bankroll.chart_ends",
        first=_money(values[0], voice, money),
        last=_money(values[-1], voice, money),
        low=_money(min(values), voice, money),
        high=_money(max(values), voice, money),
    )
    since = day(course[0][0], money.time_zone, voice.language)
    until = day(course[-1][0], money.time_zone, voice.language)
    window = voice.plain("bankroll.chart_window", n=own.figures.n, since=since, until=until)
    labels = BalanceLabels(
        title=title,
        subtitle=window,
        balance=voice.plain("bankroll.chart_line"),
        axis_money=money.currency,
        day=lambda at: day_and_clock(at, money.time_zone, voice.language).rpartition(" ")[0],
        decimal_mark=decimal(0.0, voice.language, digits=1)[1],
    )
    caption = "\n".join((title, ends, window, voice.plain("bankroll.apart")))
    return caption, partial(balance_chart, points, labels)


def book_name(book: BookmakerKey | None, voice: Voice) -> str:
    """Return what a bookmaker is called; none is money kept apart."""
    return voice.plain("bankroll.no_book") if book is None else voice.bookmaker(book)


def _money(value: Decimal, voice: Voice, money: Money, *, signed: bool = False) -> str:
    return amount(money.worth(value), money.currency, voice.language, signed=signed)
