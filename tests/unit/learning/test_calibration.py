from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.learning.archive import refit_instants
from engine.learning.calibration.calibration import fit_calibration
from engine.learning.calibration.curve import reliability
from engine.learning.calibration.leagues import score_leagues
from engine.learning.calibration.walk import walk_calibration
from engine.learning.clusters import week_of
from engine.learning.outcomes import match_odds_outcome
from engine.pricing.calibrated import (
    CalibrationMethod,
    beta,
    beta_mapped,
    identity,
    isotonic,
    temperature,
)
from tests.unit.learning.looks import an_archive, drawn, goals_of, softmax

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.learning.archive import Archive

MONTH = timedelta(days=28)
COUNT = 6000
TRIED = [one for one in CalibrationMethod if one is not CalibrationMethod.IDENTITY]


def a_world(
    exponent: float = 1.0, count: int = COUNT, seed: int = 5
) -> tuple[Archive, NDArray[np.float64], NDArray[np.float64]]:
    """Results of chances that are what was said, to a power."""
    rng = np.random.default_rng(seed)
    said = softmax(rng.normal([0.4, 0.0, 0.1], 0.8, (count, 3)))
    home, away = goals_of(drawn(rng, softmax(exponent * np.log(said))))
    archive = an_archive(home, away)
    return archive, said, match_odds_outcome(archive)


def log_loss(probabilities: NDArray[np.float64], outcome: NDArray[np.float64]) -> float:
    return -float((outcome * np.log(probabilities)).sum() / len(outcome))


def test_the_exponent_of_an_overconfident_source_is_found() -> None:
    _, said, outcome = a_world(0.8)
    fitted = fit_calibration(CalibrationMethod.TEMPERATURE, said, outcome, 0.0)
    assert abs(fitted.exponent - 0.8) < 0.06
    assert log_loss(fitted.calibrated(said), outcome) < log_loss(said, outcome)


def test_a_plain_lean_of_two_sides_is_found_by_beta() -> None:
    rng = np.random.default_rng(1)
    said = rng.uniform(0.1, 0.9, 20_000)
    truth = np.array([0.8, 1.1, 0.15])
    won = (rng.random(len(said)) < beta_mapped(said, truth)).astype(float)
    books = np.column_stack([said, 1 - said])
    fitted = fit_calibration(CalibrationMethod.BETA, books, np.column_stack([won, 1 - won]), 0.0)
    assert fitted.beta.shape == (1, 3)
    assert np.abs(fitted.beta[0] - truth).max() < 0.1
    mapped = fitted.calibrated(books)[:, 0]
    assert np.abs(mapped - beta_mapped(said, truth)).mean() < 0.01


def test_a_line_through_what_happened_rises_and_stays_off_certainty() -> None:
    _, said, outcome = a_world(0.7)
    fitted = fit_calibration(CalibrationMethod.ISOTONIC, said, outcome, 0.0)
    assert len(fitted.knots) == 3
    for line in fitted.knots:
        assert (np.diff(line[1]) >= 0).all()
        assert 0 < line[1].min() < line[1].max() < 1
    assert log_loss(fitted.calibrated(said), outcome) < log_loss(said, outcome)


@pytest.mark.parametrize("method", TRIED)
def test_a_true_source_is_left_nearly_as_it_is(method: CalibrationMethod) -> None:
    _, said, outcome = a_world()
    moved = np.abs(fit_calibration(method, said, outcome, 0.0).calibrated(said) - said)
    assert moved.mean() < 0.02


@pytest.mark.parametrize("method", [CalibrationMethod.TEMPERATURE, CalibrationMethod.BETA])
def test_a_few_results_move_little_and_refunds_nothing(method: CalibrationMethod) -> None:
    book = np.array([[0.9, 0.1]] * 3)
    lost = np.array([[0.0, 1.0]] * 3)
    moved = fit_calibration(method, book, lost, 0.0).calibrated(book)
    assert 0 < book[0, 0] - moved[0, 0] < 0.07
    kept = fit_calibration(method, book, np.zeros((3, 2)), 0.0).calibrated(book)
    np.testing.assert_allclose(kept, book, atol=1e-12)


