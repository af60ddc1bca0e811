from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from numpy.typing import NDArray

from engine.learning.derived.fit import fit_grid_weight, known_rows
from engine.learning.derived.past import DerivedPast, outcomes, past_view
from engine.learning.derived.scores import clustered_mean, score_market
from engine.learning.derived.verdicts import judge
from engine.learning.derived.walk import DerivedWalk, walk_derived
from engine.pricing.derived.view import expit, features, log_goals, logit, market_view
from tests.unit.learning.derived_worlds import BTTS, FIRST, made_up

WEEK = timedelta(days=7)
MONTH = timedelta(days=28)


@pytest.fixture(scope="module")
def feed() -> DerivedPast:
    return made_up(4_000)


@pytest.fixture(scope="module")
def walk(feed: DerivedPast) -> DerivedWalk:
    return walk_derived(feed, None, MONTH)


def corrected_by(walk: DerivedWalk) -> NDArray[np.float64]:
    """Return how far BTTS was moved at each look, in logits."""
    moved: NDArray[np.float64] = logit(walk.walked.corrected) - logit(walk.walked.plain)
    return moved[:, BTTS]


def test_prices_are_known_after_their_look_and_results_after_the_match(feed: DerivedPast) -> None:
    kick_off = float(feed.kick_off[0])
    for hours, over in ((1, False), (4, True)):
        quoted, played = known_rows(feed, kick_off + hours * 3600)
        assert quoted[0]
        assert played[0] == over
    assert not known_rows(feed, float(feed.looked_at[0]))[0].any()


def test_nothing_later_than_a_look_changes_what_was_said_at_it() -> None:
    feed = made_up(1_600)
    at = float(feed.looked_at[900])
    later, played_later = feed.looked_at >= at, feed.played_at >= at
    rng = np.random.default_rng(9)
    other = feed.where(rng.permutation(len(feed)))
    changed = replace(
        feed,
        match_odds=np.where(later[:, None], other.match_odds, feed.match_odds),
        over=np.where(later, other.over, feed.over),
        quotes=np.where(later[:, None], rng.uniform(0.1, 0.9, feed.quotes.shape), feed.quotes),
        home=np.where(later, other.home, feed.home),
        home_goals=np.where(played_later, 9.0, feed.home_goals),
        away_goals=np.where(played_later, np.nan, feed.away_goals),
    )
    assert (feed.home_goals[~later] != changed.home_goals[~later]).any()  # of Saturday's matches
    before, after = (
        walk_derived(one, made_up(600, first=FIRST - 100 * WEEK), WEEK).walked
        for one in (feed, changed)
    )
    for column in fields(before):
        one, two = getattr(before, column.name), getattr(after, column.name)
        np.testing.assert_array_equal(one[~later], two[~later])
    assert (before.corrected[later] != after.corrected[later]).any()


def test_a_planted_correction_is_found_within_its_doubt(walk: DerivedWalk) -> None:
    given = features(walk.view)
    for number, market in enumerate(walk.corrections.markets):
        planted = 0.08 if number == BTTS else 0.0
        found = (given @ market.coefficients).mean()
        doubt = np.sqrt(given.mean(axis=0) @ market.covariance @ given.mean(axis=0))
        assert abs(found - planted) < 3 * doubt
        assert doubt < 0.03


def test_standard_errors_tell_the_distance_to_the_quotes(walk: DerivedWalk) -> None:
    late = slice(2_000, None)
    distance, walked = walk.walked.disagreement[late], walk.walked
    variance = (distance**2).mean(axis=0)
    assert (variance > 0.7).all()
    assert (variance < 1.3).all()
    quotes = walk.past.quotes[late]
    inside = ((quotes >= walked.low[late]) & (quotes <= walked.high[late])).mean(axis=0)
    np.testing.assert_allclose(inside, 0.8, atol=0.05)


def test_a_market_is_proven_by_its_record_alone(walk: DerivedWalk) -> None:
    first = walk.walked.proven[:3_000]
    assert not first.any()  # too few matches, whatever they say
    assert walk.corrections.markets[BTTS].proven


