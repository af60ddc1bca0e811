"""How the closing line values of single bets are spread."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.recorded.columns import mean, share

if TYPE_CHECKING:
    from engine.domain.record import Estimate
    from engine.learning.recorded.columns import Columns

REACH: Final = 0.15
"""CLV beyond which bets are counted in the outermost bin."""
BINS: Final = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class Histogram:
    """How many bets have a CLV in each bin, of n settled ones; the others have no close.

    `edges` are one more than `counts`; the outermost bins hold all that lies beyond them. `median`
    is None without a close.
    """

    n: int
    edges: tuple[float, ...]
    counts: tuple[int, ...]
    mean: Estimate
    beat: Estimate
    median: float | None

    @property
    def closes(self) -> int:
        return sum(self.counts)


def clv_histogram(bets: Columns) -> Histogram:
    """Return how the CLV of settled bets is spread."""
    known = bets.clv[np.isfinite(bets.clv)]
    edges = np.linspace(-REACH, REACH, BINS + 1)
    counts, _ = np.histogram(np.clip(known, -REACH, REACH), edges)
    beaten = np.where(np.isfinite(bets.clv), (bets.clv > 0) * 1.0, np.nan)
    return Histogram(
        n=len(bets),
        edges=tuple(edges.tolist()),
        counts=tuple(counts.tolist()),
        mean=mean(bets.clv, bets),
        beat=share(beaten, bets),
        median=float(np.median(known)) if len(known) else None,
    )
