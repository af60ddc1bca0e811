"""10,000 runs of 1,000 bets: one NumPy block in turn with our step by step."""

from __future__ import annotations

from statistics import median
from time import perf_counter
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.montecarlo import DEEP, Stakes, fan_of, thresholds

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]

PATHS: Final = 10_000
BETS: Final = 1_000
AGREED: Final = 1e-11
"""How far apart two quantiles of the same draws may lie, as a share: they multiply otherwise."""

_ROUNDS: Final = 9
_SEED: Final = 20_260_801
_QUANTILES: Final = (0.05, 0.5, 0.95)


def measure_paths() -> Mapping[str, object]:
    """Return the ratio of the block's time to ours, once both say the same of the same draws.

    The block draws its uniforms with NumPy's default generator and holds all runs at once. Ours
    draws how wrong the probabilities are as well, which the block does not.

    Raises:
        ValueError: a quantile or the share of deep falls differs.
    """
    stakes = a_season(BETS)
    apart = _apart(stakes)
    if not apart < AGREED:
        raise ValueError(f"quantiles lie {apart:.1e} apart")
    rounds = [
        (
            _seconds(lambda: block(stakes, _SEED)),
            _seconds(lambda: fan_of(stakes, seed=_SEED, paths=PATHS)),
        )
        for _ in range(_ROUNDS)
    ]
    return {
        "paths": PATHS,
        "bets": BETS,
        "paths_over_numpy_block": median(theirs / ours for theirs, ours in rounds),
        "paths_ms": 1000 * median(ours for _, ours in rounds),
        "numpy_block_ms": 1000 * median(theirs for theirs, _ in rounds),
        "largest_difference": apart,
    }


def a_season(bets: int) -> Stakes:
    """Return bets at odds of 1.5 to 4 with an edge of 3 %, known with an error of .05."""
    odds = np.random.default_rng(4).uniform(1.5, 4, bets)
    return Stakes(
        odds=odds,
        probability=1.03 / odds,
        error=np.full(bets, 0.05),
        refund=np.zeros(bets),
        fraction=np.full(bets, 0.01),
    )


def block(stakes: Stakes, seed: int) -> tuple[Floats, float]:
    """Return the quantiles of the last bankroll and the share of runs that fell deep."""
    uniform = np.random.default_rng(seed).random((len(stakes), PATHS))
    return _of_block(stakes, uniform < stakes.probability[:, None])


def _of_block(stakes: Stakes, won: NDArray[np.bool_]) -> tuple[Floats, float]:
    gain = 1 + stakes.fraction * (stakes.odds - 1)
    wealth = np.cumprod(np.where(won, gain[:, None], (1 - stakes.fraction)[:, None]), axis=0)
    peak = np.maximum(np.maximum.accumulate(wealth, axis=0), 1.0)
    deep = ((wealth / peak).min(axis=0) < 1 - DEEP).mean()
    return np.quantile(wealth[-1], _QUANTILES), float(deep)


def _apart(stakes: Stakes) -> float:
    """Return how far ours lies from the block on our own draws, held as one table."""
    wins, _ = thresholds(stakes)
    drawn = np.random.PCG64(_SEED).random_raw(BETS * PATHS // 2).view(np.uint32)
    won = drawn.reshape(BETS, PATHS) < np.repeat(wins, PATHS // wins.shape[1], axis=1)
    quantiles, deep = _of_block(stakes, won)
    ours = fan_of(stakes, seed=_SEED, paths=PATHS)
    told = np.array([ours.low[0], ours.median[0], ours.high[0]])
    return float(np.abs(told / quantiles - 1).max() + abs(ours.deep - deep))


def _seconds(work: Callable[[], object]) -> float:
    begun = perf_counter()
    work()
    return perf_counter() - begun
