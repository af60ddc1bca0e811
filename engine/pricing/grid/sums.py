"""Sums over a score grid that many bets share, taken from its factors without building it."""

from __future__ import annotations

from enum import IntEnum
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

import numpy as np
from numpy.typing import NDArray

from engine.pricing.grid.score_grid import LOW_SCORES, SIZE, added
from engine.pricing.grid.skellam import summed

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

Factor = NDArray[np.float64]
"""(goals, n): the chances of each number of goals of one team, one column per grid."""
_HOME, _AWAY = np.indices((SIZE, SIZE))


class Over(IntEnum):
    """What a sum runs over; `at` is its bound, `and_at` the away goals of a single score."""

    ALL = 1
    ODD_TOTAL = 2
    MARGIN_FROM = 3
    HOME_FROM = 4
    AWAY_FROM = 5
    TOTAL_UP_TO = 6
    SCORE = 7


class Sum(NamedTuple):
    over: Over
    at: int = 0
    and_at: int = 0

    def cells(self) -> NDArray[np.bool_]:
        """Return the scores (SIZE, SIZE) this sum runs over, home goals down.

        >>> Sum(Over.MARGIN_FROM, 1).cells()[:2, :2].tolist()
        [[False, False], [True, False]]
        """
        match self.over:
            case Over.ALL:
                found = np.ones((SIZE, SIZE), dtype=np.bool_)
            case Over.ODD_TOTAL:
                found = (_HOME + _AWAY) % 2 == 1
            case Over.MARGIN_FROM:
                found = np.greater_equal(_HOME - _AWAY, self.at)
            case Over.HOME_FROM:
                found = np.greater_equal(_HOME, self.at)
            case Over.AWAY_FROM:
                found = np.greater_equal(_AWAY, self.at)
            case Over.TOTAL_UP_TO:
                found = np.less_equal(_HOME + _AWAY, self.at)
            case Over.SCORE:
                found = np.equal(_HOME, self.at) & np.equal(_AWAY, self.and_at)
        return found


Sums = dict[Sum, NDArray[np.float64]]


def sums(
    wanted: Sequence[Sum],
    home: Factor,
    away: Factor,
    correction: NDArray[np.float64],
) -> list[NDArray[np.float64]]:
    """Return each sum (n,) over the grids home[i]·away[j] + correction·LOW_SCORES[i, j].

    `home`, `away` (goals, n), goals ≤ SIZE: those left out are 0. Nothing is assumed of them: a
    grid's derivatives have the same form. Exact to rounding; about 20 products a sum. No grid's
    sums depend on the grids beside it, to the last bit.

    >>> half = np.full((2, 1), 0.5)
    >>> sums([Sum(Over.MARGIN_FROM, 1)], half, half, np.zeros(1))
    [array([0.25])]
    """
    found = dict[Sum, NDArray[np.float64]]()
    for over, measure in _MEASURES.items():
        asked = [one for one in wanted if one.over is over]
        if asked:
            found |= measure(asked, home, away)
    for one in wanted:
        low = _low(one)
        if low:
            found[one] = found[one] + low * correction
    return [found[one] for one in wanted]


@cache
def _low(one: Sum) -> float:
    """Return what the sum gains per unit of correction."""
    return float((LOW_SCORES * one.cells()).sum())


def _all(asked: list[Sum], home: Factor, away: Factor) -> Sums:
    return dict.fromkeys(asked, added(home) * added(away))


def _odd(asked: list[Sum], home: Factor, away: Factor) -> Sums:
    odd = added(home[::2]) * added(away[1::2])
    odd += added(home[1::2]) * added(away[::2])
    return dict.fromkeys(asked, odd)


def _scores(asked: list[Sum], home: Factor, away: Factor) -> Sums:
    none, goals = np.zeros(home.shape[1]), len(home)
    return {
        one: home[one.at] * away[one.and_at] if max(one.at, one.and_at) < goals else none
        for one in asked
    }


def _margins(asked: list[Sum], home: Factor, away: Factor) -> Sums:
    """Return P(margin ≥ m) for every m from the least asked to the most."""
    bounds = [one.at for one in asked]
    at_least = _ahead(max(bounds), home, away)
    found = {Sum(Over.MARGIN_FROM, max(bounds)): at_least}
    for margin in range(max(bounds) - 1, min(bounds) - 1, -1):
        ahead, behind = max(margin, 0), max(-margin, 0)
        shared = max(len(home) - abs(margin), 0)
        at_least = at_least + summed(home[ahead : ahead + shared], away[behind : behind + shared])
        found[Sum(Over.MARGIN_FROM, margin)] = at_least
    return found


def _ahead(margin: int, home: Factor, away: Factor) -> NDArray[np.float64]:
    """Return P(home goals ≥ away goals + margin)."""
    found, fewer = np.zeros(home.shape[1]), np.zeros(home.shape[1])
    for goals in range(len(home)):
        if goals - margin < 0:
            continue
        if goals == max(margin, 0):
            fewer = added(away[: goals - margin + 1])
        elif goals - margin < len(away):
            fewer += away[goals - margin]
        found += home[goals] * fewer
    return found


def _totals(asked: list[Sum], home: Factor, away: Factor) -> Sums:
    found, up_to = Sums(), np.zeros(home.shape[1])
    for total in range(max(one.at for one in asked) + 1):
        first, last = max(total - len(home) + 1, 0), min(total, len(home) - 1)
        theirs = away[total - last : total - first + 1][::-1]
        up_to = up_to + summed(home[first : last + 1], theirs)
        found[Sum(Over.TOTAL_UP_TO, total)] = up_to
    return found


def _home(asked: list[Sum], home: Factor, away: Factor) -> Sums:
    every, theirs = added(home), added(away)
    return {one: (every - added(home[: one.at])) * theirs for one in asked}


def _away(asked: list[Sum], home: Factor, away: Factor) -> Sums:
    every, theirs = added(away), added(home)
    return {one: (every - added(away[: one.at])) * theirs for one in asked}


_MEASURES: Final[dict[Over, Callable[[list[Sum], Factor, Factor], Sums]]] = {
    Over.ALL: _all,
    Over.ODD_TOTAL: _odd,
    Over.MARGIN_FROM: _margins,
    Over.HOME_FROM: _home,
    Over.AWAY_FROM: _away,
    Over.TOTAL_UP_TO: _totals,
    Over.SCORE: _scores,
}
