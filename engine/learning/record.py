"""The headline of a record of settled picks: every figure with its sample size and interval."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

import numpy as np

from engine.domain.record import Record
from engine.domain.takings import KINDS, total
from engine.learning.recorded.columns import columns, mean, share, yield_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.pick import Provenance
    from engine.domain.record import SettledBet


def record(bets: Sequence[SettledBet], provenance: Provenance) -> Record:
    """Return the record of settled bets of one provenance; all of them count, void ones too.

    Intervals are by weeks (`by_weeks`); the strike rate leaves voids out. CLV counts only bets
    with a graded close. Money is added up in Decimal.

    Raises:
        TypeError: a bet is of another provenance.
    """
    ordered = sorted(bets, key=lambda bet: (bet.settled_at, bet.pick))
    money = total(KINDS[provenance], (bet.takings for bet in ordered))
    told = columns(ordered, provenance)
    return Record(
        provenance=provenance,
        n=len(ordered),
        staked=money.staked,
        profit=money.profit,
        yield_=yield_of(told),
        strike_rate=share(told.won, told),
        clv=mean(told.clv, told),
        clv_alt=mean(told.clv_alt, told),
        n_close=int(np.isfinite(told.clv).sum()),
        drawdown=drawdown([bet.profit for bet in ordered]),
        since=ordered[0].settled_at if ordered else None,
        until=ordered[-1].settled_at if ordered else None,
    )


def drawdown(profits: Sequence[Decimal]) -> Decimal:
    """Return the deepest fall from a peak of the running profit, as a positive number.

    >>> drawdown([Decimal(2), Decimal(-3), Decimal(1), Decimal(-2), Decimal(5)])
    Decimal('4')
    """
    running = peak = deepest = Decimal(0)
    for profit in profits:
        running += profit
        peak = max(peak, running)
        deepest = max(deepest, peak - running)
    return deepest