def test_a_grid_that_loses_to_its_quotes_is_not_proven_and_is_wide() -> None:
    feed = made_up(4_000, quote_noise=0.0)
    rng = np.random.default_rng(3)
    blurred = expit(logit(feed.over) + rng.normal(0, 0.35, len(feed)))  # the given total is poor
    [good, poor] = (
        walk_derived(one, None, MONTH).corrections.markets[2]
        for one in (feed, replace(feed, over=blurred))
    )
    assert good.proven
    assert not poor.proven
    typical = (feed.looked_at[:1] * 0 + 1.0)[:, None] * [1.0, 0.3, 1.0, 0.0]
    assert np.exp(typical @ (poor.noise - good.noise) / 2) * poor.widening > 3


def test_without_quotes_results_alone_teach_and_nothing_is_proven() -> None:
    feed = made_up(4_000, level=0.3)
    silent = replace(feed, quotes=np.full(feed.quotes.shape, np.nan))
    walk = walk_derived(silent, None, MONTH)
    assert not any(one.proven for one in walk.corrections.markets)
    assert abs(corrected_by(walk)[-1_000:].mean() - 0.3) < 0.08
    np.testing.assert_array_equal(walk.walked.pooled, walk.walked.corrected)


def test_results_answer_a_bias_that_all_quotes_share() -> None:
    feed = made_up(6_000, level=0.0, quote_bias=0.3)
    assert corrected_by(walk_derived(feed, None, MONTH))[-1_000:].mean() < 0.2


def test_another_feeds_results_are_the_start() -> None:
    earlier = made_up(8_000, level=0.3, seed=5, first=FIRST - 500 * WEEK)
    feed = made_up(200, level=0.3)
    taught, untaught = (walk_derived(feed, other, WEEK) for other in (earlier, None))
    assert (corrected_by(untaught)[:20] == 0).all()
    assert 0.15 < corrected_by(taught)[:20].mean() < 0.35  # drawn to the plain grid
    np.testing.assert_array_equal(  # what it has not yet played at the first look is not known
        walk_derived(feed, made_up(300, seed=6), WEEK).walked.corrected,
        untaught.walked.corrected,
    )


def test_usual_lines_follow_looks_and_looks_of_one_instant_do_not_see_one_another() -> None:
    feed = made_up(60)
    view, usual = past_view(feed)
    assert (view.goals_gap[:20] == 0).all()
    assert (view.unknown[:20] == 1).all()
    plain = market_view(feed.match_odds, feed.over)
    openness = log_goals(plain.home_rate, plain.away_rate)
    row = 20
    met = [
        place
        for place in range(20)
        if {feed.home[place], feed.away[place]} & {feed.home[row], feed.away[row]}
    ]
    goals = (
        0.2
        * sum(
            openness[place]
            * ((feed.home[place] == feed.home[row]) + (feed.away[place] == feed.away[row]))
            for place in met
        )
        + 0.02 * openness[:20].sum()
    )
    expected = (1 - view.unknown[row]) * (goals - openness[row])
    np.testing.assert_allclose(view.goals_gap[row], expected, atol=1e-12)
    assert sum(usual.seen.values()) == 120


def test_a_pool_leans_to_whom_results_support() -> None:
    rng = np.random.default_rng(2)
    truth = rng.normal(0, 0.5, 20_000)
    won = (rng.random(20_000) < expit(truth)).astype(float)
    wrong = truth + rng.normal(0, 0.6, 20_000)
    good_grid, doubt = fit_grid_weight(truth, wrong, won)
    good_quote, _ = fit_grid_weight(wrong, truth, won)
    assert good_grid > 0.8
    assert good_quote < 0.1
    assert 0 < doubt < 0.1
    nothing = np.zeros(0)
    assert fit_grid_weight(nothing, nothing, nothing) == pytest.approx((0.25, 0.1))


