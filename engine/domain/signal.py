"""What agents say of bets: a probability, how surely, which way, and why."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite, isnan
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]


class AgentName(StrEnum):
    """Who judges; PATRON judges the others."""

    ANOMALY = "anomaly"
    SPREAD = "spread"
    PATTERN = "pattern"
    BACKTEST = "backtest"
    DRIFT = "drift"
    PATRON = "patron"


class Standing(StrEnum):
    """Whether what an agent says counts. SHADOW: it is recorded, and moves nothing."""

    SHADOW = "shadow"
    COUNTS = "counts"
    BENCHED = "benched"


class Tier(StrEnum):
    """PATRON's grade of a bet, earned by the probability that the close shows value."""

    STANDARD = "standard"
    GOLD = "gold"
    DIAMOND = "diamond"
    DIAMOND_PLUS = "diamond_plus"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """Why an agent says so: a name the bot can put into words, the value seen, its effect.

    `effect` is in logits of the agent's probability; 0 where it says something without moving it.
    """

    name: str
    value: float
    effect: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one thing adds to a score: `points` of score less 50, the parts sum to it.

    `value` is what was seen, in the unit of its name.
    """

    name: str
    points: float
    value: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Signal:
    """One agent on one bet. `probability` is the closing W/(W+L) it expects.

    `direction` is 1 for the bet, -1 against it, 0 where it only warns.
    """

    agent: AgentName
    standing: Standing
    probability: float
    std_error: float
    direction: int
    reasons: tuple[Reason, ...]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class ReasonColumn:
    """One reason over n bets: `value` and `effect` (n,), NaN where it is none."""

    name: str
    value: Floats
    effect: Floats


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Signals:
    """One agent on n bets, NaN (direction 0) where it has nothing to say.

    A bet with a probability has at least one reason.
    """

    agent: AgentName
    probability: Floats
    std_error: Floats
    direction: NDArray[np.int8]
    reasons: tuple[ReasonColumn, ...]

    def __post_init__(self) -> None:
        spoken = np.isfinite(self.probability)
        told = np.zeros(len(spoken), dtype=np.bool_)
        for reason in self.reasons:
            told |= np.isfinite(reason.value)
        if (spoken & ~told).any():
            msg = f"{self.agent} says something without a reason"
            raise ValueError(msg)

    def __len__(self) -> int:
        return len(self.probability)

    def row(self, index: int, standing: Standing, most: int = 3) -> Signal | None:
        """Return what is said of one bet; None where nothing is.

        Of the reasons that move it the `most` strongest are told, of those that move nothing all.
        """
        probability = self.probability.item(index)
        if isnan(probability):
            return None
        reasons = [
            Reason(name=name, value=value, effect=effect if isfinite(effect) else 0.0)
            for name, value, effect in self._told(index)
        ]
        reasons.sort(key=lambda reason: (-abs(reason.effect), reason.name))
        strongest = [reason for reason in reasons if reason.effect][:most]
        return Signal(
            agent=self.agent,
            standing=standing,
            probability=probability,
            std_error=self.std_error.item(index),
            direction=self.direction.item(index),
            reasons=(*strongest, *(reason for reason in reasons if not reason.effect)),
        )

    def _told(self, index: int) -> Iterator[tuple[str, float, float]]:
        for reason in self.reasons:
            value = reason.value.item(index)
            if isfinite(value):
                yield reason.name, value, reason.effect.item(index)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Verdicts:
    """PATRON on m bets of a look, one a (fixture, selection), sorted by both.

    `fixture` indexes the board's fixtures, `selection` is `Selection.number`. `probability` is the
    closing W/(W+L) expected of the best price there is, `deviation` how far a close lands from it
    and `doubt` the part of that which is the expectation's own error. `tier` indexes `Tier`.
    `agreement` is the agents' common lean towards the bet in standard errors, `effective` how many
    independent agents it rests on. `signals` are the agents', PATRON's included, in the same rows;
    `standings` say which of them counted. `features` (m, k) are columns of the bets, by `names`.
    """

    fixture: NDArray[np.int64]
    selection: NDArray[np.int64]
    probability: Floats
    deviation: Floats
    doubt: Floats
    tier: NDArray[np.int8]
    agreement: Floats
    effective: Floats
    signals: tuple[Signals, ...]
    standings: Mapping[AgentName, Standing]
    names: tuple[str, ...]
    features: Floats

    def __len__(self) -> int:
        return len(self.fixture)
