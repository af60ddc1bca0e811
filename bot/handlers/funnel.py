"""What became of all that was offered in a day: how far each candidate came."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.questions import under_funnel
from bot.render.refusals import render_funnel

if TYPE_CHECKING:
    from bot.context import Visit

WINDOW: Final = timedelta(hours=24)


async def funnel(visit: Visit) -> None:
    """Show how many candidates each gate held back at the looks of the last day."""
    async with visit.door.store.reading() as tx:
        found = await tx.reports.funnel(visit.now - WINDOW, visit.now)
    text = render_funnel(found, voice=visit.voice, money=visit.money)
    await visit.show(text, under_funnel(visit.buttons))
