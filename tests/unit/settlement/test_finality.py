from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from engine.domain.settlement import Phase, Result, Score
from engine.settlement.finality import final
from engine.settlement.rules import SettlementRules
from tests.builders import KICK_OFF, a_result

RULES = SettlementRules()
GAP = RULES.confirmation_gap
SOON = timedelta(seconds=1)


def read(after: timedelta, home: int = 2, away: int = 1, **overrides: object) -> Result:
    return a_result(home, away, read_at=KICK_OFF + timedelta(hours=2) + after, **overrides)


def test_one_reading_is_not_final() -> None:
    assert final([], RULES) is None
    assert final([read(SOON)], RULES) is None


def test_the_same_answer_twice_is_final_once_the_gap_has_passed() -> None:
    first, last = read(0 * GAP), read(GAP)
    assert final([last, first], RULES) is last
    assert final([first, read(GAP - SOON)], RULES) is None


def test_several_quick_readings_add_up_to_the_gap() -> None:
    reads = [read(part * GAP / 4) for part in range(5)]
    assert final(reads, RULES) is reads[-1]
    assert final(reads[:-1], RULES) is None


def test_another_answer_starts_the_wait_again() -> None:
    reads = [read(0 * GAP), read(GAP, home=3), read(2 * GAP - SOON, home=3)]
    assert final(reads, RULES) is None
    assert final([*reads, read(2 * GAP, home=3)], RULES) is not None


def test_an_answer_that_came_back_is_not_confirmed_across_the_doubt() -> None:
    assert final([read(0 * GAP), read(GAP, home=3), read(2 * GAP)], RULES) is None


def test_a_changed_half_time_score_is_another_answer() -> None:
    other = read(GAP, half_time=Score(home=1, away=0))
    assert final([read(0 * GAP), other], RULES) is None


@pytest.mark.parametrize("phase", [Phase.SCHEDULED, Phase.LIVE, Phase.REVIEW])
def test_a_game_that_goes_on_or_is_under_review_is_never_final(phase: Phase) -> None:
    assert final([read(0 * GAP, phase=phase), read(9 * GAP, phase=phase)], RULES) is None


@pytest.mark.parametrize("phase", [Phase.POSTPONED, Phase.CANCELLED, Phase.ABANDONED])
def test_a_game_not_played_can_be_confirmed(phase: Phase) -> None:
    reads = [read(after, phase=phase, full_time=None) for after in (0 * GAP, GAP)]
    assert final(reads, RULES) is reads[-1]


def test_a_ruling_after_the_final_whistle_changes_no_bet() -> None:
    """Bets stand on what was played; a court's 3-0 weeks later is not the game."""
    award: dict[str, Any] = {
        "status": "AWD",
        "phase": Phase.AWARDED,
        "full_time": None,
        "half_time": None,
    }
    played, ruled = read(0 * GAP), [read(part * GAP, **award) for part in (1, 2)]
    found = final([played, *ruled], RULES)
    assert found is not None
    assert found.says == played.says
    unplayed = final(ruled, RULES)
    assert unplayed is not None
    assert unplayed.phase is Phase.AWARDED


def test_a_game_interrupted_for_good_can_be_final() -> None:
    """The 48 h rule voids it; a resumed game says something else and starts the wait again."""
    stopped: dict[str, Any] = {
        "status": "SUSP",
        "phase": Phase.INTERRUPTED,
        "full_time": None,
        "half_time": None,
    }
    reads = [read(part * GAP, **stopped) for part in range(2)]
    assert final(reads, RULES) is reads[-1]
    assert final([*reads, read(2 * GAP)], RULES) is None
