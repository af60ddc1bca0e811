"""The grid of scores that a match's fair prices imply, as one picture."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING

from bot.pictures import Picture, picture_key
from bot.render.html import escape
from bot.render.score_grid import Overlay, Scores, grid_caption, grid_labels
from bot.sheets import back_to_sheet, under_grid
from charts.score_grid import score_grid_chart
from engine.pricing.match_grid import match_grid

if TYPE_CHECKING:
    from bot.context import Visit
    from engine.domain.preferences import Shade

_OVERLAYS = tuple(Overlay)


async def grid(visit: Visit) -> None:
    """Show the grid of a match with the market that the button says drawn on it."""
    async with visit.door.store.reading() as tx:
        fixture = await tx.slates.keyed(visit.tap.args)
        fair = await tx.prices.last(fixture.id) if fixture else None
    if fixture is None:
        await visit.show(visit.voice.html("match.usage"), visit.buttons.back())
        return
    told = {row.selection.number: row.probability for row in fair.rows} if fair else {}
    chances = await asyncio.to_thread(match_grid, told)
    if fair is None or chances is None:
        await visit.show(visit.voice.html("grid.none"), back_to_sheet(visit.buttons, fixture))
        return
    scores = Scores(
        fixture=fixture,
        grid=chances,
        overlay=_OVERLAYS[visit.tap.number % len(_OVERLAYS)],
        as_of=fair.as_of,
        voice=visit.voice,
        money=visit.money,
    )
    keyboard = under_grid(visit.buttons, fixture, scores.overlay)
    await visit.show_picture(_picture(scores, visit.preferences.shade), keyboard)


def _picture(scores: Scores, shade: Shade) -> Picture:
    labels, caption = grid_labels(scores), escape(grid_caption(scores))
    cells = tuple(tuple(row) for row in scores.cells.tolist())
    inside = tuple(tuple(row) for row in scores.inside.tolist())
    return Picture(
        key=picture_key("grid", cells, inside, labels, shade),
        draw=partial(score_grid_chart, cells, inside, labels, shade),
        caption=caption,
        words=caption,
    )
