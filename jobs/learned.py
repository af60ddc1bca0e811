"""What is in force of what was learned, for whoever decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from engine.pricing.learned import Learned
    from jobs.context import Context


async def load_learned(ctx: Context) -> Learned:
    """Return the newest good version of every part; None where there is none."""
    return await ctx.learned.load(ctx.store)
