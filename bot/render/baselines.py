"""A record beside bettors who are not clever, as Telegram HTML."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from bot.render.cells import nothing
from bot.render.filters import in_force
from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import day
from bot.render.stats import ALL_LOST, ENOUGH, estimate

if TYPE_CHECKING:
    from datetime import datetime

    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick import Provenance
    from engine.domain.pick_filter import PickFilter
    from engine.learning.recorded.baselines import Baselines, Bettor
    from engine.learning.recorded.compare import ClosingBacker


@dataclass(frozen=True, slots=True, kw_only=True)
class Beside:
    """The latest bets of a record of `kept` bets, with what others would have made of them.

    `since` and `until` are the first and the last kick-off of those that were asked about.
    """

    provenance: Provenance
    kept: int
    since: datetime | None
    until: datetime | None
    found: Baselines
    backer: ClosingBacker


def render_baselines(told: Beside, picks: PickFilter, *, voice: Voice, money: Money) -> Html:
    """Return whether the record is above doing nothing clever, on the same window."""
    found = told.found
    title = voice.html("baselines.title", provenance=voice.plain(f"stats.{told.provenance}"))
    head = lines(bold(title), in_force(picks, voice), _window(told, voice, money))
    if not found.n:
        return paragraphs(head, nothing(picks, voice))
    return paragraphs(
        head,
        _bettor("blind", found.blind, voice),
        _bettor("alike", found.alike, voice),
        lines(
            bold(voice.html("figures.backer", n=told.backer.n)),
            voice.html("stats.yield", value=estimate(told.backer.yield_, voice, floor=ALL_LOST)),
            voice.html("figures.gained", value=estimate(told.backer.gained, voice)),
        ),
        voice.html("stats.caution", n=ENOUGH) if found.n < ENOUGH else "",
        voice.html("baselines.how"),
    )


def _window(told: Beside, voice: Voice, money: Money) -> Html | str:
    if told.since is None or told.until is None:
        return ""
    since, until = (day(at, money.time_zone, voice.language) for at in (told.since, told.until))
    shown = voice.count("cells.window", told.found.n, since=since, until=until)
    if told.found.n == told.kept:
        return shown
    return voice.html("baselines.latest", shown=shown, kept=told.kept)


def _bettor(name: str, bettor: Bettor, voice: Voice) -> Html:
    rows = [bold(voice.html(f"baselines.{name}", bets=bettor.bets))]
    if not bettor.bets:
        return lines(*rows, voice.html("baselines.unknown"))
    for key, floor, beside in (
        ("stats.yield", ALL_LOST, bettor.yield_),
        ("stats.clv", -1.0, bettor.clv),
    ):
        rows.append(voice.html(key, value=estimate(beside.theirs, voice, floor=floor)))
        rows.append(voice.html("baselines.gained", value=estimate(beside.gained, voice)))
    return lines(*rows)
