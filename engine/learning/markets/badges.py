"""Which badge a market has earned, by rules of METHOD B4, and which conditions it met.

A badge says something about money, so the default says nothing: a market is INSUFFICIENT until
its figures leave no other reading.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.evidence import CONVINCING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

HURDLE: Final = 0.01
"""The CLV beyond which a market is worth being called TOP: what a close may be off by."""


BIAS: Final = 0.005
"""What all closes may be off by in one direction, whatever the number of picks: without any edge
a reference wrong by so much makes four markets in ten look good (DECISIONS 0039)."""


class Badge(StrEnum):
    """What may be said of a market."""

    TOP = "top"
    GOOD = "good"
    AVOID = "avoid"
    INSUFFICIENT = "insufficient"


class Condition(StrEnum):
    """What a badge asks for; all that TOP and GOOD ask, one of those of AVOID."""

    CLOSES_100 = "closes_100"
    ABOVE_HURDLE = "above_hurdle"
    DISCOVERED = "discovered"
    EVIDENCE = "evidence"
    YIELD_OPEN = "yield_open"
    CLOSES_50 = "closes_50"
    ABOVE_BIAS = "above_bias"
    BELOW_ZERO = "below_zero"
    YIELD_REFUTED = "yield_refuted"


ASKED: Final[Mapping[Badge, tuple[Condition, ...]]] = {
    Badge.TOP: (
        Condition.CLOSES_100,
        Condition.ABOVE_HURDLE,
        Condition.DISCOVERED,
        Condition.EVIDENCE,
        Condition.YIELD_OPEN,
    ),
    Badge.GOOD: (Condition.CLOSES_50, Condition.ABOVE_BIAS),
    Badge.AVOID: (Condition.BELOW_ZERO, Condition.YIELD_REFUTED),
}
BOUND: Final[Mapping[Condition, float]] = {
    Condition.CLOSES_100: 100,
    Condition.ABOVE_HURDLE: 0.95,
    Condition.EVIDENCE: CONVINCING,
    Condition.YIELD_OPEN: 0.0,
    Condition.CLOSES_50: 50,
    Condition.ABOVE_BIAS: 0.90,
    Condition.BELOW_ZERO: 0.90,
    Condition.YIELD_REFUTED: 0.0,
}
"""What each figure is held against; DISCOVERED has no figure of its own."""


@dataclass(frozen=True, slots=True, kw_only=True, eq=False)
class Standing:
    """The figures that badges are given by, each (..., k).

    `closes` counts the closes of the reference that decides, the lower of two; chances are of
    the true CLV, `e_value` the lower of both references, `discovered` whether it stands out of
    all segments ever tabled. `yield_high` is the upper end of ROI's 95 % interval, `yield_ceiling`
    that of its confidence sequence.
    """

    closes: NDArray[np.int64]
    above_hurdle: Floats
    above_bias: Floats
    below_zero: Floats
    e_value: Floats
    discovered: Bools
    yield_high: Floats
    yield_ceiling: Floats

    def figures(self) -> Mapping[Condition, Floats]:
        """Return what each condition looks at."""
        closes = self.closes.astype(np.float64)
        return {
            Condition.CLOSES_100: closes,
            Condition.ABOVE_HURDLE: self.above_hurdle,
            Condition.DISCOVERED: self.e_value,
            Condition.EVIDENCE: self.e_value,
            Condition.YIELD_OPEN: self.yield_high,
            Condition.CLOSES_50: closes,
            Condition.ABOVE_BIAS: self.above_bias,
            Condition.BELOW_ZERO: self.below_zero,
            Condition.YIELD_REFUTED: self.yield_ceiling,
        }


def met(standing: Standing) -> Mapping[Condition, Bools]:
    """Say which conditions each market meets; an unknown figure meets none."""
    figures = standing.figures()
    found = {each: figures[each] >= bound for each, bound in BOUND.items()}
    found[Condition.YIELD_OPEN] = standing.yield_high > BOUND[Condition.YIELD_OPEN]
    found[Condition.YIELD_REFUTED] = standing.yield_ceiling < BOUND[Condition.YIELD_REFUTED]
    return found | {Condition.DISCOVERED: standing.discovered}


def given(conditions: Mapping[Condition, Bools]) -> Mapping[Badge, Bools]:
    """Say which markets have each badge; each has one. A warning goes before praise."""
    top, good, avoid = (
        combine([conditions[each] for each in ASKED[badge]])
        for badge, combine in (
            (Badge.TOP, np.logical_and.reduce),
            (Badge.GOOD, np.logical_and.reduce),
            (Badge.AVOID, np.logical_or.reduce),
        )
    )
    return {
        Badge.TOP: top & ~avoid,
        Badge.GOOD: good & ~top & ~avoid,
        Badge.AVOID: avoid,
        Badge.INSUFFICIENT: ~(top | good | avoid),
    }
