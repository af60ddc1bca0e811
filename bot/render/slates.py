"""Days of matches, league by league, and the picks to come that lie in the zone."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Final

from babel.dates import format_date

from bot.render.html import Html, bold, join, lines, name, paragraphs, strike
from bot.render.numbers import clock, day_and_clock, decimal, percent, place
from bot.render.pick import SEPARATOR, short_id
from engine.domain.pick import PriceState

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from bot.paging import Page
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick import Provenance
    from storage.slates import Billed, Placed
    from storage.views import PickView

_DAY: Final = "EEEE d MMMM"
_TEAM: Final = 28


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """One page of a day's matches; `picks` counts those of the whole day, of one provenance."""

    day: date
    today: date
    page: Page[Billed]
    picks: int
    provenance: Provenance


def render_bill(bill: Bill, *, voice: Voice, money: Money) -> Html:
    """Return one page of a day, league by league, on the reader's clock."""
    page, when = bill.page, format_date(bill.day, _DAY, locale=voice.language)
    ahead = (bill.day - bill.today).days
    known = voice.plain(f"slate.{('today', 'tomorrow')[ahead]}") if ahead in {0, 1} else ""
    title = bold(voice.html("slate.title", day=join(SEPARATOR, (known, when))))
    if not page.shown:
        return lines(title, voice.html("slate.empty"))
    counted = join(
        SEPARATOR,
        (
            voice.count("slate.matches", page.total),
            voice.count("slate.picks", bill.picks),
            voice.plain(f"stats.{bill.provenance}"),
        ),
    )
    zone = place(money.time_zone, voice.language)
    leagues = groupby(page.shown, key=lambda one: one.fixture.competition)
    return paragraphs(
        lines(title, counted, voice.html("slate.zone", place=zone), shown_of(page, voice)),
        *(
            lines(
                bold(f"🏆 {voice.competition(league)}"),
                *(_match(one, voice, money) for one in played),
            )
            for league, played in leagues
        ),
    )


def render_sweet(
    page: Page[Placed],
    views: Sequence[PickView],
    provenance: Provenance,
    *,
    voice: Voice,
    money: Money,
) -> Html:
    """Return one page of the picks in the zone, by kick-off."""
    origin = voice.plain(f"stats.{provenance}")
    title = bold(voice.html("sweet.title", provenance=origin))
    if not views:
        return lines(title, voice.html("sweet.empty"))
    zone = place(money.time_zone, voice.language)
    return paragraphs(
        lines(title, shown_of(page, voice), voice.html("sweet.zone", place=zone)),
        *(_pick(view, voice, money) for view in views),
    )


def shown_of(page: Page[object], voice: Voice) -> Html:
    """Return which entries of how many are shown, or nothing where all are."""
    if len(page.shown) == page.total:
        return Html()
    return voice.html("slate.shown", first=page.first, last=page.last, total=page.total)


def _match(one: Billed, voice: Voice, money: Money) -> Html:
    fixture = one.fixture
    teams = f"{name(fixture.home.name, _TEAM)} – {name(fixture.away.name, _TEAM)}"
    at = clock(fixture.kick_off, money.time_zone, voice.language)
    told = [
        voice.count("slate.picks", one.picks) if one.picks else "",
        voice.count("slate.refused", one.refused) if one.refused else "",
    ]
    seen = told if any(told) else [voice.plain("slate.unseen")]
    return lines(join(" ", (at, bold(teams))), join(SEPARATOR, seen))


def _pick(view: PickView, voice: Voice, money: Money) -> Html:
    fixture, pick, update = view.fixture, view.pick, view.update
    language = voice.language
    gone = update is not None and update.state is PriceState.GONE
    now = update if update is not None and update.odds is not None else None
    odds = (now and now.odds) or pick.odds
    book = (now and now.bookmaker) or pick.bookmaker
    price = voice.html("sweet.price", odds=bold(voice.odds(odds)), book=voice.bookmaker(book))
    edge = voice.html(
        "card.edge",
        edge=percent(pick.edge, language, signed=True),
        low=decimal(pick.edge_low * 100, language, digits=1, signed=True),
        high=decimal(pick.edge_high * 100, language, digits=1, signed=True),
    )
    score = voice.html(
        "sweet.score",
        score=decimal(pick.score.signal_score, language, digits=0),
        chance=decimal(pick.score.sweet_spot_score, language, digits=0),
    )
    head = voice.html(
        "picks.item",
        id=bold(short_id(view)),
        kick_off=day_and_clock(fixture.kick_off, money.time_zone, language),
        match=f"{name(fixture.home.name)} – {name(fixture.away.name)}",
    )
    line = join(SEPARATOR, (voice.market(pick.selection, fixture), price, edge))
    return lines(
        head,
        strike(line) if gone else line,
        voice.html("picks.gone") if gone else "",
        join(SEPARATOR, (score, voice.html(f"tier.{pick.score.tier}"))),
    )
