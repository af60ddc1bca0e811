from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from functools import cache
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.learning.archive import Archive, refit_instants
from engine.learning.goals.dixon_coles import Results
from engine.learning.goals.forecast import GoalsForecast, GoalsSettings, Trials, walk_goals
from engine.learning.goals.learner import DixonColes
from engine.learning.goals.scores import main_probabilities
from engine.learning.goals.walk import ExpectedGoals, Walk, countries, walk
from engine.pricing.goals_model import GoalRates, GoalsModel
from engine.pricing.grid.score_grid import score_grids
from tests.unit.learning.goals_leagues import BEGIN, DAY, archive, no_odds

SETTINGS = GoalsSettings(
    decays=(0.0005, 0.01), trial_every=timedelta(days=14), shrinkage=5.0, every=timedelta(days=7)
)

Array = NDArray[Any]
COLUMNS = tuple(each.name for each in fields(GoalRates))


@cache
def season() -> Archive:
    return archive(7)


def shots(played: Archive, seed: int = 1) -> ExpectedGoals:
    noise = np.random.default_rng(seed).uniform(0.3, 2.5, (2, len(played)))
    noise[:, ::5] = np.nan
    return ExpectedGoals(home=noise[0], away=noise[1], weight=0.4)


@cache
def told() -> GoalsForecast:
    return walk_goals(season(), SETTINGS, shots(season()))


def assert_same(first: GoalsForecast, second: GoalsForecast, rows: Array) -> None:
    """Bit for bit, on `rows` of the first and as many of the second."""
    for name in COLUMNS:
        one, other = getattr(first.rates, name)[rows], getattr(second.rates, name)[: len(rows)]
        assert np.array_equal(one, other, equal_nan=True), name
    for name in ("match_odds", "total", "handicap"):
        one = getattr(first.probabilities, name)[rows]
        other = getattr(second.probabilities, name)[: len(rows)]
        assert np.array_equal(one, other, equal_nan=True), name


