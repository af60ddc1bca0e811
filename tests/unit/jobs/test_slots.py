from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.collect.plan import Planned, Purpose
from engine.domain.fixture import FixtureStatus
from engine.settlement.rules import ClosingRules
from jobs.slots import CLOSING, KICK_OFF, SETTLE, SNAPSHOT, Slot, look_slots, plan_slots
from tests.builders import KICK_OFF as BEGINS
from tests.builders import NOW, a_fixture

RULES = ClosingRules()
MINUTE = timedelta(minutes=1)
EPL, LIGUE_1 = "soccer_epl", "soccer_france_ligue_one"


def a_call(purpose: Purpose = Purpose.SWEEP, league: str = EPL, **overrides: Any) -> Planned:
    values: dict[str, Any] = {
        "at": BEGINS,
        "purpose": purpose,
        "competition": league,
        "markets": ("h2h",),
        "cost": 1,
    }
    return Planned(**values | overrides)


def looks(*calls: Planned, regular: tuple[datetime, ...] = ()) -> tuple[Slot, ...]:
    return look_slots(calls, regular, NOW, BEGINS + timedelta(hours=1))


def test_a_kick_off_is_closed_once_and_read_twice() -> None:
    slots = plan_slots([a_fixture(), a_fixture("nice", "nantes")], RULES, NOW)
    assert [(slot.job, (slot.at - BEGINS) / MINUTE) for slot in slots] == [
        (KICK_OFF, 0),
        (SETTLE, 115),
        (SETTLE, 128),
    ]


def test_what_falls_on_one_instant_is_one_look() -> None:
    slots = looks(
        a_call(Purpose.CLOSING, EPL),
        a_call(Purpose.CLOSING, LIGUE_1),
        a_call(Purpose.LEAD, "soccer_efl_champ"),
        regular=(BEGINS,),
    )
    assert len(slots) == 1
    assert slots[0].job == CLOSING
    assert slots[0].regular
    assert slots[0].competitions == (EPL, LIGUE_1)
    assert len(slots[0].calls) == 3


@pytest.mark.parametrize("lesser", [Purpose.SWEEP, Purpose.LEAD])
def test_a_capture_is_its_league_s_sweep(lesser: Purpose) -> None:
    (slot,) = looks(a_call(lesser), a_call(Purpose.CLOSING))
    assert [call.purpose for call in slot.calls] == [Purpose.CLOSING]


def test_a_call_for_one_match_goes_beside_its_league_s() -> None:
    (slot,) = looks(
        a_call(Purpose.CLOSING),
        a_call(Purpose.EVENT, event_id="e1"),
        a_call(Purpose.EVENT, event_id="e2"),
    )
    assert {(call.purpose, call.event_id) for call in slot.calls} == {
        (Purpose.CLOSING, None),
        (Purpose.EVENT, "e1"),
        (Purpose.EVENT, "e2"),
    }


def test_without_a_capture_a_look_is_a_snapshot() -> None:
    (slot,) = looks(a_call(Purpose.LEAD))
    assert (slot.job, slot.competitions, slot.regular) == (SNAPSHOT, (), False)


def test_a_sweep_s_turn_is_a_look_of_its_own() -> None:
    (slot,) = looks(regular=(BEGINS,))
    assert (slot.job, slot.calls, slot.regular) == (SNAPSHOT, (), True)


def test_what_is_only_expected_and_what_is_far_off_is_not_set() -> None:
    far = BEGINS + timedelta(hours=2)
    assert looks(a_call(expected=True), a_call(at=far), a_call(at=NOW - MINUTE)) == ()


def test_results_the_odds_provider_must_give_are_a_reading_not_a_look() -> None:
    (slot,) = looks(a_call(Purpose.RESULTS), a_call(Purpose.RESULTS, LIGUE_1))
    assert (slot.job, slot.calls) == (SETTLE, ())


def test_a_moved_kick_off_gives_other_slots() -> None:
    moved = replace(a_fixture(), kick_off=BEGINS + timedelta(hours=1))
    before = {slot.id for slot in plan_slots([a_fixture()], RULES, NOW)}
    after = {slot.id for slot in plan_slots([moved], RULES, NOW)}
    assert before.isdisjoint(after)
    assert len(after) == 3


@pytest.mark.parametrize(
    "status", [FixtureStatus.FINISHED, FixtureStatus.POSTPONED, FixtureStatus.CANCELLED]
)
def test_what_is_over_or_off_has_no_close_but_its_result_is_read_twice(
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


def test_slots_of_other_calls_or_times_have_other_names() -> None:
    slot = Slot(job=CLOSING, at=BEGINS, calls=(a_call(),))
    others = (
        replace(slot, calls=(a_call(), a_call(league=LIGUE_1))),
        replace(slot, at=NOW),
        replace(slot, job="x"),
        replace(slot, regular=True),
        replace(slot, calls=(a_call(Purpose.CLOSING),)),
    )
    assert len({slot.id, *(other.id for other in others)}) == len(others) + 1
