"""The record of each provenance, apart: whole or filtered, tab by tab, with one picture."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from bot.asking import Tab, keep, names_of, read
from bot.handlers.beside import show_baselines, show_taken
from bot.pictures import Picture, picture_key
from bot.render.cells import Closes, render_cells, render_closes
from bot.render.figures import Told, render_luck, render_money, render_proof
from bot.render.filters import render_refusal
from bot.render.html import escape
from bot.render.stats import NOT_COUNTED, chart_labels, render_caption, render_stats
from bot.tabs import under_refusal, under_stats
from charts.profit import profit_chart
from engine.domain.filter_reading import FilterRefused
from engine.domain.pick_filter import parse
from engine.learning.decay import decay
from engine.learning.record import record
from engine.learning.recorded.closing import closing
from engine.learning.recorded.columns import columns
from engine.learning.recorded.compare import compare
from engine.learning.recorded.curve import profit_curve
from engine.learning.recorded.report import report
from engine.learning.slices import By, periods, sliced

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping, Sequence
    from datetime import datetime

    from bot.asking import Asked
    from bot.context import Visit
    from bot.records import Records
    from bot.render.html import Html
    from engine.domain.closing import CloseCoverage
    from engine.domain.numbers import PickId
    from engine.domain.pick import Provenance
    from engine.domain.record import EdgeSeen, Record, SettledBet
    from storage.store import Tx

_FIGURES: Final[Mapping[Tab, Callable[..., Html]]] = {
    Tab.MONEY: render_money,
    Tab.LUCK: render_luck,
    Tab.PROOF: render_proof,
}
_RECORD: Final = "record"
_CURVE: Final = "curve"
_BESIDE: Final[Mapping[Tab, Callable[..., Awaitable[None]]]] = {
    Tab.BASELINES: show_baselines,
    Tab.TAKEN: show_taken,
}


async def warm(records: Records, provenance: Provenance) -> None:
    """Work out what /stats says of one record first."""
    await records.told(provenance, _RECORD, partial(record, provenance=provenance))
    await records.told(provenance, _CURVE, profit_curve)


async def stats(visit: Visit) -> None:
    """Show the tab that was asked for; a filter nobody understands is taught, never dropped."""
    try:
        asked = await read(visit)
    except FilterRefused as refused:
        await teach(visit, refused)
        return
    if asked.tab is Tab.OVERVIEW:
        await _overview(visit, asked)
    elif asked.tab is Tab.CLV:
        await _closes(visit, asked)
    elif asked.tab in _BESIDE:
        await _BESIDE[asked.tab](visit, asked, await _bets(visit, asked))
    elif asked.tab in _FIGURES:
        await _figures(visit, asked)
    else:
        await _cut(visit, asked, By(asked.tab))


async def _overview(visit: Visit, asked: Asked) -> None:
    """Show the figures, then their picture; the words never wait for the picture.

    Without a settled bet there is nothing to draw: the words alone say when there will be. The
    picture is of whole records, and comes once: a tab changes the words alone.
    """
    records = visit.door.records
    async with visit.door.store.reading() as tx:
        picks = await tx.reports.picks_of_each()
    settled = {one: len((await records.of(one)).bets) for one in picks}
    there = [one for one in asked.allowed if settled.get(one)]
    coverage = NOT_COUNTED
    if not asked.picks:
        coverage = {one: await records.read(one, "coverage", _coverage(one)) for one in there}
    told = [
        await records.told(one, _RECORD, partial(record, provenance=one), picks=asked.picks)
        for one in there
    ]
    kept = [one for one in told if one.n]
    text = render_stats(
        kept,
        {one: (n, settled[one]) for one, n in picks.items()},
        voice=visit.voice,
        money=visit.money,
        coverage=coverage,
        picks=asked.picks,
    )
    await visit.show(text, under_stats(visit.buttons, asked))
    if kept and not asked.picks and not asked.pressed:
        await _show_curve(visit, kept)


def _coverage(provenance: Provenance) -> Callable[[Tx], Awaitable[CloseCoverage]]:
    return lambda tx: tx.closings.coverage(provenance)


async def _cut(visit: Visit, asked: Asked, by: By) -> None:
    cut = await visit.door.records.told(
        asked.provenance,
        by,
        partial(sliced, by=by, provenance=asked.provenance),
        picks=asked.picks,
    )
    text = render_cells(cut, asked.picks, voice=visit.voice, money=visit.money)
    await visit.show(text, under_stats(visit.buttons, asked))


async def _closes(visit: Visit, asked: Asked) -> None:
    records, provenance = visit.door.records, asked.provenance
    bets = await _bets(visit, asked)
    seen = await records.read(
        provenance,
        ("edges", asked.picks),
        lambda tx: tx.settlements.edges(bet.pick for bet in bets),
    )
    closes = await records.told(
        provenance,
        "closes",
        lambda kept: _told(kept, seen, provenance),
        picks=asked.picks,
    )
    text = render_closes(closes, asked.picks, voice=visit.voice, money=visit.money)
    await visit.show(text, under_stats(visit.buttons, asked))


def _told(
    bets: Sequence[SettledBet], seen: Mapping[PickId, Sequence[EdgeSeen]], provenance: Provenance
) -> Closes:
    return Closes(
        figures=closing(columns(bets, provenance)),
        grades=sliced(bets, By.GRADE, provenance),
        decay=decay(bets, seen),
    )


async def _figures(visit: Visit, asked: Asked) -> None:
    told = await visit.door.records.told(
        asked.provenance,
        ("report", visit.now.date()),
        partial(_reported, provenance=asked.provenance, now=visit.now),
        picks=asked.picks,
    )
    text = _FIGURES[asked.tab](told, asked.picks, voice=visit.voice, money=visit.money)
    await visit.show(text, under_stats(visit.buttons, asked))


def _reported(bets: Sequence[SettledBet], provenance: Provenance, now: datetime) -> Told:
    """Return the figures of a record; the periods compared change with the day alone."""
    recent, before = periods(bets, now)
    compared = None
    if recent and before:
        compared = compare(columns(before, provenance), columns(recent, provenance))
    return Told(report=report(bets, provenance), compared=compared)


async def _bets(visit: Visit, asked: Asked) -> Sequence[SettledBet]:
    """Return the settled bets of one record that the filter keeps."""
    return await visit.door.records.filtered(asked.provenance, asked.picks)


async def teach(visit: Visit, refused: FilterRefused) -> None:
    """Say what of a filter means nothing, with one that does under a button."""
    now = visit.now.astimezone(visit.money.time_zone)
    number = await keep(visit, parse(refused.fixed, now, names_of(visit.door)))
    text = render_refusal(refused, voice=visit.voice)
    await visit.show(text, under_refusal(visit.buttons, refused.fixed, number))


async def _show_curve(visit: Visit, told: Sequence[Record]) -> None:
    """Send the curve of the provenance in force, else of the first that has settled bets."""
    figures = next((one for one in told if one.provenance is visit.door.provenance), told[0])
    curve = await visit.door.records.told(figures.provenance, _CURVE, profit_curve)
    labels, shade = chart_labels(figures, visit.voice), visit.preferences.shade
    caption = escape(render_caption(figures, curve, voice=visit.voice))
    picture = Picture(
        key=picture_key("profit", curve, labels, shade),
        draw=partial(profit_chart, curve, labels, shade),
        caption=caption,
        words=caption,
    )
    await visit.show_picture(picture, beside=True)
