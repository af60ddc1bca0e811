"""Scoring rules of forecasts of n-way markets, row by row: lower is better, all of them proper.

Probabilities are (n, k) in the order of `SIDES`; `outcome` (n, k) are the shares won of each side
as `engine.learning.outcomes` gives them: one 1 and zeros, halves or nothing where a line refunds.
A row that lacks a probability or an outcome scores NaN. A refund is no mistake: rows count by
`stake`, what is decided of them, so that a mean is per unit decided.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    _Rule = Callable[[Floats, Floats], Floats]

_LEAST: Final = 1e-12
"""A forecast of 0 that comes true costs 28 nats, not infinitely many."""


def stake(outcome: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return how much of each row's stake is decided: 1, or less where a line refunds.

    >>> stake(np.array([[0.0, 1.0, 0.0], [0.5, 0.0, 0.0]])).tolist()
    [1.0, 0.5]
    """
    decided: Floats = outcome.sum(axis=1)
    return decided


def log_loss(
    probabilities: NDArray[np.float64], outcome: NDArray[np.float64]
) -> NDArray[np.float64]:
    """Return -Σ o_k log p_k (Good 1952), in nats.

    With refunds it is the log-loss weighted by payoff: what a stake on the side that came true
    would have been told, times the share of it that was decided.

    >>> log_loss(np.array([[0.45, 0.26, 0.29]]), np.array([[1.0, 0.0, 0.0]])).round(4).tolist()
    [0.7985]
    """
    loss: Floats = -(outcome * np.log(np.maximum(probabilities, _LEAST))).sum(axis=1)
    return loss


def rps(probabilities: NDArray[np.float64], outcome: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return the ranked probability score (Epstein 1969), normalised by k - 1.

    The sides must be ordered: home, draw, away; being wrong by one costs less than by two. For
    two sides it is half of the Brier score.

    >>> uniform, base = np.full((3, 3), 1 / 3), np.tile([0.45, 0.26, 0.29], (3, 1))
    >>> came = np.array([0.45, 0.26, 0.29])
    >>> [round(float(came @ rps(told, np.eye(3))), 4) for told in (uniform, base)]
    [0.2344, 0.2267]
    """
    return _over_sides(probabilities, outcome, _ranked)


def brier(probabilities: NDArray[np.float64], outcome: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Σ (p_k - o_k)² (Brier 1950), from 0 to 2.

    >>> brier(np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]])).tolist()
    [0.5]
    """
    return _over_sides(probabilities, outcome, _squared)


def kl(close: NDArray[np.float64], told: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Σ c_k log(c_k / p_k) (Kullback and Leibler 1951): nats from a forecast to a close.

    It is what the forecast's log-loss would exceed the close's by, were the close the truth.

    >>> kl(np.array([[0.5, 0.5]]), np.array([[0.5, 0.5]])).tolist()
    [0.0]
    """
    sure, safe = np.maximum(close, _LEAST), np.maximum(told, _LEAST)
    divergence: Floats = (close * np.log(sure / safe)).sum(axis=1)
    return divergence


def _over_sides(probabilities: Floats, outcome: Floats, rule: _Rule) -> Floats:
    """Return Σ_k o_k · score(p, side k): a rule of whole outcomes, by the shares they won."""
    found = np.zeros(len(probabilities))
    for side in range(probabilities.shape[1]):
        came = np.zeros(probabilities.shape[1])
        came[side] = 1.0
        found += outcome[:, side] * rule(probabilities, came)
    return found


def _ranked(probabilities: Floats, came: Floats) -> Floats:
    off = np.cumsum(probabilities - came, axis=1)[:, :-1]
    score: Floats = (off**2).sum(axis=1) / off.shape[1]
    return score


def _squared(probabilities: Floats, came: Floats) -> Floats:
    score: Floats = ((probabilities - came) ** 2).sum(axis=1)
    return score
