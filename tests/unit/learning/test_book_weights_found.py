"""What is planted is found: weights, also negative ones, and the width of errors."""

from __future__ import annotations

import numpy as np
import pytest

from engine.domain.market import MarketKind
from engine.domain.price import Rung
from engine.learning.reference.book_weights import DAY, ENOUGH, FADE, Examples, PoolLearner
from engine.learning.reference.errors import ErrorLearner
from engine.learning.reference.walk import learn_book_weights
from engine.pricing.reference.weights import ErrorWeights, unlearned
from tests.archives import World, simulate
from tests.learning_future import another_future

HOUR = 3_600.0
PLANTED = np.array([0.6, 0.5, -0.25, 0.15])


def some_examples(
    count: int, seed: int, planted: np.ndarray[tuple[int], np.dtype[np.float64]]
) -> Examples:
    """Looks whose closes are the planted pool of four terms, and a little news."""
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 0.7, (count, 3))
    logs = truth[:, :, None] + rng.normal(0, 0.3, (count, 3, 4))
    terms = np.dstack([logs[:, :, :2], logs[:, :, 2:] - logs[:, :, 1:2]])
    close = terms @ planted + rng.normal(0, 0.02, (count, 3))
    close -= np.log(np.exp(close).sum(axis=1, keepdims=True))
    pooled = logs[:, :, 0] - np.log(np.exp(logs[:, :, 0]).sum(axis=1, keepdims=True))
    return Examples(
        known_from=np.arange(count, dtype=np.float64) * HOUR,
        terms=terms,
        pooled=pooled,
        close=close,
        books=np.full(count, 4.0),
        days=np.full(count, 1.0),
        dispersion=np.zeros((count, 3)),
    )


def test_planted_weights_are_found_also_negative_ones() -> None:
    learner = PoolLearner(MarketKind.MATCH_ODDS, Rung.SHARP, ("a", "b"))
    learner.learn(some_examples(6_000, 1, PLANTED), 6_001 * HOUR)
    found = learner.weights()
    told = [found.lead, found.crowd, found.books["a"], found.books["b"]]
    np.testing.assert_allclose(told, PLANTED, atol=0.03)


def test_too_few_closes_leave_everything_as_it_was() -> None:
    learner = PoolLearner(MarketKind.MATCH_ODDS, Rung.SHARP, ("a", "b"))
    learner.learn(some_examples(int(ENOUGH) - 1, 1, PLANTED), ENOUGH * HOUR)
    assert learner.weights() == unlearned(MarketKind.MATCH_ODDS, Rung.SHARP)
    nearly = learner.practised()
    assert nearly.learned
    assert nearly.lead != 1.0


def test_what_books_have_become_counts_more_than_what_they_were() -> None:
    learner = PoolLearner(MarketKind.MATCH_ODDS, Rung.SHARP, ("a", "b"))
    learner.learn(some_examples(3_000, 1, PLANTED), 3_000 * HOUR)
    late = 3_000 * HOUR + 4 * FADE
    now = some_examples(3_000, 2, PLANTED[[1, 0, 3, 2]])
    learner.learn(
        Examples(
            known_from=np.full(3_000, late - DAY),
            terms=now.terms,
            pooled=now.pooled,
            close=now.close,
            books=now.books,
            days=now.days,
            dispersion=now.dispersion,
        ),
        late,
    )
    assert learner.weights().books["a"] == pytest.approx(0.15, abs=0.05)


def test_the_width_of_errors_is_found_and_heavy_tails_do_not_stretch_the_interval() -> None:
    rng = np.random.default_rng(4)
    count = 30_000
    books = rng.choice([2.0, 4.0, 10.0], count)
    dispersion = rng.choice([0.0, 0.2], count)[:, None] * np.ones(2)
    variance = 0.01 / books + 0.25 * dispersion[:, 0] ** 2
    shape = rng.standard_t(4, count) / np.sqrt(2)  # variance 1, heavy tails
    distance = (shape * np.sqrt(variance))[:, None] * [1.0, -1.0]
    learner = ErrorLearner(Rung.SHARP)
    for part in np.array_split(np.arange(count), 60):
        learner.learn(
            distance[part],
            np.full((len(part), 2), 0.5),
            books=books[part],
            dispersion=dispersion[part],
            days=np.zeros(len(part)),
            weight=np.ones(len(part)),
        )
    found = learner.weights()
    assert found.thinness == pytest.approx(0.01, rel=0.25)
    assert found.dispersion == pytest.approx(0.25, rel=0.1)
    assert found.lead == found.decisive == found.lopsided == pytest.approx(0.0, abs=1e-9)
    inside = np.abs(distance[:, 0]) < 1.2816 * found.reach * np.sqrt(variance)
    assert found.reach < 0.95
    assert inside.mean() == pytest.approx(0.8, abs=0.02)


def test_before_anything_is_seen_errors_are_those_of_the_rule() -> None:
    found = ErrorLearner(Rung.SHARP).weights()
    start = ErrorWeights(
        level=(4 * 0.008) ** 2,
        thinness=0.0,
        dispersion=0.0,
        lead=0.0,
        decisive=0.0,
        lopsided=0.0,
        reach=1.0,
    )
    assert found.level == pytest.approx(start.level)
    assert found.reach == pytest.approx(start.reach, abs=0.02)


def test_weights_until_an_instant_know_nothing_of_later_closes() -> None:
    archive = simulate(5, World(seasons=2, leagues=3, teams=12)).archive
    at = float(np.quantile(archive.kick_off, 0.7)) + 1.0
    assert learn_book_weights(archive, at) == learn_book_weights(
        another_future(archive, at, 1), at
    )
    assert learn_book_weights(archive, at) != learn_book_weights(archive, np.inf)
