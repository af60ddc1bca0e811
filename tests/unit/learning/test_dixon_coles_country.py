from __future__ import annotations

from dataclasses import fields
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.learning.goals.dixon_coles import Results
from engine.learning.goals.learner import DixonColes
from engine.learning.goals.newton import AT_REST
from engine.learning.goals.prior import Beliefs, country_prior
from tests.unit.learning.goals_leagues import DAY, results

if TYPE_CHECKING:
    from engine.pricing.goals_model import GoalsModel

SEEDS = st.integers(0, 2**32 - 1)
TEAMS = tuple(f"team {number}" for number in range(40))
DIVISIONS = ("top", "second")


def matches(*rows: tuple[int, int, int, int]) -> Results:
    columns = np.array(rows).T
    goals = columns[2:].astype(float)
    return Results(
        home=columns[0],
        away=columns[1],
        home_goals=goals[0],
        away_goals=goals[1],
        home_scored=goals[0],
        away_scored=goals[1],
    )


def play(model: DixonColes, division: int, season: int, played: Results) -> None:
    for home, away in zip(played.home.tolist(), played.away.tolist(), strict=True):
        model.admit(division, season, home, away)
    model.move_clock(365 * DAY * season)
    model.learn(division, played, np.full(len(played.home), 365 * DAY * season))


def shifted(played: Results, by: int) -> Results:
    columns = {each.name: getattr(played, each.name) for each in fields(Results)}
    return Results(**{**columns, "home": played.home + by, "away": played.away + by})


def country(seed: int, *, low_scores: bool = True) -> DixonColes:
    """Return two divisions of five and four teams, one of which moves up, two seasons long."""
    generator = np.random.default_rng(seed)
    model = DixonColes(decay=0.002, low_scores=low_scores)
    for season in range(2):
        play(model, 0, season, shifted(results(generator, 5, 30), season))
        play(model, 1, season, shifted(results(generator, 4, 20), 5 + season))
    return model


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_a_country_comes_to_rest_and_is_sure_of_nothing(seed: int) -> None:
    model = country(seed)
    assert model.fit().rest < AT_REST
    found = model.model(TEAMS, DIVISIONS)
    assert np.linalg.eigvalsh(found.covariance)[0] > 0
    rates = found.rates(["top"] * 2, [TEAMS[1], TEAMS[2]], [TEAMS[2], TEAMS[1]])
    assert (rates.home_error > 0).all()
    assert (np.abs(rates.shared) < 1).all()


@settings(max_examples=25, deadline=None)
@given(SEEDS)
def test_errors_are_those_of_the_sums_that_rates_are(seed: int) -> None:
    model = country(seed)
    model.fit()
    found = model.model(TEAMS, DIVISIONS)
    team = {name: place for place, name in enumerate(found.teams)}
    count, home, away = len(team), team["team 6"], team["team 7"]
    rows = np.zeros((2, len(found.parameters)))
    rows[0, [home, count + away, 2 * count + 1, 2 * count + 3]] = 1  # its division is the second
    rows[1, [away, count + home, 2 * count + 1]] = 1
    logs, covariance = rows @ found.parameters, rows @ found.covariance @ rows.T
    told = found.rates(["second"], ["team 6"], ["team 7"])
    assert told.home[0] == pytest.approx(np.exp(logs[0]))
    assert told.away[0] == pytest.approx(np.exp(logs[1]))
    assert told.home_error[0] == pytest.approx(np.sqrt(covariance[0, 0]))
    assert told.away_error[0] == pytest.approx(np.sqrt(covariance[1, 1]))
    assert told.home_error[0] * told.away_error[0] * told.shared[0] == pytest.approx(
        covariance[0, 1]
    )
    assert told.rho[0] == found.parameters[2 * count + 5]


