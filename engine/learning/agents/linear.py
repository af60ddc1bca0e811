"""Fits of agents of plain weights: a ridge a group, and the size of its errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.linear import GROUPS, Line, certain, group_of, noise_columns
from engine.learning.agents.past_bets import logit
from engine.learning.expected_close.fit import Shrinkage, fit_move, fit_noise
from engine.pricing.expected_close.features import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.agents.past_bets import PastBets

    Bools = NDArray[np.bool_]

ENOUGH: Final = 1_000
"""Closes before anything is learned, of all bets and again of each group."""
MEMORY: Final = 5 * 365.25 * 86_400
"""Seconds back to the oldest close that is learned from: five seasons."""
_FURTHEST: Final = 1.0


def learnable(past: PastBets, until: float) -> Bools:
    """Say which bets can be learned from at an instant: closed by then, within memory."""
    recent = past.known(until) & (past.closed_at > until - MEMORY)
    none = certain(past.bets.fair) | certain(past.bets.expected) | certain(past.close)
    return recent & ~none


def fit_lines(
    past: PastBets, until: float, columns: tuple[str, ...]
) -> tuple[Line | None, ...] | None:
    """Return the line of each group; None where too little is known, of all or of a group."""
    rows = learnable(past, until)
    if rows.sum() < ENOUGH:
        return None
    group = group_of(past.bets)
    return tuple(_line(past, rows & (group == each), columns) for each in range(GROUPS))


def _line(past: PastBets, rows: Bools, columns: tuple[str, ...]) -> Line | None:
    if rows.sum() < ENOUGH:
        return None
    these = past.where(rows)
    bets, lead = these.bets, these.bets.lead_hours
    table = Table(names=columns, values=bets.features.of(columns))
    way = np.clip(logit(these.close) - logit(bets.fair), -_FURTHEST, _FURTHEST)
    move = fit_move(table, lead, way, Shrinkage())
    noise = fit_noise(noise_columns(bets), way - move.expect(table, lead))
    return Line(move=move, noise=noise.weights)
