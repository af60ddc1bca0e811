"""The pick card: one message that tells a pick's whole life, edited from alert to result."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, join, lines, name, strike
from bot.render.limits import own_prices
from bot.render.numbers import Money, clock, day_and_clock, decimal, money, percent, place, span
from bot.render.staking import stake_line
from bot.render.voice import Voice
from engine.domain.pick import PriceState
from engine.settlement.settling import BY_HAND

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from bot.texts.loader import Texts
    from engine.domain.own_books import Offered
    from engine.domain.price import FairPrice
    from storage.views import CloseView, PickView

SEPARATOR: Final = " · "
EIGHTY_PERCENT: Final = 1.2816
"""Standard normal quantile of 0.9: half-width of a central 80 % interval."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Card:
    """One pick about to be written in one language at one moment.

    A `lasting` card is never edited: nothing on it is told from the moment of writing.
    """

    view: PickView
    voice: Voice
    now: datetime
    money: Money
    reminder: bool = False
    lasting: bool = False
    offers: Sequence[Offered] = ()

    @property
    def started(self) -> bool:
        return self.now >= self.view.fixture.kick_off

    @property
    def state(self) -> PriceState:
        """What people should know of the price: nothing new once play has begun."""
        update = self.view.update
        return PriceState.OPEN if update is None or self.started else update.state

    def odds(self, value: float) -> str:
        return self.voice.odds(value)

    def percent(self, value: float, *, digits: int = 1, signed: bool = True) -> str:
        return percent(value, self.voice.language, digits=digits, signed=signed)

    def clock(self, at: datetime) -> str:
        return clock(at, self.money.time_zone, self.voice.language)


def render_card(
    view: PickView,
    *,
    texts: Texts,
    language: str,
    now: datetime,
    money: Money,
    reminder: bool = False,
    offers: Sequence[Offered] = (),
) -> Html:
    """Return the card of `view` as it stands at `now`.

    `reminder` marks a card sent again after a send whose fate is unknown: same pick, same
    number, never a second bet. Of `offers` the reader's own bookmakers are told.
    """
    voice = Voice(texts=texts, language=language, odds_format=money.odds_format)
    card = Card(view=view, voice=voice, now=now, money=money, reminder=reminder, offers=offers)
    return lines(
        *_head(card),
        _match(card),
        _bet(card),
        *_numbers(card),
        _own_prices(card),
        _stake(card),
        _seen(card),
    )


def render_public_card(view: PickView, *, voice: Voice, now: datetime, money: Money) -> Html:
    """Return a card that others may read: nobody's bankroll, and where the pick is from."""
    card = Card(view=view, voice=voice, now=now, money=money, lasting=True)
    origin = voice.html(f"share.of_{view.pick.provenance}")
    return lines(*_head(card), origin, _match(card), _bet(card), *_numbers(card), _seen(card))


def short_id(view: PickView) -> str:
    return f"#P{view.number}"


def fair_interval(fair: FairPrice) -> tuple[float, float]:
    """Return the fair odds' 80 % interval."""
    return odds_interval(fair.probability, fair.std_error)


def odds_interval(probability: float, std_error: float) -> tuple[float, float]:
    """Return the 80 % interval of odds, from the standard error of their probability."""
    spread = EIGHTY_PERCENT * std_error
    return 1 / min(1.0, probability + spread), 1 / max(0.001, probability - spread)


def score_line(view: PickView, voice: Voice) -> str:
    """Return the pick's signal score, by the zone's name when it is in it.

    The zone is one of signal scores: no Sweet Spot shows a number outside of it.
    """
    score = view.pick.score
    key = "card.zone" if score.in_zone else "card.score"
    return voice.plain(key, score=decimal(score.signal_score, voice.language, digits=0))


def _head(card: Card) -> tuple[Html, ...]:
    label = _label(card)
    state = _result(card), _close(card), _price_news(card)
    told = [line for part in state for line in part]
    if told:
        return (*told, label)
    return (Html(f"🎯 {label}"),)


