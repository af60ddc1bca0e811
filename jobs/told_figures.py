"""Every figure of a record as JSON: money, closes, luck, evidence, and what it is held against."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

import msgspec

from engine.learning.recorded.report import report

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.pick import Provenance
    from engine.domain.record import SettledBet
    from jobs.run import Report


async def told_figures(bets: Sequence[SettledBet], provenance: Provenance) -> Report:
    """Return all figures of settled bets of one provenance, each with its n and interval.

    They are worked out beside the loop: luck of thousands of matches takes a second. Names are
    those of docs/STATISTICS.md; what cannot be had is null.
    """
    found = await asyncio.to_thread(report, bets, provenance)
    told: Report = msgspec.to_builtins(found)
    return told
