"""The fit of agent E."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from engine.agents.drift import COLUMNS, Drift
from engine.learning.agents.linear import fit_lines

if TYPE_CHECKING:
    from engine.agents.linear import Line
    from engine.learning.agents.past_bets import PastBets


def fit_drift(past: PastBets, until: float) -> Drift | None:
    """Return what closes known at an instant say of teams; None where that is too little."""
    lines = fit_lines(past, until, COLUMNS)
    if lines is None:
        return None
    return Drift(lines=tuple(None if line is None else _even(line) for line in lines))


def _even(line: Line) -> Line:
    """Return a line that moves the two sides of a bet alike, and none of which nothing is known.

    Both sides are among the rows, so that what is dropped is near 0 anyway.
    """
    reach = (line.move.high - line.move.low) / 2
    move = replace(line.move, low=-reach, high=reach, centre=np.zeros_like(reach), offset=0.0)
    return replace(line, move=move)
