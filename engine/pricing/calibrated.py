"""Probabilities as they turned out: a forecaster's own lean taken out, if it has one.

Every map keeps a book whole: its sides sum to 1 afterwards. Two sides are one number, mapped
once; of three or more each is mapped against the rest and the book renormalised.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

_TWO = 2


class CalibrationMethod(StrEnum):
    """How probabilities are mapped.

    `TEMPERATURE`: p^k, one exponent for all sides: k above 1 sharpens. `BETA`: logit p~ = a·log p
    - b·log(1 - p) + c (Kull, Silva Filho and Flach 2017). `ISOTONIC`: a rising line through what
    happened.
    """

    IDENTITY = "identity"
    TEMPERATURE = "temperature"
    BETA = "beta"
    ISOTONIC = "isotonic"


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibration:
    """A map of one forecaster's probabilities on one market, as known at `seen_until`.

    `exponent` is the temperature's, `beta` (sides, 3) are a, b and c, `knots` one (2, m) line a
    side; what the method does not use is empty.
    """

    method: CalibrationMethod
    exponent: float
    beta: NDArray[np.float64]
    knots: tuple[NDArray[np.float64], ...]
    seen_until: float

    def calibrated(self, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return books (n, k) mapped; the identity gives back what it was given.

        >>> sharper = temperature(2.0, 0.0)
        >>> sharper.calibrated(np.array([[0.6, 0.4]])).round(4).tolist()
        [[0.6923, 0.3077]]
        """
        match self.method:
            case CalibrationMethod.IDENTITY:
                return probabilities
            case CalibrationMethod.TEMPERATURE:
                return _whole(probabilities**self.exponent)
            case CalibrationMethod.BETA:
                mapped = [
                    beta_mapped(probabilities[:, side], each)
                    for side, each in enumerate(self.beta)
                ]
            case CalibrationMethod.ISOTONIC:
                mapped = [
                    np.interp(probabilities[:, side], *line)
                    for side, line in enumerate(self.knots)
                ]
        if probabilities.shape[1] == _TWO:
            return np.column_stack([mapped[0], 1 - mapped[0]])
        return _whole(np.column_stack(mapped))


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Calibrations:
    """The map of every market whose reference was judged, by the market's name."""

    maps: Mapping[str, Calibration]

    def calibrated(self, market: str, probabilities: NDArray[np.float64]) -> NDArray[np.float64]:
        """Return a market's books mapped; those of a market never judged as they are."""
        found = self.maps.get(market)
        return probabilities if found is None else found.calibrated(probabilities)


def identity(seen_until: float) -> Calibration:
    """Return the map that changes nothing."""
    return _of(CalibrationMethod.IDENTITY, seen_until)


def temperature(exponent: float, seen_until: float) -> Calibration:
    """Return the map that raises probabilities to a power."""
    return _of(CalibrationMethod.TEMPERATURE, seen_until, exponent=exponent)


def beta(parameters: NDArray[np.float64], seen_until: float) -> Calibration:
    """Return the map of a, b and c (sides, 3); of two sides only the first has a row."""
    return _of(CalibrationMethod.BETA, seen_until, parameters=parameters)


def isotonic(knots: tuple[NDArray[np.float64], ...], seen_until: float) -> Calibration:
    """Return the map along lines (2, m); of two sides only the first has one."""
    return _of(CalibrationMethod.ISOTONIC, seen_until, knots=knots)


def beta_mapped(
    probability: NDArray[np.float64], parameters: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return probabilities (n,) mapped by a, b and c.

    >>> beta_mapped(np.array([0.3]), np.array([1.0, 1.0, 0.0])).round(9).tolist()
    [0.3]
    """
    lean = parameters[0] * np.log(probability) - parameters[1] * np.log1p(-probability)
    found: NDArray[np.float64] = 1 / (1 + np.exp(-(lean + parameters[2])))
    return found


def _of(
    method: CalibrationMethod,
    seen_until: float,
    *,
    exponent: float = 1.0,
    parameters: NDArray[np.float64] | None = None,
    knots: tuple[NDArray[np.float64], ...] = (),
) -> Calibration:
    return Calibration(
        method=method,
        exponent=exponent,
        beta=np.empty((0, 3)) if parameters is None else parameters,
        knots=knots,
        seen_until=seen_until,
    )


def _whole(values: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = values / values.sum(axis=1, keepdims=True)
    return found
