"""The distribution of a sum of independent profits: exact while it can be, on a fine grid beyond.

Accounts are kept in ten-thousandths of a unit, so sums fall on that lattice and many coincide:
until there are more than `MOST_ATOMS` different ones, each is kept with its exact chance. Level
stakes stay there for long (with one size of odds it is the binomial); a dozen bets always do.
Beyond, sums are shared out over `2 x CELLS + 1` cells within ten standard deviations of the mean:
each share keeps the mean and adds at most a quarter of a squared cell to the variance, so that n
matches widen the standard deviation by less than n / 5,000,000 of itself.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, pi, sqrt
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr, ndtri

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MOST_ATOMS: Final = 8192
CELLS: Final = 8192
_REACH: Final = 10.0
_PER_UNIT: Final = 10_000
_LEAST: Final = 1e-9
_SAME: Final = 1e-12
"""What chances may miss by rounding: a level is reached where it is reached but for that."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Part:
    """One independent part of a sum: what it may be, in units, and how likely each is."""

    profit: Floats
    chance: Floats

    @property
    def mean(self) -> float:
        return float(self.profit @ self.chance)

    @property
    def variance(self) -> float:
        return float(np.square(self.profit - self.mean) @ self.chance)


class Sum:
    """The distribution of what was added so far; `deviation` is that of all that will be."""

    def __init__(self, deviation: float) -> None:
        self._deviation = deviation
        self._held: _Atoms | _Cells = _Atoms()

    @property
    def exact(self) -> bool:
        """Whether each chance is still exact."""
        return isinstance(self._held, _Atoms)

    def add(self, part: Part) -> None:
        """Add an independent part."""
        held = self._held
        held.add(part)
        if isinstance(held, _Atoms) and len(held.place) > MOST_ATOMS:
            self._held = held.spread(max(_REACH * self._deviation / CELLS, _LEAST))

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return the lowest sums that are reached with at least these chances."""
        return self._held.quantiles(np.array(levels))

    def below(self, profit: float) -> float:
        """Return the chance of less, that of as much counted half."""
        return self._held.below(profit)


@dataclass(frozen=True, slots=True, kw_only=True)
class Many:
    """The distribution of a sum of very many independent parts, by its first three moments.

    Edgeworth's first term corrects the normal distribution for skew; what is left falls with the
    number of parts, not with its root (Hall 1992, eq. 2.1 and 2.50). `third` is the third central
    moment.
    """

    mean: float
    variance: float
    third: float

    def quantiles(self, levels: Sequence[float]) -> Floats:
        """Return the sums below which these chances lie (Cornish and Fisher)."""
        z = ndtri(np.array(levels))
        found: Floats = self.mean + self.deviation * (z + self.skew / 6 * (z * z - 1))
        return found

    def below(self, profit: float) -> float:
        """Return the chance of less, that of as much counted half."""
        beyond = profit - self.mean
        if self.variance <= 0:
            return 0.5 if abs(beyond) < _LEAST else float(beyond > 0)
        z = beyond / self.deviation
        density = exp(-z * z / 2) / sqrt(2 * pi)
        chance = float(ndtr(z)) - self.skew / 6 * (z * z - 1) * density
        return min(max(chance, 0.0), 1.0)

    @property
    def deviation(self) -> float:
        return sqrt(self.variance)

    @property
    def skew(self) -> float:
        return self.third / self.variance**1.5 if self.variance > 0 else 0.0


class _Atoms:
    """Sums in ten-thousandths of a unit, in order, each with its chance."""

    def __init__(self) -> None:
        self.place: Ints = np.zeros(1, dtype=np.int64)
        self.chance: Floats = np.ones(1)

    def add(self, part: Part) -> None:
        moves = np.rint(part.profit * _PER_UNIT).astype(np.int64)
        places = (self.place[:, None] + moves).ravel()
        chances = (self.chance[:, None] * part.chance).ravel()
        self.place, atom = np.unique(places, return_inverse=True)
        self.chance = np.bincount(atom, chances, len(self.place)).astype(np.float64)

    def quantiles(self, levels: Floats) -> Floats:
        found: Floats = self.place[_reached(self.chance, levels)] / _PER_UNIT
        return found

    def below(self, profit: float) -> float:
        place = round(profit * _PER_UNIT)
        less, equal = (self.chance[self.place < place], self.chance[self.place == place])
        return float(min(less.sum() + equal.sum() / 2, 1.0))

    def spread(self, width: float) -> _Cells:
        """Return the same sums on cells of that width around their mean."""
        profit = self.place / _PER_UNIT
        found = _Cells(width, float(profit @ self.chance))
        found.chance = _shared((profit - found.mean) / width, self.chance)
        return found


class _Cells:
    """Sums on cells of equal width around their mean."""

    def __init__(self, width: float, mean: float) -> None:
        self.width = width
        self.mean = mean
        self.chance: Floats = np.zeros(2 * CELLS + 1)

    def add(self, part: Part) -> None:
        self.mean += part.mean
        found: Floats = np.zeros(2 * CELLS + 1)
        moves = (part.profit - part.mean) / self.width
        cells = np.floor(moves).astype(np.int64)
        beyond = moves - cells
        for cell, over, chance in zip(
            cells.tolist(), beyond.tolist(), part.chance.tolist(), strict=True
        ):
            found += (chance * (1 - over)) * _moved(self.chance, cell)
            found += (chance * over) * _moved(self.chance, cell + 1)
        self.chance = found

    def quantiles(self, levels: Floats) -> Floats:
        cells = (_reached(self.chance, levels) - CELLS).astype(np.float64)
        found: Floats = self.mean + cells * self.width
        return found

    def below(self, profit: float) -> float:
        """Take the chance to rise evenly from the middle of a cell to that of the next."""
        middles = np.cumsum(self.chance) - self.chance / 2
        place = (profit - self.mean) / self.width + CELLS
        found = np.interp(place, np.arange(len(middles)), middles, left=0.0, right=1.0)
        return float(min(found, 1.0))  # sums of rounded chances may be a little more


def _shared(places: Floats, chances: Floats) -> Floats:
    """Return chances on cells, each shared by the two cells its place is between."""
    cells = np.floor(places).astype(np.int64)
    beyond, size = places - cells, 2 * CELLS + 1
    found: Floats = np.zeros(size)
    for near, share in ((cells, 1 - beyond), (cells + 1, beyond)):
        there = np.clip(near + CELLS, 0, size - 1)
        found += np.bincount(there, chances * share, size).astype(np.float64)
    return found


def _reached(chance: Floats, levels: Floats) -> Ints:
    cumulated = np.cumsum(chance)
    found: Ints = np.searchsorted(cumulated, levels * min(cumulated[-1], 1.0) - _SAME)
    return np.minimum(found, len(chance) - 1)


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
