"""Odds people wait for, and the message that they are reached."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Final
from uuid import UUID

from bot.render.html import Html, bold, lines, name, paragraphs
from bot.render.numbers import clock, day_and_clock, place
from engine.domain.fixture import Fixture, Team
from engine.domain.market import Selection
from engine.domain.numbers import FixtureId

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.numbers import Odds
    from engine.domain.odds_watch import OddsWatch

_TEAM: Final = 32


def render_watches(mine: Sequence[OddsWatch], *, most: int, voice: Voice, money: Money) -> Html:
    """Return what a person waits for, by kick-off, or how to wait for something."""
    title = bold(voice.html("watch.title", n=len(mine), most=most))
    if not mine:
        return paragraphs(title, voice.html("watch.usage"), voice.html("watch.how"))
    return paragraphs(
        title,
        *(
            lines(
                _match(one.fixture, voice, money),
                voice.html(
                    "watch.waits",
                    market=voice.market(one.selection, one.fixture),
                    odds=bold(voice.odds(one.odds)),
                ),
            )
            for one in mine
        ),
        lines(
            voice.html("watch.end"),
            voice.html("watch.how"),
            voice.html("watch.zone", place=place(money.time_zone, voice.language)),
        ),
    )


def render_side(
    fixture: Fixture,
    sides: Mapping[Selection, Odds],
    best: Mapping[int, float],
    *,
    asked: Odds | None,
    voice: Voice,
    money: Money,
) -> Html:
    """Return the question which outcome is waited for, with the best odds of now."""
    head = _match(fixture, voice, money)
    if not sides:
        return paragraphs(head, voice.html("watch.unpriced"))
    told = [
        voice.html(
            "watch.now",
            market=voice.market(selection, fixture),
            odds=voice.odds(best[selection.number]),
        )
        for selection in sides
        if selection.number in best
    ]
    question = voice.html("watch.which_more")
    if asked is not None:
        question = voice.html("watch.which", odds=bold(voice.odds(asked)))
    return paragraphs(head, lines(*told), question)


def render_added(
    fixture: Fixture,
    selection: Selection,
    odds: Odds,
    best: float | None,
    *,
    voice: Voice,
    money: Money,
) -> Html:
    """Return what is waited for from now on, and that it may be reached already."""
    market = voice.market(selection, fixture)
    now: Html | str = ""
    if best is not None:
        now = voice.html("watch.now", market=market, odds=voice.odds(best))
    return paragraphs(
        lines(
            voice.html("watch.added", market=bold(market), odds=bold(voice.odds(odds))),
            _match(fixture, voice, money),
            now,
        ),
        voice.html("watch.how"),
    )


def render_reached(body: Mapping[str, str], *, voice: Voice, money: Money) -> Html:
    """Return that odds somebody waited for are offered: which, where, and when that was seen."""
    fixture = Fixture(
        id=FixtureId(UUID(body["fixture"])),
        competition=body["competition"],
        home=Team(key="", name=body["home"]),
        away=Team(key="", name=body["away"]),
        kick_off=datetime.fromisoformat(body["kick_off"]),
    )
    seen = clock(datetime.fromisoformat(body["seen_at"]), money.time_zone, voice.language)
    return lines(
        voice.html(
            "watch.reached",
            odds=bold(voice.odds(float(body["odds"]))),
            book=voice.bookmaker(body["bookmaker"]),
            market=bold(voice.market(Selection.parse(body["selection"]), fixture)),
        ),
        _match(fixture, voice, money),
        voice.html("watch.wanted", odds=voice.odds(float(body["wanted"])), at=seen),
    )


def _match(fixture: Fixture, voice: Voice, money: Money) -> Html:
    return voice.html(
        "watch.match",
        match=f"{name(fixture.home.name, _TEAM)} – {name(fixture.away.name, _TEAM)}",
        competition=voice.competition(fixture.competition),
        kick_off=day_and_clock(fixture.kick_off, money.time_zone, voice.language),
    )
