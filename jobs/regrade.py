"""Closes that became known after their picks were closed: the better grade counts."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.alerting.compose import compose_closes
from engine.settlement.closing import close_pick, is_better

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.alerting.rules import AlertRules
    from engine.domain.closing import PickClose
    from jobs.context import Context
    from storage.store import Tx
    from storage.views import PickView


async def regrade_recent(tx: Tx, ctx: Context, now: datetime) -> tuple[PickClose, ...]:
    """Regrade the picks closed lately of which a better close was kept since."""
    since = now - ctx.rules.settlement.look_back
    late = await tx.closings.improvable(since, ctx.rules.provenance)
    return await regrade(tx, await tx.picks.all_views(ids=late), ctx.rules.alerts, now)


async def regrade(
    tx: Tx, views: Iterable[PickView], rules: AlertRules, now: datetime
) -> tuple[PickClose, ...]:
    """Close again, with every close kept by now, the picks that gain a grade; return those.

    What counted before stays in the history. What was never closed is left alone. The cards of
    those that gained are edited: they show a close that counts no more.
    """
    picks = {view.pick.id: view.pick for view in views}
    fixed = await tx.closings.fixed(picks)
    fixtures = {picks[key].fixture_id for key in fixed}
    lines = await tx.closings.of_fixtures(fixtures)
    offers = await tx.closings.offers_of(fixtures)
    again = (
        close_pick(picks[key], lines, kick_off=one.kick_off, now=now, offers=offers)
        for key, one in fixed.items()
    )
    better = tuple(close for close in again if is_better(close, fixed[close.pick_id]))
    await tx.closings.regrade(better)
    await tx.outbox.add(compose_closes(better, rules, now, better=True))
    return better
