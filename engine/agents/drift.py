"""Agent E: teams and leagues whose lines keep moving the same way, and ratings of past closes."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.linear import Line, reasons, tell
from engine.domain.signal import AgentName, Signals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.agents.bets import Bets

    Floats = NDArray[np.float64]

COLUMNS: Final = (
    "drift_fast",
    "drift",
    "drift_slow",
    "drift_league",
    "rating",
    "surprise",
    "rest",
)
"""What is looked at: teams and leagues, no book but the reference."""
_OF_CLOSES: Final = COLUMNS[:-1]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Drift:
    """Where a line closes given how the lines of these teams closed before.

    Its probability is the reference moved by the `lines` of the four groups of bets (None where
    too little is known); the effects of the reasons add up to the way. What is 0 moves nothing and
    is no reason: silent where no close is known of teams and league. It is for a bet towards which
    the line is expected to move.
    """

    lines: tuple[Line | None, ...]

    @property
    def name(self) -> AgentName:
        return AgentName.DRIFT

    def judge(self, bets: Bets) -> Signals:
        """Return a signal for each bet."""
        known = (bets.features.of(_OF_CLOSES) != 0).any(axis=1)
        told = tell(self.lines, len(COLUMNS), bets, known)
        way = told.effects.sum(axis=1)
        return Signals(
            agent=self.name,
            probability=told.probability,
            std_error=told.std_error,
            direction=np.sign(np.nan_to_num(way)).astype(np.int8),
            reasons=tuple(
                replace(
                    column,
                    value=np.where(column.value == 0, np.nan, column.value),
                    effect=np.where(column.value == 0, np.nan, column.effect),
                )
                for column in reasons(COLUMNS, told, bets)
            ),
        )
