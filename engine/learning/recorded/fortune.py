"""How lucky a record was: every profit that its bets could have made, and how likely each.

A bet at odds o whose edge was e, of which r is expected back, wins with chance
(1 - r)·q where (1 - r)·(o·q - 1) = e, and is given back with chance r; a quarter line is half won,
or half lost, with chance 2·r instead, which its fraction says. Bets of one match are taken as
wholly dependent: what is good for one is good for all. Matches are independent, so that their
profits' distributions are convolved (Poisson-binomial where stakes and odds are equal). Of more
than `COUNTED` matches their first three moments tell the distribution of the sum (`Many`).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.recorded.sums import Many, Part, Sum

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

LEVELS: Final = (0.05, 0.25, 0.75, 0.95)
"""The ends of the 90 and the 50 % band."""
COUNTED: Final = 1_000
"""Matches up to which distributions are convolved: within a second."""
DRAWN: Final = 3_000
"""Bets up to which each is drawn where paths are."""
RUNS: Final = 1_500


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
    moments = _moments(bets, edge)
    if len(moments) > COUNTED:
        return _running_moments(moments, len(bets))
    total = Sum(moments.variance.sum() ** 0.5)
    found = np.empty((len(bets), len(LEVELS)))
    for first, part in _matches(bets, edge):
        total.add(part)
        found[first:] = total.quantiles(LEVELS)
    return found


def running_profits(
    bets: Columns, edge: Floats, *, paths: int, rng: np.random.Generator
) -> Floats:
    """Return how the running profit could have gone, (paths, steps), by chance alone.

    One draw decides all bets of a match. A step is a bet or, of more than `DRAWN` bets, a run of
    matches, each run a normal draw.
    """
    if len(bets) > DRAWN:
        moments = _moments(bets, edge)
        starts = np.linspace(0, len(moments), RUNS, endpoint=False).astype(np.int64)
        starts = np.unique(starts)
        mean = np.add.reduceat(moments.mean, starts)
        deviation = np.sqrt(np.add.reduceat(moments.variance, starts))
        return np.cumsum(mean + deviation * rng.standard_normal((paths, len(starts))), axis=1)
    chances, pays = _outcomes(bets, edge)
    ends = np.cumsum(chances, axis=1)
    _, match = np.unique(bets.fixture, return_inverse=True)
    draws = rng.random((paths, int(match.max(initial=-1)) + 1))[:, match]
    earned = np.where(
        draws < ends[:, 0], pays[:, 0], np.where(draws < ends[:, 1], pays[:, 1], pays[:, 2])
    )
    return np.cumsum(earned, axis=1)


def chances_to_win(bets: Columns, edge: Floats) -> Floats:
    """Return each bet's chance to win where it is not given back, if that was its edge."""
    chances, _ = _outcomes(bets, edge)
    decided = chances[:, 0] + chances[:, 2]
    found: Floats = np.divide(
        chances[:, 0], decided, out=np.full(len(bets), np.nan), where=decided > 0
    )
    return found


def _running_moments(moments: _Moments, n: int) -> Floats:
    """Return the running bands of very many matches by the moments of all that came before."""
    sums = [np.cumsum(one) for one in (moments.mean, moments.variance, moments.third)]
    bands = [
        Many(mean=mean, variance=variance, third=third).quantiles(LEVELS)
        for mean, variance, third in zip(*(one.tolist() for one in sums), strict=True)
    ]
    starts = np.append(moments.first, n)
    return np.repeat(np.array(bands), np.diff(starts), axis=0)


def _fortune(bets: Columns, edge: Floats, *, closes: int) -> Fortune:
    moments = _moments(bets, edge)
    expected, variance = float(moments.mean.sum()), float(moments.variance.sum())
    total: Sum | Many = Many(mean=expected, variance=variance, third=float(moments.third.sum()))
    if len(moments) <= COUNTED:
        total = Sum(variance**0.5)
        for _, part in _matches(bets, edge):
            total.add(part)
    low90, low50, high50, high90 = total.quantiles(LEVELS).tolist()
    profit = float(bets.profit.sum())
    return Fortune(
        n=len(bets),
        closes=closes,
        profit=profit,
        expected=expected,
        deviation=variance**0.5,
        bands=(low90, low50, high50, high90),
        percentile=total.below(profit),
    )


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Moments:
    """Mean, variance and third central moment of what each match may earn, (m,) each.

    In the order of the first bets of the matches, whose places are `first`.
    """

    first: Ints
    mean: Floats
    variance: Floats
    third: Floats

    def __len__(self) -> int:
        return len(self.first)


def _moments(bets: Columns, edge: Floats) -> _Moments:
    """Return the moments of every match, those with as many bets worked out together."""
    chances, pays = _outcomes(bets, edge)
    groups = _groups(bets)
    sizes = np.array([len(group) for group in groups], dtype=np.int64)
    found = np.zeros((3, len(groups)))
    for size in np.unique(sizes).tolist():
        there = np.flatnonzero(sizes == size)
        rows = np.array([groups[place] for place in there.tolist()])
        profit, chance = _turned(chances[rows], pays[rows])
        mean = (profit * chance).sum(axis=1)
        beyond = profit - mean[:, None]
        found[0, there] = mean
        found[1, there] = (beyond**2 * chance).sum(axis=1)
        found[2, there] = (beyond**3 * chance).sum(axis=1)
    first = np.array([group[0] for group in groups], dtype=np.int64)
    return _Moments(first=first, mean=found[0], variance=found[1], third=found[2])


def _groups(bets: Columns) -> list[Ints]:
    """Return the places of each match's bets, the match that was bet on first at the front."""
    order = np.argsort(bets.fixture, kind="stable")
    cuts = np.flatnonzero(np.diff(bets.fixture[order])) + 1
    groups = np.split(order, cuts) if len(order) else []
    return sorted(groups, key=lambda group: int(group[0]))


def _matches(bets: Columns, edge: Floats) -> Iterator[tuple[int, Part]]:
    """Yield what each match may earn, and the place of its first bet, in their order."""
    chances, pays = _outcomes(bets, edge)
    for group in _groups(bets):
        profit, chance = _turned(chances[None, group], pays[None, group])
        real = chance[0] > 0
        yield int(group[0]), Part(profit=profit[0, real], chance=chance[0, real])


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


def _turned(chances: Floats, pays: Floats) -> tuple[Floats, Floats]:
    """Return what the bets of m matches earn as one draw turns from the best for all to the worst.

    From chances and pays (m, bets, 3): profits and how likely each is, (m, 2 x bets + 1).
    """
    ends = np.clip(np.cumsum(chances, axis=2), 0.0, 1.0)[:, :, :2]
    edges = np.zeros((len(ends), 1))
    cuts = np.sort(np.concatenate([edges, ends.reshape(len(ends), -1), edges + 1], axis=1), axis=1)
    middle = (cuts[:, :-1] + cuts[:, 1:]) / 2
    outcome = (middle[:, None, :, None] >= ends[:, :, None, :]).sum(axis=3)
    return np.take_along_axis(pays, outcome, axis=2).sum(axis=1), np.diff(cuts, axis=1)
