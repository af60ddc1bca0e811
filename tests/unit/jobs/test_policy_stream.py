"""Picks of the store become candidates, in the order of their looks."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np

from engine.domain.numbers import PickId
from engine.domain.policy_version import Thresholds
from jobs.policy_stream import stream_of
from storage.shadows import Candidate
from tests.builders import a_pick

KICK_OFF = datetime(2026, 8, 22, 15, tzinfo=UTC)


def a_candidate(score: float, **changes: object) -> Candidate:
    values: dict[str, object] = {
        "pick_id": PickId(a_pick().id),
        "policy_version": "v0",
        "signal_score": score,
        "sweet_spot_score": 71.0,
        "odds": 2.0,
        "looked_at": KICK_OFF - timedelta(hours=5),
        "kick_off": KICK_OFF,
        "known_at": KICK_OFF + timedelta(hours=2),
        "profit": 1.0,
        "clv": 0.03,
        "clv_alt": 0.01,
    }
    return Candidate(**(values | changes))  # type: ignore[arg-type]


def test_what_is_not_known_is_no_number_and_every_hurdle_shares_what_was_picked() -> None:
    bare = a_candidate(40.0, known_at=None, profit=None, clv=None, clv_alt=None)
    stream = stream_of([a_candidate(65.0), bare], [0.02, 0.01, 0.02])
    assert stream.hurdles == (0.01, 0.02)
    assert stream.season.tolist() == [2026, 2026]
    assert stream.settled_at[0] - stream.kick_off[0] == 7_200
    for column in (stream.settled_at, stream.profit, stream.clv, stream.clv_alt):
        assert np.isnan(column).tolist() == [False, True]
    for hurdle in stream.hurdles:
        zone = Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=hurdle)
        assert stream.selected(zone).tolist() == [True, False]
    assert stream.spot.tolist() == [[71.0, 71.0]] * 2


def test_a_season_begins_in_july() -> None:
    days = [datetime(2026, 6, 20, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)]
    found = stream_of([a_candidate(65.0, kick_off=day) for day in days], [0.01])
    assert found.season.tolist() == [2025, 2026]


def test_no_picks_are_an_empty_stream() -> None:
    assert len(stream_of([], [0.01, 0.02])) == 0
