"""What collection asks of its providers, what it costs, and what it gave up."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from bot.desk import under_quota
from bot.render.quota import Quota, render_quota
from jobs.closes import close_coverage
from jobs.plan import plan_of, read_known

if TYPE_CHECKING:
    from bot.context import Visit


async def quota(visit: Visit) -> None:
    """Show the plan of the month's credits as it stands now; planning never holds others up."""
    door = visit.door
    keys = door.key_states()
    async with door.store.reading() as tx:
        known = await read_known(tx, door.rules, visit.now)
        closes = await close_coverage(tx, door.rules, visit.now)
    plan = await asyncio.to_thread(plan_of, known, keys, door.rules, visit.now)
    text = render_quota(
        Quota(plan=plan, keys=keys, closes=closes), voice=visit.voice, money=visit.money
    )
    await visit.show(text, under_quota(visit.buttons))
