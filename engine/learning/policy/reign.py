"""A champion in force and the challenger in its shadow, look after look."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from engine.learning.policy.challenger import (
    LEAST_PICKS,
    WEEK,
    Asked,
    Condition,
    Promotion,
    Rollback,
    in_force_of_late,
    judge_promotion,
    judge_rollback,
)
from engine.learning.policy.comparison import compare
from engine.learning.policy.overfitting import overfit_chance

if TYPE_CHECKING:
    from engine.domain.policy_version import Thresholds
    from engine.learning.policy.comparison import Comparison
    from engine.learning.policy.criterion import Choice, Tally
    from engine.learning.policy.stream import PickStream
    from engine.learning.policy.trials import Grid

YEAR: Final = 365 * 86_400.0
_BEFORE_OVERFITTING: Final = (Condition.PICKS, Condition.EVIDENCE, Condition.STEP)


class Happened(StrEnum):
    """What can become of a challenger or a champion."""

    PROPOSED = "proposed"
    WITHDRAWN = "withdrawn"
    EARNED = "earned"
    PROMOTED = "promoted"
    ROLLED_BACK = "rolled_back"
    REFUTED = "refuted"


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One turn of events, with the verdict it rests on where there is one.

    `REFUTED` is said of the declared thresholds: nothing stands behind them to go back to.
    """

    at: float
    what: Happened
    thresholds: Thresholds
    promotion: Promotion | None = None
    rollback: Rollback | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Shadow:
    """A challenger, since when it runs, and which of a year's challengers it is."""

    thresholds: Thresholds
    since: float
    nth: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Duel:
    """A champion, what is in its shadow, and what served since when, in order of time."""

    champion: Thresholds
    shadow: Shadow
    in_force: tuple[tuple[float, Thresholds], ...]


def judge_duel(
    stream: PickStream, grid: Grid, tally: Tally, duel: Duel, at: float, *, confirmed: bool = False
) -> tuple[Comparison, Promotion]:
    """Return what a challenger came to, and its verdict.

    How overfitted the search is is asked once all else is there but a person's word; it is NaN,
    and not met, before.
    """
    champion, challenger = duel.champion, duel.shadow.thresholds
    found = compare(stream, champion, challenger, duel.shadow.since, at)
    asked = Asked(
        nth=duel.shadow.nth,
        overfit=float("nan"),
        next=grid.step(duel.in_force[-1][1], challenger),
        in_force=in_force_of_late(duel.in_force, at),
        confirmed=confirmed,
    )
    verdict = judge_promotion(champion, challenger, at, found, asked)
    if all(verdict.held(one).met for one in _BEFORE_OVERFITTING):
        asked = replace(asked, overfit=overfit_chance(*tally.weekly()))
        verdict = judge_promotion(champion, challenger, at, found, asked)
    return found, verdict


class Reign:
    """Who is in force. Told of each look in order of time; tells what serves its picks.

    A challenger stays until it is promoted; or until the inner window can tell it from its best
    and it has had its 200 picks or a year: a wish that changes within one standard error is none.
    `standing` is the last verdict on the one that runs. On promotion and roll-back all evidence
    begins anew. A promoted trial is reached by steps of a week; a roll-back is at once.
    """

    def __init__(self, stream: PickStream, grid: Grid, declared: Thresholds) -> None:
        self.events: list[Event] = []
        self.standing: Promotion | None = None
        self._stream, self._grid, self._declared = stream, grid, declared
        self._champions = [declared]
        self._since = -float("inf")
        self._in_force = [(-float("inf"), declared)]
        self._shadow: Shadow | None = None
        self._earned = False
        self._refuted = False
        self._proposed_at: list[float] = []

    def look(self, at: float, choice: Choice, tally: Tally) -> Thresholds:
        """Return what is in force at a look, once everything due has happened."""
        if self._earned and self._shadow is not None:
            self._promote(at, self._shadow, tally)
        self._move(at)
        self._roll_back(at)
        if self._shadow is None:
            self._propose(at, choice.wanted)
        else:
            self._judge(at, self._shadow, choice, tally)
        return self._in_force[-1][1]

    def _promote(self, at: float, shadow: Shadow, tally: Tally) -> None:
        """Put a challenger in force that a person has confirmed since it earned it."""
        verdict = self._verdict(at, shadow, tally, confirmed=True)
        self._earned = False
        if not verdict.promoted:
            return
        self._champions.append(shadow.thresholds)
        self._restart(at)
        self._tell(at, Happened.PROMOTED, shadow.thresholds, promotion=verdict)

    def _move(self, at: float) -> None:
        """Go on towards the champion, by a step a week."""
        since, setting = self._in_force[-1]
        if setting != self._champions[-1] and at - since >= WEEK:
            self._in_force.append((at, self._grid.step(setting, self._champions[-1])))

    def _roll_back(self, at: float) -> None:
        champion = self._champions[-1]
        verdict = judge_rollback(self._stream, champion, self._since, at)
        if not verdict.due:
            return
        if len(self._champions) > 1:
            self._champions.pop()
            self._in_force.append((at, self._champions[-1]))
            self._restart(at)
            self._tell(at, Happened.ROLLED_BACK, champion, rollback=verdict)
        elif not self._refuted:
            self._refuted = True
            self._tell(at, Happened.REFUTED, champion, rollback=verdict)

    def _propose(self, at: float, wanted: Thresholds) -> None:
        if wanted == self._champions[-1]:
            return
        lately = [one for one in self._proposed_at if one > at - YEAR]
        self._proposed_at = [*lately, at]
        self._shadow = Shadow(thresholds=wanted, since=at, nth=len(self._proposed_at))
        self._tell(at, Happened.PROPOSED, wanted)

    def _judge(self, at: float, shadow: Shadow, choice: Choice, tally: Tally) -> None:
        verdict = self._verdict(at, shadow, tally)
        self.standing = verdict
        if verdict.earned and not self._earned:
            self._earned = True
            self._tell(at, Happened.EARNED, shadow.thresholds, promotion=verdict)
            return
        had_enough = (
            verdict.held(Condition.PICKS).value >= LEAST_PICKS or at - shadow.since >= YEAR
        )
        if shadow.thresholds not in choice.credible and had_enough and not self._earned:
            self._shadow = self.standing = None
            self._tell(at, Happened.WITHDRAWN, shadow.thresholds, promotion=verdict)

    def _verdict(
        self, at: float, shadow: Shadow, tally: Tally, *, confirmed: bool = False
    ) -> Promotion:
        duel = Duel(champion=self._champions[-1], shadow=shadow, in_force=tuple(self._in_force))
        _, verdict = judge_duel(self._stream, self._grid, tally, duel, at, confirmed=confirmed)
        return verdict

    def _restart(self, at: float) -> None:
        self._since, self._shadow, self._earned, self.standing = at, None, False, None

    def _tell(
        self,
        at: float,
        what: Happened,
        thresholds: Thresholds,
        *,
        promotion: Promotion | None = None,
        rollback: Rollback | None = None,
    ) -> None:
        self.events.append(
            Event(at=at, what=what, thresholds=thresholds, promotion=promotion, rollback=rollback)
        )
