from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.market import MarketKind
from engine.learning.archive import Archive, refit_instants
from engine.learning.expected_close.curse import curse_slope
from engine.learning.expected_close.fit import Shrinkage, fit_noise
from engine.learning.expected_close.learner import ENOUGH
from engine.learning.expected_close.past import fixtures_of
from engine.learning.expected_close.walk import (
    REFIT,
    CloseForecast,
    _Walker,
    learn_expected_close,
    walk_expected_close,
)
from engine.pricing.devig.book import devig_rows
from engine.pricing.expected_close.model import MARKETS, PRIOR_CURSE, ExpectedCloseModel
from engine.pricing.expected_close.views import Anchor, Sources
from jobs.season_archive import read_archive
from storage.artifact_codec import decode, encode
from tests.unit.learning.closes import DAY, START, World, archive_of, without

if TYPE_CHECKING:
    from pathlib import Path

    from engine.pricing.expected_close.move import Move
    from engine.pricing.reference.main_odds import MainOdds

COLUMNS = tuple(name for name in MARKETS) + tuple(f"{name}_sd" for name in MARKETS)


@pytest.fixture(scope="module")
def planted() -> Archive:
    return archive_of(World())


@pytest.fixture(scope="module")
def told(planted: Archive) -> CloseForecast:
    return walk_expected_close(planted)


def test_nothing_later_than_a_look_changes_what_was_told_of_it(
    planted: Archive, told: CloseForecast
) -> None:
    instant = START + 67.3 * 7 * DAY

    retold = walk_expected_close(_other_after(planted, instant))

    before = planted.looked_at <= instant
    assert 1000 < before.sum() < len(planted)
    for name in COLUMNS:
        assert np.array_equal(getattr(told, name)[before], getattr(retold, name)[before]), name
        assert not np.array_equal(getattr(told, name), getattr(retold, name), equal_nan=True), name


def test_rows_that_are_not_there_yet_change_nothing_either(
    planted: Archive, told: CloseForecast
) -> None:
    before = planted.looked_at <= START + 67.3 * 7 * DAY

    retold = walk_expected_close(planted.where(before))

    for name in COLUMNS:
        assert np.array_equal(getattr(told, name)[before], getattr(retold, name)), name


def test_nothing_later_changes_what_was_told_where_some_looks_lack_the_mean_of_many(
    planted: Archive,
) -> None:
    instant = START + 67.3 * 7 * DAY
    patchy = replace(planted, look=_bare(planted.look, np.arange(len(planted)) % 3 == 0))

    told, retold = (walk_expected_close(each) for each in (patchy, _other_after(patchy, instant)))

    before = patchy.looked_at <= instant
    for name in COLUMNS:
        assert np.array_equal(getattr(told, name)[before], getattr(retold, name)[before]), name
        assert not np.array_equal(getattr(told, name), getattr(retold, name), equal_nan=True), name


def test_a_look_without_the_mean_of_many_is_told_by_what_was_learned_without(
    planted: Archive,
) -> None:
    instant = float(refit_instants(planted, REFIT)[18])
    bare = replace(planted, look=_bare(planted.look, np.ones(len(planted), dtype=np.bool_)))
    looks = bare.where(bare.looked_at == instant)
    fixtures = fixtures_of(looks)

    printed, never = (learn_expected_close(each, instant) for each in (planted, bare))
    found, wanted = (
        each.model.expect(looks.look, fixtures, printed.state.rows(fixtures))
        for each in (printed, never)
    )

    assert found.spoke[0].all()
    for one, other in zip(found.chances, wanted.chances, strict=True):
        assert np.array_equal(one.mean, other.mean)
    assert not any(each.speaks.any() for each in never.model.anchors)


def test_planted_moves_are_foreseen_with_intervals_that_hold(
    planted: Archive, told: CloseForecast
) -> None:
    rows = planted.looked_at > START + 62 * 7 * DAY
    for kind, name in (
        (MarketKind.MATCH_ODDS, "match_odds"),
        (MarketKind.TOTAL_GOALS, "total"),
    ):
        close, look = (_fair(each, name) for each in (planted.close, planted.look))
        mean, deviation = getattr(told, name), getattr(told, f"{name}_sd")
        inside = np.abs(close - mean)[rows] < 1.2816 * deviation[rows]
        assert told.spoke[kind][rows].all()
        assert _divergence(close, mean)[rows].mean() < 0.8 * _divergence(close, look)[rows].mean()
        assert 0.74 < inside.mean() < 0.95


def test_each_market_sums_to_one_and_is_a_probability(told: CloseForecast) -> None:
    for name in MARKETS:
        mean = getattr(told, name)
        assert np.abs(mean.sum(axis=1) - 1).max() < 1e-9
        assert mean.min() > 0
        assert getattr(told, f"{name}_sd").min() > 0


