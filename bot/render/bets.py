"""A person's own bets, as Telegram HTML: one slip, and the list of them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.html import Html, bold, lines, name, paragraphs
from bot.render.numbers import day_and_clock, decimal
from bot.render.numbers import money as amount
from bot.render.pick import short_id

if TYPE_CHECKING:
    from collections.abc import Sequence
    from decimal import Decimal

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.bet import TakenBet, TakenBetNow
    from storage.views import PickView

_TEAM = 24


def render_slip(
    bet: TakenBet,
    view: PickView,
    *,
    voice: Voice,
    money: Money,
    again: bool = False,
    warnings: Sequence[Html] = (),
) -> Html:
    """Return a bet as it is noted, beside what was recommended, and what it passes."""
    head = voice.html("bets.again" if again else "bets.noted", id=bold(short_id(view)))
    return lines(
        head,
        voice.html("bets.match", match=_match(view), market=_market(view, voice)),
        voice.html(
            "bets.slip",
            odds=voice.odds(float(bet.odds)),
            book=voice.bookmaker(bet.bookmaker),
            stake=decimal(bet.stake, voice.language),
            money=_worth(bet.stake, voice, money),
        ),
        voice.html("bets.advised", odds=voice.odds(float(view.pick.odds))),
        *warnings,
    )


def render_mine(
    rows: Sequence[tuple[TakenBetNow, PickView]],
    taken: Sequence[TakenBetNow],
    offset: int,
    *,
    voice: Voice,
    money: Money,
) -> Html:
    """Return a page of a person's bets, each with its provenance; no money of them is summed."""
    title = bold(voice.html("bets.mine_title"))
    if not taken:
        return paragraphs(title, voice.html("bets.mine_none"))
    still = sum(one.outcome is None for one in taken)
    summed = voice.count("bets.mine_sum", len(taken), open=still)
    shown = voice.html("bets.mine_page", first=offset + 1, last=offset + len(rows), n=len(taken))
    return paragraphs(
        lines(title, summed, shown), *(_row(one, view, voice, money) for one, view in rows)
    )


def _row(one: TakenBetNow, view: PickView, voice: Voice, money: Money) -> Html:
    bet = one.bet
    state = voice.html(
        "bets.mine_open", at=day_and_clock(view.fixture.kick_off, money.time_zone, voice.language)
    )
    if one.outcome is not None and one.profit is not None:
        profit = amount(money.worth(one.profit), money.currency, voice.language, signed=True)
        state = voice.html(f"bets.mine_{one.outcome}", profit=profit)
    mark = voice.plain(f"card.mark_{view.pick.provenance}")
    return lines(
        voice.html("bets.mine_head", id=bold(short_id(view)), match=_match(view), mark=mark),
        voice.html(
            "bets.mine_line",
            market=_market(view, voice),
            odds=voice.odds(float(bet.odds)),
            book=voice.bookmaker(bet.bookmaker),
            stake=decimal(bet.stake, voice.language),
        ),
        state,
    )


def _match(view: PickView) -> str:
    return f"{name(view.fixture.home.name, _TEAM)} – {name(view.fixture.away.name, _TEAM)}"


def _market(view: PickView, voice: Voice) -> str:
    return voice.market(view.pick.selection, view.fixture)


def _worth(stake: Decimal, voice: Voice, money: Money) -> str:
    return amount(money.worth(stake), money.currency, voice.language)
