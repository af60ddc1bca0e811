"""The sweep: one look at every followed competition."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.collect.asks import ask_sweep
from jobs.look import look

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.run import Report


async def run(ctx: Context) -> Report:
    """Turn one look at the market into picks waiting in the outbox."""
    asks = ask_sweep(ctx.rules.competitions, ctx.rules.collect)
    seen = await look(ctx, asks, "sweep")
    return seen.report()