def _label(card: Card) -> Html:
    mark = card.voice.plain(f"card.mark_{card.view.pick.provenance}")
    again = card.voice.plain("card.reminder") if card.reminder else ""
    number = short_id(card.view) if card.view.number else card.voice.plain("card.sample")
    identity = join(" ", (bold(number), again))
    tier = card.voice.plain(f"tier.mark_{card.view.pick.score.tier}")
    return join(SEPARATOR, (identity, score_line(card.view, card.voice), tier, mark))


def _result(card: Card) -> tuple[Html, ...]:
    settlement = card.view.settlement
    if settlement is None:
        return ()
    goals = settlement.full_time
    no_score = "outcome.by_hand" if settlement.rule in BY_HAND else "outcome.no_score"
    score = f"{goals.home}-{goals.away}" if goals else card.voice.plain(no_score)
    worth = card.money.worth(settlement.profit)
    profit = money(worth, card.money.currency, card.voice.language, signed=True)
    return (bold(card.voice.html(f"outcome.{settlement.outcome}", score=score, profit=profit)),)


def _close(card: Card) -> tuple[Html, ...]:
    close = card.view.close
    if close is None:
        waiting = card.started and card.view.settlement is None
        return (bold(card.voice.html("card.started")),) if waiting else ()
    if close.closing_odds is None or close.clv is None:
        return (bold(card.voice.html("card.no_close")), _alternative(card, close))
    line = card.voice.html(
        "card.closed", odds=card.odds(close.closing_odds), clv=card.percent(close.clv)
    )
    source = card.voice.html(
        "card.close_main", source=source_name(card, close.source), grade=close.grade or "?"
    )
    return (bold(line), join(SEPARATOR, (source, _alternative(card, close))))


def _alternative(card: Card, close: CloseView) -> Html:
    if close.alt_closing_odds is None or close.clv_alt is None:
        return card.voice.html("card.close_alt_missing")
    return card.voice.html(
        "card.close_alt",
        source=source_name(card, close.alt_source),
        odds=card.odds(close.alt_closing_odds),
        clv=card.percent(close.clv_alt),
        grade=close.alt_grade or "?",
    )


def _price_news(card: Card) -> tuple[Html, ...]:
    update = card.view.update
    if update is None or card.state is PriceState.OPEN:
        return ()
    at = card.clock(update.seen_at)
    if update.odds is None:
        return (bold(card.voice.html("card.gone_unpriced", at=at)),)
    key = "card.gone" if card.state is PriceState.GONE else "card.moved"
    return (bold(card.voice.html(key, at=at, odds=card.odds(update.odds))),)


def _match(card: Card) -> Html:
    fixture = card.view.fixture
    when = day_and_clock(fixture.kick_off, card.money.time_zone, card.voice.language)
    where = place(card.money.time_zone, card.voice.language)
    if not card.started and not card.lasting:
        left = span(fixture.kick_off - card.now, card.voice.language)
        where = f"{where}, {card.voice.plain('card.in_time', span=left)}"
    return card.voice.html(
        "card.match",
        home=bold(name(fixture.home.name)),
        away=bold(name(fixture.away.name)),
        competition=card.voice.competition(fixture.competition),
        kick_off=f"{when} ({where})",
    )


def _bet(card: Card) -> Html:
    label = card.voice.market(card.view.pick.selection, card.view.fixture)
    return card.voice.html("card.bet", market=bold(label))


def _numbers(card: Card) -> tuple[Html, Html]:
    pick, voice = card.view.pick, card.voice
    low, high = fair_interval(pick.fair)
    fair = voice.html(
        "card.fair", odds=card.odds(pick.fair.odds), low=card.odds(low), high=card.odds(high)
    )
    edge = voice.html(
        "card.edge",
        edge=card.percent(pick.edge),
        low=decimal(pick.edge_low * 100, voice.language, digits=1, signed=True),
        high=decimal(pick.edge_high * 100, voice.language, digits=1, signed=True),
    )
    doubt = voice.plain("card.uncertain") if pick.edge_low < 0 < pick.edge_high else ""
    edge = join(" ", (edge, doubt))
    if card.state is PriceState.GONE:
        edge = strike(edge)
    return _prices(card), join(SEPARATOR, (fair, edge, _edge_now(card)))


