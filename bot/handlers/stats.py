"""The record of each provenance, apart, with one picture that says the same."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, Final

import structlog

from bot.render.stats import chart_labels, render_caption, render_stats
from charts.profit import profit_chart
from engine.domain.pick import Provenance
from engine.learning.record import profit_curve, record

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from bot.context import Visit
    from engine.domain.record import SettledBet

log = structlog.get_logger()
DRAWING_SECONDS: Final = 10.0


async def stats(visit: Visit) -> None:
    """Show the figures, then their picture; the words never wait for the picture.

    Without a settled bet there is nothing to draw: the words alone say when there will be.
    """
    async with visit.door.store.reading() as tx:
        counts = await tx.reports.provenance_counts()
        bets = {
            provenance: await tx.settlements.bets(provenance)
            for provenance in Provenance
            if counts.get(provenance, (0, 0))[1]
        }
        coverage = {provenance: await tx.closings.coverage(provenance) for provenance in bets}
    records = [record(settled, provenance) for provenance, settled in bets.items()]
    text = render_stats(
        records, counts, voice=visit.voice, money=visit.door.money, coverage=coverage
    )
    await visit.show(text, visit.buttons.back())
    if bets:
        await _show_curve(visit, bets)


async def _show_curve(visit: Visit, bets: Mapping[Provenance, Sequence[SettledBet]]) -> None:
    """Send the curve of the provenance in force, else of the first that has settled bets."""
    drawn = visit.door.provenance if visit.door.provenance in bets else next(iter(bets))
    settled = bets[drawn]
    figures, curve = record(settled, drawn), profit_curve(settled)
    labels = chart_labels(figures, visit.voice)
    try:
        async with visit.door.drawing, asyncio.timeout(DRAWING_SECONDS):
            png = await asyncio.to_thread(profit_chart, curve, labels)
    except TimeoutError:
        log.warning("chart_too_slow", n=figures.n_settled)
        return
    await visit.show_picture(png, render_caption(figures, curve, voice=visit.voice))