def test_a_team_never_seen_is_a_newcomer_and_less_is_known_of_it() -> None:
    model = country(4)
    model.fit()
    found = model.model(TEAMS, DIVISIONS)
    told = found.rates(["top"] * 2, ["nobody", TEAMS[2]], [TEAMS[3], TEAMS[3]])
    assert told.home_error[0] > told.home_error[1]
    base = found.parameters[2 * len(found.teams) :: 2][:2].sum()
    defence = found.parameters[len(found.teams) + found.teams.index(TEAMS[3])]
    assert np.log(told.home[0]) == pytest.approx(base + found.newcomer[0, 0] + defence)
    both = found.rates(["top"], ["nobody"], ["no other"])
    assert both.home_error[0] > told.home_error[0]
    assert np.isfinite(both.shared).all()


def test_of_a_competition_never_seen_nothing_is_told() -> None:
    model = country(4)
    model.fit()
    told = model.model(TEAMS, DIVISIONS).rates(["third", "top"], [TEAMS[2]] * 2, [TEAMS[3]] * 2)
    for name in (each.name for each in fields(told)):
        assert np.isnan(getattr(told, name)).tolist() == [True, False]
    assert len(told) == 2


def fitted(model: DixonColes) -> GoalsModel:
    model.fit()
    return model.model(TEAMS, DIVISIONS)


def test_what_a_team_did_in_one_division_counts_in_the_other() -> None:
    """Two teams are promoted unplayed; the one that won everything below is expected to score."""
    model = DixonColes(decay=0.001)
    top = [(h, a, 1, 1) for h in range(4) for a in range(4) if h != a]
    below = [
        (h, a, 3 * (h == 4), 3 * (a == 4)) for h in range(4, 8) for a in range(4, 8) if h != a
    ]
    play(model, 0, 0, matches(*top * 3))
    play(model, 1, 0, matches(*below * 3))
    model.admit(0, 1, 4, 0)
    model.admit(0, 1, 5, 1)
    told = fitted(model).rates(["top"] * 2, [TEAMS[4], TEAMS[5]], [TEAMS[2]] * 2)
    assert told.home[0] > 1.2 * told.home[1]


def prior_attacks(before: int, now: int) -> dict[int, float]:
    """Return what is expected of teams, fitted on nothing, when 9 comes from nowhere in `now`."""
    model = DixonColes(decay=0.001, beliefs=Beliefs(newcomer=0.2))
    model.admit(0, before, 0, 1)
    model.admit(0, now, 0, 9)
    found = fitted(model)
    return {
        int(name.split()[1]): found.parameters[place] for place, name in enumerate(found.teams)
    }


def test_less_is_expected_of_newcomers() -> None:
    attacks = prior_attacks(0, 1)
    assert attacks[9] == pytest.approx(attacks[0] - 0.2)


def test_a_season_missing_from_the_record_makes_no_newcomers() -> None:
    attacks = prior_attacks(0, 2)
    assert attacks[9] == pytest.approx(attacks[0])


def test_a_team_that_moves_is_expected_halfway() -> None:
    share = np.array([[1.0, 0.0], [0.5, 0.5], [0.0, 1.0]])
    beliefs = Beliefs(level=0.4, spread=0.3)
    prior = country_prior(beliefs, share, np.zeros(3, dtype=np.bool_))
    covariance = np.linalg.inv(prior.precision)[:3, :3]
    assert covariance[0, 0] == pytest.approx(0.4**2 + 0.3**2)
    assert covariance[0, 1] == pytest.approx(0.5 * 0.4**2)
    assert covariance[1, 1] == pytest.approx(0.5 * 0.4**2 + 0.3**2)
    assert covariance[0, 2] == pytest.approx(0, abs=1e-12)


def test_without_low_scores_counts_are_independent() -> None:
    free, plain = fitted(country(4)), fitted(country(4, low_scores=False))
    assert plain.parameters[-2:].tolist() == [0.0, 0.0]
    assert np.abs(free.parameters[-2:]).min() > 1e-3


def test_a_result_held_for_impossible_is_learnt_all_the_same() -> None:
    model = DixonColes(decay=0.001, beliefs=Beliefs(rho=(-0.9, 0.1, 0.1)))
    model.admit(0, 0, 0, 1)
    believed = fitted(model).parameters
    assert 1 + np.exp(believed[4] + believed[5]) * believed[6] < 0  # tau of 0-1
    play(model, 0, 1, matches((0, 1, 0, 1)))
    assert model.fit().rest < AT_REST
