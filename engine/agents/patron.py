"""PATRON: where the close is expected once the agents that earned it have been heard."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.domain.signal import AgentName, ReasonColumn, Signals, Tier
from engine.scoring.landing import Landing

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.agents.bets import Bets

    Floats = NDArray[np.float64]

GRADES: Final = {Tier.GOLD: 0.65, Tier.DIAMOND: 0.75, Tier.DIAMOND_PLUS: 0.85}
"""The least chance that the close shows value, for each grade.

Of bets expected to earn anything six in ten do; the best 1,500 of a season of 22 divisions beat
the close three times in four, the best 500 five times in six: a grade is for each of them.
"""
DOUBT: Final = 0.3
"""Of how far a close may land, what is the expectation's own error: `PricingRules.close_doubt`."""
FURTHEST: Final = 1.0
"""The longest lean that is believed, in logits."""
_SURE: Final = 1e-6
_NOTHING: Final = 1e-12


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Heard:
    """What PATRON makes of m bets; see `Verdicts`."""

    signals: Signals
    deviation: Floats
    doubt: Floats
    tier: NDArray[np.int8]
    agreement: Floats
    effective: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Patron:
    """The expected close moved by `weights` (k,) of the leans of `agents`.

    Weights are at least 0 and at most 1 together; `likeness` (k, k) is how the agents' errors go
    together. Closes land `width` times as far from it as from the expected close, as `landing`
    says. Without agents it is the expected close.
    """

    agents: tuple[AgentName, ...] = ()
    weights: Floats = field(default_factory=lambda: np.empty(0))
    likeness: Floats = field(default_factory=lambda: np.empty((0, 0)))
    width: float = 1.0
    landing: Landing = field(default_factory=Landing)

    @property
    def name(self) -> AgentName:
        return AgentName.PATRON

    def hear(self, bets: Bets, signals: Sequence[Signals]) -> Heard:
        """Return the verdict on each bet; signals of agents without a weight are not heard."""
        lean, error = self._leans(bets, signals)
        effects = np.nan_to_num(lean) * self.weights
        expected = np.clip(bets.expected, _SURE, 1 - _SURE)
        probability = 1 / (1 + (1 / expected - 1) * np.exp(-effects.sum(axis=1)))
        deviation = self.width * bets.expected_error
        z = (probability - 1 / bets.odds) / np.maximum(deviation, _SURE)
        chance, (agreement, effective) = self.landing.chance(z), self._agree(lean, error)
        return Heard(
            signals=Signals(
                agent=self.name,
                probability=probability,
                std_error=deviation,
                direction=np.sign(bets.odds * probability - 1).astype(np.int8),
                reasons=(*self._reasons(bets, lean, effects), _independent(effective)),
            ),
            deviation=deviation,
            doubt=DOUBT * deviation,
            tier=np.searchsorted(list(GRADES.values()), chance, side="right").astype(np.int8),
            agreement=agreement,
            effective=effective,
        )

    def _leans(self, bets: Bets, signals: Sequence[Signals]) -> tuple[Floats, Floats]:
        """Return each agent's lean and its error in logits (m, k), NaN where it is silent."""
        by_name = {each.agent: each for each in signals}
        lean = np.full((len(bets), len(self.agents)), np.nan)
        error = lean.copy()
        for number, name in enumerate(self.agents):
            if name in by_name:
                lean[:, number] = leans(bets, by_name[name])
                error[:, number] = errors(by_name[name])
        return lean, error

    def _agree(self, lean: Floats, error: Floats) -> tuple[Floats, Floats]:
        """Return the common lean in standard errors, and how many independent agents it is of."""
        spoken = np.isfinite(lean)
        agreement, effective = np.zeros(len(lean)), np.zeros(len(lean))
        for pattern in np.unique(spoken, axis=0):
            if not pattern.any():
                continue
            rows = (spoken == pattern).all(axis=1)
            share, number = shares(self.likeness[np.ix_(pattern, pattern)])
            z = lean[rows][:, pattern] / np.maximum(error[rows][:, pattern], _SURE)
            agreement[rows] = (z * share).sum(axis=1) / share.sum() * np.sqrt(number)
            effective[rows] = number
        return agreement, effective

    def _reasons(self, bets: Bets, lean: Floats, effects: Floats) -> tuple[ReasonColumn, ...]:
        """Return the expected close and each agent's lean, with what they move."""
        fair, expected = (np.clip(p, _SURE, 1 - _SURE) for p in (bets.fair, bets.expected))
        way = np.log(expected / (1 - expected)) - np.log(fair / (1 - fair))
        close = ReasonColumn(name="expected_close", value=bets.expected, effect=way)
        return (
            close,
            *(
                ReasonColumn(
                    name=str(name),
                    value=lean[:, number],
                    effect=np.where(np.isfinite(lean[:, number]), effects[:, number], np.nan),
                )
                for number, name in enumerate(self.agents)
            ),
        )


def _independent(effective: Floats) -> ReasonColumn:
    """Return how many independent agents were heard, where any was; it moves nothing itself."""
    heard = np.where(effective > 0, effective, np.nan)
    return ReasonColumn(name="effective", value=heard, effect=np.zeros(len(heard)))


def leans(bets: Bets, signals: Signals) -> Floats:
    """Return how far, in logits, an agent is from the expected close; NaN where it is silent."""
    told, expected = (np.clip(p, _SURE, 1 - _SURE) for p in (signals.probability, bets.expected))
    lean = np.log(told / (1 - told)) - np.log(expected / (1 - expected))
    found: Floats = np.clip(lean, -FURTHEST, FURTHEST)
    return found


def errors(signals: Signals) -> Floats:
    """Return the standard error of an agent's probability, in logits."""
    told = np.clip(signals.probability, _SURE, 1 - _SURE)
    error: Floats = signals.std_error / (told * (1 - told))
    return error


def shares(likeness: Floats) -> tuple[Floats, float]:
    """Return how much each agent counts as one of its own, and the effective number of them all.

    An agent's share is 1 over how many are like it: five clones have a fifth each. The number is
    (Σλ)²/Σλ² of the eigenvalues of the correlation with each agent counted by its share; without
    clones that is the plain formula, and clones change nothing.

    >>> share, number = shares(np.array([[1.0, 0.0], [0.0, 1.0]]))
    >>> share.tolist(), number
    ([1.0, 1.0], 2.0)
    >>> shares(np.array([[1.0, 1.0, 0.0], [1.0, 1.0, 0.0], [0.0, 0.0, 1.0]]))[1]
    2.0
    """
    alike = likeness**2
    share: Floats = 1 / np.maximum(alike.sum(axis=1), _NOTHING)
    return share, float(share.sum() ** 2 / (share @ alike @ share))