def test_until_a_model_speaks_the_anchor_stands_with_its_best_edges_shrunk(
    planted: Archive, told: CloseForecast
) -> None:
    best, fair = np.nanmax(planted.look.match_odds, axis=1), _fair(planted.look, "match_odds")
    raw, edge = fair * best - 1, told.match_odds * best - 1
    one = (raw.max(axis=1) > 0.005) & (np.sort(raw, axis=1)[:, 1] <= 0)
    silent = one & ~told.spoke[MarketKind.MATCH_ODDS]
    unknown = one & (planted.looked_at < START + 3 * 7 * DAY)

    left = edge.max(axis=1) / np.where(raw.max(axis=1) > 0, raw.max(axis=1), np.nan)

    assert silent.sum() > 100
    assert np.allclose(left[unknown], PRIOR_CURSE)
    assert (left[silent] <= 1).all()
    assert np.ptp(left[silent]) > 0.05


def test_a_model_that_has_been_wrong_loses_the_word(planted: Archive) -> None:
    middle, end = START + 40 * 7 * DAY, START + 90 * 7 * DAY
    walker = _Walker(planted, Sources(), Shrinkage())
    learner = walker._learners[Anchor.SHARP]
    right = learner.learn(middle)
    wrong = replace(right, moves=tuple(_reversed(move) for move in right.moves))
    rows = np.flatnonzero(planted.looked_at > middle)

    learner.foresee(rows, right)
    assert learner.learn(end).speaks.tolist() == [True, True, True]
    learner.foresee(rows, wrong)
    assert learner.learn(end).speaks.tolist() == [False, False, False]


