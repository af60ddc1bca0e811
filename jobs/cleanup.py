"""Upkeep by months: the next ones are made, old bulk facts go; what proves the record stays."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.run import Report


async def run(ctx: Context) -> Report:
    """Make months ahead; drop old payloads, odds and prices by whole months, and handled updates.

    Odds are rolled up by the hour first, in the transaction that drops them: paths fall back to
    their hours.
    """
    now, keep = ctx.clock.now(), ctx.rules.retention
    async with ctx.store.transaction() as tx:
        await tx.retention.make_months(now)
    async with ctx.store.transaction() as tx:
        hours = await tx.retention.roll_up_odds(now - keep.odds)
        await tx.retention.hold_odds()
        dropped = {
            "payloads": await tx.retention.drop_months("payloads", now - keep.payloads),
            "odds_changes": await tx.retention.drop_months("odds_changes", now - keep.odds),
            "fixture_looks": await tx.retention.drop_months("fixture_looks", now - keep.odds),
            "prices": await tx.retention.drop_months("prices", now - keep.prices),
        }
        await tx.updates.forget(now - keep.updates)
        await tx.parked.tidy(now)
        await tx.readers.tidy(now)
        await tx.watches.tidy(now - keep.updates)
        await tx.pictures.forget_before(now - keep.movements)
        await tx.movements.forget(now - keep.movements)
        await tx.opinions.forget(now - keep.prices)
        await tx.refusals.forget(now - keep.prices)
        await tx.retention.forget_runs(now - keep.runs)
    return {"months_dropped": dropped, "odds_hours_written": hours}
