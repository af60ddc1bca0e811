"""How far closes came from references, as a variance that pricing can foretell."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import nnls
from scipy.special import ndtr

from engine.domain.policy import PricingRules
from engine.domain.price import Rung
from engine.pricing.reference.error import error_features
from engine.pricing.reference.weights import ErrorWeights

if TYPE_CHECKING:
    from numpy.typing import NDArray

_AT_EVENS: Final = {
    Rung.SHARP: PricingRules().sharp_std_error,
    Rung.EXCHANGE: PricingRules().exchange_std_error,
    Rung.IMPLIED: PricingRules().implied_std_error,
    Rung.CONSENSUS: PricingRules().consensus_std_error,
}
_HELD: Final = 30.0
"""Sides that stand for what was held before anything was seen."""
_SCALES: Final = (1.0, 0.1, 1e-4, 1.0, 1.0, 1.0)
"""The usual square of each part's feature."""
_WIDEST: Final = 8.0
_BINS: Final = np.linspace(0.0, _WIDEST, 321)
_NORMAL_80: Final = 1.2816
_SHARE: Final = 0.8


class ErrorLearner:
    """The variance of logit(close) - logit(reference) on one rung, and how its tails fall.

    Fitted by least squares of the squared distances, no part negative. The 80 % point is counted
    on distances that the fit had not seen.
    """

    def __init__(self, rung: Rung) -> None:
        start = np.zeros(6)
        start[0] = (4 * _AT_EVENS[rung]) ** 2
        self._held = _HELD * np.diag(_SCALES)
        self._start = self._held @ start
        self._squares = np.zeros((6, 6))
        self._moments = np.zeros(6)
        self._counts = np.zeros(len(_BINS) - 1)

    def fade(self, factor: float) -> None:
        """Let what was seen count less; the start stays."""
        self._squares *= factor
        self._moments *= factor
        self._counts *= factor

    def learn(
        self,
        distance: NDArray[np.float64],
        probability: NDArray[np.float64],
        *,
        books: NDArray[np.float64],
        dispersion: NDArray[np.float64],
        days: NDArray[np.float64],
        weight: NDArray[np.float64],
    ) -> None:
        """Take in distances (n, k) in logits of references; `weight` (n,): what each counts."""
        features = error_features(
            probability, books=books, dispersion=dispersion, days=days
        ).reshape(-1, 6)
        squared, each = distance.ravel() ** 2, np.repeat(weight, distance.shape[1])
        first = not self._squares.any()
        foretold = self._variance()
        self._squares += (features * each[:, None]).T @ features
        self._moments += features.T @ (each * squared)
        # A rule foretells the price of now, not of the close: no ratio is taken to it.
        ratio = np.sqrt(squared / (features @ (self._variance() if first else foretold)))
        counts, _ = np.histogram(np.minimum(ratio, _WIDEST), bins=_BINS, weights=each)
        self._counts += counts

    def weights(self) -> ErrorWeights:
        """Return the variance's parts and reach as of now."""
        level, thinness, dispersion, lead, decisive, lopsided = self._variance().tolist()
        counts = self._counts + _HELD * _normal_counts()
        below = np.cumsum(counts) / counts.sum()
        point = float(np.interp(_SHARE, below, _BINS[1:]))
        return ErrorWeights(
            level=level,
            thinness=thinness,
            dispersion=dispersion,
            lead=lead,
            decisive=decisive,
            lopsided=lopsided,
            reach=point / _NORMAL_80,
        )

    def _variance(self) -> NDArray[np.float64]:
        root = np.linalg.cholesky(self._squares + self._held)
        parts, _ = nnls(root.T, np.linalg.solve(root, self._moments + self._start))
        found: NDArray[np.float64] = np.asarray(parts, dtype=np.float64)
        return found


def _normal_counts() -> NDArray[np.float64]:
    shares: NDArray[np.float64] = 2 * np.diff(ndtr(_BINS))
    return shares
