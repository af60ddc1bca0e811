"""Digests as Telegram HTML: one screen, the best first, with what was held back and why."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from bot.render.html import Html, bold, join, lines, name, paragraphs
from bot.render.numbers import clock, day, decimal, percent
from bot.render.numbers import money as amount
from bot.render.stats import ALL_LOST, estimate
from engine.domain.fixture import Fixture, Team
from engine.domain.market import Selection
from engine.domain.numbers import FixtureId
from engine.domain.preferences import EventClass
from engine.domain.record import Estimate

if TYPE_CHECKING:
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.digest import Digest, DigestLine, Figures

_TEAM: Final = 24
_NOBODY: Final = FixtureId(UUID(int=0))
_MARKS: Final = {
    "won": "✅",
    "half_won": "✅½",
    "void": "↩️",
    "half_lost": "❌½",
    "lost": "❌",
}


def render_digest(digest: Digest, *, voice: Voice, money: Money) -> Html:
    """Return a digest in one language, on the clock of `money`."""
    today = day(digest.at, money.time_zone, voice.language)
    mark = voice.plain(f"digest.mark_{digest.provenance}")
    title = bold(voice.html(f"digest.{digest.what}", day=today))
    head = lines(title, mark)
    if digest.what is EventClass.MORNING:
        return paragraphs(head, *_ahead(digest, voice, money))
    return paragraphs(head, *_results(digest, voice, money))


def _ahead(digest: Digest, voice: Voice, money: Money) -> tuple[Html | str, ...]:
    told = [_pick(one, voice, money) for one in digest.lines]
    notes = lines(
        voice.html("digest.held_note") if any(one.held for one in digest.lines) else "",
        voice.html("digest.gone_note") if any(one.gone for one in digest.lines) else "",
    )
    more = voice.count("digest.more", digest.more) if digest.more else ""
    return voice.count("digest.ahead", digest.n), lines(*told, more), notes


def _results(digest: Digest, voice: Voice, money: Money) -> tuple[Html | str, ...]:
    told = [_result(one, voice) for one in digest.lines]
    more = voice.count("digest.more_results", digest.more) if digest.more else ""
    units = decimal(digest.profit, voice.language, signed=True)
    worth = amount(money.worth(digest.profit), money.currency, voice.language, signed=True)
    figures = lines(
        voice.count("digest.sum", digest.n, profit=f"{units} u", money=worth),
        _figure("digest.clv_line", "clv", digest.clv, voice),
        _figure("digest.yield_line", "rate", digest.yield_, voice),
        _figure("digest.clv_before", "clv", digest.clv_before, voice),
    )
    return figures, lines(*told, more), voice.html("digest.note")


def _pick(one: DigestLine, voice: Voice, money: Money) -> Html:
    mark = voice.plain("digest.gone") if one.gone else ""
    mark = voice.plain("digest.held") if one.held and not one.gone else mark
    told = voice.html(
        "digest.line",
        number=one.number,
        clock=clock(one.kick_off, money.time_zone, voice.language),
        match=_match(one),
        market=_market(one, voice),
        odds=voice.odds(one.odds),
        book=voice.bookmaker(one.bookmaker),
        edge=percent(one.edge, voice.language, signed=True),
    )
    return join(" ", (mark, told))


def _result(one: DigestLine, voice: Voice) -> Html:
    clv = ""
    if one.clv is not None:
        clv = voice.plain("digest.clv", clv=percent(one.clv, voice.language, signed=True))
    told = voice.html(
        "digest.result",
        number=one.number,
        match=_match(one),
        market=_market(one, voice),
        odds=voice.odds(one.odds),
        profit=f"{decimal(one.profit or 0, voice.language, signed=True)} u",
    )
    outcome = _MARKS.get(one.outcome or "", "❔")
    return join(" · ", (join(" ", (outcome, told)), clv))


def _match(one: DigestLine) -> str:
    return f"{name(one.home, _TEAM)} – {name(one.away, _TEAM)}"


def _market(one: DigestLine, voice: Voice) -> str:
    fixture = Fixture(
        id=_NOBODY,
        competition=one.competition,
        home=Team(key="home", name=name(one.home, _TEAM)),
        away=Team(key="away", name=name(one.away, _TEAM)),
        kick_off=one.kick_off,
    )
    return voice.market(Selection.parse(one.selection), fixture)


def _figure(key: str, field: str, value: Figures | None, voice: Voice) -> Html | str:
    if value is None:
        return ""
    told = Estimate(mean=value.mean, n=value.n, low=value.low, high=value.high)
    floor = ALL_LOST if field == "rate" else -1e9
    return voice.html(key, **{field: estimate(told, voice, floor=floor)})
