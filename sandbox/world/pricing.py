"""Probabilities to the prices a bookmaker shows."""

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Vector = NDArray[np.float64]

_LEAST: Final = 1e-3
_TICKS: Final = ((3.0, 0.01), (6.0, 0.05), (10.0, 0.1), (20.0, 0.5), (np.inf, 1.0))
_FAIR_TICKS: Final = ((10.0, 0.01), (20.0, 0.1), (np.inf, 1.0))


def price(probabilities: Vector, margin: float, noise: Vector) -> Vector:
    """Return odds whose implied probabilities sum to 1 + margin, before the book's noise.

    The margin is laid as a power, more of it on outsiders, as bookmakers do.
    """
    safe = np.clip(probabilities, _LEAST, 1)
    safe = safe / safe.sum()
    power = 1.0
    for _ in range(8):
        implied = safe**power
        slope = float((implied * np.log(safe)).sum())
        power -= (float(implied.sum()) - 1 - margin) / slope
    return np.asarray(np.exp(noise) / safe**power, dtype=np.float64)


def cut(odds: Vector, *, fine: bool) -> tuple[float, ...]:
    """Round odds to the steps shown, in the book's favour; 1.0 is the least."""
    return tuple(_cut(float(value), _FAIR_TICKS if fine else _TICKS) for value in odds)


def back_and_lay(
    probabilities: Vector, margin: float, noise: Vector
) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Return an exchange's best back and lay odds around the same belief."""
    back = cut(price(probabilities, margin, noise), fine=True)
    lay = cut(price(probabilities, -margin, noise), fine=True)
    above = tuple(max(high, round(low + 0.01, 2)) for low, high in zip(back, lay, strict=True))
    return back, above


def _cut(odds: float, ticks: tuple[tuple[float, float], ...]) -> float:
    tick = next(step for limit, step in ticks if odds < limit)
    return max(1.0, round(math.floor(odds / tick + 1e-9) * tick, 2))
