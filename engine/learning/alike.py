"""Settled picks that are like one pick: the same market, within a band of odds or of scores."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.learning.slices import ODDS, SCORES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.pick import Pick
    from engine.domain.record import SettledBet


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """From `low` on and below `high`; None has no end."""

    low: float | None
    high: float | None

    def holds(self, value: float) -> bool:
        return (self.low is None or value >= self.low) and (self.high is None or value < self.high)


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """Settled picks on a pick's market: those of its band of odds, and of its band of scores."""

    odds: Band
    score: Band
    by_odds: tuple[SettledBet, ...]
    by_score: tuple[SettledBet, ...]


def band_of(value: float, edges: Sequence[float]) -> Band:
    """Return the band between neighbouring `edges` that a value lies in.

    >>> band_of(1.9, (1.8, 2.1)), band_of(3.0, (1.8, 2.1)).high
    (Band(low=1.8, high=2.1), None)
    """
    place = bisect_right(edges, value)
    return Band(
        low=edges[place - 1] if place else None,
        high=edges[place] if place < len(edges) else None,
    )


def alike(pick: Pick, bets: Sequence[SettledBet]) -> Alike:
    """Return the settled bets like a pick, itself left out."""
    market = [
        bet
        for bet in bets
        if bet.selection.market_code == pick.selection.market_code and bet.pick != pick.id
    ]
    odds = band_of(pick.odds, ODDS)
    score = band_of(pick.score.sweet_spot_score, SCORES)
    return Alike(
        odds=odds,
        score=score,
        by_odds=tuple(bet for bet in market if odds.holds(bet.odds)),
        by_score=tuple(bet for bet in market if score.holds(bet.sweet_spot_score)),
    )
