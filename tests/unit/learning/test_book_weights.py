"""Weights of books: found where the truth is known, blind to the future, the same on a board."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.board import Board
from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.policy import PricingRules
from engine.domain.price import Rung
from engine.learning.reference.walk import close_logs, learn_book_weights, walk_reference
from engine.pricing.reference.consensus import EVERY_BOOK, ladder
from engine.pricing.reference.dense import MAIN_KINDS, dense_references, dense_voices
from engine.pricing.reference.implied import implied_match_odds
from jobs.season_archive import read_archive
from tests.archives import DAY, World, simulate
from tests.builders import a_fixture
from tests.learning_future import assert_blind_to_the_future

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from numpy.typing import NDArray

    from engine.learning.archive import Archive
    from engine.pricing.reference.main_odds import MainOdds
    from engine.pricing.reference.weights import BookWeights

RULES = PricingRules()


@cache
def a_world() -> Archive:
    """The simulated world: some books know more than others, and nobody knows the close."""
    return simulate(3, World(seasons=4, leagues=4, teams=14)).archive


@cache
def learned() -> BookWeights:
    return learn_book_weights(a_world(), np.inf)


def divergence(archive: Archive, kind: MarketKind, told: NDArray[np.float64]) -> float:
    close = close_logs(archive, RULES)[kind]
    return float(np.nanmean((np.exp(close) * (close - np.log(told))).sum(axis=1)))


def without(odds: MainOdds, *books: str) -> MainOdds:
    rows = [number for number, key in enumerate(odds.books) if key not in books]
    return replace(
        odds,
        books=tuple(odds.books[row] for row in rows),
        match_odds=odds.match_odds[:, rows],
        total=odds.total[:, rows],
        handicap=odds.handicap[:, rows],
    )


def test_weights_of_an_instant_are_learned_from_closes_before_it() -> None:
    archive = a_world()
    until = float(np.quantile(archive.looked_at, 0.6))
    seen = learn_book_weights(archive.where(archive.looked_at < until), until)
    assert any(pool.learned for pool in seen.pools)
    assert learn_book_weights(archive, until) == seen != learned()


def all_of(archive: Archive) -> Sequence[NDArray[np.float64]]:
    told = walk_reference(archive)
    return [
        column
        for kind in MAIN_KINDS
        for one in (told.of(kind),)
        for column in (one.probability, one.std_error, one.rung.astype(np.float64))
    ]


def test_a_walk_is_blind_to_the_future() -> None:
    archive = simulate(5, World(seasons=2, leagues=2, teams=12)).archive
    at = float(archive.looked_at[int(0.8 * len(archive))]) + 1.3 * DAY
    assert_blind_to_the_future(all_of, archive, at)


@pytest.mark.parametrize("kind", MAIN_KINDS)
def test_a_learned_pool_is_nearer_the_close_than_its_best_source(kind: MarketKind) -> None:
    archive = a_world()
    later = np.flatnonzero(archive.season == archive.season.max())
    told = walk_reference(archive).of(kind)
    voices = dense_voices(archive.look, np.ones(len(archive)), RULES)[kind]
    sharp = np.exp(voices.logs[:, voices.books.index("pinnacle")])
    some = archive.where(later)
    assert divergence(some, kind, told.probability[later]) < divergence(some, kind, sharp[later])
    assert set(told.rung[later].tolist()) == {int(Rung.SHARP)}


def test_before_anything_is_learned_the_sharp_book_stands_for_itself() -> None:
    archive = a_world()
    first = np.flatnonzero(archive.looked_at == archive.looked_at[0])
    told = walk_reference(archive).match_odds.probability[first]
    voices = dense_voices(archive.look, np.ones(len(archive)), RULES)[MarketKind.MATCH_ODDS]
    sharp = np.exp(voices.logs[first, voices.books.index("pinnacle")])
    np.testing.assert_allclose(told, sharp, atol=1e-12)


def test_without_the_sharp_book_the_next_rung_speaks_with_weights_of_its_own() -> None:
    """Pinnacle left the files in 2025: the pool that stands in for it was learned beside it."""
    archive = a_world()
    days = (archive.kick_off - archive.looked_at) / DAY
    gone = without(archive.look, "pinnacle")
    told = dense_references(gone, days, RULES, learned())
    assert set(told.match_odds.rung.tolist()) == {int(Rung.CONSENSUS)}
    average = dense_voices(gone, days, RULES)[MarketKind.MATCH_ODDS]
    crowd = np.exp(average.logs[:, average.books.index("fd_avg")])
    ours = divergence(archive, MarketKind.MATCH_ODDS, told.match_odds.probability)
    assert ours < divergence(archive, MarketKind.MATCH_ODDS, crowd)


def test_match_odds_implied_by_the_sharp_books_other_markets_are_pooled_with_the_crowd() -> None:
    archive = a_world()
    days = (archive.kick_off - archive.looked_at) / DAY
    silent = replace(archive.look, match_odds=archive.look.match_odds.copy())
    silent.match_odds[:, [str(key) for key in silent.books].index("pinnacle")] = np.nan
    told = dense_references(silent, days, RULES, learned()).match_odds
    assert set(told.rung.tolist()) == {int(Rung.IMPLIED)}
    implied = dense_voices(silent, days, RULES)[MarketKind.MATCH_ODDS].implied
    assert implied is not None
    alone = divergence(archive, MarketKind.MATCH_ODDS, implied_match_odds(implied))
    assert divergence(archive, MarketKind.MATCH_ODDS, told.probability) < alone


@pytest.mark.parametrize("kind", MAIN_KINDS)
def test_four_closes_in_five_fall_into_the_interval(kind: MarketKind) -> None:
    archive = a_world()
    told, close = walk_reference(archive).of(kind), np.exp(close_logs(archive, RULES)[kind])
    later = archive.season >= archive.season.max() - 1
    apart = np.abs(logit(close) - logit(told.probability))[later]
    error = (told.std_error / (told.probability * (1 - told.probability)))[later]
    inside = float((apart < 1.2816 * error).mean())
    assert 0.75 < inside < 0.86


def logit(chance: NDArray[np.float64]) -> NDArray[np.float64]:
    odds: NDArray[np.float64] = np.log(chance / (1 - chance))
    return odds


def a_board_of(odds: MainOdds, days: NDArray[np.float64]) -> Board:
    """The same odds as quotes of this moment, in a mixed order."""
    now = datetime(2026, 8, 1, 12, tzinfo=UTC)
    markets = (
        (odds.match_odds, np.full(len(odds), MATCH_ODDS.number)),
        (odds.total, numbers_of(MarketKind.TOTAL_GOALS, odds.total_line)),
        (odds.handicap, numbers_of(MarketKind.ASIAN_HANDICAP, odds.handicap_line)),
    )
    parts = []
    for values, market in markets:
        fixture, book, side = np.nonzero(np.isfinite(values))
        sides = [
            [int(one.side) for one in Market.from_number(int(number)).selections]
            for number in market
        ]
        selection = market[fixture] << 4 | np.array(sides)[fixture, side]
        parts.append(np.column_stack([fixture, book, selection, values[fixture, book, side]]))
    rows = np.random.default_rng(0).permutation(np.concatenate(parts))
    fixtures = [
        a_fixture(f"home{number}", f"away{number}", kick_off=now + timedelta(days=float(each)))
        for number, each in enumerate(days)
    ]
    return Board(
        as_of=now,
        fixtures=tuple(fixtures),
        bookmakers=odds.books,
        fixture=rows[:, 0].astype(np.int32),
        bookmaker=rows[:, 1].astype(np.int16),
        selection=rows[:, 2].astype(np.int32),
        odds=rows[:, 3],
        quoted_at=np.full(len(rows), now.timestamp() - 5),
        lay=np.zeros(len(rows), dtype=np.bool_),
    )


def numbers_of(kind: MarketKind, line: NDArray[np.float64]) -> NDArray[np.int64]:
    return int(kind) << 12 | (512 + 4 * line).astype(np.int64)


@pytest.mark.parametrize("gone", [(), ("pinnacle",)], ids=["all books", "without the sharp one"])
def test_a_board_and_dense_odds_give_the_same_numbers(gone: tuple[str, ...]) -> None:
    archive = a_world().where(np.arange(60))
    days = np.linspace(0.05, 4.0, len(archive))
    odds = without(archive.look, *gone)
    board = a_board_of(odds, days)
    told = ladder(board, RULES, board.as_of, learned())
    dense = dense_references(odds, days, RULES, learned())
    for kind in MAIN_KINDS:
        one = dense.of(kind)
        rows = np.flatnonzero((told.market >> 12 == kind) & (told.excluded == EVERY_BOOK))
        at, sides = told.fixture[rows], one.probability.shape[1]
        assert sorted(at.tolist()) == np.flatnonzero(one.rung).tolist() == list(range(60))
        np.testing.assert_allclose(told.probability[rows, :sides], one.probability[at], rtol=1e-12)
        np.testing.assert_allclose(told.std_error[rows, :sides], one.std_error[at], rtol=1e-6)
        np.testing.assert_array_equal(told.rung[rows], one.rung[at])


@pytest.mark.realdata
def test_on_real_seasons_the_reference_is_nearer_the_close_than_any_book(real_data: Path) -> None:
    some_divisions = frozenset({"I1", "I2", "SP1", "SP2"})
    archive = read_archive(real_data / "football-data/main", range(2016, 2021), some_divisions)
    told = walk_reference(archive)
    for kind, first in ((MarketKind.MATCH_ODDS, 2017), (MarketKind.TOTAL_GOALS, 2019)):
        rows = np.flatnonzero(archive.season >= first)
        some, reference = archive.where(rows), told.of(kind).probability[rows]
        assert np.isfinite(reference).all(axis=1).mean() > 0.98
        voices = dense_voices(some.look, np.ones(len(some)), RULES)[kind]
        for book in ("pinnacle", "bet365"):
            theirs = np.exp(voices.logs[:, voices.books.index(book)])
            both = np.where(np.isfinite(theirs), reference, np.nan)
            assert divergence(some, kind, both) < divergence(some, kind, theirs)


@pytest.mark.realdata
def test_on_real_seasons_four_closes_in_five_fall_into_the_interval(real_data: Path) -> None:
    archive = read_archive(real_data / "football-data/main", range(2016, 2020), frozenset({"E0"}))
    told = walk_reference(archive).match_odds
    close = np.exp(close_logs(archive, RULES)[MarketKind.MATCH_ODDS])
    error = told.std_error / (told.probability * (1 - told.probability))
    apart = np.abs(logit(close) - logit(told.probability)) / error
    assert 0.75 < float((apart[archive.season >= 2018] < 1.2816).mean()) < 0.86
