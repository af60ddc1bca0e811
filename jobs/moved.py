"""Kick-offs that moved: closes captured anew, alerts given another life, people told."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.alerting.compose import compose_moves

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId
    from jobs.context import Context
    from storage.store import Tx


async def follow_moves(
    tx: Tx, before: Iterable[Fixture], after: Iterable[Fixture], ctx: Context, now: datetime
) -> tuple[FixtureId, ...]:
    """Bring what hangs on a kick-off into line with where it is now; return what still comes.

    A close fixed for a kick-off that was put off is forgotten: it will be captured anew. A card
    that waits lives until the new kick-off, or is cancelled where that has passed. A card that
    was sent is edited. A match that has begun keeps no close of a look made after its start.
    """
    moved = _moved(before, after)
    if not moved:
        return ()
    picks = await tx.picks.of_fixtures(moved, ctx.rules.provenance)
    starts = {pick.id: moved[pick.fixture_id] for pick in picks}
    await tx.closings.reopen([pick for pick, start in starts.items() if start > now], now)
    rules = ctx.rules.alerts
    for pick, start in starts.items():
        await tx.outbox.redate(pick, start - rules.send_cut_off, now)
    await tx.outbox.add(compose_moves(starts, rules, now))
    return tuple(fixture for fixture, start in moved.items() if start > now)


def _moved(before: Iterable[Fixture], after: Iterable[Fixture]) -> Mapping[FixtureId, datetime]:
    """Return the new kick-offs of the fixtures whose kick-off changed."""
    were = {fixture.id: fixture.kick_off for fixture in before}
    return {
        fixture.id: fixture.kick_off
        for fixture in after
        if were.get(fixture.id, fixture.kick_off) != fixture.kick_off
    }
