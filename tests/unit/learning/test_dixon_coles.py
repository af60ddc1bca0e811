from __future__ import annotations

from dataclasses import fields, replace
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray
from scipy.optimize import minimize

from engine.learning.goals.country import Division
from engine.learning.goals.dixon_coles import OTHERS, Results, Statistics, evaluate, tabulate
from engine.learning.goals.newton import (
    AT_REST,
    Prior,
    fit_league,
    gauge,
    inverse,
    minimise,
    start,
)
from tests.unit.learning.goals_leagues import DAY, match_loss, results

Array = NDArray[Any]

SEEDS = st.integers(0, 2**32 - 1)
TEAMS = st.integers(2, 7)
NEAR = 1e-6


class League:
    """A random league: its results and weights, its statistics, and a prior that holds it."""

    def __init__(self, seed: int, teams: int) -> None:
        self.generator = np.random.default_rng(seed)
        self.teams = teams
        self.results = results(self.generator, teams, int(self.generator.integers(0, 60)))
        self.weight = self.generator.uniform(0.05, 1.5, len(self.results.home))
        self.statistics = Statistics.of(tabulate(teams, self.results, self.weight))
        held = gauge(teams)
        self.prior = Prior(mean=held.mean, precision=held.precision + 3 * np.eye(len(held.mean)))

    def theta(self) -> Array:
        """Return parameters somewhere, at which every tau is positive."""
        size = 2 * self.teams
        others = self.generator.uniform([-0.2, -0.2, -0.1], [0.2, 0.3, 0.1])
        return np.concatenate([self.generator.uniform(-0.2, 0.2, size), others])


def part(played: Results, rows: slice | Array) -> Results:
    return Results(**{each.name: getattr(played, each.name)[rows] for each in fields(played)})


@given(SEEDS, TEAMS)
def test_tables_say_of_two_points_what_the_matches_say(seed: int, teams: int) -> None:
    league = League(seed, teams)
    first, second = league.theta(), league.theta()
    values = [evaluate(league.statistics, theta) for theta in (first, second)]
    losses = [match_loss(league.results, league.weight, each, teams) for each in (first, second)]
    assert values[0] is not None
    assert values[1] is not None
    assert values[0].value - values[1].value == pytest.approx(losses[0] - losses[1], abs=1e-9)


@given(SEEDS, TEAMS)
def test_gradient_and_hessian_are_the_finite_differences(seed: int, teams: int) -> None:
    league = League(seed, teams)
    theta = league.theta()
    point = evaluate(league.statistics, theta)
    assert point is not None
    slopes, curves = [], []
    for direction in np.eye(len(theta)):
        ends = [
            evaluate(league.statistics, theta + sign * NEAR * direction) for sign in (1.0, -1.0)
        ]
        up, down = ends
        assert up is not None
        assert down is not None
        slopes.append((up.value - down.value) / (2 * NEAR))
        curves.append((up.gradient - down.gradient) / (2 * NEAR))
    scale = 1 + np.abs(point.hessian()).max()
    assert np.abs(point.gradient - slopes).max() < 1e-6 * scale
    assert np.abs(point.hessian() - np.array(curves)).max() < 1e-6 * scale


@given(SEEDS, TEAMS, st.floats(-0.5, 0.5), st.floats(-0.5, 0.5))
def test_the_likelihood_does_not_see_the_gauge(
    seed: int, teams: int, attack: float, defence: float
) -> None:
    league = League(seed, teams)
    theta = league.theta()
    moved = theta.copy()
    moved[:teams] += attack
    moved[teams : 2 * teams] += defence
    moved[-OTHERS] -= attack + defence
    first, second = evaluate(league.statistics, theta), evaluate(league.statistics, moved)
    assert first is not None
    assert second is not None
    assert second.value == pytest.approx(first.value, abs=1e-8)


@given(SEEDS, TEAMS)
def test_every_fit_comes_to_rest(seed: int, teams: int) -> None:
    league = League(seed, teams)
    found = fit_league(league.statistics, league.prior)
    assert np.linalg.norm(found.place.gradient) == found.rest < AT_REST
    again = fit_league(league.statistics, league.prior, warm=league.theta())
    assert again.rest < AT_REST
    assert np.abs(again.theta - found.theta).max() < 1e-5


@given(SEEDS, TEAMS)
def test_teams_may_be_numbered_in_any_order(seed: int, teams: int) -> None:
    league = League(seed, teams)
    order = league.generator.permutation(teams)
    columns = {each.name: getattr(league.results, each.name) for each in fields(Results)}
    columns |= {side: order[columns[side]] for side in ("home", "away")}
    renamed = Statistics.of(tabulate(teams, Results(**columns), league.weight))
    first = fit_league(league.statistics, league.prior).theta
    second = fit_league(renamed, league.prior).theta
    ratings = second[:-OTHERS].reshape(2, teams)[:, order].ravel()
    assert np.abs(first[:-OTHERS] - ratings).max() < 1e-6
    assert np.abs(first[-OTHERS:] - second[-OTHERS:]).max() < 1e-6


