"""Newton's search for the goal rates that repeat a market, many fixtures at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.grid.score_grid import rho_limits
from engine.pricing.grid.skellam import summed
from engine.pricing.implied.equations import PARAMETERS, RhoMode, held_rho, read

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.pricing.implied.equations import Lines

LOWEST_RATE, HIGHEST_RATE = 0.02, 9.0
_LONGEST_STEP: Final = 0.5
_MOST_STEPS: Final = 40
_LAST_STEP: Final = 1e-9  # steps shrink quadratically: after this one nothing is left
_BLOCK: Final = 4096  # rows at once: what is worked on stays in the processor's cache


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Targets:
    """The logits to be met, and what they weigh.

    `logit` (EQUATIONS, n), in the order of `goal_equations`; `lines` their lines. `weight`
    (EQUATIONS, n): 1 / standard error, the draw's given the first; `shared` (n,): what is to be
    taken of the first miss from the draw's to leave the two independent.
    """

    logit: NDArray[np.float64]
    lines: Lines
    weight: NDArray[np.float64]
    shared: NDArray[np.float64]

    def where(self, rows: NDArray[np.int64]) -> Targets:
        """Return the targets of some fixtures."""
        return Targets(
            logit=self.logit[:, rows],
            lines=self.lines.where(rows),
            weight=self.weight[:, rows],
            shared=self.shared[rows],
        )


def search(
    targets: Targets,
    start: NDArray[np.float64],
    mode: NDArray[np.int8],
    used: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return the parameters (PARAMETERS, n) nearest the targets; NaN where none was found.

    `start` (PARAMETERS, n) as in `goal_equations`; `used` (EQUATIONS, n) says which equations
    count. With as many equations as free parameters they are met to rounding; with more, the
    weighted sum of squared misses is least (Gauss-Newton).
    """
    found = np.full_like(start, np.nan)
    for first in range(0, start.shape[1], _BLOCK):
        rows = np.arange(first, min(first + _BLOCK, start.shape[1]))
        found[:, rows] = _search_block(
            targets.where(rows), start[:, rows], mode[rows], used[:, rows]
        )
    return found


def information(
    targets: Targets,
    parameters: NDArray[np.float64],
    mode: NDArray[np.int8],
    used: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return the covariance (n, PARAMETERS, PARAMETERS) of found parameters (delta method).

    The inverse of J'V⁻¹J, J the slopes and V the targets' covariance; a rho held at a limit
    moves with its rates, one that was given does not move.
    """
    _, slope = _misses(targets, parameters, mode, used)
    squared = _squared(slope, mode)
    covariance = np.moveaxis(_inverse(squared), 2, 0)
    free = mode == RhoMode.FREE
    by_rates = held_rho(parameters, mode)[1].T
    held = np.zeros((len(mode), PARAMETERS, 2))
    held[:, 0, 0] = held[:, 1, 1] = 1.0
    held[:, 2] = by_rates
    moved = held @ covariance[:, :2, :2] @ np.swapaxes(held, 1, 2)
    return np.where(free[:, None, None], covariance, moved)


def _search_block(
    targets: Targets,
    start: NDArray[np.float64],
    mode: NDArray[np.int8],
    used: NDArray[np.bool_],
) -> NDArray[np.float64]:
    found = np.full_like(start, np.nan)
    rows, now = np.arange(start.shape[1]), start.copy()
    for _ in range(_MOST_STEPS):
        step = _step(targets, now, mode, used)
        with np.errstate(invalid="ignore"):
            longest = np.abs(step).max(axis=0)
            now = _moved(now, np.clip(step, -_LONGEST_STEP, _LONGEST_STEP))
        done = longest < _LAST_STEP
        found[:, rows[done]] = now[:, done]
        going = np.flatnonzero(~done & np.isfinite(longest))
        if not len(going):
            break
        if len(going) < len(rows):
            rows, now, mode, used = rows[going], now[:, going], mode[going], used[:, going]
            targets = targets.where(going)
    return found


def _moved(now: NDArray[np.float64], step: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the next parameters, where every probability is one.

    A rho that would leave its limits never comes to rest there: its row is found nowhere.
    """
    after = now - step
    np.clip(after[:2], np.log(LOWEST_RATE), np.log(HIGHEST_RATE), out=after[:2])
    home_rate, away_rate = np.exp(after[:2])
    np.clip(after[2], *rho_limits(home_rate, away_rate), out=after[2])
    return after


def _step(
    targets: Targets,
    parameters: NDArray[np.float64],
    mode: NDArray[np.int8],
    used: NDArray[np.bool_],
) -> NDArray[np.float64]:
    """Return what to take from the parameters (PARAMETERS, n); NaN where the search is lost."""
    miss, slope = _misses(targets, parameters, mode, used)
    with np.errstate(all="ignore"):  # as above
        downhill = summed(slope, miss[:, None])
        return summed(_inverse(_squared(slope, mode)), downhill[:, None])  # symmetric


def _misses(
    targets: Targets,
    parameters: NDArray[np.float64],
    mode: NDArray[np.int8],
    used: NDArray[np.bool_],
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return weighted, independent misses (EQUATIONS, n) and their slopes; 0 where unused."""
    with np.errstate(all="ignore"):  # a lost row becomes NaN and is given up
        reading = read(parameters, mode, targets.lines)
        miss, slope = reading.logit - targets.logit, reading.slope
        miss[1] -= targets.shared * miss[0]
        slope[1] -= targets.shared * slope[0]
        miss = np.where(used, miss * targets.weight, 0.0)
        slope = np.where(used[:, None], slope * targets.weight[:, None], 0.0)
    return miss, slope


def _squared(slope: NDArray[np.float64], mode: NDArray[np.int8]) -> NDArray[np.float64]:
    squared = summed(slope[:, :, None], slope[:, None])
    squared[2, 2, mode != RhoMode.FREE] = 1.0  # a rho that is not searched stays where it is
    return squared


def _inverse(matrix: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the inverses of symmetric matrices (3, 3, n) by their cofactors."""
    first, second, third = matrix
    with np.errstate(all="ignore"):  # no information, or slopes beyond all numbers: no answer
        rows = (np.cross(second, third, axis=0), np.cross(third, first, axis=0))
        cofactors = np.array([*rows, np.cross(first, second, axis=0)])
        inverse: NDArray[np.float64] = cofactors / summed(first, cofactors[0])
    return inverse
