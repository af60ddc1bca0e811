"""The morning's accounts: the record of each provenance, computed anew and kept with the run.

First form: nothing is fitted and no policy changes. What is kept each morning is what later
learning will be judged by, so it starts with the first pick.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.domain.pick import Provenance
from engine.learning.record import record

if TYPE_CHECKING:
    from engine.domain.record import Estimate, Record
    from jobs.context import Context
    from jobs.run import Report


async def run(ctx: Context) -> Report:
    """Compute the record of every provenance that has one; provenances are never summed."""
    async with ctx.store.reading() as tx:
        counts = await tx.reports.provenance_counts()
        bets = {provenance: await tx.settlements.bets(provenance) for provenance in counts}
    records = {provenance: record(bets[provenance], provenance) for provenance in counts}
    return {
        provenance.value: {"picks": counts[provenance][0], **told_record(records[provenance])}
        for provenance in Provenance
        if provenance in counts
    }


def told_record(found: Record) -> Report:
    """Return a record as JSON, each number with its sample size and interval."""
    return {
        "settled": found.n_settled,
        "staked": str(found.staked),
        "profit": str(found.profit),
        "drawdown": str(found.drawdown),
        "yield": told(found.yield_),
        "strike_rate": told(found.strike_rate),
        "clv": told(found.clv),
        "clv_alt": told(found.clv_alt),
    }


def told(value: Estimate) -> Report:
    """Return an estimate as JSON."""
    return {"mean": value.mean, "n": value.n, "low": value.low, "high": value.high}
