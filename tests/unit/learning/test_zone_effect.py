"""What other thresholds would have meant: every pick is in one place, figures carry their n."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from engine.domain.pick import Provenance
from engine.domain.policy_version import Thresholds
from engine.learning.zone_effect import effect

NOW = datetime(2026, 11, 22, tzinfo=UTC)
WINDOW = NOW - timedelta(days=30), NOW
OLD = Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)
NEW = Thresholds(zone_low=55.0, zone_high=74.0, zone_max_odds=2.0, hurdle=0.01)


@dataclass(frozen=True)
class One:
    signal_score: float
    odds: float
    clv: float | None
    kick_off: datetime


PICKS = st.lists(
    st.builds(
        One,
        signal_score=st.floats(0, 100),
        odds=st.floats(1.1, 5),
        clv=st.none() | st.floats(-0.5, 0.5),
        kick_off=st.integers(1, 29 * 24).map(lambda hours: NOW - timedelta(hours=hours)),
    ),
    max_size=40,
)


@given(PICKS)
def test_who_comes_in_and_goes_makes_the_difference(picks: list[One]) -> None:
    found = effect(picks, OLD, NEW, provenance=Provenance.LIVE, window=WINDOW)
    before, after = found.before, found.after
    assert before.picks - found.left.picks + found.entered.picks == after.picks
    assert before.closes - found.left.closes + found.entered.closes == after.closes
    for group in (before, after, found.entered, found.left):
        assert group.closes <= group.picks
        assert (group.clv is None) is (group.closes == 0)
    back = effect(picks, NEW, OLD, provenance=Provenance.LIVE, window=WINDOW)
    assert (back.entered, back.left) == (found.left, found.entered)


def test_the_mean_is_that_of_picks_with_a_close_and_few_weeks_have_no_interval() -> None:
    picks = [One(65, 1.8, 0.02, NOW - timedelta(days=2)), One(65, 1.8, None, NOW)]
    found = effect(picks, OLD, OLD, provenance=Provenance.LIVE, window=WINDOW)
    assert (found.before.picks, found.before.closes, found.before.clv) == (2, 1, 0.02)
    assert (found.before.low, found.before.high) == (None, None)
    assert (found.provenance, found.since, found.until) == (Provenance.LIVE, *WINDOW)
