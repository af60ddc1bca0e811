"""Captures before kick-off, and the close fixed for each pick at kick-off."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from engine.alerting.compose import compose_closes
from engine.collect.asks import ask_closing
from engine.settlement.closing import close_pick
from jobs.look import look

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from engine.domain.fixture import Fixture
    from jobs.context import Context
    from jobs.run import Report


async def run(ctx: Context, competitions: Sequence[str] | None = None) -> Report:
    """Look once more at what is about to begin; keep graded closes of its picks.

    The look is a full one: prices of open picks are updated and new value may still be found.
    Without `competitions`, those that kick off within the first capture's offset.
    """
    if competitions is None:
        competitions = await _about_to_begin(ctx)
    if not competitions:
        return {"competitions": []}
    asks = ask_closing(competitions, ctx.rules.collect)
    seen = await look(ctx, asks, "closing", closing=True)
    return {"competitions": list(competitions), **seen.report()}


async def kick_off(ctx: Context) -> Report:
    """Fix the close of every pick whose fixture has begun, and show it on its card.

    A pick without a close gets its row too, with a null CLV: missing is never zero.
    """
    now = ctx.clock.now()
    # a look that moves a kick-off reopens its closes: neither may happen amid the other
    async with ctx.judging, ctx.store.transaction() as tx:
        begun = await tx.picks.to_close(now, ctx.rules.provenance)
        fixtures = {one.pick.fixture_id for one in begun}
        lines = await tx.closings.of_fixtures(fixtures)
        closes = tuple(
            close_pick(one.pick, lines, kick_off=one.kick_off, now=now) for one in begun
        )
        await tx.closings.close_picks(closes)
        subscribers = await tx.people.subscribers()
        alerts = compose_closes(closes, subscribers, ctx.rules.alerts, now)
        said = await tx.outbox.add(alerts)
    grades = Counter(c.headline.grade.value if c.headline else "none" for c in closes)
    return {"closes": len(closes), "grades": dict(grades), "alerts": said}


async def _about_to_begin(ctx: Context) -> tuple[str, ...]:
    now = ctx.clock.now()
    async with ctx.store.reading() as tx:
        fixtures = await tx.fixtures.between(now, now + max(ctx.rules.closing.offsets))
    return followed(fixtures, ctx, now)


def followed(fixtures: Sequence[Fixture], ctx: Context, now: datetime) -> tuple[str, ...]:
    """Return the followed competitions among fixtures that have not begun."""
    ahead = {fixture.competition for fixture in fixtures if fixture.kick_off > now}
    return tuple(key for key in ctx.rules.competitions if key in ahead)
