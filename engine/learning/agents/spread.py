"""The fit of agent B."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.agents.spread import COLUMNS, Spread
from engine.learning.agents.linear import fit_lines

if TYPE_CHECKING:
    from engine.learning.agents.past_bets import PastBets


def fit_spread(past: PastBets, until: float) -> Spread | None:
    """Return what closes known at an instant say of books; None where that is too little."""
    lines = fit_lines(past, until, COLUMNS)
    return None if lines is None else Spread(lines=lines)
