"""Retention: whole months of bulk facts go when they are old; what proves the record stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.run import Report


async def run(ctx: Context) -> Report:
    """Drop old payloads, quotes and prices by whole partitions, and handled updates."""
    now, keep = ctx.clock.now(), ctx.rules.retention
    async with ctx.store.transaction() as tx:
        dropped = {
            "payloads": await tx.retention.drop_months("payloads", now - keep.payloads),
            "quotes": await tx.retention.drop_months("quotes", now - keep.quotes),
            "prices": await tx.retention.drop_months("prices", now - keep.prices),
        }
        await tx.updates.forget(now - keep.updates)
    return {"months_dropped": dropped}
