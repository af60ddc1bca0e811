"""What a reading of a result makes of its fixture."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from engine.domain.fixture import FixtureStatus
from engine.domain.settlement import Phase

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import datetime

    from engine.domain.fixture import Fixture
    from engine.domain.numbers import FixtureId
    from engine.domain.settlement import Result

_LEFT: Final = {
    Phase.FINISHED: FixtureStatus.FINISHED,
    Phase.AWARDED: FixtureStatus.FINISHED,
    Phase.POSTPONED: FixtureStatus.POSTPONED,
    Phase.CANCELLED: FixtureStatus.CANCELLED,
}


def speaking(results: Iterable[Result]) -> Iterable[Result]:
    """Return one reading a fixture: of a match played, else the first that is given.

    A match put off and its replay are two rows on one fixture.
    """
    found: dict[FixtureId, Result] = {}
    for result in results:
        before = found.setdefault(result.fixture_id, result)
        if result.phase is Phase.FINISHED and before.phase is not Phase.FINISHED:
            found[result.fixture_id] = result
    return found.values()


def after_reading(fixture: Fixture, result: Result, now: datetime) -> Fixture:
    """Return the fixture as a reading leaves it: over, off, put off, or as it was.

    Until kick-off the market's own listing says what is to be played, so a fixture still to
    begin is left alone; one that is over stays so, whatever a later row shows.
    """
    if fixture.kick_off > now or fixture.status is FixtureStatus.FINISHED:
        return fixture
    if result.phase is Phase.SCHEDULED and result.kick_off > now:
        return replace(fixture, kick_off=result.kick_off, status=FixtureStatus.SCHEDULED)
    return replace(fixture, status=_LEFT.get(result.phase, fixture.status))
