from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.learning.evidence import CLV_SHARP, CONVINCING
from engine.learning.lookahead.check import Checked, Future, check, instants_of
from engine.learning.lookahead.futures import scrambled, truncated
from engine.learning.lookahead.permuted import Candidates, permute, shuffled
from engine.learning.lookahead.rows import Rows, cells, differences, same_bits
from tests.archives import DAY, World, simulate
from tests.unit.learning.leaking_walks import Leak, walk

LOOKS = simulate(8, World(seasons=2, leagues=2, teams=8, leads=(0, -1.2))).archive
ARCHIVE = LOOKS.where(LOOKS.looked_at < LOOKS.kick_off)
"""Friday's looks at all, and Saturday evening's at Sunday's matches."""
SINCE, UNTIL = float(ARCHIVE.looked_at.min()) + 60 * DAY, float(ARCHIVE.looked_at.max())
INSTANTS = instants_of(ARCHIVE, SINCE, UNTIL, 6, seed=4)
WEEKEND = float(LOOKS.looked_at.min()) + 70 * DAY + 1.25 * DAY
"""Saturday evening: Saturday's closes are known and some results, Sunday's are not."""


def checked(leak: Leak | None, future: Future) -> list[Checked]:
    at = (*INSTANTS, WEEKEND)
    return list(check(partial(walk, leak=leak), ARCHIVE, at, seed=1, futures=(future,)))


@pytest.mark.parametrize("future", list(Future))
def test_an_honest_walk_says_the_same_whatever_the_future(future: Future) -> None:
    found = checked(None, future)
    assert len(found) == len(INSTANTS) + 1
    assert all(one.rows > 20 and one.cells > 100 for one in found)
    assert [one.differences for one in found] == [()] * len(found)


@pytest.mark.parametrize("future", list(Future))
@pytest.mark.parametrize("leak", list(Leak))
def test_a_planted_leak_is_caught_and_its_row_and_column_named(leak: Leak, future: Future) -> None:
    caught = [one for one in checked(leak, future) if one.differences]
    assert caught, f"{leak.name} goes unseen where the future is {future.value}"
    first = caught[0].differences[0]
    assert first.column in {"row", "expected", "score", "stake"}
    assert first.looked_at <= caught[0].at
    assert first.row
    assert first.was != first.now


def test_what_is_known_at_an_instant_is_all_that_is_left() -> None:
    at = WEEKEND
    known = truncated(ARCHIVE, at)
    assert (known.looked_at <= at).all()
    assert len(known) == (ARCHIVE.looked_at <= at).sum()
    closed, played = known.kick_off <= at, known.played_at <= at
    assert closed.any()
    assert not closed.all()
    for odds in (known.close.match_odds, known.close.total, known.close.handicap):
        assert np.isnan(odds[~closed]).all()
        assert np.isfinite(odds[closed]).all()
    assert np.isnan(known.close.handicap_line[~closed]).all()
    assert np.isnan(known.home_goals[~played]).all()
    assert np.isfinite(known.away_goals[played]).all()
    assert np.isfinite(known.look.match_odds).all()


@given(st.floats(SINCE, UNTIL), st.integers(0, 20))
def test_another_future_has_the_same_past(at: float, seed: int) -> None:
    """Whatever was known by then is the same to the last bit once the rest is struck out."""
    one, other = truncated(ARCHIVE, at), truncated(scrambled(ARCHIVE, at, seed), at)
    assert len(one) == len(other)
    for name in ("home", "away", "kick_off", "home_goals", "away_goals"):
        assert same_bits(getattr(one, name), getattr(other, name)).all(), name
    for stage in ("look", "close"):
        for name in ("match_odds", "total", "handicap", "handicap_line"):
            before, after = (getattr(getattr(each, stage), name) for each in (one, other))
            assert same_bits(before, after).all(), (stage, name)


def test_another_future_is_another_one_in_everything() -> None:
    other = scrambled(ARCHIVE, WEEKEND, seed=2)
    later = ARCHIVE.looked_at > WEEKEND
    assert 0.5 < (other.looked_at > WEEKEND).sum() / later.sum() < 0.8
    order = list(zip(other.looked_at, other.kick_off, other.competition, other.home, strict=True))
    assert order == sorted(order)
    open_ = np.flatnonzero((ARCHIVE.looked_at <= WEEKEND) & (ARCHIVE.kick_off > WEEKEND))
    assert len(open_)
    assert not same_bits(ARCHIVE.close.match_odds[open_], other.close.match_odds[open_]).any()


def test_instants_fall_within_the_life_of_a_match() -> None:
    found = instants_of(ARCHIVE, SINCE, UNTIL, 200, seed=9)
    assert found == instants_of(ARCHIVE, SINCE, UNTIL, 200, seed=9)
    assert len(found) > 150
    assert min(found) >= SINCE
    at = np.array(found)[:, None]
    between = (ARCHIVE.looked_at <= at) & (at <= ARCHIVE.played_at + 3_600)
    assert between.any(axis=1).all()
    assert instants_of(ARCHIVE, UNTIL + 9 * DAY, UNTIL + 10 * DAY, 5, seed=9) == ()


