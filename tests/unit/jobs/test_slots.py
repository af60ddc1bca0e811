from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.fixture import FixtureStatus
from engine.settlement.rules import ClosingRules
from jobs.slots import CLOSING, KICK_OFF, SETTLE, Slot, plan_slots
from tests.builders import KICK_OFF as BEGINS
from tests.builders import NOW, a_fixture

RULES = ClosingRules()
MINUTE = timedelta(minutes=1)


def test_a_kick_off_is_captured_three_times_closed_once_and_read_twice() -> None:
    slots = plan_slots([a_fixture()], RULES, NOW)
    assert [(slot.job, (slot.at - BEGINS) / MINUTE) for slot in slots] == [
        (CLOSING, -60),
        (CLOSING, -10),
        (CLOSING, -2),
        (KICK_OFF, 0),
        (SETTLE, 115),
        (SETTLE, 128),
    ]


def test_games_of_one_league_at_one_time_share_their_captures() -> None:
    slots = plan_slots([a_fixture(), a_fixture("nice", "nantes")], RULES, NOW)
    assert len(slots) == 6
    assert slots[0].competitions == ("soccer_france_ligue_one",)


def test_captures_of_two_leagues_at_one_instant_are_one_run_over_both() -> None:
    other = a_fixture("hull", "leeds", competition="soccer_efl_champ")
    early = replace(other, kick_off=BEGINS - 50 * MINUTE)
    shared = [s for s in plan_slots([a_fixture(), early], RULES, NOW) if len(s.competitions) > 1]
    assert [slot.competitions for slot in shared] == [
        ("soccer_efl_champ", "soccer_france_ligue_one")
    ]
    assert shared[0].at == BEGINS - 60 * MINUTE


def test_a_moved_kick_off_gives_other_slots() -> None:
    moved = replace(a_fixture(), kick_off=BEGINS + timedelta(hours=1))
    before = {slot.id for slot in plan_slots([a_fixture()], RULES, NOW)}
    after = {slot.id for slot in plan_slots([moved], RULES, NOW)}
    assert before.isdisjoint(after - {f"{KICK_OFF}|{BEGINS.isoformat()}|"})
    assert len(after) == 6


@pytest.mark.parametrize(
    "status", [FixtureStatus.FINISHED, FixtureStatus.POSTPONED, FixtureStatus.CANCELLED]
)
def test_what_is_over_or_off_is_not_priced_but_its_result_is_read_twice(
    status: FixtureStatus,
) -> None:
    """The first reading says that it is over; only the second one makes that final."""
    slots = plan_slots([a_fixture(status=status)], RULES, NOW)
    assert [slot.job for slot in slots] == [SETTLE, SETTLE]


@given(st.integers(min_value=-600, max_value=600))
def test_nothing_is_planned_for_the_past(minutes: int) -> None:
    now = BEGINS + minutes * MINUTE
    slots = plan_slots([a_fixture()], RULES, now)
    assert all(slot.at > now for slot in slots)
    assert list(slots) == sorted(slots, key=lambda slot: slot.at)


def test_slots_of_other_competitions_or_times_have_other_names() -> None:
    slot = Slot(job=CLOSING, at=BEGINS, competitions=("a",))
    others = (
        replace(slot, competitions=("a", "b")),
        replace(slot, at=NOW),
        replace(slot, job="x"),
    )
    assert len({slot.id, *(other.id for other in others)}) == 4
