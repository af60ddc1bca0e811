"""Agent B: what books say of each other, and what the best of their prices is worth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.linear import Line, reasons, tell
from engine.domain.signal import AgentName, ReasonColumn, Signals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.agents.bets import Bets

    Floats = NDArray[np.float64]

COLUMNS: Final = (
    "gap_second",
    "gap_mean",
    "dispersion",
    "books",
    "booksum",
    "booksum_best",
    "edge",
    "log_odds",
)
"""What is looked at: the books and the reference, nothing of teams."""
_SOME: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Spread:
    """Where a line closes given how the best price stands among the others.

    Its probability is the reference moved by the `lines` of the four groups of bets (None where
    too little is known). The effects of the reasons and what is `usual` of the market add up to
    the way from the reference. Silent where fewer than two books have a price: there is nothing
    to compare. It is for a bet that its own probability finds worth taking, against any other;
    "kelly" is the share of the bankroll that this probability alone would stake.
    """

    lines: tuple[Line | None, ...]

    @property
    def name(self) -> AgentName:
        return AgentName.SPREAD

    def judge(self, bets: Bets) -> Signals:
        """Return a signal for each bet."""
        told = tell(self.lines, len(COLUMNS), bets, bets.feature("books") > np.log1p(_SOME))
        value = bets.odds * told.probability - 1
        spoken = np.isfinite(value)
        return Signals(
            agent=self.name,
            probability=told.probability,
            std_error=told.std_error,
            direction=np.where(spoken, np.where(value > 0, 1, -1), 0).astype(np.int8),
            reasons=(
                *reasons(COLUMNS, told, bets),
                ReasonColumn(name="usual", value=told.usual, effect=told.usual),
                ReasonColumn(
                    name="kelly",
                    value=np.maximum(value, 0.0) / (bets.odds - 1),
                    effect=np.where(spoken, 0.0, np.nan),
                ),
            ),
        )
