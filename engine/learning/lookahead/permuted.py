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
    """The evidence as it is, and the highest that each shuffle ever came to.

    `blind` is what picks would be worth on average if their sides were drawn at random.
    """

    real: Evidence
    highest: Floats
    blind: float

    @property
    def alarms(self) -> float:
        """The share of shuffles that were ever convincing; one in twenty is allowed."""
        return float((self.highest >= CONVINCING).mean()) if len(self.highest) else 0.0


def permute(candidates: Candidates, claim: Claim, *, seeds: int, seed: int) -> Permuted:
    """Return the evidence of the picks against their closes and against shuffled ones.

    A close travels in units of its own match's prices: a pick is worth what the same side of the
    same market of another match of the season would have been at its best price. Carried over as
    they are, closes of favourites would be held against prices of outsiders, and a pick at 6.00
    would seem worth 150 % for nothing. Where even a blind choice among best prices beats the
    close, what it earns is taken off: the question is whether the choice is worth anything.
    """
    picked = np.flatnonzero(candidates.picked)
    day, blind = candidates.day[picked], blind_value(candidates)[picked]
    known = np.isfinite(blind)
    free = np.maximum(blind, 0)
    highest = np.array(
        [
            evidence(shuffled(candidates, seed + one)[picked] - free, day, claim).highest
            for one in range(seeds)
        ]
    )
    return Permuted(
        real=evidence(candidates.clv[picked], day, claim),
        highest=highest,
        blind=float(blind[known].mean()) if known.any() else float("nan"),
    )


def blind_value(candidates: Candidates) -> Floats:
    """Return what each candidate's side is worth on average in its season and market."""
    found = np.full(len(candidates), np.nan)
    groups = np.stack([candidates.season, candidates.market, candidates.side], axis=1)
    _, group = np.unique(groups, axis=0, return_inverse=True)
    known = np.isfinite(candidates.clv)
    count = np.bincount(group[known], minlength=int(group.max(initial=0)) + 1)
    total = np.bincount(group[known], candidates.clv[known], len(count))
    told = count[group] > 0
    found[told] = total[group[told]] / count[group[told]]
    return found


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
