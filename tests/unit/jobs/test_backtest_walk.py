"""The walk of a backtest: blind to the future, and going on after it was killed."""

from __future__ import annotations

from dataclasses import fields, replace
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.policy import DEFAULT_POLICY
from engine.learning.backtest.bankroll import UNITS, exposure_at, profits
from engine.learning.backtest.picks import with_ends
from engine.learning.backtest.tried import PASSED, Tried
from jobs.backtest_state import State, key_of, open_state
from tests.archives import DAY
from tests.backtests import OPEN, a_world, decided
from tests.learning_future import assert_blind_to_the_future

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from engine.learning.archive import Archive

ARCHIVE = a_world()
LIVE_LIKE = replace(
    DEFAULT_POLICY,
    bounds=("fd_max",),
    scoring=replace(DEFAULT_POLICY.scoring, min_books=1, min_chance=0.5, min_edge=0.0),
)


class Killed(Exception):
    """Stands for the end of the process."""


@pytest.fixture(scope="module")
def bets(tmp_path_factory: pytest.TempPathFactory) -> Tried:
    return decided(ARCHIVE, State(folder=tmp_path_factory.mktemp("state")))


def _same(one: Tried, other: Tried) -> bool:
    return all(
        np.array_equal(
            getattr(one, field.name),
            getattr(other, field.name),
            equal_nan=getattr(one, field.name).dtype.kind == "f",
        )
        for field in fields(Tried)
    )


def test_every_look_is_decided_once_and_every_side_has_its_best_price(bets: Tried) -> None:
    assert set(bets.row.tolist()) == set(range(len(ARCHIVE)))
    places = bets.row * 7 + bets.bet
    assert (np.diff(places) > 0).all()
    wide = np.concatenate(
        [ARCHIVE.look.match_odds, ARCHIVE.look.total, ARCHIVE.look.handicap], axis=2
    )
    most = np.nanmax(wide, axis=1)[bets.row, bets.bet]
    believed = (1 - bets.refund) * (most * bets.reference - 1) <= OPEN.scoring.max_edge
    believed &= bets.rule * most / bets.odds <= OPEN.scoring.max_edge - 0.02
    assert believed.mean() > 0.8
    assert (bets.odds <= most).all()
    assert (bets.odds == most)[believed].all()


def test_an_edge_is_what_the_expected_close_pays(bets: Tried) -> None:
    value = (1 - bets.refund) * (bets.odds * bets.expected - 1)
    np.testing.assert_allclose(value, bets.edge, atol=1e-12)
    raw = (1 - bets.refund) * (bets.odds * bets.reference - 1)
    np.testing.assert_allclose(raw, bets.raw, atol=1e-12)


def test_prices_too_good_to_be_believed_are_left_out_for_everybody(bets: Tried) -> None:
    assert bets.raw.max() <= OPEN.scoring.max_edge
    assert bets.rule.max() <= OPEN.scoring.max_edge


