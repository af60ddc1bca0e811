"""Agent C: configurations whose lines keep closing elsewhere than expected."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.agents.linear import certain, moved
from engine.agents.slices import FAMILIES, VALUE, Cutter
from engine.domain.signal import AgentName, ReasonColumn, Signals

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.agents.bets import Bets

    Floats = NDArray[np.float64]
    Ints = NDArray[np.int64]

_SURE: Final = 1e-4
_MOST: Final = 500.0


class Life(StrEnum):
    """What has become of a discovery: BENCHED may come back, DEAD never does."""

    LIVING = "living"
    BENCHED = "benched"
    DEAD = "dead"


@dataclass(frozen=True, slots=True, kw_only=True)
class Discovery:
    """A slice discovered by all evidence up to `day`, and the evidence since.

    `place` is its number in the ledger and `sign` the way its bets' lines went. `forward` bets
    have closed since, on average `mean` logits beyond what was expected; `against` is the
    logarithm of the wealth won since by betting that the discovery is none.
    """

    place: int
    sign: int
    day: int
    forward: int
    mean: float
    against: float
    life: Life


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Ledger:
    """Every slice ever looked at, in the order in which they were; none is taken out.

    `bets` (k,) are how many of it had closed at the last refit that saw any, on average `mean`
    logits beyond what was expected, and `shrunk` towards the families above. `up` and `down` are
    the logarithms of the wealth won, once a day until `day` (k,), by betting that the slice's
    lines go one way, or the other. `looks` counts the refits at which they were looked at.
    """

    names: tuple[str, ...] = ()
    bets: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    mean: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    shrunk: NDArray[np.float32] = field(default_factory=lambda: np.zeros(0, dtype=np.float32))
    up: Floats = field(default_factory=lambda: np.zeros(0))
    down: Floats = field(default_factory=lambda: np.zeros(0))
    day: NDArray[np.int32] = field(default_factory=lambda: np.zeros(0, dtype=np.int32))
    discoveries: tuple[Discovery, ...] = ()
    looks: int = 0

    def __len__(self) -> int:
        return len(self.names)

    @property
    def e_values(self) -> Floats:
        """The evidence (k,) that lines of a slice go either way: the mean of both wealths."""
        up, down = (np.exp(np.minimum(each, _MOST)) for each in (self.up, self.down))
        found: Floats = (up + down) / 2
        return found

    def count(self, life: Life) -> int:
        """Return how many discoveries have come to this."""
        return sum(one.life is life for one in self.discoveries)


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Living:
    """Patterns that speak: `family` (l,) places in `FAMILIES`, `bets` (l,) what they rest on.

    `effect` (l,) is what each adds, in logits, to the others that hold for a bet, and
    `covariance` (l, l) is how surely.
    """

    names: tuple[str, ...] = ()
    family: tuple[int, ...] = ()
    bets: tuple[int, ...] = ()
    effect: Floats = field(default_factory=lambda: np.zeros(0))
    covariance: Floats = field(default_factory=lambda: np.zeros((0, 0)))

    def together(self, holds: NDArray[np.bool_]) -> tuple[Floats, Floats]:
        """Return what patterns that hold (m, l) for a bet add up to (m,), and its variance.

        Bets for which the same ones hold are one sum: other bets change no bit of it.
        """
        kinds, first, kind = np.unique(
            np.packbits(holds, axis=1), axis=0, return_index=True, return_inverse=True
        )
        by, variance = np.zeros(len(kinds)), np.zeros(len(kinds))
        for number, row in enumerate(first.tolist()):
            there = np.flatnonzero(holds[row])
            by[number] = self.effect[there].sum()
            variance[number] = max(0.0, float(self.covariance[np.ix_(there, there)].sum()))
        return by[kind.ravel()], variance[kind.ravel()]


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Pattern:
    """Where lines close in configurations that were discovered, and have survived since.

    Its probability is the expected close moved by the patterns that hold for a bet; silent where
    none does, and of bets that are no value.
    """

    living: Living
    ledger: Ledger

    @property
    def name(self) -> AgentName:
        return AgentName.PATTERN

    def judge(self, bets: Bets) -> Signals:
        """Return a signal for each bet."""
        living, count = self.living, len(bets)
        probability, std_error = np.full(count, np.nan), np.full(count, np.nan)
        direction = np.zeros(count, dtype=np.int8)
        worth = (bets.feature("edge_expected") > VALUE) & ~certain(bets.expected)
        rows = np.flatnonzero(worth)
        if not len(living.names) or not len(rows):
            return self._signals(probability, std_error, direction, ())
        holds = members(bets.where(rows), living.names, living.family)
        spoken = holds.any(axis=1)
        rows, holds = rows[spoken], holds[spoken]
        effects = np.where(holds, living.effect, 0.0)
        by, variance = living.together(holds)
        told = moved(bets.expected[rows], by)
        probability[rows] = told
        std_error[rows] = np.hypot(
            np.maximum(bets.expected_error[rows], _SURE),
            told * (1 - told) * np.sqrt(variance),
        )
        direction[rows] = np.sign(by)
        columns = _columns(living, rows, holds, effects, count)
        return self._signals(probability, std_error, direction, columns)

    def _signals(
        self,
        probability: Floats,
        std_error: Floats,
        direction: NDArray[np.int8],
        reasons: tuple[ReasonColumn, ...],
    ) -> Signals:
        return Signals(
            agent=self.name,
            probability=probability,
            std_error=std_error,
            direction=direction,
            reasons=reasons,
        )


def members(bets: Bets, names: tuple[str, ...], family: tuple[int, ...]) -> NDArray[np.bool_]:
    """Return which of l slices hold for which of m bets (m, l)."""
    holds = np.zeros((len(bets), len(names)), dtype=np.bool_)
    cutter = Cutter(bets)
    for number in sorted(set(family)):
        wanted = {name: at for at, name in enumerate(names) if family[at] == number}
        cut = cutter.cut(FAMILIES[number])
        column = np.array([wanted.get(label, -1) for label in cut.labels] or [-1])
        at = np.where(cut.code >= 0, column[cut.code], -1)
        row, slot = np.nonzero(at >= 0)
        holds[row, at[row, slot]] = True
    return holds


def _columns(
    living: Living, rows: Ints, holds: NDArray[np.bool_], effects: Floats, count: int
) -> tuple[ReasonColumn, ...]:
    columns = []
    for place, name in enumerate(living.names):
        value, effect = np.full(count, np.nan), np.full(count, np.nan)
        there = rows[holds[:, place]]
        value[there] = living.bets[place]
        effect[there] = effects[holds[:, place], place]
        if len(there):
            columns.append(ReasonColumn(name=f"pattern:{name}", value=value, effect=effect))
    return tuple(columns)
