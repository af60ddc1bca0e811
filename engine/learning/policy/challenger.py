"""Who may take the champion's place, and when it must give it back (METHOD B5.3)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import isfinite
from typing import TYPE_CHECKING, Final

import numpy as np

from engine.learning.evidence import CONVINCING
from engine.learning.policy.comparison import against_value
from engine.learning.policy.trials import MOST_POINTS, largest_move

if TYPE_CHECKING:
    from collections.abc import Iterable

    from engine.domain.policy_version import Thresholds
    from engine.learning.policy.comparison import Comparison
    from engine.learning.policy.stream import PickStream

LEAST_PICKS: Final = 200
"""A challenger's picks with a close before it may be promoted."""
MOST_OVERFIT: Final = 0.2
"""The probability of backtest overfitting from which on nobody is promoted."""
WEEK: Final = 7 * 86_400.0


class Condition(StrEnum):
    """What a promotion asks for; all of it."""

    PICKS = "picks"
    EVIDENCE = "evidence"
    OVERFITTING = "overfitting"
    STEP = "step"
    CONFIRMED = "confirmed"


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A figure held against what is asked for."""

    condition: Condition
    value: float
    asked: float
    met: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Promotion:
    """Whether a challenger may take the champion's place at an instant: every condition.

    `next` is what would be in force for the first week. `nth` counts the challengers of the last
    year, this one included.
    """

    at: float
    champion: Thresholds
    challenger: Thresholds
    next: Thresholds
    nth: int
    conditions: tuple[Held, ...]

    @property
    def earned(self) -> bool:
        """Whether only a person's word is wanting."""
        return all(one.met for one in self.conditions if one.condition is not Condition.CONFIRMED)

    @property
    def promoted(self) -> bool:
        return all(one.met for one in self.conditions)

    def held(self, condition: Condition) -> Held:
        """Return what one condition came to."""
        return next(one for one in self.conditions if one.condition is condition)


@dataclass(frozen=True, slots=True, kw_only=True)
class Rollback:
    """Whether a champion's own picks refute that they are worth anything."""

    at: float
    champion: Thresholds
    evidence: float
    asked: float
    days: int

    @property
    def due(self) -> bool:
        return self.evidence >= self.asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What a challenger stands before: how many there were, PBO, what was in force of late."""

    nth: int
    overfit: float
    next: Thresholds
    in_force: tuple[Thresholds, ...]
    confirmed: bool = False


def needed(nth: int) -> float:
    """Return the e-value that the nth challenger of a year needs.

    Each may be falsely promoted with a chance of 1/`needed`. Over all challengers of a year, were
    there ever so many, these add up to 1 in 20: the nth gets 1/(n(n + 1)) of it.

    >>> [needed(nth) for nth in (1, 2, 3)]
    [40.0, 120.0, 240.0]
    """
    return CONVINCING * nth * (nth + 1)


def judge_promotion(
    champion: Thresholds, challenger: Thresholds, at: float, found: Comparison, asked: Asked
) -> Promotion:
    """Return the verdict on a challenger, condition by condition."""
    least = needed(asked.nth)
    move = max((largest_move(asked.next, one) for one in asked.in_force), default=0.0)
    overfit = asked.overfit
    return Promotion(
        at=at,
        champion=champion,
        challenger=challenger,
        next=asked.next,
        nth=asked.nth,
        conditions=(
            _held(Condition.PICKS, found.n, LEAST_PICKS, met=found.n >= LEAST_PICKS),
            _held(Condition.EVIDENCE, found.e_value, least, met=found.e_value >= least),
            _held(
                Condition.OVERFITTING,
                overfit,
                MOST_OVERFIT,
                met=isfinite(overfit) and overfit < MOST_OVERFIT,
            ),
            _held(Condition.STEP, move, MOST_POINTS, met=move <= MOST_POINTS),
            _held(Condition.CONFIRMED, float(asked.confirmed), 1.0, met=asked.confirmed),
        ),
    )


def judge_rollback(stream: PickStream, champion: Thresholds, since: float, at: float) -> Rollback:
    """Return whether a champion in force `since` gives its place back at `at`.

    A gambler who bets half on each reference: were its picks worth nothing or more by both, one
    champion in twenty at most is ever rolled back.
    """
    found = against_value(stream, champion, since, at).values()
    return Rollback(
        at=at,
        champion=champion,
        evidence=float(np.mean([one.wealth for one in found])) if found else 1.0,
        asked=CONVINCING,
        days=max((one.days for one in found), default=0),
    )


def in_force_of_late(
    past: Iterable[tuple[float, Thresholds]], at: float
) -> tuple[Thresholds, ...]:
    """Return every setting that was in force within the week before an instant.

    `past` tells since when each was, in order of time.
    """
    every = list(past)
    ends = [since for since, _ in every[1:]] + [float("inf")]
    return tuple(
        one
        for (since, one), end in zip(every, ends, strict=True)
        if end > at - WEEK and since <= at
    )


def _held(condition: Condition, value: float, asked: float, *, met: bool) -> Held:
    return Held(condition=condition, value=float(value), asked=float(asked), met=met)
