"""Scores as two Poisson counts with the Dixon-Coles correction of the four low scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

SIZE: Final = 24
"""Goals 0-23 of each team: at a rate of 6 a team scores more once in 40 million matches."""
LOW_SCORES: Final = np.zeros((SIZE, SIZE))
"""Where the correction adds (0-1 and 1-0) and takes (0-0 and 1-1); it sums to 0."""
LOW_SCORES[:2, :2] = [[-1, 1], [1, -1]]


class RhoOutOfRangeError(ValueError):
    """A correlation that would make the probability of some score negative."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Counts:
    """The factors of n grids: `grid[i, j] = home[i]·away[j] + correction·LOW_SCORES[i, j]`.

    `home`, `away`: (n, SIZE) probabilities of each number of goals; `correction`: (n,), the
    probability moved from each of 0-0 and 1-1 to each of 0-1 and 1-0. Derivatives of a grid
    have the same form.
    """

    home: NDArray[np.float64]
    away: NDArray[np.float64]
    correction: NDArray[np.float64]

    def matrices(self) -> NDArray[np.float64]:
        """Return the grids (n, SIZE, SIZE), home goals down."""
        plain = self.home[:, :, None] * self.away[:, None, :]
        plain[:, :2, :2] += self.correction[:, None, None] * LOW_SCORES[:2, :2]
        return plain


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Grids:
    """Goal rates of home and away and their low-score correlation; NaN where no grid fits.

    Each (n,), in goals per match; `rho` is Dixon and Coles's, 0 for independent counts.
    """

    home_rate: NDArray[np.float64]
    away_rate: NDArray[np.float64]
    rho: NDArray[np.float64]

    def __len__(self) -> int:
        return len(self.home_rate)

    def where(self, rows: slice | NDArray[np.int64] | NDArray[np.bool_]) -> Grids:
        """Return the grids of some fixtures."""
        return Grids(
            home_rate=self.home_rate[rows], away_rate=self.away_rate[rows], rho=self.rho[rows]
        )

    def matrix(self, index: int) -> NDArray[np.float64]:
        """Return the probabilities of fixture `index`'s scores, home goals down."""
        grid: NDArray[np.float64] = self.matrices(slice(index, index + 1))[0]
        return grid

    def matrices(self, rows: slice | NDArray[np.int64]) -> NDArray[np.float64]:
        """Return the matrices of several fixtures (n, SIZE, SIZE); each sums to 1."""
        return self.where(rows).counts().matrices()

    def counts(self) -> Counts:
        """Return the factors of every grid."""
        home, away = poisson(self.home_rate), poisson(self.away_rate)
        # Each corrected cell is its plain value times tau, and p(1) = rate·p(0).
        moved = self.rho * home[:, 1] * away[:, 1]
        return Counts(home=home, away=away, correction=moved)

    @property
    def tail(self) -> NDArray[np.float64]:
        """The probability (n,) of a score beyond the grid, before it was scaled to sum to 1."""
        kept = added(_counts(self.home_rate)) * added(_counts(self.away_rate))
        beyond: NDArray[np.float64] = np.maximum(1 - kept, 0.0)
        return beyond


def score_grids(
    home_rate: NDArray[np.float64],
    away_rate: NDArray[np.float64],
    rho: NDArray[np.float64] | float = 0.0,
) -> Grids:
    """Return n grids; rates in goals per match, `rho` one number or one per fixture.

    The four cells are those of Dixon & Coles (1997), eq. 4.2, x goals of home and y of away:
    tau(0, 0) = 1 - λμρ, tau(0, 1) = 1 + λρ, tau(1, 0) = 1 + μρ, tau(1, 1) = 1 - ρ. The correction
    keeps both teams' own goals Poisson. NaN rates give NaN grids.

    Raises:
        RhoOutOfRangeError: a correlation outside `rho_limits` of its rates.
        ValueError: a rate that is not above 0.

    >>> grids = score_grids(np.array([1.5]), np.array([1.2]), -0.1)
    >>> float((grids.matrix(0)[0, 0] / np.exp(-2.7)).round(6))  # 1 + 0.1·1.5·1.2
    1.18
    """
    if (home_rate <= 0).any() or (away_rate <= 0).any():
        raise ValueError("a goal rate was not above 0")
    each = np.broadcast_to(np.asarray(rho, dtype=np.float64), home_rate.shape)
    low, high = rho_limits(home_rate, away_rate)
    outside = np.flatnonzero((each < low) | (each > high))
    if len(outside):
        row = int(outside[0])
        raise RhoOutOfRangeError(
            f"rho was {each[row]:.4f} in row {row}; at rates of {home_rate[row]:.4f} and "
            f"{away_rate[row]:.4f} it lies between {low[row]:.4f} and {high[row]:.4f}"
        )
    return Grids(home_rate=home_rate, away_rate=away_rate, rho=each.copy())


def rho_limits(
    home_rate: NDArray[np.float64], away_rate: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the lowest and highest rho (n,) that leave no score a negative probability.

    Dixon & Coles (1997), below eq. 4.2: max(-1/λ, -1/μ) ≤ ρ ≤ min(1/(λμ), 1).

    >>> [limit.tolist() for limit in rho_limits(np.array([2.0]), np.array([1.0]))]
    [[-0.5], [0.5]]
    """
    low = -1 / np.maximum(home_rate, away_rate)
    high = np.minimum(1 / (home_rate * away_rate), 1.0)
    return low, high


def poisson(rate: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities (n, SIZE) of 0 to SIZE-1 goals, scaled to sum to 1 each row.

    >>> bool(np.isclose(poisson(np.array([1.2]))[0, 2], 1.2**2 / 2 * np.exp(-1.2)))
    True
    """
    counts = _counts(rate)
    counts /= added(counts)
    return counts.T


def added(terms: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sums over the first axis, the terms added in their order.

    NumPy's own order is another one where there is a single column: its last bit would depend on
    whether it stands alone.

    >>> added(np.array([[0.5], [0.25]])).tolist()
    [0.75]
    """
    found: NDArray[np.float64] = np.zeros(terms.shape[1:])
    for one in terms:
        found += one
    return found


def _counts(rate: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the probabilities of 0 to SIZE-1 goals, one row per number of goals."""
    counts = np.empty((SIZE, len(rate)))
    counts[0] = np.exp(-rate)
    for goals in range(1, SIZE):
        np.multiply(counts[goals - 1], rate, out=counts[goals])
        counts[goals] /= goals
    return counts