def test_the_word_is_given_on_the_latest_closes(
    planted: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("engine.learning.expected_close.learner.RECENT", ENOUGH)
    middle, end = START + 40 * 7 * DAY, START + 90 * 7 * DAY
    learner = _Walker(planted, Sources(), Shrinkage())._learners[Anchor.SHARP]
    right = learner.learn(middle)
    wrong = replace(right, moves=tuple(_reversed(move) for move in right.moves))
    rows = np.flatnonzero(planted.looked_at > middle)
    earlier, latest = rows[:-ENOUGH], rows[-ENOUGH:]
    assert len(earlier) > 250

    for first, then, speaks in ((wrong, right, True), (right, wrong, False)):
        learner.foresee(earlier, first)
        learner.foresee(latest, then)
        assert learner.learn(end).speaks.tolist() == [speaks] * 3


def test_moves_are_learned_from_closes_within_memory(
    planted: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    end = float(planted.played_at.max())
    monkeypatch.setattr("engine.learning.expected_close.learner.MEMORY", 40 * 7 * DAY)
    learner = _Walker(planted, Sources(), Shrinkage())._learners[Anchor.SHARP]
    before = learner.learn(end).moves
    learner._moved[planted.played_at <= end - 40 * 7 * DAY] *= -3
    for one, other in zip(before, learner.learn(end).moves, strict=True):
        assert one.weights.any()
        assert np.array_equal(one.weights, other.weights)


def test_the_noise_of_moves_is_found_with_its_level() -> None:
    rng = np.random.default_rng(4)
    columns = np.column_stack([np.ones(40_000), rng.normal(0, 1, (40_000, 4))])
    truth = np.array([-1.6, 0.3, -0.2, 0.0, 0.1])
    found = fit_noise(columns, rng.normal(0, np.exp(columns @ truth)))
    assert found.weights == pytest.approx(truth, abs=0.03)


def test_a_price_too_good_to_be_true_says_nothing_of_the_curse() -> None:
    fair, best = np.full((40, 2), 0.5), np.tile([2.1, 1.9], (40, 1))
    mistyped = best.copy()
    mistyped[0, 0] = 3.0
    kept = curse_slope(fair[1:], best[1:], fair[1:] * 0.97)
    assert curse_slope(fair, mistyped, fair * 0.97) == pytest.approx(kept)


def test_it_speaks_where_the_sharp_book_is_gone(planted: Archive) -> None:
    crowd = without(planted, "pinnacle")

    found = walk_expected_close(crowd)

    rows = crowd.looked_at > START + 62 * 7 * DAY
    close, look = (_fair(each, "match_odds", "fd_avg") for each in (crowd.close, crowd.look))
    assert found.spoke[MarketKind.MATCH_ODDS][rows].all()
    assert (
        _divergence(close, found.match_odds)[rows].mean()
        < 0.9 * _divergence(close, look)[rows].mean()
    )


def test_a_late_look_expects_less_and_is_surer() -> None:
    looks = archive_of(World(leads=(60.0, 2.0)))

    found = walk_expected_close(looks)

    rows = looks.looked_at > START + 62 * 7 * DAY
    early = rows & (looks.kick_off - looks.looked_at > DAY)
    late = rows & ~early
    close, look = (_fair(each, "match_odds") for each in (looks.close, looks.look))
    for bucket in (early, late):
        inside = np.abs(close - found.match_odds)[bucket] < 1.2816 * found.match_odds_sd[bucket]
        assert 0.72 < inside.mean() < 0.95
        told = _divergence(close, found.match_odds)[bucket].mean()
        assert told < _divergence(close, look)[bucket].mean()
    assert found.match_odds_sd[late].mean() < 0.6 * found.match_odds_sd[early].mean()
    moved = np.abs(found.match_odds - look)[:, 0]
    assert moved[late].mean() < 0.6 * moved[early].mean()


def test_what_is_learned_for_live_use_tells_what_the_walk_tells(
    planted: Archive, told: CloseForecast
) -> None:
    instant = float(refit_instants(planted, REFIT)[18])
    rows = np.flatnonzero(planted.looked_at == instant)

    learned = learn_expected_close(planted, instant)
    kept = decode(ExpectedCloseModel, encode(learned.model))
    looks = planted.where(rows)
    fixtures = fixtures_of(looks)
    found = kept.expect(looks.look, fixtures, learned.state.rows(fixtures))

    for market, name in enumerate(MARKETS):
        assert np.allclose(found.chances[market].mean, getattr(told, name)[rows], atol=1e-12)
        assert np.allclose(
            found.chances[market].deviation, getattr(told, f"{name}_sd")[rows], atol=1e-12
        )
    assert found.spoke[0].all()


def test_progress_is_told_fit_by_fit() -> None:
    short = archive_of(World(rounds=10))
    seen: list[tuple[int, int]] = []

    walk_expected_close(short, progress=lambda done, of: seen.append((done, of)))

    fits = len(refit_instants(short, timedelta(weeks=4)))
    assert seen == [(each, fits) for each in range(1, fits + 1)]


@pytest.mark.realdata
def test_real_closes_are_foreseen_better_than_by_the_sharp_book(
    real_data: Path,
) -> None:
    archive = read_archive(
        real_data / "football-data/main",
        range(2016, 2019),
        frozenset({"E0", "E1", "D1", "I1", "F1"}),
    )

    found = walk_expected_close(archive)

    close, look = (_fair(each, "match_odds") for each in (archive.close, archive.look))
    rows = found.spoke[MarketKind.MATCH_ODDS] & np.isfinite(close).all(axis=1)
    assert rows.sum() > 3000
    assert (
        _divergence(close, found.match_odds)[rows].mean()
        < 0.985 * _divergence(close, look)[rows].mean()
    )


def _reversed(move: Move) -> Move:
    return replace(move, weights=-move.weights, offset=-move.offset)


def _other_after(archive: Archive, instant: float) -> Archive:
    """Return the archive with everything that is known later than an instant changed."""
    rng = np.random.default_rng(1)
    look, kick, play = (
        each > instant for each in (archive.looked_at, archive.kick_off, archive.played_at)
    )
    return replace(
        archive,
        look=_shaken(archive.look, look, rng),
        close=_shaken(archive.close, kick, rng),
        home_goals=np.where(play, archive.home_goals + 3, archive.home_goals),
        home=np.where(look, archive.away, archive.home),
        away=np.where(look, archive.home, archive.away),
    )


def _shaken(odds: MainOdds, rows: np.ndarray, rng: np.random.Generator) -> MainOdds:
    factor = np.where(rows, rng.uniform(1.0, 1.04, len(rows)), 1.0)[:, None, None]
    return replace(
        odds,
        match_odds=odds.match_odds * factor,
        total=odds.total[:, :, ::-1] * factor if rows.all() else _swapped(odds.total, rows),
        handicap=odds.handicap * factor,
    )


def _bare(odds: MainOdds, rows: np.ndarray) -> MainOdds:
    """Return the odds without aggregates on these rows."""
    made = np.isin(odds.books, ("fd_avg", "fd_max"))
    gone = rows[:, None, None] & made[None, :, None]
    return replace(
        odds,
        match_odds=np.where(gone, np.nan, odds.match_odds),
        total=np.where(gone, np.nan, odds.total),
        handicap=np.where(gone, np.nan, odds.handicap),
    )


def _swapped(odds: np.ndarray, rows: np.ndarray) -> np.ndarray:
    return np.where(rows[:, None, None], odds[:, :, ::-1], odds)


def _fair(odds: MainOdds, name: str, book: str = "pinnacle") -> np.ndarray:
    return devig_rows(getattr(odds, name)[:, odds.books.index(book)])


def _divergence(closed: np.ndarray, told: np.ndarray) -> np.ndarray:
    return np.asarray((closed * np.log(closed / told)).sum(axis=1))