def test_too_few_results_draw_no_line() -> None:
    _, said, outcome = a_world(count=100)
    fitted = fit_calibration(CalibrationMethod.ISOTONIC, said, outcome, 7.0)
    assert (fitted.method, fitted.seen_until) == (CalibrationMethod.IDENTITY, 7.0)
    assert fitted.calibrated(said) is said


parts = st.lists(st.floats(0.02, 1), min_size=2, max_size=4)


@settings(max_examples=60)
@given(parts, st.floats(0.5, 2), st.lists(st.floats(0.5, 1.5), min_size=3, max_size=3))
def test_every_map_keeps_a_book_whole(
    shares: list[float], exponent: float, shape: list[float]
) -> None:
    book = np.array([shares]) / sum(shares)
    sides = 1 if len(shares) == 2 else len(shares)
    line = np.array([[0.01, 0.5, 0.99], [0.02, 0.4, 0.95]])
    for fitted in (
        identity(0.0),
        temperature(exponent, 0.0),
        beta(np.array([shape] * sides), 0.0),
        isotonic((line,) * sides, 0.0),
    ):
        mapped = fitted.calibrated(book)
        assert mapped.shape == book.shape
        assert abs(mapped.sum() - 1) < 1e-12
        assert ((mapped > 0) & (mapped < 1)).all()
        if sides > 1 or fitted.method is CalibrationMethod.TEMPERATURE:
            order = np.argsort(book[0], kind="stable")
            assert (np.diff(mapped[0][order]) > -1e-12).all()


def test_a_map_is_used_only_once_it_has_helped_out_of_sample() -> None:
    archive, said, outcome = a_world(0.75)
    walked = walk_calibration(archive, said, outcome, refit_instants(archive, MONTH))
    methods = [one.method for one in walked.chosen]
    assert methods[0] is CalibrationMethod.IDENTITY
    assert methods[-1] is not CalibrationMethod.IDENTITY
    first = archive.looked_at < walked.chosen[1].seen_until
    assert walked.probabilities[first].tobytes() == said[first].tobytes()
    assert log_loss(walked.probabilities, outcome) < log_loss(said, outcome)


def test_a_true_source_is_never_touched() -> None:
    archive, said, outcome = a_world()
    walked = walk_calibration(archive, said, outcome, refit_instants(archive, MONTH))
    assert {one.method for one in walked.chosen} == {CalibrationMethod.IDENTITY}
    assert walked.probabilities.tobytes() == said.tobytes()
    assert max(trial.n for trial in walked.trials[-1]) > 4000


def test_no_look_knows_what_comes_after_it() -> None:
    archive, said, outcome = a_world(0.75)
    instants = refit_instants(archive, MONTH)
    one = walk_calibration(archive, said, outcome, instants)
    changes = [each.seen_until for each in one.chosen if each.method != CalibrationMethod.IDENTITY]
    at = changes[3]
    later = archive.played_at > at
    other_outcome = np.where(later[:, None], outcome[:, ::-1], outcome)
    other_said = np.where((archive.looked_at > at)[:, None], 1 / 3, said)
    swapped = replace(archive, home_goals=archive.away_goals, away_goals=archive.home_goals)
    two = walk_calibration(swapped, other_said, other_outcome, instants)
    before = archive.looked_at <= at
    assert one.probabilities[before].tobytes() == two.probabilities[before].tobytes()
    assert (one.probabilities[before] != said[before]).any()


