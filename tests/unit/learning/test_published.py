"""The published rules on a market made up here, where what is true is known."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.numbers import BookmakerKey
from engine.learning.published.compare import RULES, reproduce_buchdahl, reproduce_kaunitz
from engine.learning.published.consensus import at_random, consensus_line, still_there
from engine.learning.published.rules import (
    ALPHAS,
    MARGIN,
    PALPABLE,
    Fate,
    buchdahl,
    eq_7,
    kaunitz,
    match_odds_of,
)
from engine.pricing.devig.book import devig
from tests.archives import World, simulate

if TYPE_CHECKING:
    from engine.learning.archive import Archive

BOOKS, GAMES = 32, 60_000
ARCHIVE = simulate(3, World(seasons=2)).archive
UNKNOWN = tuple(BookmakerKey(key) for key in ("b1", "b2", "b3", "fd_avg", "fd_max"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Market:
    """32 books around a consensus that says ALPHAS too much of each outcome."""

    truth: np.ndarray
    mean: np.ndarray
    best: np.ndarray
    won: np.ndarray


@pytest.fixture(scope="module")
def market() -> Market:
    rng = np.random.default_rng(11)
    truth = rng.dirichlet((4.5, 2.8, 3.0), GAMES)
    truth = np.clip(truth, 0.05, None) / np.clip(truth, 0.05, None).sum(axis=1, keepdims=True)
    said = truth + np.array(ALPHAS)
    best, total = np.zeros(truth.shape), np.zeros(truth.shape)
    for _ in range(BOOKS):
        odds = (1 + rng.normal(0, 0.04, truth.shape)) / said
        best, total = np.maximum(best, odds), total + odds
    happened = (rng.random(GAMES)[:, None] > np.cumsum(truth, axis=1)).sum(axis=1).clip(max=2)
    return Market(truth=truth, mean=total / BOOKS, best=best, won=np.eye(3)[happened])


def test_the_planted_alphas_are_found_again(market: Market) -> None:
    for side, alpha in enumerate(ALPHAS):
        line = consensus_line(1 / market.mean[:, side], market.won[:, side])
        assert line is not None
        assert line.slope == pytest.approx(1, abs=0.03)
        assert line.slope * 0.35 + line.intercept == pytest.approx(0.35 - alpha, abs=0.006)
        assert line.r2 > 0.98


def test_what_eq_7_takes_hits_as_often_as_eq_8_expects(market: Market) -> None:
    taken = eq_7(market.best, market.mean)
    assert taken.sum() > 1_000
    side = np.nonzero(taken)[1]
    expected = (1 / market.mean[taken] - np.array(ALPHAS)[side]).mean()
    error = np.sqrt(0.25 / taken.sum())
    assert market.won[taken].mean() == pytest.approx(expected, abs=3 * error)
    earned = (market.best * market.won - 1)[taken].mean()
    assert earned == pytest.approx(
        (market.best * market.truth - 1)[taken].mean(),
        abs=3 * (market.best[taken].std() + 1) * error,
    )


def test_betting_at_random_loses_the_margin() -> None:
    rng = np.random.default_rng(2)
    truth = rng.dirichlet((4.5, 2.8, 3.0), GAMES)
    truth = np.clip(truth, 0.08, None) / np.clip(truth, 0.08, None).sum(axis=1, keepdims=True)
    odds = 1 / (truth * 1.06)
    happened = (rng.random(GAMES)[:, None] > np.cumsum(truth, axis=1)).sum(axis=1).clip(max=2)
    chance = at_random(odds * np.eye(3)[happened] - 1, rng.integers(0, 3, 2_000), seed=1)
    assert chance.mean == pytest.approx(1 / 1.06 - 1, abs=0.02)
    assert 0.02 < chance.sd < 0.08


def test_one_margin_decides_and_the_alphas_do_not() -> None:
    """Easy to confuse: .034, .057 and .037 only say how often a bet should win."""
    mean = np.array([[2.0, 4.0, 4.0]])
    threshold = 1 / (1 / mean - MARGIN)
    assert eq_7(threshold * 1.0001, mean).all()
    assert not eq_7(threshold * 0.9999, mean).any()


@given(st.floats(1.01, 60), st.floats(1.0, 2.0), st.floats(0.01, 0.1))
def test_eq_7_is_the_published_inequality(mean: float, better: float, margin: float) -> None:
    best, consensus = mean * better, 1 / mean
    taken = bool(eq_7(np.array([best]), np.array([mean]), margin)[0])
    if abs(best * (consensus - margin) - 1) > 1e-9:
        assert taken == (consensus > margin and best > 1 / (consensus - margin))


def test_a_line_needs_three_bins_of_a_hundred_games() -> None:
    few = np.full(150, 0.3)
    assert consensus_line(few, np.zeros(150)) is None
    assert consensus_line(np.full(5, np.nan), np.zeros(5)) is None


def test_with_prices_gone_the_mean_stays_and_the_spread_shows() -> None:
    profits = np.tile([1.5, -1.0, -1.0], 100)
    gone = still_there(profits, seed=1)
    assert gone.mean == pytest.approx(profits.mean(), abs=0.01)
    assert gone.sd > 0.02


def test_every_side_that_pays_is_bet_or_left_with_a_reason() -> None:
    archive = dirty()
    liked = buchdahl(archive)
    best, sharp = match_odds_of(archive.look, "fd_max"), match_odds_of(archive.look, "pinnacle")
    pays = best * devig(sharp) > 1
    assert len(liked) == pays.sum()
    assert {Fate(one).name for one in np.unique(liked.fate)} == {one.name for one in Fate}
    taken = liked.taken()
    assert (taken.edge <= PALPABLE).all()
    assert np.isfinite(taken.clv).all()
    assert np.isfinite(taken.profit).all()


def dirty() -> Archive:
    """The world with a mistyped price, a close and a result that are missing."""
    look = ARCHIVE.look.match_odds.copy()
    place = ARCHIVE.look.books.index("fd_max")
    look[0, place] *= 1.6
    close = ARCHIVE.close.match_odds.copy()
    close[1::50] = np.nan
    goals = ARCHIVE.home_goals.copy()
    goals[2::50] = np.nan
    return replace(
        ARCHIVE,
        look=replace(ARCHIVE.look, match_odds=look),
        close=replace(ARCHIVE.close, match_odds=close),
        home_goals=goals,
    )


def test_thresholds_are_nested_and_strict() -> None:
    liked = buchdahl(ARCHIVE)
    counts = [len(liked.taken(above)) for above in (0.0, 0.01, 0.02)]
    assert counts[0] > counts[1] > counts[2] > 0
    assert (liked.taken(0.02).edge > 0.02).all()


def test_eq_7_asks_no_sharp_close() -> None:
    nobody = replace(ARCHIVE, close=replace(ARCHIVE.close, books=UNKNOWN))
    assert len(kaunitz(nobody)) == len(kaunitz(ARCHIVE))
    assert len(buchdahl(nobody).taken()) == 0


def test_a_small_sample_is_compared_and_not_judged() -> None:
    renamed = replace(ARCHIVE, season=ARCHIVE.season + 5)  # 2021 and 2022
    for found in (reproduce_buchdahl(renamed), reproduce_kaunitz(renamed)):
        assert found.compared
        assert not any(one.judged or one.failures for one in found.compared)
        assert any(one.published and one.differences for one in found.compared)
        assert [one.whole for one in found.seasons] == [False, False]
        assert set(found.liked) <= set(RULES)