def _prices(card: Card) -> Html:
    pick, voice, update = card.view.pick, card.voice, card.view.update
    taken = voice.html(
        "card.price", odds=bold(card.odds(pick.odds)), book=voice.bookmaker(pick.bookmaker)
    )
    if card.started:
        return taken
    told = update if update and card.state is not PriceState.OPEN else None
    least = (told and told.min_odds) or pick.min_odds
    minimum = voice.html("card.minimum", odds=voice.odds(least, at_least=True))
    if card.state is PriceState.GONE:
        return join(SEPARATOR, (strike(taken), minimum))
    if card.state is PriceState.MOVED and update is not None and update.odds is not None:
        book = voice.bookmaker(update.bookmaker or pick.bookmaker)
        current = voice.html("card.price_now", odds=bold(card.odds(update.odds)), book=book)
        return join(SEPARATOR, (strike(taken), current, minimum))
    return join(SEPARATOR, (taken, _second(card), minimum))


def _own_prices(card: Card) -> Html:
    """Return what the reader's own bookmakers offer, while there is still something to take."""
    pick, update = card.view.pick, card.view.update
    if card.started or card.state is PriceState.GONE:
        return Html()
    shown = (str(pick.bookmaker), float(pick.odds))
    if card.state is PriceState.MOVED and update is not None and update.odds is not None:
        shown = (str(update.bookmaker or pick.bookmaker), float(update.odds))
    return own_prices(pick, card.offers, shown, card.voice, card.money)


def _second(card: Card) -> Html:
    second = card.view.pick.second
    if second is None:
        return Html()
    book = card.voice.bookmaker(second.bookmaker)
    return card.voice.html("card.second", odds=card.odds(second.odds), book=book)


def _edge_now(card: Card) -> Html:
    update = card.view.update
    if update is None or update.edge is None or card.state is not PriceState.MOVED:
        return Html()
    return card.voice.html("card.edge_now", edge=card.percent(update.edge))


def _stake(card: Card) -> Html:
    if card.state is PriceState.GONE:
        return Html()
    if card.money.staking is not None:
        update = card.view.update
        told = update.odds if update and card.state is PriceState.MOVED else None
        return stake_line(
            card.view.pick, float(told or card.view.pick.odds), card.voice, card.money
        )
    stake = card.view.pick.stake
    worth = money(card.money.worth(stake), card.money.currency, card.voice.language)
    share = card.percent(float(stake) / 100, digits=2, signed=False)
    return card.voice.html("card.stake", percent=share, money=worth)


def _seen(card: Card) -> Html:
    pick, update = card.view.pick, card.view.update
    source = source_name(card, pick.fair.source)
    books = card.voice.count("card.books", pick.fair.books, source=source)
    if card.started:
        return books
    at = pick.quoted_at if update is None or update.odds is None else update.seen_at
    age = span(card.now - at, card.voice.language)
    if pick.from_file:
        printed = day_and_clock(pick.quoted_at, card.money.time_zone, card.voice.language)
        return lines(books, bold(card.voice.html("card.from_file", at=printed, span=age)))
    if card.lasting:
        return join(SEPARATOR, (books, card.voice.html("share.seen", at=card.clock(at))))
    return join(SEPARATOR, (books, card.voice.html("card.seen", span=age, at=card.clock(at))))


def source_name(card: Card, source: str | None) -> str:
    """Return what a source is called: a printed exchange may be the sharp price."""
    if source == "sharp" and card.view.pick.from_file:
        return card.voice.plain("source.sharp_printed")
    known = card.voice.texts.maybe(card.voice.language, f"source.{source}")
    return known or card.voice.bookmaker(source or "—")
