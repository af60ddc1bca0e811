from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.learning.archive import refit_instants
from engine.learning.blend.blend import _WEIGHTS, BlendLearner, Forecasts, _posterior
from engine.learning.blend.walk import walk_blend
from engine.learning.outcomes import handicap_outcome, match_odds_outcome, total_outcome
from engine.pricing.blend import Blend, blend, spread
from tests.unit.learning.looks import an_archive, drawn, goals_of, softmax

if TYPE_CHECKING:
    from engine.learning.archive import Archive

WEEK = timedelta(days=7)
COUNT = 6000


def a_world(truth: float, seed: int = 3) -> tuple[Archive, Forecasts]:
    """A market that knows much, a model that errs, and results `truth` of the way to the model."""
    rng = np.random.default_rng(seed)
    market = softmax(rng.normal([0.4, 0.0, 0.1], 0.5, (COUNT, 3)))
    model = softmax(np.log(market) + rng.normal(0, 0.4, (COUNT, 3)))
    chances = softmax(np.log(market) + truth * (np.log(model) - np.log(market)))
    home, away = goals_of(drawn(rng, chances))
    archive = an_archive(home, away)
    return archive, Forecasts(
        market="match_odds", reference=market, model=model, outcome=match_odds_outcome(archive)
    )


def the_fit(archive: Archive, *forecasts: Forecasts) -> Blend:
    learner = BlendLearner(forecasts, archive.competition, archive.competitions)
    learner.learn(np.arange(len(archive)))
    return learner.fit(0.0)


def test_a_model_that_misleads_weighs_exactly_nothing() -> None:
    archive, forecasts = a_world(-0.3)
    fit = the_fit(archive, forecasts)
    assert (fit.weight == 0).all()
    assert (fit.shift == 0).all()
    found, error = fit.blended(
        "match_odds", archive.competition, forecasts.reference, forecasts.model
    )
    assert found.tobytes() == forecasts.reference.tobytes()
    assert 0 < error.mean() < 0.01


def test_a_model_that_adds_nothing_weighs_next_to_nothing() -> None:
    fits = [the_fit(*a_world(0.0, seed)) for seed in range(6)]
    assert max(fit.weight.max() for fit in fits) < 0.1
    assert sum(fit.weight[0, -1] == 0 for fit in fits) >= 2


@pytest.mark.parametrize("truth", [0.3, 0.8])
def test_a_weight_that_is_there_is_found(truth: float) -> None:
    archive, forecasts = a_world(truth)
    fit = the_fit(archive, forecasts)
    weights, errors = fit.weight[0], fit.error[0]
    assert np.abs(weights - truth).max() < 0.16  # drawn towards 0
    assert (errors[:-1] < 0.1).all()
    assert errors[-1] > errors[:-1].max()  # of a league never seen less is known


def test_leagues_differ_and_are_drawn_to_each_other() -> None:
    archive, forecasts = a_world(0.0)
    rng = np.random.default_rng(9)
    truth = np.array([0.0, 0.0, 1.0])[archive.competition]
    chances = blend(forecasts.reference, forecasts.model, truth, np.zeros(3))
    home, away = goals_of(drawn(rng, chances))
    archive = replace(archive, home_goals=home, away_goals=away)
    fit = the_fit(archive, replace(forecasts, outcome=match_odds_outcome(archive)))
    assert fit.weight[0, 2] > 0.5 > fit.weight[0, :2].max()


def test_weights_are_the_posterior_of_the_whole_hierarchy() -> None:
    """Where each league's likelihood is normal, so is all: one linear system says the same."""
    markets, leagues = 2, 3
    rng = np.random.default_rng(3)
    heard, sd = rng.normal(0.3, 0.15, (markets, leagues)), rng.uniform(0.05, 0.3, (2, 3))
    said = -((_WEIGHTS - heard[..., None]) ** 2) / (2 * sd[..., None] ** 2)

    weight, error = _posterior(said)

    size = 1 + markets + markets * (leagues + 1)
    precision, moment = np.zeros((size, size)), np.zeros(size)
    precision[0, 0] = 1 / 0.2**2
    for market in range(markets):
        for place in range(leagues + 1):
            own = 1 + markets + market * (leagues + 1) + place
            precision[np.ix_([1 + market, own], [1 + market, own])] += [[100, -100], [-100, 100]]
            if place < leagues:
                precision[own, own] += 1 / sd[market, place] ** 2
                moment[own] = heard[market, place] / sd[market, place] ** 2
        precision[np.ix_([0, 1 + market], [0, 1 + market])] += [[100, -100], [-100, 100]]
    covariance = np.linalg.inv(precision)
    exact = (covariance @ moment)[1 + markets :].reshape(markets, leagues + 1)
    doubt = np.sqrt(covariance.diagonal())[1 + markets :].reshape(markets, leagues + 1)
    assert (exact > 0.02).all()
    assert weight == pytest.approx(exact, abs=1e-5)
    assert error == pytest.approx(doubt, abs=1e-5)


def test_markets_lend_each_other_what_they_know() -> None:
    archive, forecasts = a_world(0.8)
    scarce = replace(forecasts, market="scarce", outcome=forecasts.outcome.copy())
    scarce.outcome[300:] = np.nan
    alone, lent = the_fit(archive, scarce), the_fit(archive, forecasts, scarce)
    assert lent.weight[1, -1] > alone.weight[0, -1]


