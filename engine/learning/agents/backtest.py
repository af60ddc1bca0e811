"""The fit of agent D: the past situations that are remembered, and how far to trust them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.backtest import (
    COLUMNS,
    LEAST,
    NEAREST,
    VALUE,
    Backtest,
    Situations,
    nearest,
    standard,
)
from engine.agents.bets import KINDS
from engine.learning.agents.linear import ENOUGH, learnable

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.agents.past_bets import PastBets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

MOST: Final = 20_000
"""Situations of a market that are remembered: the latest."""
PRIOR_BETS: Final = 2_000
"""Bets whose situations told nothing, which what was learned is shrunk by."""
_TRIED: Final = 1_500
"""The latest situations of a market on which trust in those before them is learned."""
_SAMPLED: Final = 500
_FAR: Final = 0.99
_FURTHEST: Final = 0.5
_LEAST_SCALE: Final = 1e-6


def fit_backtest(past: PastBets, until: float) -> Backtest | None:
    """Return the situations known at an instant; None where those are too few of every market.

    Remembered are the latest that closed, `MOST` of a market; results count where they were
    known. Trust is learned on the latest of them from those that had closed before.
    """
    known = learnable(past, until) & (past.bets.feature("edge_expected") > VALUE)
    markets = [_latest(past, known, market) for market in range(len(KINDS))]
    if not any(len(rows) for rows in markets):
        return None
    return Backtest(
        markets=tuple(_situations(past, rows, until) if len(rows) else None for rows in markets),
        doubt=_doubt(past, [rows for rows in markets if len(rows)], until),
    )


def _latest(past: PastBets, known: NDArray[np.bool_], market: int) -> Ints:
    """Return the rows remembered of a market, in the order of closes; none if too few."""
    bets = past.bets
    rows = np.flatnonzero(known & (bets.market == market))
    if len(rows) < ENOUGH:
        return rows[:0]
    order = np.lexsort((bets.side[rows], bets.fixture[rows], past.closed_at[rows]))
    return rows[order][-MOST:]


def _situations(past: PastBets, rows: Ints, until: float) -> Situations:
    values = past.bets.where(rows).features.of(COLUMNS)
    center, scale = values.mean(axis=0), values.std(axis=0)
    scale = np.where(scale > _LEAST_SCALE, scale, 1.0)
    place = standard(values, center, scale)
    usual, limit = _distances(place)
    return Situations(
        center=center,
        scale=scale,
        place=place,
        beyond=_beyond(past, rows).astype(np.float32),
        won=np.where(past.played_at[rows] <= until, past.won[rows], np.nan).astype(np.float32),
        clv=past.clv[rows].astype(np.float32),
        usual=usual,
        limit=limit,
    )


def _beyond(past: PastBets, rows: Ints) -> Floats:
    moved: Floats = np.clip(past.moved[rows], -_FURTHEST, _FURTHEST)
    return moved


def _distances(place: NDArray[np.float32]) -> tuple[float, float]:
    """Return how far the nearest of a situation usually are, and how far 1 in 100 has them.

    An even sample is asked for its nearest; the first of them, at no distance, is itself.
    """
    sample = place[:: -(-len(place) // _SAMPLED)]
    distance = nearest(place, sample)[0][:, 1:]
    return float(distance.mean()), float(np.quantile(distance[:, LEAST - 1], _FAR))


def _doubt(past: PastBets, markets: list[Ints], until: float) -> float:
    """Return how many situations it takes for half of what they say to be borne out.

    The newest quarter of a market's situations is foretold from those that had closed before the
    first of them was looked at.
    """
    product, square, count = 0.0, 0.0, 0
    for rows in markets:
        newest = rows[-len(rows) // 4 :]
        tried = newest[:: -(-len(newest) // _TRIED)]
        earlier = rows[past.closed_at[rows] <= past.looked_at[newest].min()]
        if len(earlier) < 2 * NEAREST:
            continue
        memory = _situations(past, earlier, until)
        alike = memory.alike(past.bets.where(tried))
        told = np.where(alike.near >= LEAST, alike.mean, 0.0)
        product += float(told @ _beyond(past, tried))
        square += float(told @ told)
        count += len(tried)
    if product <= 0:
        return np.inf
    trust = min(product / (square * (1 + PRIOR_BETS / count)), 1.0)
    return NEAREST * (1 / trust - 1)