def test_nothing_that_comes_later_changes_what_was_decided() -> None:
    world = ARCHIVE.where(ARCHIVE.competition == 0)

    def walk(archive: Archive) -> Sequence[NDArray[np.float64]]:
        with TemporaryDirectory() as name:
            found = decided(archive, State(folder=Path(name)), policy=LIVE_LIKE, capped=True)
        tables = []
        for column in ("odds", "edge", "low", "sweet_spot_score", "fraction", "gate", "agents"):
            table = np.full((len(archive), 7), np.nan)
            table[found.row, found.bet] = getattr(found, column)
            tables.append(table)
        return tables

    middle = float(world.looked_at[len(world) // 2]) + 1.5 * DAY  # after Saturday's closes
    assert_blind_to_the_future(walk, world, middle)


def test_a_walk_that_was_killed_goes_on_and_finds_the_same(tmp_path: Path, bets: Tried) -> None:
    state, seen = State(folder=tmp_path), list[int]()

    def die(matches: int) -> None:
        seen.append(matches)
        if sum(seen) > len(ARCHIVE) // 2:
            raise Killed

    with pytest.raises(Killed):
        decided(ARCHIVE, state, told=die)
    kept = sorted(path.name for path in tmp_path.iterdir())
    assert kept, "what was finished is kept"
    stamps = {name: (tmp_path / name).stat().st_mtime_ns for name in kept}
    assert _same(decided(ARCHIVE, state), bets)
    assert {name: (tmp_path / name).stat().st_mtime_ns for name in kept} == stamps


def test_with_caps_too_a_walk_goes_on_where_it_was(tmp_path: Path) -> None:
    whole = decided(ARCHIVE, State(folder=tmp_path), policy=LIVE_LIKE, capped=True)
    assert (whole.gate == PASSED).any()
    blocks = sorted(tmp_path.iterdir())
    for path in blocks[len(blocks) // 2 :]:
        path.unlink()
    again = decided(ARCHIVE, State(folder=tmp_path), policy=LIVE_LIKE, capped=True)
    assert _same(again, whole)


def test_a_torn_file_is_no_block(tmp_path: Path, bets: Tried) -> None:
    state = State(folder=tmp_path)
    state.save("1", bets)
    loaded = state.load("1")
    assert loaded is not None
    assert _same(loaded, bets)
    path = tmp_path / "1.npz"
    path.write_bytes(path.read_bytes()[:-100])
    assert state.load("1") is None
    assert state.load("2") is None


def test_other_data_and_another_ask_have_another_state(tmp_path: Path) -> None:
    goals = ARCHIVE.home_goals.copy()
    goals[0] += 1
    keys = {
        key_of("asked", ARCHIVE),
        key_of("asked otherwise", ARCHIVE),
        key_of("asked", replace(ARCHIVE, home_goals=goals)),
    }
    assert len(keys) == 3
    one, *_ = keys
    assert key_of("asked", ARCHIVE) in keys
    for key in sorted(keys):
        open_state(tmp_path, key)
    assert [path.name for path in tmp_path.iterdir()] == [max(keys)], "others are dropped"
    assert len(one) == len(max(keys))


def test_a_stake_counts_until_its_match_is_over_and_its_profit_from_then_on(bets: Tried) -> None:
    some = replace(
        bets.where(np.arange(40)),
        gate=np.full(40, PASSED),
        fraction=np.full(40, 0.01),
    )
    played = ARCHIVE.played_at[some.row]
    before = exposure_at(ARCHIVE, some, float(played.min()) - 1)
    assert (before.bankroll, before.peak) == (UNITS, UNITS)
    assert len(before.stakes) == 40
    assert not any(one.settled for one in before.stakes)
    after = exposure_at(ARCHIVE, some, float(played.max()))
    assert after.bankroll == pytest.approx(UNITS + profits(ARCHIVE, some).sum())
    assert after.peak >= max(after.bankroll, UNITS)
    assert exposure_at(ARCHIVE, some, float(played.max()) + 7 * DAY).stakes == ()


def test_refused_bets_are_no_exposure(bets: Tried) -> None:
    refused = bets.where(bets.gate != PASSED)
    assert exposure_at(ARCHIVE, refused, float(ARCHIVE.looked_at[-1])).stakes == ()


def test_where_nobody_prices_anything_nothing_is_bet(tmp_path: Path) -> None:
    silent = replace(
        ARCHIVE.look,
        match_odds=np.full_like(ARCHIVE.look.match_odds, np.nan),
        total=np.full_like(ARCHIVE.look.total, np.nan),
        handicap=np.full_like(ARCHIVE.look.handicap, np.nan),
    )
    assert len(decided(replace(ARCHIVE, look=silent), State(folder=tmp_path))) == 0


@pytest.mark.realdata
def test_in_a_real_season_the_best_bets_by_edge_close_better_than_all(
    real_data: Path, tmp_path: Path
) -> None:
    from jobs.season_archive import read_archive  # noqa: PLC0415  # with real files alone

    archive = read_archive(
        real_data / "football-data" / "main", range(2018, 2020), frozenset({"E0"})
    )
    found = decided(archive, State(folder=tmp_path))
    last = found.where(archive.season[found.row] == 2019)
    assert len(np.unique(last.row)) == 380
    ends = with_ends(archive, last)
    assert np.isfinite(ends.clv).mean() > 0.99
    best = np.argsort(-last.edge)[:300]
    assert ends.clv[best].mean() > 0 > ends.clv.mean()
