from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.learning.expected_close.drift import ClosedMatches, advance
from engine.learning.expected_close.past import closed_matches, fixtures_of, past
from engine.pricing.expected_close.state import (
    START_EDGE,
    Fixtures,
    LeagueColumn,
    TeamColumn,
    empty_state,
)
from engine.pricing.expected_close.views import Sources
from tests.unit.learning.closes import DAY, START, World, archive_of

LOOKS = archive_of(World(rounds=12, leads=(60.0, 40.0, 2.0)))
CLOSED = closed_matches(LOOKS, past(LOOKS, Sources()))
END = float(CLOSED.over_at[-1])


@given(st.lists(st.floats(0.0, 1.0), max_size=6))
def test_one_step_and_many_leave_the_same_state(shares: list[float]) -> None:
    whole = advance(empty_state(), CLOSED, END)
    state = empty_state()
    for share in sorted(shares):
        state = advance(state, CLOSED, START + share * (END - START))
    state = advance(state, CLOSED, END)

    assert (state.teams, state.leagues) == (whole.teams, whole.leagues)
    assert np.array_equal(state.team, whole.team, equal_nan=True)
    assert np.array_equal(state.league, whole.league)


def test_several_looks_at_a_match_are_one_match_by_the_look_nearest_two_days() -> None:
    nearest = np.abs((LOOKS.kick_off - LOOKS.looked_at) / 3600 - 40.0) < 1

    assert len(CLOSED) == nearest.sum() == len(LOOKS) / 3
    once = closed_matches(LOOKS.where(nearest), past(LOOKS.where(nearest), Sources()))
    assert np.array_equal(once.moves, CLOSED.moves)


def test_a_match_that_is_not_over_teaches_nothing() -> None:
    kick_off = float(CLOSED.kick_off[0])

    assert advance(empty_state(), CLOSED, kick_off).teams == ()
    assert advance(empty_state(), CLOSED, kick_off + 3 * 3600).teams != ()


def test_a_first_close_rates_both_teams_so_that_it_comes_true() -> None:
    state = advance(empty_state(), _match(move=0.1, supremacy=1.0), START)

    seen = state.rows(_fixtures("a", "b"))
    assert seen.expected.tolist() == pytest.approx([1.0])
    assert seen.moves[0].tolist() == pytest.approx([2 * 0.4 * 0.1, 2 * 0.15 * 0.1, 2 * 0.05 * 0.1])
    assert state.league[0, LeagueColumn.MOVE] == pytest.approx(0.02 * 0.1)
    assert seen.rest.tolist() == [[2.0, 2.0]]
    back = state.rows(_fixtures("b", "a"))
    assert back.moves[0].tolist() == pytest.approx((-seen.moves[0]).tolist())
    assert back.expected[0] == pytest.approx(2 * START_EDGE - 1.0)


def test_a_second_close_moves_ratings_apart_goals_together_and_surprises_against_each_other() -> (
    None
):
    first = advance(empty_state(), _match(move=0.0, supremacy=1.0, total=0.2), START)
    second = _match(move=0.0, supremacy=1.5, total=0.6, lead=3.0, at=START + DAY)

    seen = advance(first, second, START + DAY).rows(_fixtures("a", "b"))

    apart, edge = 1.0 - START_EDGE, START_EDGE
    error = 1.5 - edge - apart
    assert seen.expected[0] == pytest.approx(edge + 0.02 * error + apart + 2 * 0.12 * error)
    assert seen.goals[0] == pytest.approx(0.2 + 0.15 * 0.4)
    assert seen.surprise[0] == pytest.approx(2 * 0.3 * (3.0 - 0.75 * 1.5))


def test_what_is_unknown_of_a_match_leaves_the_state_as_it_was() -> None:
    known = advance(empty_state(), _match(move=0.1, supremacy=1.0), START)

    later = advance(known, _match(move=np.nan, supremacy=np.nan, at=START + DAY), START + DAY)

    same = [column for column in TeamColumn if column is not TeamColumn.LAST]
    assert np.array_equal(later.team[:, same], known.team[:, same], equal_nan=True)
    assert (later.team[:, TeamColumn.LAST] > known.team[:, TeamColumn.LAST]).all()


def test_new_teams_have_no_rating_and_are_rested() -> None:
    seen = advance(empty_state(), CLOSED, END).rows(_fixtures("nobody", "x:00"))

    assert np.isnan(seen.expected).all()
    assert seen.rest[0, 0] == 14.0
    assert len(fixtures_of(LOOKS)) == len(LOOKS)


def _match(
    *,
    move: float,
    supremacy: float,
    total: float = np.nan,
    lead: float = np.nan,
    at: float = START,
) -> ClosedMatches:
    one = np.array([at])
    return ClosedMatches(
        competition=("league",),
        home=("a",),
        away=("b",),
        kick_off=one - 3600,
        over_at=one,
        moves=np.array([[move, np.nan, np.nan]]),
        supremacy=np.array([supremacy]),
        total=np.array([total]),
        lead=np.array([lead]),
    )


def _fixtures(home: str, away: str) -> Fixtures:
    kick_off = np.array([START - 3600 + 2 * DAY])
    return Fixtures(
        competition=("league",),
        home=(home,),
        away=(away,),
        kick_off=kick_off,
        looked_at=kick_off - DAY,
    )
