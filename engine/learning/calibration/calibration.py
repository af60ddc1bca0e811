"""Maps that take a forecaster's lean out, each drawn to changing nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.pricing.calibrated import (
    Calibration,
    CalibrationMethod,
    beta,
    beta_mapped,
    identity,
    isotonic,
    temperature,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

_EXPONENT_SD: Final = 0.05
"""Of the logarithm of a source's exponent."""
_BETA_SD: Final = np.array([0.2, 0.2, 0.1])
_BETA_CENTRE: Final = np.array([1.0, 1.0, 0.0])
_FEWEST_KNOTS: Final = 2000
_EDGE: Final = 0.002  # a line through what happened never says never
_STEPS: Final = 25
_FITTED: Final = 1e-9
_LONGEST: Final = 0.5


def fit_calibration(
    method: CalibrationMethod,
    probabilities: NDArray[np.float64],
    outcome: NDArray[np.float64],
    seen_until: float,
) -> Calibration:
    """Return the map of a method that suits books (n, k) and the shares won of their sides.

    Too few books to draw a line through leave everything as it is.
    """
    match method:
        case CalibrationMethod.TEMPERATURE:
            return temperature(_exponent(probabilities, outcome), seen_until)
        case CalibrationMethod.BETA:
            sides = _sides(probabilities)
            rows = [_beta(probabilities[:, s], _against(outcome, s)) for s in sides]
            return beta(np.array(rows), seen_until)
        case CalibrationMethod.ISOTONIC if len(probabilities) >= _FEWEST_KNOTS:
            sides = _sides(probabilities)
            lines = [_line(probabilities[:, s], _against(outcome, s)) for s in sides]
            return isotonic(tuple(lines), seen_until)
    return identity(seen_until)


def _sides(probabilities: NDArray[np.float64]) -> range:
    """Return the sides to be mapped: of two, the second follows from the first."""
    count = probabilities.shape[1]
    return range(1 if count == 2 else count)  # noqa: PLR2004  # two-way


def _against(
    outcome: NDArray[np.float64], side: int
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the shares won by a side and by all sides."""
    return outcome[:, side], outcome.sum(axis=1)


def _exponent(probabilities: NDArray[np.float64], outcome: NDArray[np.float64]) -> float:
    """Return the exponent: Newton's method on its logarithm, drawn to 0."""
    logs, stake = np.log(probabilities), outcome.sum(axis=1)
    found = 0.0
    for _ in range(_STEPS):
        power = np.exp(found)
        said = np.exp(power * logs)
        said /= said.sum(axis=1, keepdims=True)
        mean = (said * logs).sum(axis=1)
        slope = float(((outcome * logs).sum(axis=1) - stake * mean).sum()) * power
        spread = float((stake * ((said * logs**2).sum(axis=1) - mean**2)).sum())
        curve = power**2 * spread + 1 / _EXPONENT_SD**2
        step = float(np.clip((slope - found / _EXPONENT_SD**2) / curve, -_LONGEST, _LONGEST))
        found += step
        if abs(step) < _FITTED:
            break
    return float(np.exp(found))


def _beta(
    probability: NDArray[np.float64], won: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return a, b and c: Newton's method, drawn to the identity; a and b never below 0."""
    share, stake = won
    given = np.column_stack(
        [np.log(probability), -np.log1p(-probability), np.ones(len(probability))]
    )
    precision = np.diag(1 / _BETA_SD**2)
    found = _BETA_CENTRE.copy()
    for _ in range(_STEPS):
        said = beta_mapped(probability, found)
        slope = given.T @ (share - stake * said) - precision @ (found - _BETA_CENTRE)
        curve = (given * (stake * said * (1 - said))[:, None]).T @ given + precision
        step = np.clip(np.linalg.solve(curve, slope), -_LONGEST, _LONGEST)
        found = np.append(np.maximum(found[:2] + step[:2], 0.0), found[2] + step[2])
        if np.abs(step).max() < _FITTED:
            break
    return found


def _line(
    probability: NDArray[np.float64], won: tuple[NDArray[np.float64], NDArray[np.float64]]
) -> NDArray[np.float64]:
    """Return the rising line (2, m) through what happened."""
    from sklearn.isotonic import IsotonicRegression  # noqa: PLC0415  # a second to import

    share, stake = won
    kept = stake > 0
    fitted = IsotonicRegression(y_min=_EDGE, y_max=1 - _EDGE, out_of_bounds="clip").fit(
        probability[kept], share[kept] / stake[kept], sample_weight=stake[kept]
    )
    line: NDArray[np.float64] = np.stack([fitted.X_thresholds_, fitted.y_thresholds_])
    return line
