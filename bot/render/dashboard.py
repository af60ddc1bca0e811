"""The record in force at a glance: what it came to, what is proven, what is open."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render.history import whole
from bot.render.html import Html, bold, join, lines, name, paragraphs
from bot.render.markets import chance, e_value
from bot.render.numbers import day_and_clock, place
from bot.render.pick import SEPARATOR, short_id
from bot.render.stats import ENOUGH
from engine.learning.evidence import CONVINCING

if TYPE_CHECKING:
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.record import Record
    from engine.learning.recorded.proof import Proven
    from storage.views import PickView


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """The record of one provenance, its evidence, and its open picks, the next first."""

    record: Record
    proven: Proven
    open: int
    sweet: int
    upcoming: tuple[PickView, ...]


def render_dashboard(shown: Dashboard, *, voice: Voice, money: Money) -> Html:
    """Return the dashboard: one message, each figure with its n and interval."""
    figures = shown.record
    origin = voice.plain(f"stats.{figures.provenance}")
    settled = [voice.html("stats.empty")]
    if figures.n:
        settled = [
            *whole(figures, voice, money),
            voice.html("stats.coverage", closes=figures.n_close, n=figures.n),
            voice.html("stats.caution", n=ENOUGH) if figures.n < ENOUGH else Html(),
        ]
    return paragraphs(
        bold(voice.html("board.title", provenance=origin)),
        lines(bold(voice.html("board.settled", n=figures.n)), *settled),
        lines(bold(voice.html("board.evidence")), *_evidence(shown.proven, voice)),
        lines(bold(_open(shown, voice)), *(_next(view, voice, money) for view in shown.upcoming)),
        voice.html("board.notes", place=place(money.time_zone, voice.language)),
    )


def _evidence(proof: Proven, voice: Voice) -> tuple[Html, ...]:
    believed = voice.html("figures.positive_unknown", n=proof.n)
    if proof.positive is not None:
        believed = voice.html("figures.positive", chance=chance(proof.positive, voice), n=proof.n)
    now, highest = e_value(proof.clv, voice), e_value(proof.highest, voice)
    shown = voice.html("figures.evidence", now=now, highest=highest, enough=f"{CONVINCING:g}")
    return believed, shown


def _open(shown: Dashboard, voice: Voice) -> Html:
    sweet = voice.count("board.sweet", shown.sweet) if shown.sweet else ""
    return join(SEPARATOR, (voice.count("board.open", shown.open), sweet))


def _next(view: PickView, voice: Voice, money: Money) -> Html:
    fixture, pick = view.fixture, view.pick
    head = voice.html(
        "picks.item",
        id=bold(short_id(view)),
        kick_off=day_and_clock(fixture.kick_off, money.time_zone, voice.language),
        match=f"{name(fixture.home.name)} – {name(fixture.away.name)}",
    )
    price = voice.html(
        "sweet.price", odds=voice.odds(pick.odds), book=voice.bookmaker(pick.bookmaker)
    )
    return join(SEPARATOR, (head, voice.market(pick.selection, fixture), price))
