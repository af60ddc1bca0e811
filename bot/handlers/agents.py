"""Every agent's record of one provenance, the standing it has, and what it rests on."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from bot.questions import under_agents
from bot.render.agents import render_agents
from engine.domain.pick import Provenance
from engine.learning.agents.live_record import live_records

if TYPE_CHECKING:
    from bot.context import Visit

DAYS: Final = 90
_SHOWN: Final = (Provenance.LIVE, Provenance.PAPER)
"""A backtest's opinions are not stored."""


async def agents(visit: Visit) -> None:
    """Show the scoreboard of one provenance; the others are a tap away, never added to it."""
    asked = visit.tap.args
    shown = Provenance(asked) if asked in _SHOWN else visit.door.provenance
    since = visit.now - timedelta(days=DAYS)
    async with visit.door.store.reading() as tx:
        fates = await tx.opinions.begun(shown, since, visit.now)
    records = await asyncio.to_thread(live_records, fates)
    text = render_agents(records, shown, days=DAYS, voice=visit.voice)
    others = [each for each in _SHOWN if each is not shown]
    await visit.show(text, under_agents(visit.buttons, shown, others))