def test_matches_of_one_week_count_as_one_draw() -> None:
    rng = np.random.default_rng(4)
    weekly = np.repeat(rng.normal(0, 1, 100), 10)
    at = np.repeat(np.arange(100) * WEEK.total_seconds(), 10)
    found = clustered_mean(weekly, at)
    error = weekly[::10].std(ddof=1) / 10
    np.testing.assert_allclose(found.high - found.value, 1.96 * error, rtol=1e-3)
    assert found.n == 1_000


def test_a_round_from_friday_to_monday_is_one_draw_and_one_round_tells_no_interval() -> None:
    friday = datetime(2023, 9, 15, 19, tzinfo=UTC).timestamp()
    days = friday + 86_400.0 * np.arange(4, dtype=np.float64)
    alone = clustered_mean(np.array([1.0, -1.0, 1.0, 0.0]), days)
    assert np.isnan(alone.high)
    assert not alone.covers_zero
    rounds = np.concatenate([days, days + WEEK.total_seconds()])
    values = np.array([1.0, 1.0, -1.0, -1.0, 0.5, 0.5, -0.5, -0.5])  # each sums to nothing
    assert clustered_mean(values, rounds).high == pytest.approx(0)


def test_a_score_pairs_the_same_matches_and_knows_its_aims() -> None:
    quote = np.array([0.5, 0.5, np.nan, 0.5])
    price = np.array([0.6, 0.6, 0.9, 0.6])
    outcome = np.array([1.0, 0.0, 1.0, np.nan])
    at = np.zeros(4)
    found = score_market(("btts_yes", 0.001), quote, (price, price, quote), outcome, at)
    assert found.n == 2
    loss = -(np.log(0.6) + np.log(0.4)) / 2 - np.log(2)
    np.testing.assert_allclose(found.corrected.loss.value, loss)
    np.testing.assert_allclose(found.corrected.bias.value, 0.1)
    assert not found.holds
    assert found.pooled_holds
    assert score_market(("x", loss + 1e-9), quote, (price,) * 3, outcome, at).holds is False


def test_a_bias_holds_near_the_quotes_own_or_where_it_is_not_known() -> None:
    rng = np.random.default_rng(8)
    outcome = (rng.random(40_000) < 0.5).astype(float)
    at = WEEK.total_seconds() * np.arange(40_000, dtype=np.float64)
    level = outcome.mean()
    for off, holds in ((0.012, True), (0.02, False), (0.001, True)):
        flat = np.full(40_000, level + off)
        quote = np.full(40_000, level - 0.01)
        found = score_market(("x", None), quote, (flat, flat, flat), outcome, at)
        assert found.corrected.bias_holds(found.quote_bias) is holds


def test_a_walk_is_judged_over_all_seasons_and_each(walk: DerivedWalk) -> None:
    season = np.where(np.arange(4_000) < 1_500, 2020, 2021)
    main = walk.past.match_odds
    double = np.column_stack([main[:, 0] + main[:, 1], main[:, 0] + main[:, 2], 1 - main[:, 0]])
    verdicts = judge(walk, season, double)
    assert [one.season for one in verdicts[::8]] == [None, 2020, 2021]
    assert [one.score.n for one in verdicts if one.score.code == "btts_yes"] == [
        4_000,
        1_500,
        2_500,
    ]
    sums = [one for one in verdicts if one.score.code.startswith("dc")]
    assert all(abs(one.score.corrected.loss.value) < 1e-12 for one in sums)
    assert all(abs(one.score.quote_bias.value) < 0.04 for one in sums)
    calibrated = verdicts[BTTS].calibration
    assert calibrated is not None
    assert calibrated.n == 4_000


def test_outcomes_are_those_of_ninety_minutes_and_none_without_a_result() -> None:
    feed = replace(
        made_up(3), home_goals=np.array([1.0, 4.0, np.nan]), away_goals=np.array([1.0, 0.0, 2.0])
    )
    found = outcomes(feed)
    assert found[0].tolist() == [1, 1, 1, 0, 0]
    assert found[1].tolist() == [0, 1, 1, 1, 0]
    assert np.isnan(found[2]).all()
