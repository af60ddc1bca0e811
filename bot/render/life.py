"""What became of a pick as dated lines, and how picks like it fared."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, join, lines, name, paragraphs
from bot.render.numbers import day_and_clock, decimal, percent, place
from bot.render.numbers import money as amount
from bot.render.pick import SEPARATOR, short_id
from bot.render.stats import ALL_LOST, estimate
from engine.domain.pick import PriceState

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from datetime import datetime

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick import PickUpdate, Provenance
    from engine.domain.record import Record
    from engine.domain.settlement import Settlement
    from engine.learning.alike import Band
    from storage.lives import Life
    from storage.views import PickView

_LATEST: Final = 12
_UPDATES: Final = {
    PriceState.OPEN: "life.back",
    PriceState.MOVED: "life.moved",
    PriceState.GONE: "life.gone",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Likes:
    """The records of picks like one, by provenance: by its band of odds, and of scores."""

    odds: Band
    score: Band
    by_odds: Mapping[Provenance, Record]
    by_score: Mapping[Provenance, Record]


def render_life(view: PickView, life: Life, *, voice: Voice, money: Money, now: datetime) -> Html:
    """Return all that happened to a pick, oldest first, each with its date."""
    told = sorted(_events(view, life, voice, money, now), key=lambda one: one[0])
    zone = place(money.time_zone, voice.language)
    return paragraphs(
        lines(bold(voice.html("life.title", id=short_id(view))), _what(view, voice)),
        lines(
            *(
                join(" ", (day_and_clock(at, money.time_zone, voice.language), text))
                for at, text in told
            )
        ),
        voice.html("life.zone", place=zone),
    )


def render_likes(view: PickView, likes: Likes, *, voice: Voice) -> Html:
    """Return how settled picks like one fared, each provenance apart."""
    market = voice.market(view.pick.selection, view.fixture)
    return paragraphs(
        lines(bold(voice.html("likes.title", id=short_id(view))), _what(view, voice)),
        _cut(
            voice.html("likes.by_odds", market=market, band=_band(likes.odds, voice, digits=2)),
            likes.by_odds,
            voice,
        ),
        _cut(
            voice.html("likes.by_score", market=market, band=_band(likes.score, voice, digits=0)),
            likes.by_score,
            voice,
        ),
        voice.html("likes.how"),
    )


def _what(view: PickView, voice: Voice) -> Html:
    fixture, pick = view.fixture, view.pick
    teams = f"{name(fixture.home.name)} – {name(fixture.away.name)}"
    return join(
        SEPARATOR,
        (
            teams,
            voice.market(pick.selection, fixture),
            voice.plain(f"stats.{pick.provenance}"),
        ),
    )


def _events(
    view: PickView, life: Life, voice: Voice, money: Money, now: datetime
) -> Iterator[tuple[datetime, Html]]:
    pick, fixture = view.pick, view.fixture
    yield (
        pick.taken_at,
        voice.html(
            "life.found",
            odds=bold(voice.odds(pick.odds)),
            book=voice.bookmaker(pick.bookmaker),
            edge=percent(pick.edge, voice.language, signed=True),
        ),
    )
    if life.sent_at is not None:
        yield life.sent_at, voice.html("life.sent")
    before, shown = life.updates[:-_LATEST], life.updates[-_LATEST:]
    if before:
        yield before[-1].seen_at, voice.count("life.earlier", len(before))
    for update in shown:
        yield update.seen_at, _update(update, voice)
    if life.set_for is not None and life.set_for != fixture.kick_off:
        moved = day_and_clock(life.set_for, money.time_zone, voice.language)
        yield fixture.kick_off, voice.html("life.put_off", at=moved)
    if now >= fixture.kick_off:
        yield fixture.kick_off, _close(view, voice)
    for settlement in life.settlements:
        yield settlement.settled_at, _settled(settlement, voice, money)


def _update(update: PickUpdate, voice: Voice) -> Html:
    odds = "—" if update.odds is None else voice.odds(update.odds)
    book = "—" if update.bookmaker is None else voice.bookmaker(update.bookmaker)
    edge = Html()
    if update.edge is not None:
        told = percent(update.edge, voice.language, signed=True)
        edge = voice.html("whynot.edge", edge=told)
    key = _UPDATES[update.state]
    return join(SEPARATOR, (voice.html(key, odds=odds, book=book), edge))


def _close(view: PickView, voice: Voice) -> Html:
    close = view.close
    if close is None:
        return voice.html("life.begun")
    if close.closing_odds is None or close.clv is None:
        return voice.html("card.no_close")
    told = voice.html(
        "card.closed",
        odds=voice.odds(close.closing_odds),
        clv=percent(close.clv, voice.language, signed=True),
    )
    return join(SEPARATOR, (told, voice.html("life.grade", grade=close.grade or "?")))


def _settled(settlement: Settlement, voice: Voice, money: Money) -> Html:
    goals = settlement.full_time
    score = f"{goals.home}-{goals.away}" if goals else voice.plain("history.no_score")
    profit = amount(money.worth(settlement.profit), money.currency, voice.language, signed=True)
    result = voice.html(f"outcome.{settlement.outcome}", score=score, profit=profit)
    corrected = voice.html("history.corrected") if settlement.sequence > 1 else ""
    return join(SEPARATOR, (corrected, result))


def _band(band: Band, voice: Voice, *, digits: int) -> str:
    low, high = (
        None if end is None else decimal(end, voice.language, digits=digits)
        for end in (band.low, band.high)
    )
    if low is None:
        return voice.plain("likes.below", high=high)
    if high is None:
        return voice.plain("likes.from", low=low)
    return voice.plain("likes.between", low=low, high=high)


def _cut(title: Html, records: Mapping[Provenance, Record], voice: Voice) -> Html:
    told: Sequence[Html] = [_record(one, voice) for one in records.values()]
    return lines(bold(title), *(told or [voice.html("likes.none")]))


def _record(figures: Record, voice: Voice) -> Html:
    origin = voice.plain(f"stats.{figures.provenance}")
    return lines(
        voice.html("likes.record", provenance=origin, n=figures.n),
        voice.html("stats.clv", value=estimate(figures.clv, voice)),
        voice.html("stats.yield", value=estimate(figures.yield_, voice, floor=ALL_LOST)),
    )
