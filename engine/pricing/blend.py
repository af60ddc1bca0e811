"""A model's probabilities laid over the market's, by a weight learned from results.

The sides of a book are blended as log-ratios and renormalised:

    p~_k ∝ q_k · exp(b·(log p_k - log q_k) + a_k),   Σ a_k = 0

With two sides this is logit p~ = logit q + b·(logit p - logit q) + (a_1 - a_2) (METHOD B2). Where
b = 0 there is no a either: what is returned is q, bit for bit.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Blend:
    """The weight of a model in each market and league, as known at `seen_until` (POSIX seconds).

    `weight` (markets, competitions + 1) is what is expected of b, never below 0, and `error` its
    posterior standard deviation; the last column is that of a competition never seen. `shift`
    holds one row of a_k per market, sides beyond the market's own 0.
    """

    markets: tuple[str, ...]
    competitions: tuple[str, ...]
    weight: NDArray[np.float64]
    error: NDArray[np.float64]
    shift: NDArray[np.float64]
    seen_until: float

    def places(self, competition: Sequence[str]) -> NDArray[np.int64]:
        """Return the column of each competition by name."""
        known = {name: place for place, name in enumerate(self.competitions)}
        last = len(self.competitions)
        return np.array([known.get(name, last) for name in competition], dtype=np.int64)

    def blended(
        self,
        market: str,
        place: NDArray[np.int64],
        reference: NDArray[np.float64],
        model: NDArray[np.float64],
    ) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return blended probabilities (n, k) and the standard error that the weight gives them.

        Rows of a market that was never learned, and those where the model says nothing, are the
        reference's; their error is 0.
        """
        if market not in self.markets:
            return reference, np.zeros(reference.shape)
        row = self.markets.index(market)
        shift = self.shift[row, : reference.shape[1]]
        weight, error = self.weight[row, place], self.error[row, place]
        return blend(reference, model, weight, shift), spread(reference, model, weight, shift) * (
            error[:, None]
        )


def blend(
    reference: NDArray[np.float64],
    model: NDArray[np.float64],
    weight: NDArray[np.float64],
    shift: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return the blend of n books (n, k) with a weight each; the reference itself where it is 0.

    >>> market, model = np.array([[0.5, 0.3, 0.2]]), np.array([[0.4, 0.3, 0.3]])
    >>> blend(market, model, np.array([0.5]), np.zeros(3)).round(4).tolist()
    [[0.4507, 0.3024, 0.2469]]
    >>> bool((blend(market, model, np.zeros(1), np.ones(3)) == market).all())
    True
    """
    applied = (weight > 0) & np.isfinite(model).all(axis=1)
    if not applied.any():
        return reference
    found = reference.copy()
    lean = weight[applied, None] * _gap(reference[applied], model[applied]) + shift
    pulled = reference[applied] * np.exp(lean - lean.max(axis=1, keepdims=True))
    found[applied] = pulled / pulled.sum(axis=1, keepdims=True)
    return found


def spread(
    reference: NDArray[np.float64],
    model: NDArray[np.float64],
    weight: NDArray[np.float64],
    shift: NDArray[np.float64],
) -> NDArray[np.float64]:
    """Return by how much each blended probability moves with its weight; 0 without a model."""
    mixed = blend(reference, model, weight, shift)
    gap = np.nan_to_num(_gap(reference, model))
    slope: NDArray[np.float64] = np.abs(mixed * (gap - (mixed * gap).sum(axis=1, keepdims=True)))
    return np.nan_to_num(slope)


def _gap(reference: NDArray[np.float64], model: NDArray[np.float64]) -> NDArray[np.float64]:
    gap: NDArray[np.float64] = np.log(model) - np.log(reference)
    return gap
