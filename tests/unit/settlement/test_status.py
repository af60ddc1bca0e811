"""What a reading of a result makes of its fixture."""

from __future__ import annotations

from datetime import timedelta

import pytest

from engine.domain.fixture import FixtureStatus
from engine.domain.settlement import Phase
from engine.settlement.status import after_reading
from tests.builders import KICK_OFF, a_fixture, a_result

AFTER = KICK_OFF + timedelta(hours=2)
TOMORROW = KICK_OFF + timedelta(days=1)


@pytest.mark.parametrize(
    ("phase", "status"),
    [
        (Phase.FINISHED, FixtureStatus.FINISHED),
        (Phase.AWARDED, FixtureStatus.FINISHED),
        (Phase.POSTPONED, FixtureStatus.POSTPONED),
        (Phase.CANCELLED, FixtureStatus.CANCELLED),
        *(
            (phase, FixtureStatus.SCHEDULED)
            for phase in (
                Phase.SCHEDULED,
                Phase.LIVE,
                Phase.INTERRUPTED,
                Phase.ABANDONED,
                Phase.REVIEW,
            )
        ),
    ],
)
def test_a_fixture_is_over_or_off_once_a_reading_says_so(
    phase: Phase, status: FixtureStatus
) -> None:
    after = after_reading(a_fixture(), a_result(phase=phase), AFTER)
    assert after == a_fixture(status=status)


@pytest.mark.parametrize("phase", list(Phase))
def test_a_fixture_still_to_begin_is_left_to_the_market(phase: Phase) -> None:
    """The row may be that of the teams' last meeting: their next one would never be priced."""
    result = a_result(phase=phase, kick_off=TOMORROW)
    assert after_reading(a_fixture(), result, KICK_OFF - timedelta(minutes=1)) == a_fixture()


@pytest.mark.parametrize("before", [FixtureStatus.SCHEDULED, FixtureStatus.POSTPONED])
def test_a_game_that_did_not_begin_is_set_for_its_new_kick_off(before: FixtureStatus) -> None:
    result = a_result(phase=Phase.SCHEDULED, kick_off=TOMORROW)
    after = after_reading(a_fixture(status=before), result, AFTER)
    assert after == a_fixture(kick_off=TOMORROW)


@pytest.mark.parametrize("phase", list(Phase))
def test_what_is_over_stays_over(phase: Phase) -> None:
    over = a_fixture(status=FixtureStatus.FINISHED)
    assert after_reading(over, a_result(phase=phase, kick_off=TOMORROW), AFTER) == over
