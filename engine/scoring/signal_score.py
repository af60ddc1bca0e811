"""Agents' opinions as one number: where a bet stands among those of the last ninety days."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.signal import AgentName

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from engine.domain.policy import ScoringRules
    from engine.domain.signal import Verdicts

    Floats = NDArray[np.float64]

_FURTHEST: Final = 6.0
_LEAST_ERROR: Final = 1e-6
_WHOLE: Final = 100.0


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class SignalScale:
    """How much each agent's opinion weighs, and the composites that are usual.

    `weights` are those of agents that count, PATRON among them, none below 0. `marks` are the
    quantiles, evenly spaced from least to most, of the composites of bets expected to earn
    something; none where nothing was learned.
    """

    weights: Mapping[AgentName, float] = field(default_factory=lambda: {AgentName.PATRON: 1.0})
    marks: Floats = field(default_factory=lambda: np.empty(0))

    @property
    def learned(self) -> bool:
        return len(self.marks) > 1

    def score(self, verdicts: Verdicts, row: NDArray[np.int64], odds: Floats) -> Floats:
        """Return the score, 0 to 100, of bets at `odds` on rows of the verdicts."""
        told = composite(opinions(verdicts, row, odds), self.weights)
        levels = np.linspace(0, _WHOLE, len(self.marks))
        return np.where(np.isfinite(told), np.interp(told, self.marks, levels), np.nan)


def opinions(
    verdicts: Verdicts, row: NDArray[np.int64], odds: Floats
) -> Mapping[AgentName, Floats]:
    """Return how far, in its own errors, each agent's probability is above what `odds` ask for.

    An agent that says nothing of a bet leaves it to PATRON.
    """
    found = {}
    for signals in verdicts.signals:
        error = np.maximum(signals.std_error[row], _LEAST_ERROR)
        z = (signals.probability[row] - 1 / odds) / error
        found[signals.agent] = np.clip(z, -_FURTHEST, _FURTHEST)
    patron = found[AgentName.PATRON]
    return {name: np.where(np.isfinite(z), z, patron) for name, z in found.items()}


def composite(opinion: Mapping[AgentName, Floats], weights: Mapping[AgentName, float]) -> Floats:
    """Return the weighted sum of opinions; agents without a weight have no say."""
    total = np.zeros_like(opinion[AgentName.PATRON])
    for name, weight in weights.items():
        if name in opinion:
            total = total + weight * opinion[name]
    return total


def in_zone(signal_score: float, odds: float, rules: ScoringRules) -> bool:
    """Say whether a pick is a Sweet Spot: its signal score in the zone, its odds below the most.

    >>> from engine.domain.policy import ScoringRules
    >>> in_zone(60.0, 2.4, ScoringRules()), in_zone(60.0, 2.5, ScoringRules())
    (True, False)
    """
    return rules.zone_low <= signal_score <= rules.zone_high and odds < rules.zone_max_odds
