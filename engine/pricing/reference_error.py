"""How far a reference may be from the close: learned where it could be, else by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.price import Rung

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import PricingRules
    from engine.pricing.reference_weights import ErrorWeights

_MOST_DAYS: Final = 7.0
"""Beyond this nothing was ever seen to move further."""


def error_features(
    books: NDArray[np.float64], dispersion: NDArray[np.float64], days: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return what the variance of a logit is a sum of, (..., 4), in the order of `ErrorWeights`.

    >>> error_features(np.array(4.0), np.array(0.1), np.array(30.0)).round(4).tolist()
    [1.0, 0.25, 0.01, 7.0]
    """
    thin, spread = 1 / np.maximum(books, 1.0), dispersion**2
    ahead = np.clip(days, 0.0, _MOST_DAYS)
    return np.stack(np.broadcast_arrays(1.0, thin, spread, ahead), axis=-1)


def learned_error(
    weights: ErrorWeights,
    probability: NDArray[np.float64],
    books: NDArray[np.float64],
    dispersion: NDArray[np.float64],
    days: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return standard errors in probability points; all arguments broadcast together."""
    ahead = np.clip(days, 0.0, _MOST_DAYS)
    variance = weights.level + weights.thinness / np.maximum(books, 1.0)
    variance = variance + weights.lead * ahead + weights.dispersion * dispersion**2
    scale = weights.reach * np.sqrt(variance)
    error: NDArray[np.float64] = probability * (1 - probability) * scale
    return error


def ruled_error(
    rules: PricingRules,
    rung: Rung,
    probability: NDArray[np.float64],
    *,
    books: NDArray[np.float64],
    dispersion: NDArray[np.float64],
    gap: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Return standard errors by rule: constant on the logit scale, wider where books disagree.

    A quarter of an exchange's gap between back and lay is added in quadrature, and to the
    consensus the sampling error of a mean of books that disagree.
    """
    at_evens = {
        Rung.SHARP: rules.sharp_std_error,
        Rung.EXCHANGE: rules.exchange_std_error,
        Rung.IMPLIED: rules.implied_std_error,
        Rung.CONSENSUS: rules.consensus_std_error,
    }[rung]
    shape = probability * (1 - probability)
    error: NDArray[np.float64] = 4 * shape * at_evens
    if rung is Rung.CONSENSUS:
        error = np.hypot(error, shape * dispersion / np.sqrt(np.maximum(books, 1.0)))
    if rung is Rung.EXCHANGE and gap is not None:
        error = np.hypot(error, np.nan_to_num(gap) / 4)
    return error
