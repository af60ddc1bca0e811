"""What may follow a settlement: a correction, or nothing. What people said stands."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.dispute import Decision
from engine.domain.numbers import units
from engine.domain.settlement import Outcome, Score, Settlement
from engine.settlement.grading import settle
from engine.settlement.matrix import FULL_TIME, PLAYED_LATE, VOID_LATE
from engine.settlement.rules import BookRules
from engine.settlement.settling import DECISION, MANUAL, correct, decide, grade_by_hand
from tests.builders import NOW, a_pick

BOOK = BookRules(version="v")
TWO_ONE, ONE_ONE = Score(home=2, away=1), Score(home=1, away=1)
SCORES = st.builds(Score, home=st.integers(0, 9), away=st.integers(0, 9))


def settled(
    outcome: Outcome, score: Score | None, rule: str = FULL_TIME, **changes: Any
) -> Settlement:
    values: dict[str, Any] = {
        "pick_id": a_pick().id,
        "sequence": 1,
        "outcome": outcome,
        "profit": units(0),
        "full_time": score,
        "rule": rule,
        "settled_at": NOW,
    }
    return Settlement(**values | changes)


WON = settled(Outcome.WON, TWO_ONE)
LOST = settled(Outcome.LOST, ONE_ONE, sequence=2)
BACK = settled(Outcome.VOID, None, VOID_LATE)
LATE = settled(Outcome.VOID, TWO_ONE, PLAYED_LATE, sequence=2)
OFF = settled(Outcome.VOID, None, "cancelled")


@pytest.mark.parametrize(
    ("before", "again", "stopped", "follows"),
    [
        ((), WON, False, True),
        ((WON,), LOST, False, True),
        ((WON,), WON, False, False),
        ((WON,), settled(Outcome.WON, Score(home=3, away=1)), False, True),
        # given back for lateness: the late replay changes nothing, nor does the rest of a match
        ((BACK,), LATE, False, False),
        ((BACK,), LOST, True, False),
        ((BACK,), LOST, False, True),
        ((OFF,), LATE, False, False),
        ((OFF,), LOST, True, True),
        # a score corrected to one played too late takes back what was paid
        ((WON,), LATE, False, True),
        # what people said
        ((settled(Outcome.VOID, None, MANUAL),), LOST, False, False),
        ((settled(Outcome.WON, TWO_ONE, DECISION),), LOST, False, False),
        ((settled(Outcome.VOID, None, MANUAL), LOST), WON, False, True),
    ],
)
def test_what_may_follow_a_settlement(
    before: tuple[Settlement, ...], again: Settlement, *, stopped: bool, follows: bool
) -> None:
    assert correct(before, again, stopped=stopped) == (again if follows else None)


@given(SCORES, st.sampled_from(["home", "over_2.5", "ah_home@-0.75", "dnb_away"]))
def test_a_decision_settles_on_the_score_it_names_and_a_void_gives_the_stake_back(
    score: Score, code: str
) -> None:
    pick = a_pick(code, stake=units("0.5"), odds=2.2)
    found = decide(pick, Decision(score=score), sequence=4, rules=BOOK, now=NOW)
    assert (found.outcome, found.full_time) == (settle(pick.selection, score), score)
    assert (found.rule, found.sequence, found.rules_version) == (DECISION, 4, "v")
    void = decide(pick, Decision(score=None), sequence=1, rules=BOOK, now=NOW)
    assert (void.outcome, void.profit, void.full_time) == (Outcome.VOID, Decimal(0), None)


def test_a_grade_by_hand_is_what_it_says_whatever_the_score() -> None:
    pick = a_pick("home", stake=units("0.5"), odds=2.2)
    found = grade_by_hand(pick, Outcome.HALF_LOST, TWO_ONE, sequence=2, rules=BOOK, now=NOW)
    assert (found.outcome, found.profit) == (Outcome.HALF_LOST, Decimal("-0.2500"))
    assert (found.rule, found.full_time) == (MANUAL, TWO_ONE)