def test_a_walk_that_said_nothing_proves_nothing() -> None:
    early = float(ARCHIVE.looked_at.min()) - DAY
    with pytest.raises(ValueError, match="nothing can be compared"):
        list(check(walk, ARCHIVE, [early], seed=1))


def rows(**changes: np.ndarray) -> Rows:
    values = np.array([0.25, np.nan, 0.5])
    return Rows(
        name=changes.get("name", np.array(["a", "b", "c"])),
        looked_at=np.array([1.0, 1.0, 2.0]),
        closed_at=np.array([3.0, 5.0, 5.0]),
        played_at=np.array([4.0, 6.0, 6.0]),
        at_look={"stake": changes.get("stake", values)},
        at_close={"clv": changes.get("clv", values)},
        at_result={"profit": changes.get("profit", values)},
    )


def test_the_last_bit_counts() -> None:
    changed = rows(stake=np.array([np.nextafter(0.25, 1), np.nan, 0.5]))
    (found,) = differences(rows(), changed, 2.0)
    assert (found.row, found.column, found.was, found.now) == (
        "a",
        "stake",
        "0.25",
        "0.25000000000000006",
    )
    assert differences(rows(), rows(), 9.0) == ()


def test_what_was_not_known_yet_is_not_compared() -> None:
    other = rows(clv=np.array([9.0, 9.0, 9.0]), profit=np.array([9.0, 9.0, 9.0]))
    assert differences(rows(), other, 2.0) == ()
    assert [one.column for one in differences(rows(), other, 3.0)] == ["clv"]
    assert [one.column for one in differences(rows(), other, 4.0)] == ["clv", "profit"]
    assert [cells(rows(), at) for at in (1.0, 2.0, 3.0, 4.0, 6.0)] == [2, 3, 4, 5, 9]


def test_a_pick_more_a_pick_less_and_another_order_are_differences() -> None:
    fewer = rows(name=np.array(["a", "x", "c"]))
    assert [(one.row, one.was, one.now) for one in differences(rows(), fewer, 2.0)] == [
        ("b", "present", "absent"),
        ("x", "absent", "present"),
    ]
    turned = rows(name=np.array(["b", "a", "c"]))
    (found,) = differences(rows(), turned, 2.0)
    assert (found.row, found.now) == ("a", "another row, b")


def test_a_column_that_is_gone_is_a_difference() -> None:
    without = replace(rows(), at_look={})
    (found,) = differences(rows(), without, 2.0)
    assert (found.column, found.now) == ("stake", "absent")


def candidates(seed: int, *, value: float, games: int = 900) -> Candidates:
    """Three sides a match; blind, they lose 1 %; picks are those whose close will be better."""
    rng = np.random.default_rng(seed)
    match = np.repeat(np.arange(games), 3)
    clv = rng.normal(-0.01, 0.06, 3 * games)
    noisy = clv + rng.normal(0, 0.06, 3 * games)
    picked = noisy > 0.08 if value else rng.random(3 * games) < 0.1
    clv[rng.random(3 * games) < 0.02] = np.nan
    return Candidates(
        match=match,
        market=np.zeros(3 * games, dtype=np.int64),
        side=np.tile(np.arange(3), games),
        season=match // (games // 2),
        day=match // 12,
        clv=clv,
        picked=picked,
    )


def test_evidence_of_value_is_gone_once_closes_are_shuffled() -> None:
    found = permute(candidates(1, value=1.0), CLV_SHARP, seeds=40, seed=7)
    assert found.real.value > 1_000
    assert found.highest.max() < CONVINCING
    assert found.alarms == 0.0
    blind = permute(candidates(1, value=0.0), CLV_SHARP, seeds=5, seed=7)
    assert blind.real.highest < CONVINCING


def test_what_a_blind_choice_earns_is_no_evidence_of_choosing_well() -> None:
    """Where best prices beat the close by themselves, shuffles are held against that."""
    drawn = candidates(2, value=0.0)
    generous = replace(drawn, clv=drawn.clv + 0.04)
    found = permute(generous, CLV_SHARP, seeds=20, seed=7)
    assert found.blind == pytest.approx(0.03, abs=0.005)
    assert found.real.highest > CONVINCING
    assert found.alarms == 0.0


@given(st.integers(0, 1_000))
def test_closes_travel_within_season_market_and_side(seed: int) -> None:
    given_ = candidates(3, value=1.0, games=60)
    told = shuffled(given_, seed)
    for season in (0, 1):
        for side in (0, 1, 2):
            rows_ = (given_.season == season) & (given_.side == side)
            complete = np.asarray(np.isfinite(given_.clv).reshape(-1, 3).all(axis=1))
            whole = complete[given_.match]
            expected = np.sort(given_.clv[rows_ & whole])
            assert np.sort(told[rows_ & whole]).tolist() == expected.tolist()
            assert np.isnan(told[rows_ & ~whole]).all()


def test_sides_of_a_match_travel_together() -> None:
    given_ = candidates(3, value=1.0, games=60)
    before = given_.clv.reshape(-1, 3)
    whole = before[np.isfinite(before).all(axis=1)]
    after = shuffled(given_, 5).reshape(-1, 3)
    after = after[np.isfinite(after).all(axis=1)]
    assert {tuple(one) for one in after.tolist()} == {tuple(one) for one in whole.tolist()}
    assert not (after == whole).all()
