"""The morning's accounts: the record of each provenance, computed anew and kept with the run.

First form: nothing is fitted and no policy changes. What is kept each morning is what later
learning will be judged by, so it starts with the first pick.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from engine.domain.pick import Provenance
from jobs.estimates import estimate

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.record import Estimate, SettledBet
    from jobs.context import Context
    from jobs.run import Report


async def run(ctx: Context) -> Report:
    """Compute the record of every provenance that has one; provenances are never summed."""
    async with ctx.store.reading() as tx:
        counts = await tx.reports.provenance_counts()
        return {
            provenance.value: {
                "picks": counts[provenance][0],
                **_record(await tx.settlements.bets(provenance)),
            }
            for provenance in Provenance
            if provenance in counts
        }


def _record(bets: Sequence[SettledBet]) -> Report:
    staked = sum(bet.stake for bet in bets)
    clv = [(bet.fixture, bet.clv) for bet in bets if bet.clv is not None]
    clv_alt = [(bet.fixture, bet.clv_alt) for bet in bets if bet.clv_alt is not None]
    returns = [(bet.fixture, float(bet.profit / bet.stake)) for bet in bets if bet.stake]
    return {
        "settled": len(bets),
        "staked": str(staked),
        "profit": str(sum(bet.profit for bet in bets)),
        "expected_at_alert": math.fsum(float(b.stake) * b.expected_at_alert for b in bets),
        "profit_per_unit": told(estimate(returns)),
        "clv": told(estimate(clv)),
        "clv_alt": told(estimate(clv_alt)),
    }


def told(value: Estimate) -> Report:
    """Return an estimate as JSON."""
    return {"mean": value.mean, "n": value.n, "low": value.low, "high": value.high}
