"""One look of a backtest, the season that shares a bankroll, and the first and last day."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.alerting.rules import AlertRules
from engine.domain.board import AGGREGATES
from engine.domain.errors import SettingsInvalid
from engine.domain.pick import Gate, Provenance
from engine.domain.policy import DEFAULT_POLICY
from engine.learning.backtest.boards import board_of, looks, wide_odds
from engine.learning.backtest.knowledge import knowledge
from engine.learning.backtest.tried import nothing_tried, tried
from engine.pipeline import Decision, Known, decide
from jobs.backtest_processes import walk_all
from jobs.backtest_run import blocks_of, stretches
from jobs.backtest_state import State
from tests.archives import World
from tests.backtests import OPEN, a_world, decided, everything

if TYPE_CHECKING:
    from pathlib import Path

    from engine.pricing.reference.main_odds import MainOdds

WORLD = World(seasons=2, leagues=1, teams=8)
ARCHIVE = a_world(seed=4, world=WORLD)
ROWS = looks(ARCHIVE, float(ARCHIVE.looked_at[0]), float(ARCHIVE.looked_at[-1]) + 1)[3]
JULY = 7


@pytest.fixture(scope="module")
def look() -> tuple[Decision, MainOdds]:
    board = board_of(ARCHIVE, ROWS)
    known = Known(
        policy=OPEN,
        provenance=Provenance.BACKTEST,
        open_picks=(),
        subscribers=(),
        alert_rules=AlertRules(),
    )
    return decide(board, known, board.as_of), ARCHIVE.look.where(ROWS)


def test_beyond_the_highest_edge_nobody_is_believed(look: tuple[Decision, MainOdds]) -> None:
    """Neither against the reference nor against the price that the rule goes by."""
    every = tried(look[0], ROWS, look[1], 9.0)
    middle = float(np.median(every.rule))
    modest = replace(look[0].judgements, raw=np.full(len(look[0].judgements), -1.0))
    assert tried(replace(look[0], judgements=modest), ROWS, look[1], middle).rule.max() <= middle
    kept = tried(look[0], ROWS, look[1], middle)
    assert kept.odds.sum() < every.odds.sum(), "of some bets a lower price is left"
    assert kept.raw.max() <= middle
    assert kept.rule.max() <= middle
    least = tried(look[0], ROWS, look[1], float(max(every.raw.max(), every.rule.max())))
    assert len(least) == len(every), "an edge at the limit is within it"


def test_the_second_price_is_the_best_of_another_book_with_a_name(
    look: tuple[Decision, MainOdds],
) -> None:
    decision, odds = look
    wide, found = wide_odds(odds), tried(decision, ROWS, odds, 9.0)
    named = np.array([book not in AGGREGATES for book in odds.books])
    assert 0 < named.sum() < len(named)
    for number in range(len(found)):
        place = int(np.flatnonzero(found.row[number] == ROWS)[0])
        others = named.copy()
        others[found.book[number]] = False
        assert found.second[number] == np.nanmax(wide[place, others, found.bet[number]])


def test_looks_of_one_season_share_a_bankroll_and_those_of_two_do_not() -> None:
    long = a_world(seed=4, world=replace(WORLD, teams=14))
    learned = knowledge(ARCHIVE, OPEN, lambda *_: None)
    winter = replace(learned.fitted[0], at=datetime(2017, 1, 15, tzinfo=UTC).timestamp())
    known = replace(learned, fitted=(winter,), judged=())
    blocks = blocks_of(long, known, everything(long))
    found = stretches(long, known, blocks, OPEN, capped=True)
    assert len(found) == WORLD.seasons
    for each in found:
        days = [datetime.fromtimestamp(at, UTC) for at in each.archive.looked_at.tolist()]
        assert len({day.year - (day.month < JULY) for day in days}) == 1
        assert len({day.year for day in days}) == 2, "across the new year"
    assert sum(len(each.archive) for each in found) == len(long)


def test_what_earlier_looks_lost_restrains_later_ones(tmp_path: Path) -> None:
    wary = replace(
        DEFAULT_POLICY,
        bounds=("fd_max",),
        scoring=replace(
            DEFAULT_POLICY.scoring,
            min_books=1,
            min_chance=0.5,
            min_edge=0.0,
            drawdown_reduce=1e-9,
            drawdown_stop=1e-9,
        ),
    )
    stopped = Gate.DRAWDOWN
    for capped in (True, False):
        (tmp_path / str(capped)).mkdir()
        found = decided(ARCHIVE, State(folder=tmp_path / str(capped)), policy=wary, capped=capped)
        assert (found.gate == tuple(Gate).index(stopped)).any() == capped
        assert (found.fraction[found.gate == tuple(Gate).index(stopped)] == 0).all()


def test_where_nothing_can_be_kept_it_is_told_by_name_from_a_process_too(tmp_path: Path) -> None:
    state = State(folder=tmp_path / "gone")
    known = knowledge(ARCHIVE, OPEN, lambda *_: None)
    with pytest.raises(SettingsInvalid, match=r"--csv: cannot write .*gone"):
        state.save_knowledge(known)
    first = blocks_of(ARCHIVE, known, everything(ARCHIVE))[:1]
    walks = stretches(ARCHIVE, known, first, OPEN, capped=False)
    with pytest.raises(SettingsInvalid, match=r"--csv: cannot write .*gone"):
        walk_all(walks, state, lambda *_: None)


def test_what_was_learned_is_learned_again_where_one_bit_fell_over(tmp_path: Path) -> None:
    state, rng = State(folder=tmp_path), np.random.default_rng(7)
    state.save_knowledge(knowledge(ARCHIVE, OPEN, lambda *_: None))
    whole = (tmp_path / "knowledge.bin").read_bytes()
    assert state.load_knowledge() is not None
    for _ in range(60):
        torn = bytearray(whole)
        torn[rng.integers(len(torn))] ^= 1 << int(rng.integers(8))
        (tmp_path / "knowledge.bin").write_bytes(torn)
        assert state.load_knowledge() is None
    (tmp_path / "knowledge.bin").write_bytes(whole[:-1])
    assert state.load_knowledge() is None


def test_a_block_whose_bits_fell_over_is_decided_again(tmp_path: Path) -> None:
    state, rng = State(folder=tmp_path), np.random.default_rng(7)
    state.save("1", nothing_tried())
    whole = (tmp_path / "1.npz").read_bytes()
    refused = 0
    for _ in range(400):
        torn = bytearray(whole)
        torn[rng.integers(len(torn))] ^= 1 << int(rng.integers(8))
        (tmp_path / "1.npz").write_bytes(torn)
        found = state.load("1")
        refused += found is None
        assert found is None or len(found) == 0
    assert refused > 200