@pytest.mark.parametrize(("hours", "taught"), [(1, False), (4, True)])
def test_a_match_teaches_goals_once_it_is_over(hours: int, *, taught: bool) -> None:
    old = season()
    kick_off = float(np.unique(old.kick_off)[len(np.unique(old.kick_off)) // 2])
    begun = old.kick_off == kick_off
    how = Walk(
        learner=SETTINGS.learner,
        instants=np.array([old.looked_at[0], kick_off + hours * 3600]),
        decay=lambda _competition, _at: 0.002,
    )
    more = replace(old, home_goals=np.where(begun, old.home_goals + 3, old.home_goals))
    one, other = (walk(each, how).rates.home for each in (old, more))
    ahead = old.looked_at > kick_off + hours * 3600
    assert np.isfinite(one[ahead]).any()
    assert np.array_equal(one[ahead], other[ahead], equal_nan=True) is not taught


@settings(max_examples=10, deadline=None)
@given(st.floats(0.02, 0.98), st.integers(0, 1000))
def test_another_future_leaves_what_was_told_of_the_past(share: float, seed: int) -> None:
    """Results, shots, sides, teams and competitions later than an instant are all changed."""
    old, generator = season(), np.random.default_rng(seed)
    instant = float(np.quantile(old.looked_at, share)) + generator.uniform(-3, 3) * DAY
    before = old.looked_at < instant
    home_goals, away_goals = (
        np.where(old.played_at > instant, generator.integers(0, 9, len(old)), goals)
        for goals in (old.home_goals, old.away_goals)
    )
    new = replace(
        old,
        home_goals=home_goals,
        away_goals=away_goals,
        home=np.where(before, old.home, old.away),
        away=np.where(before, old.away, old.home),
        competition=np.where(before, old.competition, (old.competition + 1) % 3),
        season=np.where(before, old.season, old.season + 1),
        close=no_odds(len(old), line=generator.integers(-4, 4) / 4),
    )
    other, first = shots(old, seed + 2), shots(old)
    mixed = ExpectedGoals(
        home=np.where(old.played_at > instant, other.home, first.home),
        away=np.where(old.played_at > instant, other.away, first.away),
        weight=first.weight,
    )
    assert_same(told(), walk_goals(new, SETTINGS, mixed), np.flatnonzero(before))


@settings(max_examples=6, deadline=None)
@given(st.floats(0.05, 0.95))
def test_a_future_not_yet_there_changes_nothing_either(share: float) -> None:
    old = season()
    rows = np.flatnonzero(old.looked_at < np.quantile(old.looked_at, share))
    first = shots(old)
    cut = ExpectedGoals(home=first.home[rows], away=first.away[rows], weight=first.weight)
    assert_same(told(), walk_goals(old.where(rows), SETTINGS, cut), rows)


def test_the_past_does_change_what_is_told() -> None:
    old = season()
    new = replace(old, home_goals=np.where(old.season == 0, 5.0, old.home_goals))
    again = walk_goals(new, SETTINGS, shots(old))
    later = old.season == 2
    assert (again.rates.home[later] != told().rates.home[later]).all()
    other = walk_goals(old, SETTINGS, shots(old, 9))
    assert (other.rates.home[later] != told().rates.home[later]).all()


def test_a_walk_ends_where_one_fit_of_everything_ends() -> None:
    old = season()
    instants = refit_instants(old, timedelta(days=7))
    how = Walk(
        learner=lambda: DixonColes(decay=0.003), instants=instants, decay=lambda _, __: 0.003
    )
    walked = walk(old, how).models["Y"]
    at_once, rows = DixonColes(decay=0.003), countries(old)["Y"]
    for row in rows.tolist():
        at_once.admit(2, int(old.season[row]), int(old.home[row]), int(old.away[row]))
    at_once.move_clock(float(instants[-1]))
    known = rows[old.played_at[rows] <= instants[-1]]
    at_once.learn(
        2,
        Results(
            home=old.home[known],
            away=old.away[known],
            home_goals=old.home_goals[known],
            away_goals=old.away_goals[known],
            home_scored=old.home_goals[known],
            away_scored=old.away_goals[known],
        ),
        old.kick_off[known],
    )
    at_once.fit()
    fitted = at_once.model(old.teams, old.competitions)
    assert walked.teams == fitted.teams
    assert walked.seen_until == fitted.seen_until == instants[-1]
    assert np.abs(walked.parameters - fitted.parameters).max() < 1e-6
    assert np.abs(walked.covariance - fitted.covariance).max() < 1e-6


def test_looks_before_anything_is_known_of_their_country_are_not_told() -> None:
    old = season()
    # one country is first looked at on a Tuesday, between two weekly fits
    late = np.where(old.competition == 2, old.looked_at + 4 * DAY, old.looked_at)
    kick_off = np.where(old.competition == 2, old.kick_off + 7 * DAY, old.kick_off)
    order = np.lexsort((old.home, old.competition, kick_off, late))
    moved = replace(old, looked_at=late, kick_off=kick_off).where(order)
    found = walk_goals(moved, replace(SETTINGS, decays=(0.002,)))
    unknown = np.isnan(found.rates.home)
    assert unknown.any()
    assert set(moved.looked_at[unknown]) == {BEGIN + 4 * DAY}
    assert (np.isnan(found.probabilities.match_odds).all(axis=1) == unknown).all()
    assert (np.isnan(found.probabilities.handicap).all(axis=1) == unknown).all()


def test_teams_without_a_country_in_their_name_belong_to_their_competition() -> None:
    old = season()
    plain = replace(old, teams=tuple(name.replace(":", " ") for name in old.teams))
    assert {key: len(rows) for key, rows in countries(plain).items()} == {
        name: int((old.competition == number).sum())
        for number, name in enumerate(old.competitions)
    }
    assert set(countries(old)) == {"X", "Y"}


def test_matches_without_result_teach_nothing_and_are_told() -> None:
    old = season()
    off = np.arange(len(old)) % 7 == 0
    gaps = replace(old, home_goals=np.where(off, np.nan, old.home_goals))
    found = walk_goals(gaps, SETTINGS)
    assert np.isfinite(found.probabilities.match_odds).all()


def test_the_decay_is_the_one_that_told_the_past_best() -> None:
    nan = np.nan
    trials = Trials(
        decays=(0.001, 0.002, 0.003),
        shrinkage=2.0,
        competition=np.array([0, 1, 1, 1, 1, 0]),
        known_at=np.array([1.0, 2.0, 3.0, 4.0, 5.0, 6.0]),
        losses=np.array(
            [[0.9, 0.9, 1.0, 1.0, 1.0, 0.0], [1.0, 1.0, 0.7, 0.5, nan, 9.0], [1.0] * 5 + [9.0]]
        ),
    )
    assert trials.best(0, 0.5) == 0.002  # nothing is past: the middle one
    assert trials.best(1, 2.0) == 0.001  # by all leagues
    assert trials.best(1, 5.0) == 0.002  # by its own
    assert trials.best(0, 5.0) == 0.002  # its own one match says little against all others
    assert replace(trials, shrinkage=0.0).best(0, 5.0) == 0.001
    assert trials.best(0, 6.0) == 0.001


def test_one_decay_is_tried_by_nobody() -> None:
    found = walk_goals(season(), replace(SETTINGS, decays=(0.004,)))
    assert {float(each) for model in found.models.values() for each in model.decay} == {0.004}


def test_a_walk_tells_more_than_the_base_rate() -> None:
    old = archive(11, seasons=5)
    found = walk_goals(old).probabilities
    late = old.season >= 2
    margin = old.home_goals[late] - old.away_goals[late]
    came = 1 - np.sign(margin).astype(int)
    base = np.bincount(came, minlength=3) / len(came)
    loss = -np.log(found.match_odds[late][np.arange(len(came)), came]).mean()
    assert loss < -np.log(base[came]).mean() - 0.02


class AlwaysOne:
    """Every team always scores one goal a match, or so it says."""

    def admit(self, competition: int, season: int, home: int, away: int) -> None: ...
    def move_clock(self, at: float) -> None: ...
    def learn(self, competition: int, results: Results, played: Array) -> None: ...
    def set_decay(self, competition: int, decay: float) -> None: ...
    def fit(self) -> None: ...
    def model(self, teams: tuple[str, ...], competitions: tuple[str, ...]) -> GoalsModel:
        side = 2 * len(teams) + 3 * len(competitions)
        return GoalsModel(
            competitions=competitions,
            teams=teams,
            parameters=np.zeros(side),
            covariance=np.eye(side),
            newcomer=np.zeros((len(competitions), 2)),
            newcomer_covariance=np.eye(2),
            decay=np.zeros(len(competitions)),
            seen_until=0.0,
        )


def test_another_model_is_walked_and_scored_alike() -> None:
    found = walk_goals(season(), SETTINGS, learner=AlwaysOne)
    assert (found.rates.home == 1).all()
    assert found.probabilities.match_odds[:, 1] == pytest.approx(0.30850832)  # I0(2)·exp(-2)
    poisson = walk_goals(season(), replace(SETTINGS, low_scores=False))
    assert (poisson.rates.rho == 0).all()
    assert (told().rates.rho != 0).all()


RATES = st.lists(
    st.tuples(st.floats(0.1, 5), st.floats(0.1, 5), st.floats(-0.3, 0.3), st.integers(-12, 12)),
    min_size=1,
    max_size=6,
)


@given(RATES)
def test_main_markets_are_those_of_the_score_grid(
    rows: list[tuple[float, float, float, int]],
) -> None:
    home, away, rho, quarters = np.array(rows, dtype=float).T
    rho = np.clip(rho, -1 / np.maximum(home, away), np.minimum(1, 1 / (home * away)))
    nothing = np.zeros(len(rows))
    rates = GoalRates(
        home=home, away=away, rho=rho, home_error=nothing, away_error=nothing, shared=nothing
    )
    found = main_probabilities(rates, quarters / 4)
    grid = score_grids(home, away, rho).matrices(slice(None))
    goals = np.arange(grid.shape[1])
    margin, total = np.subtract.outer(goals, goals), np.add.outer(goals, goals)
    for row, matrix in enumerate(grid):
        sides = [matrix[margin > 0].sum(), matrix[margin == 0].sum(), matrix[margin < 0].sum()]
        assert found.match_odds[row] == pytest.approx(sides)
        over = matrix[total > 2.5].sum()
        assert found.total[row] == pytest.approx([over, 1 - over])
        ahead = np.clip(2 * margin + quarters[row] / 2, -1, 1)
        won, lost = (matrix * ahead.clip(0)).sum(), (matrix * -ahead.clip(None, 0)).sum()
        assert found.handicap[row] == pytest.approx([won / (won + lost), lost / (won + lost)])


def test_an_even_handicap_is_draw_no_bet() -> None:
    level = replace(season(), look=no_odds(len(season()), line=0.0))
    found = walk_goals(level, SETTINGS).probabilities
    home, _, away = found.match_odds.T
    assert found.handicap[:, 0] == pytest.approx(home / (home + away))
