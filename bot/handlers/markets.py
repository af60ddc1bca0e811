"""The market table of one provenance: its badges, one market's reasons, its picture."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Final

from bot.pictures import Picture, picture_key
from bot.render.html import escape
from bot.render.markets import (
    chart_labels,
    chart_marks,
    render_caption,
    render_market,
    render_markets,
)
from bot.tables import asked_by, under_market, under_markets
from charts.markets import markets_chart
from engine.domain.market import CATALOGUE
from engine.domain.pick import Provenance
from engine.learning.markets.rows import Order
from engine.learning.markets.table import table

if TYPE_CHECKING:
    from bot.context import Visit
    from engine.learning.markets.rows import MarketTable

_SEGMENTS: Final = tuple(f"market:{code}" for code in CATALOGUE)


async def markets(visit: Visit) -> None:
    """Show the table of one provenance, sorted as asked; the others are a tap away."""
    provenance, order = _asked(visit)
    found = await _table(visit, provenance)
    text = render_markets(found, order, voice=visit.voice, money=visit.money)
    await visit.show(text, under_markets(visit.buttons, found, order))


async def market(visit: Visit) -> None:
    """Show one market with all its figures, and why it has its badge."""
    provenance, order = _asked(visit)
    found = await _table(visit, provenance)
    row = found.rows[min(visit.tap.number, len(found.rows) - 1)]
    text = render_market(row, found, voice=visit.voice, money=visit.money)
    await visit.show(text, under_market(visit.buttons, provenance, order))


async def picture(visit: Visit) -> None:
    """Send what each market is worth as a picture, whose caption says it in words."""
    provenance, _ = _asked(visit)
    found = await _table(visit, provenance)
    marks = chart_marks(found, visit.voice)
    labels = chart_labels(found, voice=visit.voice, money=visit.money)
    caption = escape(render_caption(found, voice=visit.voice, money=visit.money))
    shade = visit.preferences.shade
    drawn = Picture(
        key=picture_key("markets", marks, labels, shade),
        draw=partial(markets_chart, marks, labels, shade),
        caption=caption,
        words=caption,
    )
    await visit.show_picture(drawn, beside=True)


async def _table(visit: Visit, provenance: Provenance) -> MarketTable:
    """Read the picks and write down that their markets were looked at: all looks count."""
    async with visit.door.store.transaction() as tx:
        segments = await tx.segments.tabled(provenance, _SEGMENTS, visit.now)
    records, today, now = visit.door.records, visit.now.date(), visit.now
    bets = await records.read(
        provenance, ("begun", today), lambda tx: tx.segments.bets(provenance, now)
    )
    return await records.told(
        provenance,
        ("markets", today, segments),
        lambda _: table(bets, now=now.timestamp(), segments=segments),
    )


def _asked(visit: Visit) -> tuple[Provenance, Order]:
    """Return what a button says, else what was typed, else the record in force by ROI."""
    pressed = asked_by(visit.tap.args)
    if pressed is not None:
        return pressed
    typed = [word.lower() for word in visit.words]
    provenance = next((each for each in Provenance if each in typed), visit.door.provenance)
    return provenance, next((each for each in Order if each in typed), Order.YIELD)
