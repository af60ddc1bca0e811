"""From rulings to settlements: a first one, its correction, a person's word; each with its money.

A settlement is never changed. What corrects it is the next in sequence, and a person's word is
corrected by persons alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from engine.domain.settlement import Outcome, Settlement
from engine.settlement.grading import profit, settle
from engine.settlement.matrix import PLAYED_LATE, VOID_LATE, Ruling, rule_on

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from engine.domain.dispute import Decision
    from engine.domain.pick import Pick
    from engine.domain.settlement import Result, Score
    from engine.settlement.rules import BookRules

MANUAL: Final = "manual"
"""The rule of a grade that a person gave."""
DECISION: Final = "decision"
"""The rule of a dispute that a person decided."""
BY_HAND: Final = frozenset({MANUAL, DECISION})
"""What no automatic settlement replaces."""


def settle_pick(
    pick: Pick,
    result: Result,
    *,
    kick_off: datetime,
    sequence: int,
    rules: BookRules,
    now: datetime,
) -> Settlement | None:
    """Return what a confirmed result makes of a pick, or None while it is not settled.

    `kick_off` is the one the bet was made for: the time for a replay is counted from it. A
    correction is a new settlement with the next `sequence`.
    """
    found = rule_on(pick.selection, result, book=rules, kick_off=kick_off, now=now)
    if found is None:
        return None
    return _settlement(pick, found, result.full_time, sequence=sequence, rules=rules, now=now)


def correct(
    before: Sequence[Settlement], again: Settlement, *, stopped: bool
) -> Settlement | None:
    """Return a settlement that changes what a pick was settled on, or None where none does.

    `before` is in sequence. A bet given back for lateness stays so when the match is played
    later, and so does one on a match that had `stopped`.
    """
    if not before:
        return again
    last = before[-1]
    given_back = last.rule == VOID_LATE and (stopped or again.rule == PLAYED_LATE)
    given_back = given_back or (last.outcome is Outcome.VOID and again.rule == PLAYED_LATE)
    same = (last.outcome, last.full_time) == (again.outcome, again.full_time)
    return None if last.rule in BY_HAND or given_back or same else again


def decide(
    pick: Pick, decision: Decision, *, sequence: int, rules: BookRules, now: datetime
) -> Settlement:
    """Return what a person's decision on a dispute makes of a pick."""
    score = decision.score
    outcome = Outcome.VOID if score is None else settle(pick.selection, score)
    ruling = Ruling(outcome=outcome, rule=DECISION)
    return _settlement(pick, ruling, score, sequence=sequence, rules=rules, now=now)


def grade_by_hand(
    pick: Pick,
    outcome: Outcome,
    score: Score | None,
    *,
    sequence: int,
    rules: BookRules,
    now: datetime,
) -> Settlement:
    """Return a person's grade of a pick; `score` is what it was graded on, if anything."""
    ruling = Ruling(outcome=outcome, rule=MANUAL)
    return _settlement(pick, ruling, score, sequence=sequence, rules=rules, now=now)


def _settlement(
    pick: Pick,
    ruling: Ruling,
    score: Score | None,
    *,
    sequence: int,
    rules: BookRules,
    now: datetime,
) -> Settlement:
    return Settlement(
        pick_id=pick.id,
        sequence=sequence,
        outcome=ruling.outcome,
        profit=profit(ruling.outcome, pick.odds, pick.stake),
        full_time=score,
        rule=ruling.rule,
        settled_at=now,
        rules_version=rules.version,
    )
