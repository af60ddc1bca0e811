"""Captures before kick-off, and the close fixed for each pick at kick-off."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.alerting.compose import compose_closes
from engine.collect.plan import Planned, Purpose
from engine.settlement.closing import close_pick
from jobs.asking import Allotted, about_to_begin, ask_market
from jobs.regrade import regrade_recent

if TYPE_CHECKING:
    from collections.abc import Sequence

    from jobs.context import Context
    from jobs.run import Report


async def run(ctx: Context, competitions: Sequence[str] | None = None) -> Report:
    """Look once more at what is about to begin; keep graded closes of its picks.

    The look is a full one: prices of open picks are updated and new value may still be found.
    Of `competitions`, or of all, those are asked that kick off soon: a capture that failed is
    tried again until its matches have begun.
    """
    now = ctx.clock.now()
    soon = await about_to_begin(ctx, now)
    asked = [key for key in soon if competitions is None or key in competitions]
    calls = tuple(
        Planned(at=now, purpose=Purpose.CLOSING, competition=key, markets=(), cost=0)
        for key in asked
    )
    return {"competitions": asked, **await ask_market(ctx, Allotted(calls=calls))}


async def kick_off(ctx: Context) -> Report:
    """Fix the close of every pick whose fixture has begun, and show it on its card.

    A pick without a close gets its row too, with a null CLV: missing is never zero. A better
    close that was kept after its pick had been closed takes its place.
    """
    now = ctx.clock.now()
    # a look that moves a kick-off reopens its closes: neither may happen amid the other
    async with ctx.judging, ctx.store.transaction() as tx:
        regraded = await regrade_recent(tx, ctx, now)
        begun = await tx.picks.to_close(now, ctx.rules.provenance)
        fixtures = {one.pick.fixture_id for one in begun}
        lines = await tx.closings.of_fixtures(fixtures)
        offers = await tx.closings.offers_of(fixtures)
        closes = tuple(
            close_pick(one.pick, lines, kick_off=one.kick_off, now=now, offers=offers)
            for one in begun
        )
        await tx.closings.close_picks(closes)
        alerts = compose_closes(closes, ctx.rules.alerts, now)
        said = await tx.outbox.add(alerts)
    grades = Counter(c.headline.grade.value if c.headline else "none" for c in closes)
    return {
        "closes": len(closes),
        "grades": dict(grades),
        "regraded": len(regraded),
        "alerts": said,
    }
