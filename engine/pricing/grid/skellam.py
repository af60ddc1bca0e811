"""The margin of two independent Poisson counts, and the total, term by term over many rows.

Everything here is exact to rounding: series are summed until their tail is below 1e-16.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_NEGLIGIBLE: Final = 1e-16
_FEWEST_TERMS: Final = 30  # enough for rates up to 3.5: there a row owes nothing to its neighbours


class Margins(NamedTuple):
    """Probabilities (n,): home wins, draw, away wins, home by exactly one, away by one."""

    home: NDArray[np.float64]
    draw: NDArray[np.float64]
    away: NDArray[np.float64]
    home_by_one: NDArray[np.float64]
    away_by_one: NDArray[np.float64]


def margins(home_rate: NDArray[np.float64], away_rate: NDArray[np.float64]) -> Margins:
    """Return who wins when both teams' goals are Poisson; rates (n,) in goals per match.

    With them go the derivatives (Skellam identities): dP(H)/dλ = P(D), dP(H)/dμ = -P(H by one),
    dP(A)/dλ = -P(A by one), dP(A)/dμ = P(D).

    >>> found = margins(np.array([1.5]), np.array([1.2]))
    >>> [float(part[0].round(6)) for part in found[:3]]
    [0.441465, 0.254817, 0.303718]
    """
    low, high = np.minimum(home_rate, away_rate), np.maximum(home_rate, away_rate)
    upset, draw, by_one = upsets(low, high)
    favourite = 1 - draw - upset
    home_low = home_rate < away_rate
    favourite_by_one = by_one * (high / low)
    return Margins(
        home=np.where(home_low, upset, favourite),
        draw=draw,
        away=np.where(home_low, favourite, upset),
        home_by_one=np.where(home_low, by_one, favourite_by_one),
        away_by_one=np.where(home_low, favourite_by_one, by_one),
    )


def upsets(
    low: NDArray[np.float64], high: NDArray[np.float64]
) -> tuple[NDArray[np.float64], NDArray[np.float64], NDArray[np.float64]]:
    """Return P(the team of rate `low` wins), P(draw), P(it wins by exactly one), each (n,).

    `low` ≤ `high`: the sum runs over the goals of the weaker team, whose series is the shorter.

    >>> [float(part[0].round(6)) for part in upsets(np.array([1.2]), np.array([1.5]))]
    [0.303718, 0.254817, 0.178582]
    """
    mine, theirs = np.exp(-low), np.exp(-high)
    fewer = theirs.copy()  # P(they score at most k)
    draw, wins, by_one = mine * theirs, np.zeros_like(low), np.zeros_like(low)
    product = np.empty_like(low)
    for goals in range(1, terms(_highest(low)) + 1):
        mine *= np.multiply(low, 1 / goals, out=product)
        wins += np.multiply(mine, fewer, out=product)
        by_one += np.multiply(mine, theirs, out=product)
        theirs *= np.multiply(high, 1 / goals, out=product)
        fewer += theirs
        draw += np.multiply(mine, theirs, out=product)
    return wins, draw, by_one


def terms(rate: float) -> int:
    """Return a number of goals a team of `rate` exceeds with a probability below 1e-16.

    >>> terms(1.5), terms(3.5), terms(6.0)
    (30, 30, 40)
    """
    goals, chance = 0, 1.0
    while chance > _NEGLIGIBLE or goals < rate:
        goals += 1
        chance *= rate / goals
    return max(goals, _FEWEST_TERMS)


def totals(rate: NDArray[np.float64], most: int) -> NDArray[np.float64]:
    """Return P(total = -1, 0, ..., most) (most + 2, n) of a Poisson total; the first row is 0.

    The row before gives the derivative: dP(t)/drate = P(t - 1) - P(t).

    >>> totals(np.array([2.7]), 1)[:, 0].round(6).tolist()
    [0.0, 0.067206, 0.181455]
    """
    found = np.zeros((most + 2, len(rate)))
    found[1] = np.exp(-rate)
    for goals in range(1, most + 1):
        found[goals + 1] = found[goals] * rate / goals
    return found


def margin_counts(
    home_rate: NDArray[np.float64], away_rate: NDArray[np.float64], widest: int
) -> NDArray[np.float64]:
    """Return P(margin = -widest, ..., widest) (2·widest + 1, n), home goals minus away goals.

    dP(m)/dλ = P(m - 1) - P(m) and dP(m)/dμ = P(m + 1) - P(m).

    >>> margin_counts(np.array([1.5]), np.array([1.2]), 1)[:, 0].round(6).tolist()
    [0.178582, 0.254817, 0.223227]
    """
    count = terms(max(_highest(home_rate), _highest(away_rate)))
    home, away = totals(home_rate, count)[1:], totals(away_rate, count)[1:]
    found = np.empty((2 * widest + 1, len(home_rate)))
    for margin in range(-widest, widest + 1):
        ahead, behind = max(margin, 0), max(-margin, 0)
        shared = max(count + 1 - abs(margin), 0)
        found[margin + widest] = summed(
            home[ahead : ahead + shared], away[behind : behind + shared]
        )
    return found


def summed(share: NDArray[np.float64], chance: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Σ share·chance over the first axis, its terms added in their order.

    NumPy's own order varies with the number of rows: the last bit of one would depend on others.

    >>> summed(np.array([[0.5], [1.0]]), np.array([[0.2], [0.3]])).tolist()
    [0.4]
    """
    found: NDArray[np.float64] = share[0] * chance[0]
    for one, by in zip(share[1:], chance[1:], strict=True):
        found += one * by
    return found


def _highest(rate: NDArray[np.float64]) -> float:
    """Return the highest rate, whatever has none: a NaN must not shorten its neighbours' sums."""
    return float(np.fmax.reduce(rate, initial=0.0))
