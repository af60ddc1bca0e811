"""What is in force of what was learned, for whoever decides."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jobs.context import Context
    from jobs.learned_cache import InForce


async def load_learned(ctx: Context) -> InForce:
    """Return the newest good version of every part; None where there is none."""
    return await ctx.learned.load(ctx.store)
