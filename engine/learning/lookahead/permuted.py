"""Closes shuffled between matches: what is evident of picks then is no evidence."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from engine.learning.evidence import CONVINCING, evidence

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.evidence import Claim, Evidence

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]
    Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Candidates:
    """m bets that could have been made, with their closing line values; NaN where none is known.

    `match` numbers the look at a match, `market` and `side` its bets; closes are shuffled within
    a `season`. `day` is that of kick-off. `picked` are those that were made.
    """

    match: Ints
    market: Ints
    side: Ints
    season: Ints
    day: Ints
    clv: Floats
    picked: Bools

    def __len__(self) -> int:
        return len(self.match)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Permuted:
    """The evidence as it is, and the highest that each shuffle ever came to."""

    real: Evidence
    highest: Floats

    @property
    def alarms(self) -> float:
        """The share of shuffles that were ever convincing; one in twenty is allowed."""
        return float((self.highest >= CONVINCING).mean()) if len(self.highest) else 0.0


def permute(candidates: Candidates, claim: Claim, *, seeds: int, seed: int) -> Permuted:
    """Return the evidence of the picks against their closes and against shuffled ones.

    A close travels in units of its own match's prices: a pick is worth what the same side of the
    same market of another match of the season would have been at its best price. Carried over as
    they are, closes of favourites would be held against prices of outsiders, and a pick at 6.00
    would seem worth 150 % for nothing.
    """
    picked = np.flatnonzero(candidates.picked)
    day = candidates.day[picked]
    highest = np.array(
        [
            evidence(shuffled(candidates, seed + one)[picked], day, claim).highest
            for one in range(seeds)
        ]
    )
    return Permuted(real=evidence(candidates.clv[picked], day, claim), highest=highest)


def shuffled(candidates: Candidates, seed: int) -> Floats:
    """Return each candidate's closing line value at another match of its season, market and side.

    The sides of a market travel together, within matches of which all of them are known; where
    one is not known nothing is told.
    """
    rng = np.random.default_rng(seed)
    told = np.full(len(candidates), np.nan)
    for market in np.unique(candidates.market).tolist():
        for season in np.unique(candidates.season).tolist():
            rows = np.flatnonzero((candidates.market == market) & (candidates.season == season))
            if len(rows):
                told[rows] = _travelled(candidates, rows, rng)
    return told


def _travelled(candidates: Candidates, rows: Ints, rng: np.random.Generator) -> Floats:
    _, match = np.unique(candidates.match[rows], return_inverse=True)
    side = candidates.side[rows]
    table = np.full((int(match.max()) + 1, int(side.max()) + 1), np.nan)
    table[match, side] = candidates.clv[rows]
    known = np.flatnonzero(np.isfinite(table).all(axis=1))
    travelled = np.full_like(table, np.nan)
    travelled[known] = table[rng.permutation(known)]
    return travelled[match, side]
