"""How far below its best a record stood, and how far luck alone would have taken it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.recorded.curve import shown
from engine.learning.recorded.fortune import edges_at_close, running_profits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]

PATHS: Final = 400
SEED: Final = 20_261_123
"""The same record gives the same expectation."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Underwater:
    """How far the running profit lay below its highest point so far, in units, never above 0.

    `bets` and `depth` are kept as those of a curve are. `longest` is how many bets the longest
    stretch below a highest point took, `since` how many the present one has taken so far.
    `half` and `nine_tenths` are the depths that half, and nine tenths, of records with the edges
    at the close never pass: what luck alone does.
    """

    n: int
    bets: tuple[int, ...]
    depth: tuple[float, ...]
    deepest: float
    deepest_at: int
    now: float
    longest: int
    since: int
    half: float
    nine_tenths: float


def underwater(bets: Columns) -> Underwater:
    """Return the drawdowns of at least one settled bet, beside those of its luck."""
    running = np.cumsum(bets.profit)
    depth = _depths(running)
    places = shown(depth)
    under = depth < 0
    ends = np.flatnonzero(np.diff(np.concatenate([[False], under, [False]]).astype(np.int8)))
    lengths = ends[1::2] - ends[::2]
    simulated = running_profits(
        bets, edges_at_close(bets), paths=PATHS, rng=np.random.default_rng(SEED)
    )
    half, nine_tenths = np.quantile(_depths(simulated).min(axis=1), [0.5, 0.1]).tolist()
    return Underwater(
        n=len(bets),
        bets=tuple((places + 1).tolist()),
        depth=tuple(depth[places].round(9).tolist()),
        deepest=float(depth.min()),
        deepest_at=int(depth.argmin()) + 1,
        now=float(depth[-1]),
        longest=int(lengths.max(initial=0)),
        since=int(lengths[-1]) if under[-1] else 0,
        half=half,
        nine_tenths=nine_tenths,
    )


def _depths(running: Floats) -> Floats:
    """Return how far running profits (…, n) lie below their highest point so far, or the start."""
    best = np.maximum(np.maximum.accumulate(running, axis=-1), 0.0)
    return running - best
