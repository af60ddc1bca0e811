"""The fit of the signal score: what agents' opinions weigh, and which composites are usual."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.optimize import minimize

from engine.domain.signal import AgentName
from engine.scoring.signal_score import SignalScale, composite

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.learning.agents.past_bets import PastBets
    from engine.learning.agents.told import Told

    Floats = NDArray[np.float64]

TRAIL: Final = 90 * 86_400.0
"""Seconds back to the oldest bet that a score is a percentile of."""
LEAST: Final = 500
"""Bets that percentiles are of at least: after a summer, the last before it."""
_NEWEST: Final = 20_000
_PRIOR: Final = 100.0
_MARKS: Final = 101
_NOTHING: Final = 1e-6


def fit_signal(
    past: PastBets, told: Told, counted: Sequence[AgentName], until: float
) -> SignalScale:
    """Return the scale that is known at an instant, of PATRON and the agents that count.

    Of bets expected to earn something. Weights come of closes known by then, percentiles of the
    bets looked at before, closed or not.
    """
    names = (AgentName.PATRON, *counted)
    wanted = told.plain > 0
    weights = _weights(past, told, names, until, wanted)
    before = np.flatnonzero(wanted & (past.looked_at < until))
    trail = before[max(0, min(_first(past, before, until), len(before) - LEAST)) :]
    if len(trail) < LEAST:
        return SignalScale(weights=weights)
    usual = composite(told.heard(names, trail), weights)
    return SignalScale(weights=weights, marks=np.quantile(usual, np.linspace(0, 1, _MARKS)))


def _first(past: PastBets, before: NDArray[np.int64], until: float) -> int:
    """Return how many of the rows are older than the trail; rows are in the order of looks."""
    return int(np.searchsorted(past.looked_at[before], until - TRAIL))


def _weights(
    past: PastBets,
    told: Told,
    names: tuple[AgentName, ...],
    until: float,
    wanted: NDArray[np.bool_],
) -> dict[AgentName, float]:
    """Return what each opinion says of beating the close, none below 0 (logistic regression)."""
    rows = np.flatnonzero(wanted & past.known(until))[-_NEWEST:]
    if len(rows) < LEAST:
        return {AgentName.PATRON: 1.0}
    beaten = np.where(past.clv[rows] > 0, 1.0, -1.0)
    heard = np.stack(list(told.heard(names, rows).values()), axis=1)
    frame = np.concatenate([heard, np.ones((len(rows), 1))], axis=1)
    found = minimize(
        _loss,
        np.zeros(frame.shape[1]),
        args=(frame * beaten[:, None],),
        jac=True,
        method="L-BFGS-B",
        bounds=[*[(0.0, None)] * len(names), (None, None)],
    )
    weights = dict(zip(names, found.x.tolist(), strict=False))
    return weights if sum(weights.values()) > _NOTHING else {AgentName.PATRON: 1.0}


def _loss(weights: Floats, frame: Floats) -> tuple[float, Floats]:
    """Return the logistic loss with its slope; the weights of opinions are pulled to 0."""
    margin = frame @ weights
    pull = np.append(np.full(len(weights) - 1, _PRIOR), 0.0) * weights
    loss = np.logaddexp(0, -margin).sum() + 0.5 * float(pull @ weights)
    slope: Floats = pull - frame.T @ (1 / (1 + np.exp(margin)))
    return float(loss), slope
