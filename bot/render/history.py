"""Results, the newest first, under what they come to together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.filters import in_force
from bot.render.html import Html, bold, join, lines, name, paragraphs
from bot.render.numbers import day_and_clock, decimal, percent, place
from bot.render.numbers import money as amount
from bot.render.pick import SEPARATOR, short_id
from bot.render.slates import shown_of
from bot.render.stats import ALL_LOST, ENOUGH, estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.paging import Page
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick_filter import PickFilter
    from engine.domain.record import Record, SettledBet
    from storage.views import PickView


def render_history(
    page: Page[SettledBet],
    views: Sequence[PickView],
    figures: Record,
    picks: PickFilter,
    *,
    voice: Voice,
    money: Money,
) -> Html:
    """Return one page of results of one provenance, the newest first."""
    origin = voice.plain(f"stats.{figures.provenance}")
    title = bold(voice.html("history.title", provenance=origin, n=figures.n))
    if not page.shown:
        key = "history.none_kept" if picks else "history.empty"
        return paragraphs(lines(title, in_force(picks, voice)), voice.html(key))
    by_id = {view.pick.id: view for view in views}
    zone = place(money.time_zone, voice.language)
    return paragraphs(
        lines(title, in_force(picks, voice), shown_of(page, voice)),
        *(_result(bet, by_id[bet.pick], voice, money) for bet in page.shown if bet.pick in by_id),
        lines(
            bold(voice.html("history.together")),
            *whole(figures, voice, money),
            voice.html("stats.caution", n=ENOUGH) if figures.n < ENOUGH else "",
            voice.html("history.zone", place=zone),
        ),
    )


def whole(figures: Record, voice: Voice, money: Money) -> tuple[Html, ...]:
    """Return what a record comes to: profit, yield, strike rate and CLV with n and intervals."""
    return (
        voice.html(
            "stats.profit",
            profit=amount(
                money.worth(figures.profit), money.currency, voice.language, signed=True
            ),
            units=decimal(figures.profit, voice.language, signed=True),
            staked=decimal(figures.staked, voice.language),
        ),
        voice.html("stats.yield", value=estimate(figures.yield_, voice, floor=ALL_LOST)),
        voice.html("stats.strike", value=estimate(figures.strike_rate, voice, signed=False)),
        voice.html("stats.clv", value=estimate(figures.clv, voice)),
    )


def _result(bet: SettledBet, view: PickView, voice: Voice, money: Money) -> Html:
    fixture, settlement = view.fixture, view.settlement
    head = voice.html(
        "picks.item",
        id=bold(short_id(view)),
        kick_off=day_and_clock(fixture.kick_off, money.time_zone, voice.language),
        match=f"{name(fixture.home.name)} – {name(fixture.away.name)}",
    )
    goals = settlement.full_time if settlement else None
    score = f"{goals.home}-{goals.away}" if goals else voice.plain("history.no_score")
    worth = money.worth(view.settlement.profit if view.settlement else bet.takings.profit)
    result = voice.html(
        f"outcome.{bet.outcome}",
        score=score,
        profit=amount(worth, money.currency, voice.language, signed=True),
    )
    price = voice.html(
        "sweet.price", odds=voice.odds(bet.odds), book=voice.bookmaker(bet.bookmaker)
    )
    corrected = settlement is not None and settlement.sequence > 1
    return lines(
        head,
        join(SEPARATOR, (voice.market(bet.selection, fixture), price)),
        join(
            SEPARATOR,
            (result, _close(bet, voice), voice.html("history.corrected") if corrected else ""),
        ),
    )


def _close(bet: SettledBet, voice: Voice) -> Html:
    if bet.clv is None or bet.grade is None:
        return voice.html("history.no_clv")
    clv = percent(bet.clv, voice.language, signed=True)
    return voice.html("history.clv", clv=clv, grade=bet.grade.value)
