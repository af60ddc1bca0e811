"""How far a reference may be from the close: learned where it could be, else by rule."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.price import Rung

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.domain.policy import PricingRules
    from engine.pricing.reference.weights import ErrorWeights

_HALF_WAY: Final = 0.25
"""Days before kick-off at which half of what will move is still to come: read off 1X2 of 2016/17
to 2018/19, where the variance left is half as large 5 hours ahead as two days ahead."""
_DECISIVE: Final = np.array([1.0, 0.0, 1.0])


def error_features(
    probability: NDArray[np.float64],
    *,
    books: NDArray[np.float64],
    dispersion: NDArray[np.float64],
    days: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return what the variance of a logit is a sum of, (n, k, 6), in the order of `ErrorWeights`.

    `probability` and `dispersion` are (n, k), `books` and `days` (n,).

    >>> error_features(np.array([[0.5, 0.5]]), books=np.array([4.0]),
    ...     dispersion=np.array([[0.1, 0.1]]), days=np.array([30.0]))[0, 0].round(4).tolist()
    [1.0, 0.25, 0.01, 0.9917, 0.0, 0.0]
    """
    ahead = np.maximum(days, 0.0)
    left = (ahead / (ahead + _HALF_WAY))[:, None]
    found = np.empty((*probability.shape, 6))
    found[..., 0] = 1.0
    found[..., 1] = 1 / np.maximum(books, 1.0)[:, None]
    found[..., 2] = dispersion**2
    found[..., 3] = left
    found[..., 4] = left * _DECISIVE if probability.shape[1] == len(_DECISIVE) else 0.0
    found[..., 5] = left * np.log(probability / (1 - probability)) ** 2
    return found


def learned_error(
    weights: ErrorWeights,
    probability: NDArray[np.float64],
    *,
    books: NDArray[np.float64],
    dispersion: NDArray[np.float64],
    days: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return standard errors (n, k) in probability points; arguments as in `error_features`."""
    features = error_features(probability, books=books, dispersion=dispersion, days=days)
    parts = (weights.level, weights.thinness, weights.dispersion, weights.lead)
    variance = features @ np.array([*parts, weights.decisive, weights.lopsided])
    error: NDArray[np.float64] = probability * (1 - probability) * np.sqrt(variance)
    return weights.reach * error


def ruled_error(
    rules: PricingRules,
    rung: Rung,
    probability: NDArray[np.float64],
    *,
    books: NDArray[np.float64],
    dispersion: NDArray[np.float64],
    gap: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Return standard errors (n, k) by rule: constant in logits, wider where books disagree.

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
        error = np.hypot(error, shape * dispersion / np.sqrt(np.maximum(books, 1.0))[:, None])
    if rung is Rung.EXCHANGE and gap is not None:
        error = np.hypot(error, np.nan_to_num(gap) / 4)
    return error
