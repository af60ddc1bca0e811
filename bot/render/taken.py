"""What the reader took, beside the same picks as they were recommended, as Telegram HTML."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.render.filters import in_force
from bot.render.html import Html, bold, lines, paragraphs
from bot.render.numbers import day, decimal
from bot.render.stats import ALL_LOST, ENOUGH, estimate

if TYPE_CHECKING:
    from bot.render.numbers import Money
    from bot.render.voice import Voice
    from engine.domain.pick import Provenance
    from engine.domain.pick_filter import PickFilter
    from engine.learning.recorded.taken import TakenReport


def render_taken(
    told: TakenReport | None,
    provenance: Provenance,
    picks: PickFilter,
    *,
    voice: Voice,
    money: Money,
) -> Html:
    """Return what a person took of one record, apart from it; None where others read along."""
    title = voice.html("taken.title", provenance=voice.plain(f"stats.{provenance}"))
    head = lines(bold(title), in_force(picks, voice))
    if told is None:
        return paragraphs(head, voice.html("taken.private"))
    if not told.n or told.since is None or told.until is None:
        return paragraphs(head, voice.html("taken.none", offered=told.offered))
    since, until = (day(at, money.time_zone, voice.language) for at in (told.since, told.until))
    return paragraphs(
        lines(head, voice.count("cells.window", told.n, since=since, until=until)),
        lines(
            bold(voice.html("taken.own", picks=told.picks, offered=told.offered)),
            voice.html(
                "figures.profit",
                profit=decimal(told.profit, voice.language, signed=True),
                staked=decimal(told.staked, voice.language),
            ),
            voice.html("stats.yield", value=estimate(told.yield_, voice, floor=ALL_LOST)),
            voice.html("stats.clv", value=estimate(told.clv, voice)),
        ),
        lines(
            bold(voice.html("taken.same")),
            voice.html("stats.yield", value=estimate(told.same_yield, voice, floor=ALL_LOST)),
            voice.html("stats.clv", value=estimate(told.same_clv, voice)),
        ),
        lines(
            bold(voice.html("taken.gap")),
            voice.html("taken.odds", value=estimate(told.odds, voice)),
            voice.html("stats.yield", value=estimate(told.gap, voice)),
            voice.html("stats.clv", value=estimate(told.gap_clv, voice)),
        ),
        lines(
            bold(voice.html("taken.left", n=told.offered - told.picks)),
            voice.html("stats.yield", value=estimate(told.left, voice, floor=ALL_LOST)),
            voice.html("stats.clv", value=estimate(told.left_clv, voice)),
        ),
        voice.html("stats.caution", n=ENOUGH) if told.n < ENOUGH else "",
        voice.html("taken.how"),
    )
