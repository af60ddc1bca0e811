"""How lucky a record was: every profit that its bets could have made, and how likely each.

A bet at odds o whose edge was e, of which r is expected back, wins with chance
(1 - r)·q where (1 - r)·(o·q - 1) = e, and is given back with chance r; a quarter line is half won,
or half lost, with chance 2·r instead, which its fraction says. Bets of one match are taken as
wholly dependent: what is good for one is good for all. Matches are independent, so that their
profits' distributions are convolved (Poisson-binomial where stakes and odds are equal). Of more
than `COUNTED` matches the normal distribution stands in, which misses a chance by no more than
.56 x the sum of the third absolute moments / deviation³ (Berry-Esseen): under a hundredth at even
odds and level stakes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.recorded.sums import Normal, Part, Sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEVELS: Final = (0.05, 0.25, 0.75, 0.95)
"""The ends of the 90 and the 50 % band."""
COUNTED: Final = 5_000
"""Matches up to which distributions are convolved: within a second."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fortune:
    """Where a profit stands among those that n bets could have made.

    `percentile` is the chance of less (of as much, half): .5 is what was to be expected. `bands`
    are profits at `LEVELS`, in units. `closes` bets have a close that says their edge; for the
    others the edge at the alert stands in, where edges are those at the close.
    """

    n: int
    closes: int
    profit: float
    expected: float
    deviation: float
    bands: tuple[float, float, float, float]
    percentile: float


def at_alert(bets: Columns) -> Fortune:
    """Return how lucky the record was if every edge was what was said when it was made."""
    return _fortune(bets, bets.expected, closes=0)


def at_close(bets: Columns) -> Fortune:
    """Return how lucky the record was if every edge was what the close said."""
    return _fortune(bets, edges_at_close(bets), closes=int(np.isfinite(bets.clv).sum()))


def edges_at_close(bets: Columns) -> Floats:
    """Return each bet's edge at the close or, where it has none, at the alert."""
    return np.where(np.isfinite(bets.clv), bets.clv, bets.expected)


def running_bands(bets: Columns, edge: Floats) -> Floats:
    """Return the bands at `LEVELS` (n, 4) of the running profit after each bet, in order.

    The bets of a match count together, from the first of them on.
    """
    matches = list(_matches(bets, edge))
    total = _sum_of([part for _, part in matches])
    found = np.empty((len(bets), len(LEVELS)))
    for first, part in matches:
        total.add(part)
        found[first:] = total.quantiles(LEVELS)
    return found


def _fortune(bets: Columns, edge: Floats, *, closes: int) -> Fortune:
    parts = [part for _, part in _matches(bets, edge)]
    total = _sum_of(parts)
    for part in parts:
        total.add(part)
    low90, low50, high50, high90 = total.quantiles(LEVELS).tolist()
    profit = float(bets.profit.sum())
    return Fortune(
        n=len(bets),
        closes=closes,
        profit=profit,
        expected=sum(part.mean for part in parts),
        deviation=sum(part.variance for part in parts) ** 0.5,
        bands=(low90, low50, high50, high90),
        percentile=total.below(profit),
    )


def _sum_of(parts: list[Part]) -> Sum | Normal:
    """Return the empty sum that has room for all of them."""
    if len(parts) > COUNTED:
        return Normal()
    return Sum(sum(part.variance for part in parts) ** 0.5)


def _matches(bets: Columns, edge: Floats) -> Iterator[tuple[int, Part]]:
    """Yield what each match may earn, and the place of its first bet, in their order."""
    chances, pays = _outcomes(bets, edge)
    order = np.argsort(bets.fixture, kind="stable")
    cuts = np.flatnonzero(np.diff(bets.fixture[order])) + 1
    groups = sorted(np.split(order, cuts), key=lambda group: int(group[0])) if len(order) else []
    for group in groups:
        yield int(group[0]), _together(chances[group], pays[group])


def _outcomes(bets: Columns, edge: Floats) -> tuple[Floats, Floats]:
    """Return how likely each bet (n, 3) is won, in between, and lost; and what each pays."""
    refund = np.clip(np.nan_to_num(bets.refund), 0.0, 1.0)
    between = np.where(bets.half == 0, refund, np.minimum(2 * refund, 1.0))
    won = (1 - refund + edge) / bets.odds - np.where(bets.half > 0, between / 2, 0.0)
    wins = np.clip(won, 0.0, 1 - between)
    chances = np.stack([wins, between, 1 - between - wins], axis=1)
    gain, one = bets.odds - 1, np.ones(len(bets))
    halves = np.where(bets.half > 0, gain / 2, np.where(bets.half < 0, -one / 2, 0.0))
    pays = np.stack([gain, halves, -one], axis=1) * bets.stake[:, None]
    return chances, pays


def _together(chances: Floats, pays: Floats) -> Part:
    """Return what bets of a match earn as one draw turns from the best for all to the worst."""
    ends = np.clip(np.cumsum(chances, axis=1), 0.0, 1.0)
    cuts = np.unique(np.concatenate([ends[:, :2].ravel(), [0.0, 1.0]]))
    middle = (cuts[:-1] + cuts[1:]) / 2
    outcome = (middle[:, None, None] >= ends[:, :2]).sum(axis=2)
    profit = np.take_along_axis(pays, outcome.T, axis=1).sum(axis=0)
    return Part(profit=profit, chance=np.diff(cuts))
