"""Which stored looks become rows of the archive."""

from __future__ import annotations

import numpy as np

from engine.domain.market import MATCH_ODDS
from engine.domain.numbers import BookmakerKey
from jobs.archive import build_archive
from storage.archive import Matches, Sightings, StoredPast

KICK_OFF = 1e9
SIDES = np.array([one.number for one in MATCH_ODDS.selections], dtype=np.int32)


def looks(*at: float, closing: bool = False, odds: float = 3.0) -> Sightings:
    count = len(at)
    return Sightings(
        match=np.zeros(count, np.int64),
        at=np.array(at),
        closing=np.full(count, closing),
        look=np.repeat(np.arange(count, dtype=np.int32), 3),
        bookmaker=np.zeros(3 * count, np.int16),
        selection=np.tile(SIDES, count),
        odds=np.full(3 * count, odds),
        lay=np.zeros(3 * count, np.bool_),
        quoted_at=np.repeat(np.array(at), 3),
    )


def test_prices_of_a_match_that_had_begun_are_no_look_at_it() -> None:
    """A kick-off may be moved to before what was looked at, or printed, of it."""
    matches = Matches(
        competition=("league",),
        home=("a",),
        away=("b",),
        kick_off=np.array([KICK_OFF]),
        home_goals=np.array([2.0]),
        away_goals=np.array([0.0]),
    )
    found = build_archive(
        StoredPast(
            matches=matches,
            seen=looks(KICK_OFF - 3600, KICK_OFF, KICK_OFF + 3600),
            printed=looks(KICK_OFF + 60, odds=1.1),
            bookmakers={0: BookmakerKey("bet365")},
        )
    )
    assert found.looked_at.tolist() == [KICK_OFF - 3600]
    assert found.look.match_odds.tolist() == [[[3.0, 3.0, 3.0]]]
