"""Bets of the past with what became of them: what agents, PATRON and the scores learn from."""

from __future__ import annotations

from dataclasses import dataclass, fields
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.agents.bets import Bets

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class PastBets:
    """m bets of an archive, in the order in which they were looked at.

    `row` (m,) is the archive's row of each. `fair` and `expected` of the bets are what was said at
    the look, by what had been learned before it. `close` (m,) is the closing W/(W+L) of the same
    selection at the same line by the sharpest source that closed, NaN where nobody did; `won` (m,)
    the share of the decided stake that was won, `decided` (m,) the share of the stake that was
    decided, NaN without a result. The close is known at `closed_at`, the result at `played_at`
    (POSIX seconds): a fit until t uses nothing that is known later than t.
    """

    bets: Bets
    row: NDArray[np.int64]
    close: Floats
    won: Floats
    decided: Floats
    closed_at: Floats
    played_at: Floats

    def __len__(self) -> int:
        return len(self.row)

    @property
    def looked_at(self) -> Floats:
        """When each bet could have been placed."""
        return self.bets.fixtures.looked_at[self.bets.fixture]

    @property
    def clv(self) -> Floats:
        """Closing line value per unit staked: (1 - refund)·(odds·close - 1) (METHOD B2)."""
        bets = self.bets
        value: Floats = (1 - bets.refund) * (bets.odds * self.close - 1)
        return value

    @property
    def moved(self) -> Floats:
        """How far the close's logit landed from the expected one: what is left to be foreseen."""
        return logit(self.close) - logit(self.bets.expected)

    def known(self, until: float) -> Bools:
        """Say of which bets the close was known at an instant."""
        return np.isfinite(self.close) & (self.closed_at <= until)

    def where(self, rows: Bools | NDArray[np.int64]) -> PastBets:
        """Return the bets of a mask, or of indices in their order."""
        columns = {
            field.name: getattr(self, field.name)[rows]
            for field in fields(self)
            if field.name != "bets"
        }
        return PastBets(bets=self.bets.where(rows), **columns)


def logit(probability: Floats) -> Floats:
    """Return the logarithm of the odds on."""
    with np.errstate(divide="ignore", invalid="ignore"):
        found: Floats = np.log(probability / (1 - probability))
    return found
