"""The detector of look-ahead must find it where it is, and nowhere else."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.learning.outcomes import match_odds_outcome, total_outcome
from engine.pricing.devig.book import devig_rows
from tests.archives import DAY, World, simulate
from tests.learning_future import another_future, assert_blind_to_the_future

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.learning.archive import Archive

    Told = Sequence[NDArray[np.float64]]

ARCHIVE = simulate(1).archive
# a Saturday, after the first kick-offs: looks of Friday know nothing of it
SATURDAY = float(ARCHIVE.looked_at[60]) + 1.2 * DAY


def the_look(archive: Archive) -> Told:
    return [devig_rows(archive.look.match_odds[:, 0])]


def goals_so_far(archive: Archive) -> Told:
    """Tell the mean goals of what was played by each look, as a fair learner would."""
    order = np.argsort(archive.played_at, kind="stable")
    known = np.searchsorted(archive.played_at[order], archive.looked_at, side="right")
    goals = np.nan_to_num(archive.home_goals[order])
    return [np.concatenate([[0.0], np.cumsum(goals)])[known]]


def the_own_close(archive: Archive) -> Told:
    return [devig_rows(archive.close.match_odds[:, 0])]


def goals_of_the_season(archive: Archive) -> Told:
    return [np.full(len(archive), np.nanmean(archive.home_goals))]


def rows_before(archive: Archive) -> Told:
    """Tell goals of the rows before: Saturday's result to Sunday's look, taken on Friday."""
    return [np.concatenate([[0.0], np.cumsum(np.nan_to_num(archive.home_goals))[:-1]])]


def how_many_rows(archive: Archive) -> Told:
    return [np.full(len(archive), float(len(archive)))]


@pytest.mark.parametrize("walk", [the_look, goals_so_far])
def test_a_walk_that_knows_only_the_past_passes(walk: object) -> None:
    assert_blind_to_the_future(walk, ARCHIVE, SATURDAY)  # type: ignore[arg-type]


@pytest.mark.parametrize("walk", [the_own_close, goals_of_the_season, rows_before, how_many_rows])
def test_a_walk_that_looks_ahead_is_found(walk: object) -> None:
    with pytest.raises(AssertionError, match="looks changed"):
        assert_blind_to_the_future(walk, ARCHIVE, SATURDAY)  # type: ignore[arg-type]


def test_a_walk_that_says_nothing_is_not_called_blind() -> None:
    with pytest.raises(AssertionError, match="tells nothing"):
        assert_blind_to_the_future(
            lambda archive: [np.full(len(archive), np.nan)], ARCHIVE, SATURDAY
        )


def test_what_was_known_stays_in_another_future() -> None:
    other = another_future(ARCHIVE, SATURDAY, 1)
    seen = int(np.searchsorted(ARCHIVE.looked_at, SATURDAY, side="right"))
    played = ARCHIVE.played_at[:seen] <= SATURDAY
    begun = ARCHIVE.kick_off[:seen] <= SATURDAY
    assert 0 < played.sum() < seen
    assert (other.home_goals[:seen][played] == ARCHIVE.home_goals[:seen][played]).all()
    assert not (other.home_goals[:seen][~played] == ARCHIVE.home_goals[:seen][~played]).any()
    same = (other.close.total[:seen] == ARCHIVE.close.total[:seen]).all(axis=(1, 2))
    assert (same == begun).all()


def test_the_simulated_market_is_right_on_average_and_its_close_more_so() -> None:
    world = simulate(3, World(seasons=20, leagues=4, teams=10, leads=(3.0, 0.0)))
    archive = world.archive
    assert np.array_equal(archive.looked_at, np.sort(archive.looked_at))
    won, over = match_odds_outcome(archive), total_outcome(archive, archive.look.total_line)
    assert np.abs((world.match_odds - won).mean(axis=0)).max() < 0.015
    assert np.abs((world.total - over).mean(axis=0)).max() < 0.015
    place = archive.look.book("pinnacle")
    off = [
        np.abs(devig_rows(odds.match_odds[:, place]) - world.match_odds).mean()
        for odds in (archive.look, archive.close)
    ]
    assert off[1] < 0.6 * off[0]
    assert (np.bincount(archive.season) == archive.season.size // 20)[2016:].all()
