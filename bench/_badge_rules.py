"""Rules for calling a market good, ours and those in use elsewhere, held against the truth."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from scipy.special import ndtr

from bench._badge_worlds import tables
from engine.learning.markets.badges import Badge, Condition, given, met
from engine.learning.markets.standing import CLOSING_ERROR, judge

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import NDArray

    from bench._badge_worlds import Tables, World
    from engine.learning.markets.standing import Judged

    Floats = NDArray[np.float64]
    Bools = NDArray[np.bool_]

CHUNK: Final = 25
"""Worlds judged at once: what fits in a processor's memory."""
WARNING: Final = "À ÉVITER"
_FALSE_SHARE: Final = 0.10
_HIGH_YIELD: Final = 0.05
_SURE: Final = 0.90


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How often a rule spoke in all tables, and how often of a market for which it is false."""

    given: int = 0
    false: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(given=self.given + other.given, false=self.false + other.false)


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """What rules said in `worlds` tables in which `real` markets were truly worth betting."""

    worlds: int
    real: int
    rules: Mapping[str, Tally]


def hold(world: World, worlds: int, seed: int = 1) -> Held:
    """Return how each rule fared in `worlds` drawn worlds.

    Praise of a market whose true worth is not above 0 is false, as is a warning of one above 0.
    """
    rng = np.random.default_rng(seed)
    real, rules = 0, dict[str, Tally]()
    for first in range(0, worlds, CHUNK):
        drawn = tables(world, min(CHUNK, worlds - first), rng)
        worth = drawn.truth > 0
        real += int(worth.sum())
        for name, (said, false) in _said(drawn, worth).items():
            tally = Tally(given=int(said.sum()), false=int((said & false).sum()))
            rules[name] = rules.get(name, Tally()) + tally
    return Held(worlds=worlds, real=real, rules=rules)


def _said(drawn: Tables, worth: Bools) -> Mapping[str, tuple[Bools, Bools]]:
    judged = judge(drawn.streams)
    conditions = met(judged.standing)
    badges = given(conditions)
    mean, high = drawn.streams.returns.mean, drawn.streams.yield_high
    praise = {
        "ROI above 5 %": mean > _HIGH_YIELD,
        "ROI's 95 % interval above 0": 2 * mean - high > 0,
        "shrunk ROI above 0 (90 %)": judged.yields.above(0.0) >= _SURE,
        "CLV and BH at 10 %": _benjamini_hochberg(drawn, judged),
        "METHOD's BON": conditions[Condition.CLOSES_50] & (judged.clv.above(0.0) >= _SURE),
        "BON": badges[Badge.GOOD] | badges[Badge.TOP],
        "TOP": badges[Badge.TOP],
    }
    return {name: (said, ~worth) for name, said in praise.items()} | {
        WARNING: (badges[Badge.AVOID], worth)
    }


def _benjamini_hochberg(drawn: Tables, judged: Judged) -> Bools:
    """Say which markets have a CLV above 0 by p-values, at most a tenth of them falsely."""
    first, second = drawn.streams.headline, drawn.streams.alternative
    seen = np.where(judged.by_other, second.mean, first.mean)
    error = np.where(judged.by_other, second.error(), first.error())
    p_values = 1 - ndtr(seen / np.hypot(error, CLOSING_ERROR))
    markets = p_values.shape[1]
    order = np.sort(p_values, axis=1)
    allowed = _FALSE_SHARE * np.arange(1, markets + 1) / markets
    passed = np.where(order <= allowed, order, -1.0).max(axis=1, keepdims=True)
    found: Bools = p_values <= passed
    return found
