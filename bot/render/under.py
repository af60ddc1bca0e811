"""Short words under a card, as Telegram HTML: it got better, its match is near, or over."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.html import Html, bold
from bot.render.numbers import money as amount
from bot.render.numbers import percent, span
from bot.render.pick import short_id
from engine.settlement.settling import BY_HAND

if TYPE_CHECKING:
    from datetime import datetime

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from storage.picks import PriceNow
    from storage.views import PickView


def render_last(view: PickView, price: PriceNow | None, *, voice: Voice, now: datetime) -> Html:
    """Return that the match of a pick is near and its value still there."""
    pick, shown = view.pick, view.update
    least = shown.min_odds if shown and shown.min_odds else pick.min_odds
    return voice.html(
        "under.last",
        id=bold(short_id(view)),
        span=span(view.fixture.kick_off - now, voice.language),
        market=voice.market(pick.selection, view.fixture),
        odds=voice.odds(float(price.odds if price else pick.odds)),
        book=voice.bookmaker(price.bookmaker if price else pick.bookmaker),
        minimum=voice.odds(float(least), at_least=True),
    )


def render_better(view: PickView, price: PriceNow | None, edge: float, *, voice: Voice) -> Html:
    """Return that a pick's value reached a higher rung, beside what it was when it was told."""
    pick, shown = view.pick, view.update
    least = shown.min_odds if shown and shown.min_odds else pick.min_odds
    return voice.html(
        "under.better",
        id=bold(short_id(view)),
        market=voice.market(pick.selection, view.fixture),
        odds=voice.odds(float(price.odds if price else pick.odds)),
        book=voice.bookmaker(price.bookmaker if price else pick.bookmaker),
        edge=percent(edge, voice.language, signed=True),
        before=percent(pick.edge, voice.language, signed=True),
        minimum=voice.odds(float(least), at_least=True),
    )


def render_outcome(view: PickView, *, voice: Voice, money: Money) -> Html:
    """Return what a pick came to; a dash where that was taken back meanwhile."""
    settlement = view.settlement
    if settlement is None:
        return voice.html("under.outcome", outcome="—", id=bold(short_id(view)))
    goals = settlement.full_time
    unscored = "outcome.by_hand" if settlement.rule in BY_HAND else "outcome.no_score"
    told = voice.html(
        f"outcome.{settlement.outcome}",
        score=f"{goals.home}-{goals.away}" if goals else voice.plain(unscored),
        profit=amount(money.worth(settlement.profit), money.currency, voice.language, signed=True),
    )
    return voice.html("under.outcome", outcome=told, id=bold(short_id(view)))
