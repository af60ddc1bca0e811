"""What is no pick, and why: the funnel of a day, and the bets of one match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from bot.render.html import Html, bold, join, lines, name, paragraphs
from bot.render.numbers import day_and_clock, decimal, percent
from engine.domain.pick import Gate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.fixture import Fixture
    from engine.domain.pick import Pick
    from storage.refusals import Refusal
    from storage.views import Funnel

BETS_A_PAGE: Final = 12
_ASKED: Final = 48
_TEAM: Final = 32
_ORDER: Final = {gate.value: place for place, gate in enumerate(Gate)}


@dataclass(frozen=True, slots=True, kw_only=True)
class MatchRefusals:
    """One match, its picks, and why its other bets are none."""

    fixture: Fixture
    refused: tuple[Refusal, ...]
    picks: tuple[Pick, ...]

    @property
    def pages(self) -> int:
        return max(1, -(-len(self.refused) // BETS_A_PAGE))


def render_funnel(found: Funnel, *, voice: Voice, money: Money) -> Html:
    """Return how many candidates each gate held back, in the order the gates are asked."""
    title = bold(voice.html("funnel.title"))
    if not found.looks:
        return paragraphs(title, voice.html("funnel.none"))
    held = sorted(found.refused.items(), key=lambda one: (_ORDER.get(one[0], len(_ORDER)), one[0]))
    total = found.picks + sum(n for _, n in held)
    since = day_and_clock(found.since, money.time_zone, voice.language)
    return paragraphs(
        lines(title, voice.html("funnel.since", at=since)),
        lines(
            voice.count("funnel.looks", found.looks),
            voice.html(
                "funnel.quotes",
                offered=_whole(found.offered, voice),
                kept=_whole(found.kept, voice),
            ),
            voice.html("funnel.candidates", n=_whole(total, voice)),
        ),
        lines(*(_held(gate, n, total, voice) for gate, n in held if n)),
        lines(
            bold(voice.html("funnel.picks", n=_whole(found.picks, voice))),
            voice.html("funnel.note"),
        ),
    )


def render_refusals(found: MatchRefusals, page: int, *, voice: Voice, money: Money) -> Html:
    """Return one page of the bets of a match with the gate that held each."""
    fixture = found.fixture
    head = voice.html(
        "whynot.match",
        match=bold(_teams(fixture)),
        competition=voice.competition(fixture.competition),
        kick_off=day_and_clock(fixture.kick_off, money.time_zone, voice.language),
    )
    picks = lines(*(_pick(pick, fixture, voice) for pick in found.picks))
    if not found.refused:
        empty = Html() if found.picks else voice.html("whynot.unseen")
        return paragraphs(head, picks, empty)
    start = page * BETS_A_PAGE
    shown = found.refused[start : start + BETS_A_PAGE]
    last = max(each.seen_at for each in found.refused)
    return paragraphs(
        lines(head, _place(page, found.pages, voice)),
        picks,
        lines(voice.html("whynot.title"), *(_refusal(each, fixture, voice) for each in shown)),
        voice.html("whynot.changed", at=day_and_clock(last, money.time_zone, voice.language)),
    )


def render_meant(
    asked: str,
    offered: Sequence[Fixture],
    *,
    voice: Voice,
    money: Money,
    usage: str = "whynot.usage",
) -> Html:
    """Return that no match is surely meant, with those that may be, or how to ask."""
    told = voice.html("whynot.unknown", asked=name(asked, _ASKED))
    if not offered:
        return lines(told, voice.html(usage))
    listed = (
        voice.html(
            "whynot.item",
            match=_teams(fixture),
            kick_off=day_and_clock(fixture.kick_off, money.time_zone, voice.language),
        )
        for fixture in offered
    )
    return lines(told, voice.html("whynot.did_you_mean"), *listed)


def render_which(ahead: Sequence[Fixture], *, voice: Voice, usage: str = "whynot.usage") -> Html:
    """Return how to ask."""
    return lines(voice.html(usage), voice.html("whynot.next") if ahead else "")


def gate_name(gate: str, voice: Voice) -> str:
    """Return a gate in words; one of another time is made readable."""
    known = voice.texts.maybe(voice.language, f"gate.{gate}")
    return known or name(gate.replace("_", " "))


def _held(gate: str, n: int, total: int, voice: Voice) -> Html:
    share = percent(n / total, voice.language, digits=2)
    return voice.html("funnel.gate", gate=gate_name(gate, voice), n=_whole(n, voice), share=share)


def _refusal(each: Refusal, fixture: Fixture, voice: Voice) -> Html:
    odds = voice.odds(each.odds)
    price = voice.html("whynot.price", odds=odds, book=voice.bookmaker(each.bookmaker))
    edge = Html()
    if each.edge is not None:
        edge = voice.html("whynot.edge", edge=percent(each.edge, voice.language, signed=True))
    return voice.html(
        "whynot.bet",
        what=join(" · ", (voice.market(each.selection, fixture), price, edge)),
        gate=bold(gate_name(each.gate, voice)),
    )


def _pick(pick: Pick, fixture: Fixture, voice: Voice) -> Html:
    return voice.html(
        "whynot.pick",
        market=voice.market(pick.selection, fixture),
        odds=voice.odds(pick.odds),
        book=voice.bookmaker(pick.bookmaker),
    )


def _place(page: int, pages: int, voice: Voice) -> Html:
    return voice.html("whynot.page", page=page + 1, pages=pages) if pages > 1 else Html()


def _teams(fixture: Fixture) -> str:
    return f"{name(fixture.home.name, _TEAM)} – {name(fixture.away.name, _TEAM)}"


def _whole(n: int, voice: Voice) -> str:
    return decimal(n, voice.language, digits=0)
