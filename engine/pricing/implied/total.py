"""Goal rates and rho from match odds and a total: the fast road, one unknown at a time.

With independent counts a total depends on the sum of the rates alone, and so it does with rho at
lines of 2.5 and more, where all corrected scores are under. The sum follows from the total, then
the split from who wins; rho takes the draws that are left over.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.grid.score_grid import rho_limits
from engine.pricing.grid.skellam import summed, totals, upsets
from engine.pricing.implied.equations import read_lines
from engine.pricing.implied.search import HIGHEST_RATE, LOWEST_RATE

if TYPE_CHECKING:
    from numpy.typing import NDArray

SEPARABLE_FROM: Final = 2.5
"""The lowest line whose over and under rho does not move."""
_BLOCK: Final = 4096  # rows at once: what is worked on stays in the processor's cache
_MOST_STEPS: Final = 10
_LAST_STEP: Final = 2e-6  # relative; what is left after it is its square
TYPICAL_TOTAL: Final = 2.6
TILT: Final = 0.64  # log of the ratio of the rates per unit of log(home/away) at that total
_LEAST_TOTAL, _MOST_TOTAL = 0.2, 12.0


def split_total(
    match_odds: NDArray[np.float64],
    over: NDArray[np.float64],
    line: NDArray[np.float64],
    *,
    free_rho: bool,
) -> NDArray[np.float64]:
    """Return home rate, away rate and rho (3, n) that repeat a market; NaN where not found.

    `match_odds` (n, 3) fair; `over` (n,) W/(W+L) at `line` goals. With `free_rho` everything is
    repeated exactly, for lines from `SEPARABLE_FROM` up; without, home against away and the total.
    Rates to 1e-10 of themselves. What is not found here is for a slower search.

    >>> market = np.array([[0.45, 0.28, 0.27]]), np.array([0.5]), np.array([2.5])
    >>> split_total(*market, free_rho=True)[:, 0].round(4).tolist()
    [1.5327, 1.1413, -0.1083]
    """
    found = np.full((3, len(over)), np.nan)
    with np.errstate(all="ignore"):  # what is no probability ends as NaN
        for first in range(0, len(over), _BLOCK):
            rows = slice(first, first + _BLOCK)
            home, draw, away = np.ascontiguousarray(match_odds[rows].T)
            total = _total(over[rows], line[rows])
            upset = np.minimum(home, away)
            low, rho = _split(total, upset, draw, free_rho=free_rho)
            behind, high = home < away, total - low
            found[:, rows] = np.where(behind, low, high), np.where(behind, high, low), rho
        least, most = rho_limits(found[0], found[1])
        fair = (found[:2] >= LOWEST_RATE).all(axis=0) & (found[:2] <= HIGHEST_RATE).all(axis=0)
        fair &= (found[2] >= least) & (found[2] <= most)
    found[:, ~fair] = np.nan
    if free_rho:
        found[:, ~(line >= SEPARABLE_FROM)] = np.nan
    return found


def _total(over: NDArray[np.float64], line: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the sum of the rates whose over is W/(W+L) at `line`: Newton on its logit."""
    lines = read_lines(line, np.full_like(line, np.nan))
    under, not_over, most = lines.under, lines.not_over, len(lines.under) - 1
    wanted = np.log(over / (1 - over))
    total = np.clip(line + 0.2 + 4 * (over - 0.5), _LEAST_TOTAL, _MOST_TOTAL)
    done = np.zeros(len(over), dtype=np.bool_)
    for _ in range(_MOST_STEPS):
        chance = totals(total, most)
        slope = chance[:-1] - chance[1:]
        loss, win = summed(under, chance[1:]), 1 - summed(not_over, chance[1:])
        by_total = -summed(not_over, slope) / win - summed(under, slope) / loss
        step = (np.log(win / loss) - wanted) / by_total
        total = np.clip(total - np.where(done, 0.0, step), _LEAST_TOTAL, _MOST_TOTAL)
        done |= np.abs(step) < _LAST_STEP * total
        if (done | np.isnan(step)).all():
            break
    return np.where(done, total, np.nan)


def _split(
    total: NDArray[np.float64],
    upset: NDArray[np.float64],
    draw: NDArray[np.float64],
    *,
    free_rho: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the weaker team's rate and rho: Newton along a given total.

    The correction adds as much to home as to away, so with rho their difference is plain counts';
    without, their ratio is.
    """
    lost = np.isnan(total) | np.isnan(upset)
    total = np.where(lost, 2.0, total)  # a row without an answer leads nobody astray
    low = np.where(lost, 1.0, _start(total, upset, draw))
    done, at_rest = lost.copy(), low
    for _ in range(_MOST_STEPS):
        wins, wins_slope, miss, slope = _leaning(low, total, upset, draw, free_rho=free_rho)
        step = np.where(done, 0.0, miss / slope)
        # a row at rest keeps what it found: its answer does not depend on its neighbours
        at_rest = np.where(done, at_rest, wins - wins_slope * step)
        low = np.clip(low - step, LOWEST_RATE, total / 2)
        done |= np.abs(step) < _LAST_STEP * low
        if done.all():
            break
    moved = upset - at_rest if free_rho else np.zeros_like(low)
    rho = moved / (low * (total - low) * np.exp(-total))
    low[lost | ~done] = np.nan
    return low, rho


def _start(
    total: NDArray[np.float64], upset: NDArray[np.float64], draw: NDArray[np.float64]
) -> NDArray[np.float64]:
    tilt = TILT * np.log(upset / (1 - draw - upset)) * np.sqrt(TYPICAL_TOTAL / total)
    low: NDArray[np.float64] = total / (1 + np.exp(-tilt))
    return low


def _leaning(
    low: NDArray[np.float64],
    total: NDArray[np.float64],
    upset: NDArray[np.float64],
    draw: NDArray[np.float64],
    *,
    free_rho: bool,
) -> tuple[NDArray[np.float64], ...]:
    """Return P(upset) and its slope, what is missed and its slope, along the total."""
    high, favourite = total - low, 1 - draw - upset
    wins, level, by_one = upsets(low, high)
    # along the total: the weaker team's rate rises as the stronger one's falls
    wins_slope, level_slope = level + by_one, by_one * (high / low - 1)
    if free_rho:
        miss = favourite - upset - (1 - level - 2 * wins)
        return wins, wins_slope, miss, 2 * wins_slope + level_slope
    share = upset / (upset + favourite)
    miss = wins - share * (1 - level)
    return wins, wins_slope, miss, wins_slope + share * level_slope
