"""Pages of picks and the help, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.html import Html, bold, lines, name, paragraphs, strike
from bot.render.numbers import day_and_clock, percent, place
from bot.render.pick import short_id
from engine.domain.pick import PriceState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from storage.views import PickPage, PickView


def render_picks(page: PickPage, *, voice: Voice, money: Money, size: int) -> Html:
    """Return one page of open picks by kick-off, or why there is none."""
    if not page.picks:
        return voice.html("picks.empty")
    title = voice.html(
        "picks.title",
        total=page.total,
        page=page.offset // size + 1,
        pages=-(-page.total // size),
    )
    zone = voice.html("picks.zone", place=place(money.time_zone, voice.language))
    return paragraphs(
        lines(bold(title), zone), *(_item(view, voice, money) for view in page.picks)
    )


def render_unknown_pick(asked: str, nearest: Sequence[PickView], *, voice: Voice) -> Html:
    """Return that no pick has this number, with those that will kick off next."""
    told = voice.html("pick.unknown", id=name(asked, 24))
    if not nearest:
        return lines(told, voice.html("pick.suggest_none"))
    ids = ", ".join(short_id(view) for view in nearest)
    return lines(told, voice.html("pick.suggest", ids=ids))


def _item(view: PickView, voice: Voice, money: Money) -> Html:
    fixture, pick, update = view.fixture, view.pick, view.update
    head = voice.html(
        "picks.item",
        id=bold(short_id(view)),
        kick_off=day_and_clock(fixture.kick_off, money.time_zone, voice.language),
        match=f"{name(fixture.home.name)} – {name(fixture.away.name)}",
    )
    line = voice.html(
        "picks.line",
        market=voice.market(pick.selection, fixture),
        odds=voice.odds(pick.odds),
        book=voice.bookmaker(pick.bookmaker),
        edge=percent(pick.edge, voice.language, signed=True),
    )
    gone = update is not None and update.state is PriceState.GONE
    return lines(head, strike(line), voice.html("picks.gone")) if gone else lines(head, line)