@settings(max_examples=10, deadline=None)
@given(SEEDS)
def test_an_independent_optimiser_on_the_matches_finds_no_better(seed: int) -> None:
    league = League(seed, 5)

    def penalised(theta: Array) -> float:
        away = theta - league.prior.mean
        loss = match_loss(league.results, league.weight, theta, league.teams)
        loss = min(loss, 1e6)  # it takes differences
        return loss + float(away @ league.prior.precision @ away) / 2

    ours = fit_league(league.statistics, league.prior)
    theirs = minimize(penalised, start(league.statistics), method="BFGS")
    assert penalised(ours.theta) <= theirs.fun + 1e-9
    assert np.abs(ours.theta - theirs.x).max() < 1e-3


@given(SEEDS, st.floats(0, 0.01), st.floats(0, 900), st.floats(0, 900))
def test_two_steps_of_the_clock_are_one(
    seed: int, decay: float, first: float, second: float
) -> None:
    league = League(seed, 4)
    clocks = [Division(decay=decay, at=0.0), Division(decay=decay, at=0.0)]
    for clock in clocks:
        clock.admit(range(4))
        clock.learn(league.results, np.zeros(len(league.weight)))
    clocks[0].move_clock(first * DAY)
    clocks[0].move_clock((first + second) * DAY)
    clocks[1].move_clock((first + second) * DAY)
    assert np.allclose(clocks[0].table, clocks[1].table, rtol=1e-12, atol=0)


@given(SEEDS, st.lists(st.integers(0, 60), max_size=4))
def test_results_as_they_come_are_the_results_at_once(seed: int, cuts: list[int]) -> None:
    league = League(seed, 5)
    count = len(league.weight)
    days = np.sort(league.generator.uniform(0, 900, count)) * DAY
    stepwise = Division(decay=0.002, at=0.0)
    for begin, end in pairwise(sorted({0, *(min(cut, count) for cut in cuts), count})):
        stepwise.admit(league.results.home[begin:end].tolist())
        stepwise.admit(range(5))
        stepwise.move_clock(float(days[end - 1]))
        stepwise.learn(part(league.results, slice(begin, end)), days[begin:end])
    at_once = Division(decay=0.5, at=float(days[-1]))
    at_once.admit(stepwise.places)
    at_once.learn(league.results, days)
    at_once.set_decay(0.002)
    assert np.allclose(stepwise.table, at_once.table, rtol=1e-9, atol=1e-12)


def test_where_a_score_would_be_impossible_there_is_no_likelihood() -> None:
    league = League(1, 4)
    theta = league.theta()
    theta[-1] = -20.0
    assert evaluate(league.statistics, theta) is None
    theta[-1] = 1.0
    assert evaluate(league.statistics, theta) is None
    assert fit_league(league.statistics, league.prior, warm=theta).rest < AT_REST
    with pytest.raises(ValueError, match="begins where"):
        minimise(lambda at: evaluate(league.statistics, at), league.prior, [theta])


def test_a_league_of_absurd_scores_and_of_none_is_fitted_too() -> None:
    played = results(np.random.default_rng(2), 3, 12)
    wild = replace(played, home_goals=played.home_goals * 30, home_scored=played.home_scored * 30)
    goals = np.zeros(15)
    none = Results(
        home=played.home,
        away=played.away,
        home_goals=goals,
        away_goals=goals,
        home_scored=goals,
        away_scored=goals,
    )
    prior = Prior(mean=np.zeros(9), precision=np.eye(9))
    for league in (wild, none):
        statistics = Statistics.of(tabulate(3, league, np.ones(15)))
        assert fit_league(statistics, prior).rest < AT_REST


def test_a_start_where_the_likelihood_is_not_convex_still_leads_down() -> None:
    few_goals = results(np.random.default_rng(23), 4, 40, mean=0.5)
    statistics = Statistics.of(tabulate(4, few_goals, np.ones(44)))
    prior = Prior(mean=np.zeros(11), precision=gauge(4).precision + 0.1 * np.eye(11))
    theta = np.array([*np.zeros(8), -1.0, 0.0, -0.5])
    begin = evaluate(statistics, theta)
    assert begin is not None
    assert np.linalg.eigvalsh(begin.hessian() + prior.precision)[0] < 0
    found = fit_league(statistics, prior, warm=theta)
    assert found.rest < AT_REST
    assert found.value == pytest.approx(fit_league(statistics, prior).value)


def test_a_fit_that_cannot_go_down_says_how_far_from_rest_it_is() -> None:
    class Slope:
        """A slope that the values do not follow."""

        value = 0.0
        gradient = np.ones(2)

        def hessian(self) -> Array:
            return np.eye(2)

    class Uphill(Slope):
        value = 1.0

    places = iter([Slope()])
    found = minimise(
        lambda _: next(places, Uphill()),
        Prior(mean=np.zeros(2), precision=np.zeros((2, 2))),
        [np.zeros(2)],
    )
    assert found.steps == 0
    assert found.rest == pytest.approx(np.sqrt(2))


def test_the_inverse_is_of_what_is_positive_definite() -> None:
    root = np.random.default_rng(0).normal(size=(6, 6))
    matrix = root @ root.T + np.eye(6)
    assert np.allclose(inverse(matrix) @ matrix, np.eye(6))
    with pytest.raises(ValueError, match="no covariance"):
        inverse(-matrix)
