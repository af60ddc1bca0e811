"""For those who look after the house: its health."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.desk import under_health
from bot.render.backups import render_last
from bot.render.health import render_health
from bot.render.html import Html
from bot.render.switches import render_banner

if TYPE_CHECKING:
    from bot.context import Visit


async def health(visit: Visit) -> None:
    """Show how the service fares."""
    async with visit.door.store.reading() as tx:
        found = await tx.reports.health(visit.now, visit.door.provenance)
        board = await tx.switches.standing(visit.now)
    vault, voice = visit.door.vault, visit.voice
    kept = None if vault is None else await asyncio.to_thread(vault.backups)
    text = render_health(
        found,
        voice=voice,
        money=visit.money,
        halted=visit.door.halt.reason is not None,
        banner=render_banner(board, voice),
        backup=Html() if kept is None else render_last(kept, visit.now, voice),
    )
    await visit.show(text, under_health(visit.buttons))
