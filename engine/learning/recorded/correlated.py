"""How the results of bets on one match go together, market by market."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from itertools import combinations
from math import atanh, sqrt, tanh
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from engine.domain.record import SettledBet

FEW_PAIRS: Final = 30
"""Matches below which a correlation says too little to conclude."""
_Z: Final = 1.959964
_LEAST: Final = 4  # Fisher's error is 1 / sqrt(n - 3)
_NEARLY: Final = 0.999_999


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlation:
    """How two markets go together over n matches with a bet on both; None where it is unknown.

    `low` and `high` are the ends of its 95 % interval (Fisher's z).
    """

    n: int
    value: float | None
    low: float | None
    high: float | None

    @property
    def few(self) -> bool:
        return self.n < FEW_PAIRS


@dataclass(frozen=True, slots=True, kw_only=True)
class Correlated:
    """The markets of a record that were ever bet together, and each pair of them that was.

    Markets are in the order of how many bets they have; `bets` counts them.
    """

    n: int
    markets: tuple[str, ...]
    bets: Mapping[str, int]
    pairs: Mapping[tuple[str, str], Correlation]


def correlated(bets: Sequence[SettledBet]) -> Correlated:
    """Return the correlations of profits per unit staked of bets on one match.

    Several bets on one market of a match count as their mean. Both ways round a pair is one.
    """
    matches: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(
        lambda: defaultdict(list)
    )
    counts: defaultdict[str, int] = defaultdict(int)
    for bet in bets:
        market = bet.selection.market_code
        counts[market] += 1
        if bet.stake:
            matches[bet.fixture][market].append(float(bet.profit / bet.stake))
    both: defaultdict[tuple[str, str], list[tuple[float, float]]] = defaultdict(list)
    for found in matches.values():
        for one, other in combinations(sorted(found), 2):
            both[one, other].append((float(np.mean(found[one])), float(np.mean(found[other]))))
    there = {market for pair in both for market in pair}
    return Correlated(
        n=len(bets),
        markets=tuple(sorted(there, key=lambda market: (-counts[market], market))),
        bets=dict(counts),
        pairs={pair: _correlation(points) for pair, points in both.items()},
    )


def _correlation(points: Sequence[tuple[float, float]]) -> Correlation:
    n = len(points)
    one, other = np.array(points).T
    if n < _LEAST or not one.std() or not other.std():
        return Correlation(n=n, value=None, low=None, high=None)
    value = float(np.clip(np.corrcoef(one, other)[0, 1], -_NEARLY, _NEARLY))
    reach = _Z / sqrt(n - 3)
    return Correlation(
        n=n, value=value, low=tanh(atanh(value) - reach), high=tanh(atanh(value) + reach)
    )
