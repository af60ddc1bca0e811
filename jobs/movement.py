"""How odds moved at a look, judged beside the facts it brought."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.pricing.movement import find_movements

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import datetime

    from engine.domain.movement import Movement
    from engine.domain.numbers import FixtureId
    from jobs.context import Context
    from storage.odds import Stored
    from storage.store import Tx


async def keep_movements(
    ctx: Context, tx: Tx, fixtures: Collection[FixtureId], stored: Stored, at: datetime
) -> tuple[Movement, ...]:
    """Keep and return what the look at `at` shows against the looks before it.

    It is read back in the transaction that stored the look: a movement is a fact of it, and what
    is read is bounded by the drift window. A look that changed nothing is not read back.
    """
    if stored.changed + stored.withdrawn == 0:
        return ()
    rules, ids = ctx.rules.movement, list(fixtures)
    since = at - rules.drift_window
    path = await tx.odds.path(ids, since, at, standing=True)
    said = await tx.movements.of_fixtures(ids, since, at)
    found = await ctx.workers.run(find_movements, path, at, rules, said)
    await tx.movements.add(found)
    return found
