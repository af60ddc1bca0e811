"""How lucky a record was: every profit that its bets could have made, and how likely each.

A bet at odds o whose edge was e, of which r is expected back, wins with chance
(1 - r)·q where (1 - r)·(o·q - 1) = e, and is given back with chance r. Bets of one match are taken
as wholly dependent: what is good for one is good for all. Matches are independent, so that their
profits' distributions are convolved (Poisson-binomial where stakes and odds are equal).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from engine.learning.recorded.columns import Columns

    Floats = NDArray[np.float64]

_CELLS: Final = 8192
_REACH: Final = 10.0
"""The grid is ten standard deviations wide to each side."""
LEVELS: Final = (0.05, 0.25, 0.75, 0.95)
"""The ends of the 90 and the 50 % band."""


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
    grid = _Grid.of(matches)
    found = np.empty((len(bets), len(LEVELS)))
    last = np.zeros(len(LEVELS))
    for match in matches:
        grid.add(match)
        last = grid.quantiles()
        found[match.first :] = last
    return found


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class _Match:
    """What the bets of one match may earn together; `first` is the place of the first of them."""

    first: int
    profit: Floats
    chance: Floats

    @property
    def mean(self) -> float:
        return float(self.profit @ self.chance)

    @property
    def variance(self) -> float:
        return float(np.square(self.profit - self.mean) @ self.chance)


class _Grid:
    """The distribution of a sum around its mean, on cells of equal width.

    What falls between two cells is shared out so that the mean stays exact; each match widens the
    variance by a quarter of a cell squared at most.
    """

    def __init__(self, width: float) -> None:
        self.width = width
        self.mean = 0.0
        self.chance = np.zeros(2 * _CELLS + 1)
        self.chance[_CELLS] = 1.0

    @classmethod
    def of(cls, matches: list[_Match]) -> _Grid:
        """Return a grid that holds the sum of all of them."""
        variance = sum(match.variance for match in matches)
        return cls(max(_REACH * variance**0.5 / _CELLS, 1e-9))

    def add(self, match: _Match) -> None:
        """Add what one match may earn."""
        self.mean += match.mean
        found = np.zeros_like(self.chance)
        for profit, chance in zip(match.profit.tolist(), match.chance.tolist(), strict=True):
            place = (profit - match.mean) / self.width
            cell = int(np.floor(place))
            beyond = place - cell
            found += chance * (1 - beyond) * _moved(self.chance, cell)
            found += chance * beyond * _moved(self.chance, cell + 1)
        self.chance = found

    def quantiles(self) -> Floats:
        """Return the profits at `LEVELS`."""
        cumulated = np.cumsum(self.chance)
        place = np.searchsorted(cumulated, np.array(LEVELS) * min(cumulated[-1], 1.0))
        found: Floats = self.mean + (place - _CELLS) * self.width
        return found

    def below(self, profit: float) -> float:
        """Return the chance of less than a profit, of as much counted half.

        Profits within a cell and a half are the same: that is all a grid can tell.
        """
        place = (profit - self.mean) / self.width + _CELLS
        cells = np.arange(len(self.chance))
        near = np.abs(cells - place) <= 1.5  # noqa: PLR2004  # as above
        less = self.chance[(cells < place) & ~near].sum()
        return float(less + self.chance[near].sum() / 2)


def _moved(chance: Floats, cells: int) -> Floats:
    """Return a distribution moved by so many cells; what leaves the grid is lost."""
    found = np.zeros_like(chance)
    if abs(cells) >= len(chance):
        return found
    if cells >= 0:
        found[cells:] = chance[: len(chance) - cells]
    else:
        found[:cells] = chance[-cells:]
    return found


def _fortune(bets: Columns, edge: Floats, *, closes: int) -> Fortune:
    matches = list(_matches(bets, edge))
    grid = _Grid.of(matches)
    for match in matches:
        grid.add(match)
    bands = grid.quantiles().tolist() if matches else [0.0] * len(LEVELS)
    profit = float(bets.profit.sum())
    return Fortune(
        n=len(bets),
        closes=closes,
        profit=profit,
        expected=sum(match.mean for match in matches),
        deviation=sum(match.variance for match in matches) ** 0.5,
        bands=(bands[0], bands[1], bands[2], bands[3]),
        percentile=grid.below(profit) if matches else 0.5,
    )


def _matches(bets: Columns, edge: Floats) -> Iterator[_Match]:
    """Yield what each match may earn, in the order of their first bets."""
    refund = np.clip(np.nan_to_num(bets.refund), 0.0, 1.0)
    decided = 1 - refund
    worth = np.divide(edge, decided, out=np.zeros(len(bets)), where=decided > 0)
    wins = decided * np.clip((1 + worth) / bets.odds, 0.0, 1.0)
    order = np.argsort(bets.fixture, kind="stable")
    cuts = np.flatnonzero(np.diff(bets.fixture[order])) + 1
    groups = sorted(np.split(order, cuts), key=lambda group: int(group[0])) if len(order) else []
    for group in groups:
        yield _together(bets, group, wins[group], refund[group])


def _together(bets: Columns, group: NDArray[np.int64], wins: Floats, refund: Floats) -> _Match:
    """Return what bets of a match earn as one draw turns from the best for all to the worst.

    Each is won up to its chance, then given back, then lost.
    """
    cuts = np.unique(np.clip(np.concatenate([wins, wins + refund, [0.0, 1.0]]), 0.0, 1.0))
    middle = (cuts[:-1] + cuts[1:]) / 2
    stake, odds = bets.stake[group], bets.odds[group]
    won = middle[:, None] < wins
    lost = middle[:, None] >= wins + refund
    profit = (won * stake * (odds - 1) - lost * stake).sum(axis=1)
    return _Match(first=int(group[0]), profit=profit, chance=np.diff(cuts))
