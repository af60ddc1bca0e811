"""PATRON's fit: how much of each agent's lean the closes have borne out."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import nnls

from engine.agents.patron import FURTHEST, Patron
from engine.learning.agents.landing import fit_landing
from engine.learning.agents.linear import ENOUGH, learnable

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.domain.signal import AgentName
    from engine.learning.agents.past_bets import PastBets

    Floats = NDArray[np.float64]

PRIOR_BETS: Final = 2_000
"""Bets that closed where they were expected to, which what was learned is shrunk by."""
_RANK: Final = 1e-10
_LEAST: Final = 1e-4


def fit_patron(past: PastBets, leans: Mapping[AgentName, Floats], until: float) -> Patron | None:
    """Return PATRON as closes known at an instant make it; None where those are too few.

    `leans` (m,) are the agents' from the expected close, in logits, as they were told before each
    close, NaN where there was none. Weights make the squared way from PATRON to the close least,
    weighed by p(1 - p): twice the divergence from the close. Shrinking is on what the weights
    tell, not on the weights, so that an agent heard twice is heard once.
    """
    rows = np.flatnonzero(learnable(past, until))
    if len(rows) < ENOUGH:
        return None
    these = past.where(rows)
    expected = these.bets.expected
    weigh = expected * (1 - expected)
    way = np.clip(these.moved, -FURTHEST, FURTHEST)
    lean = (
        np.nan_to_num(np.stack([each[rows] for each in leans.values()], axis=1))
        if leans
        else (np.zeros((len(rows), 0)))
    )
    square, product = (lean * weigh[:, None]).T @ lean, (lean * weigh[:, None]).T @ way
    weights = bounded(square * (1 + PRIOR_BETS / len(rows)), product)
    told = 1 / (1 + (1 / expected - 1) * np.exp(-lean @ weights))
    wanted = these.bets.odds * told > 1
    error = np.maximum(these.bets.expected_error, _LEAST)
    width, landing = fit_landing(((these.close - told) / error)[wanted])
    return Patron(
        agents=tuple(leans),
        weights=weights,
        likeness=_likeness(square, product, float((weigh * way**2).sum())),
        width=width,
        landing=landing,
    )


def bounded(square: Floats, product: Floats) -> Floats:
    """Return the w (k,) of least w'Sw - 2p'w, none below 0, together at most 1.

    >>> bounded(np.eye(2), np.array([0.25, -1.0])).tolist()
    [0.25, 0.0]
    >>> bounded(np.eye(2), np.array([2.0, 2.0])).round(9).tolist()
    [0.5, 0.5]
    """
    if not len(product):
        return np.empty(0)
    values, vectors = np.linalg.eigh(square)
    kept = values > max(float(values[-1]), 0.0) * _RANK
    if not kept.any():
        return np.zeros(len(product))
    root = np.sqrt(values[kept])
    frame, target = root[:, None] * vectors[:, kept].T, (vectors[:, kept].T @ product) / root
    free: Floats = nnls(frame, target)[0]
    return free if free.sum() <= 1 else _summing_to_one(frame, target)


def _summing_to_one(frame: Floats, target: Floats) -> Floats:
    """Return the w nearest to `target` in `frame`, none below 0, together exactly 1.

    Of all such w, |Fw - t| = |(F - t1')w|: the point of a hull nearest to 0, which is what least
    squares without negatives find once a row of ones asks for a sum (Lawson & Hanson, ch. 23).
    """
    hull = frame - target[:, None]
    size = max(float(np.abs(hull).max()), _RANK)
    rows = np.concatenate([hull / size, np.ones((1, hull.shape[1]))])
    found = nnls(rows, np.append(np.zeros(len(target)), 1.0))[0]
    share: Floats = found / found.sum()
    return share


def _likeness(square: Floats, product: Floats, total: float) -> Floats:
    """Return how agents' errors go together (k, k): leans less what they share with the truth."""
    error = square - np.outer(product, product) / max(total, _RANK)
    size = np.sqrt(np.maximum(np.diag(error), 0.0))
    scale = np.outer(size, size)
    alike = np.where(scale > 0, error / np.where(scale > 0, scale, 1.0), 0.0)
    np.fill_diagonal(alike, 1.0)
    likeness: Floats = np.clip(alike, -1.0, 1.0)
    return likeness