def test_a_lean_of_the_market_goes_into_the_shift_once_the_model_weighs() -> None:
    archive, forecasts = a_world(0.6)
    rng = np.random.default_rng(2)
    chances = blend(
        forecasts.reference, forecasts.model, np.full(COUNT, 0.6), np.array([0.1, 0.0, -0.1])
    )
    home, away = goals_of(drawn(rng, chances))
    archive = replace(archive, home_goals=home, away_goals=away)
    [shift] = the_fit(archive, replace(forecasts, outcome=match_odds_outcome(archive))).shift
    assert shift[0] > 0.02 > -0.02 > shift[2]
    assert abs(shift.sum()) < 1e-12


def test_the_lean_of_a_league_without_weight_shifts_no_other() -> None:
    archive, forecasts = a_world(0.0)
    truth = np.array([-1.0, 0.9, 0.9])[archive.competition]
    lean = np.where((archive.competition == 0)[:, None], [0.4, 0.0, 0.0], 0.0)
    gap = np.log(forecasts.model) - np.log(forecasts.reference)
    chances = softmax(np.log(forecasts.reference) + truth[:, None] * gap + lean)
    home, away = goals_of(drawn(np.random.default_rng(9), chances))
    archive = replace(archive, home_goals=home, away_goals=away)
    fit = the_fit(archive, replace(forecasts, outcome=match_odds_outcome(archive)))
    assert fit.weight[0, 0] == 0
    assert (fit.weight[0, 1:] > 0).all()
    assert np.abs(fit.shift).max() < 0.025


def test_no_look_knows_what_comes_after_it() -> None:
    archive, forecasts = a_world(0.5)
    instants = refit_instants(archive, WEEK)
    at = float(np.median(archive.looked_at))
    later = archive.played_at > at
    changed = replace(
        archive,
        home_goals=np.where(later, archive.away_goals, archive.home_goals),
        away_goals=np.where(later, archive.home_goals, archive.away_goals),
    )
    outcome = match_odds_outcome(changed)
    assert (outcome[later] != forecasts.outcome[later]).any()
    told = forecasts.reference.copy()
    told[archive.looked_at > at] = 1 / 3
    one = walk_blend(archive, (forecasts,), instants)
    other = walk_blend(changed, (replace(forecasts, outcome=outcome, reference=told),), instants)
    before = archive.looked_at <= at
    for first, second in (
        (one.probabilities, other.probabilities),
        (one.weight, other.weight),
        (one.error, other.error),
    ):
        assert first[0][before].tobytes() == second[0][before].tobytes()
    assert one.weight[0][before].max() > 0  # and something had been learned by then
    assert (one.weight[0][~before] != other.weight[0][~before]).any()


def test_a_walk_ends_where_a_fit_of_all_that_was_played_stands() -> None:
    archive, forecasts = a_world(0.5)
    instants = refit_instants(archive, WEEK)
    walked = walk_blend(archive, (forecasts,), instants)
    learner = BlendLearner((forecasts,), archive.competition, archive.competitions)
    learner.learn(np.flatnonzero(archive.played_at <= instants[-1]))
    np.testing.assert_allclose(walked.fits[-1].weight, learner.fit(0.0).weight, atol=1e-9)
    first = archive.looked_at < instants[1]
    assert walked.probabilities[0][first].tobytes() == forecasts.reference[first].tobytes()


def test_rows_without_model_or_market_known_stay_the_reference_s() -> None:
    archive, forecasts = a_world(0.8)
    fit = the_fit(archive, forecasts)
    model = forecasts.model.copy()
    model[::2] = np.nan
    found, error = fit.blended("match_odds", archive.competition, forecasts.reference, model)
    assert found[::2].tobytes() == forecasts.reference[::2].tobytes()
    assert (error[::2] == 0).all()
    assert (found[1::2] != forecasts.reference[1::2]).any()
    unknown, error = fit.blended("corners", archive.competition, forecasts.reference, model)
    assert unknown is forecasts.reference
    assert (error == 0).all()
    assert fit.places(["league_1", "elsewhere"]).tolist() == [1, 3]


books = st.lists(st.floats(0.02, 1), min_size=2, max_size=4)


@settings(max_examples=60)
@given(books, st.data())
def test_a_blend_is_a_book_between_its_two(one: list[float], data: st.DataObject) -> None:
    other = data.draw(st.lists(st.floats(0.02, 1), min_size=len(one), max_size=len(one)))
    weight = data.draw(st.floats(0.01, 1))
    market, model = (np.array([book]) / sum(book) for book in (one, other))
    found = blend(market, model, np.array([weight]), np.zeros(len(one)))
    assert abs(found.sum() - 1) < 1e-12
    ratios = np.log(found / found[:, :1]) - np.log(market / market[:, :1])
    whole = np.log(model / model[:, :1]) - np.log(market / market[:, :1])
    np.testing.assert_allclose(ratios, weight * whole, atol=1e-9)
    step = 1e-6
    moved = blend(market, model, np.array([weight + step]), np.zeros(len(one)))
    slope = spread(market, model, np.array([weight]), np.zeros(len(one)))
    np.testing.assert_allclose(np.abs(moved - found) / step, slope, atol=1e-4)


def test_outcomes_are_shares_of_what_was_staked() -> None:
    goals = np.array([2.0, 1.0, 0.0]), np.array([1.0, 1.0, 2.0])
    archive = an_archive(*goals)
    assert match_odds_outcome(archive).tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]
    assert total_outcome(archive, np.array([2.5, 2.0, 2.25])).tolist() == [
        [1, 0],
        [0, 0],
        [0, 0.5],
    ]
    assert handicap_outcome(archive, np.array([-1.0, 0.25, 1.5])).tolist() == [
        [0, 0],
        [0.5, 0],
        [0, 1],
    ]
    unknown = replace(archive, home_goals=np.full(3, np.nan))
    assert np.isnan(match_odds_outcome(unknown)).all()
    assert np.isnan(total_outcome(unknown, np.full(3, 2.5))).all()