def test_a_match_that_has_only_begun_teaches_nothing() -> None:
    archive, said, outcome = a_world(0.75)
    begun = archive.kick_off == np.unique(archive.kick_off)[300]
    hours = archive.kick_off[begun][0] + 3600 * np.array([1, 4])
    earlier = refit_instants(archive, MONTH)
    instants = np.concatenate([earlier[earlier < hours[0]], hours])
    other = np.where(begun[:, None], 1 - outcome, outcome)
    one, two = (walk_calibration(archive, said, each, instants) for each in (outcome, other))
    assert min(trial.n for trial in one.trials[-2]) > 0
    assert repr(one.trials[-2]) == repr(two.trials[-2])
    assert repr(one.trials[-1]) != repr(two.trials[-1])


def test_books_not_told_stay_untold() -> None:
    archive, said, outcome = a_world(0.75)
    said[::3] = np.nan
    walked = walk_calibration(archive, said, outcome, refit_instants(archive, MONTH))
    assert np.isnan(walked.probabilities[::3]).all()
    assert np.isfinite(walked.probabilities[1::3]).all()


def test_what_was_said_truly_lies_within_its_bars() -> None:
    archive, said, outcome = a_world()
    curve = reliability(said, outcome, week_of(archive.kick_off))
    inside = (curve.low <= curve.observed) & (curve.observed <= curve.high)
    assert inside.sum() >= 12
    assert curve.n == 3 * COUNT
    assert set(curve.count.tolist()) == {1200}
    assert curve.ece < 2 * curve.ece_by_chance
    assert curve.ece_low < curve.ece < curve.ece_high
    for bias in (curve.likely, curve.unlikely):
        assert bias.low < 0.005
        assert bias.high > -0.005


def test_an_overconfident_source_is_shown_by_curve_ece_and_tails() -> None:
    archive, said, outcome = a_world(0.6)
    curve = reliability(said, outcome, week_of(archive.kick_off))
    assert curve.ece > 3 * curve.ece_by_chance
    assert curve.ece_low > curve.ece_by_chance
    assert curve.observed[0] > curve.high[0]
    assert curve.observed[-1] < curve.low[-1]
    assert curve.likely.high < 0 < curve.unlikely.low


def test_the_ece_is_the_mean_distance_of_said_and_happened() -> None:
    said = np.array([[0.2, 0.8], [0.2, 0.8], [0.2, 0.8], [0.2, 0.8]])
    outcome = np.array([[1.0, 0.0], [0.0, 1.0], [0.0, 1.0], [np.nan, np.nan]])
    curve = reliability(said, outcome, np.arange(4), bins=2)
    assert curve.count.tolist() == [3, 3]
    assert curve.ece == pytest.approx(1 / 3 - 0.2)
    assert curve.unlikely.n == 0
    assert np.isnan(curve.unlikely.value)
    assert curve.likely.value == pytest.approx(2 / 3 - 0.8)


def test_too_few_sides_draw_no_curve() -> None:
    with pytest.raises(ValueError, match="2 probabilities are too few"):
        reliability(np.array([[0.5, 0.5]]), np.array([[1.0, 0.0]]), np.zeros(1, np.int64))


def test_every_league_with_enough_matches_is_scored_by_itself() -> None:
    archive, said, outcome = a_world()
    outcome[archive.competition == 1] = np.nan
    worse = said.copy()
    third = archive.competition == 2
    worse[third] = softmax(3 * np.log(said[third]))
    one, two = score_leagues(archive, worse, outcome)
    assert (one.competition, two.competition) == ("league_0", "league_2")
    assert one.log_loss.n == two.rps.n == 2000
    own = archive.competition == 0
    assert one.log_loss.value == pytest.approx(log_loss(said[own], outcome[own]))
    assert one.log_loss.low < one.log_loss.value < one.log_loss.high
    assert one.log_loss.value < two.log_loss.value
    assert two.ece > 3 * two.ece_by_chance
    assert one.ece < 3 * one.ece_by_chance


def test_refunded_matches_are_left_out_of_a_league_s_scores() -> None:
    archive, said, outcome = a_world(count=900)
    outcome[::9] = 0
    assert sum(one.rps.n for one in score_leagues(archive, said, outcome)) == 800
