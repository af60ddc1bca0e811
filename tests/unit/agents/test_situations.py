"""Past situations: the nearest are found, and trusted as far as closes have borne them out."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.agents.backtest import COLUMNS, LEAST, NEAREST, VALUE, Backtest, nearest
from engine.agents.bets import bets_of
from engine.domain.signal import AgentName, Standing
from engine.learning.agents.backtest import MOST, fit_backtest
from storage.artifact_codec import decode, encode
from tests.unit.agents.made_up import DAY, START, a_look, another_end, same_bits, way
from tests.unit.agents.made_up_leagues import leagues_past

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from engine.agents.bets import Bets
    from engine.learning.agents.past_bets import PastBets

    Floats = NDArray[np.float64]

SEEDS = st.integers(0, 10_000)
END = START + 1_200 * DAY


def of_cheap_prices(bets: Bets) -> Floats:
    """No straight line: lines of middling odds come in, those of short and long ones go out."""
    log_odds = bets.feature("log_odds")
    return np.where(abs(log_odds - 0.8) < 0.25, 0.06, -0.06)


@cache
def past() -> PastBets:
    return leagues_past(3, plant=of_cheap_prices)


@cache
def fitted() -> Backtest:
    agent = fit_backtest(past(), END)
    assert agent is not None
    return agent


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS, places=st.integers(1, 300), coarse=st.booleans())
def test_the_nearest_are_those_that_a_look_at_all_would_find(
    seed: int, places: int, *, coarse: bool
) -> None:
    rng = np.random.default_rng(seed)
    there = rng.normal(0, 1, (places, 3)).round(6 if coarse else 3).astype(np.float32)
    wanted = rng.normal(0, 1, (5, 3)).astype(np.float32)
    distance, row = nearest(there, wanted)
    assert distance.shape == row.shape == (5, NEAREST)
    gaps = wanted[:, None].astype(np.float64) - there
    sizes = np.sort(np.sqrt((gaps**2).sum(axis=2)), axis=1)[:, :NEAREST]
    count = sizes.shape[1]
    assert np.allclose(distance[:, :count], sizes, rtol=0, atol=1e-6)
    assert np.isinf(distance[:, count:]).all()
    for one, rows in enumerate(row[:, :count]):
        own = np.sqrt((gaps[one, rows] ** 2).sum(axis=1))
        assert np.allclose(own, distance[one, :count], rtol=0, atol=1e-6)
        assert len(set(rows.tolist())) == count


def test_of_equally_near_places_the_first_come_first() -> None:
    there = np.array([[1.0], [0.0], [1.0], [0.0], [-1.0]], dtype=np.float32)
    _, row = nearest(there, np.zeros((1, 1), dtype=np.float32))
    assert row[0, :5].tolist() == [1, 3, 0, 2, 4]


def test_what_alike_situations_did_is_expected_again() -> None:
    agent = fitted()
    assert NEAREST / 4 < agent.doubt < NEAREST, "closes have borne it out, as far as so few can"
    fresh = leagues_past(4, 400, plant=of_cheap_prices).bets
    signals = agent.judge(fresh)
    spoken = np.isfinite(signals.probability)
    assert spoken.mean() > 0.4
    moved, planted = way(signals.probability, fresh.expected), of_cheap_prices(fresh)
    assert np.corrcoef(moved[spoken], planted[spoken])[0, 1] > 0.8
    assert (signals.direction[spoken] == np.sign(planted[spoken])).mean() > 0.85


def test_where_situations_tell_nothing_they_move_next_to_nothing() -> None:
    world = leagues_past(7)
    agent = fit_backtest(world, END)
    assert agent is not None
    assert agent.doubt > 3 * NEAREST
    signals = agent.judge(world.bets)
    spoken = np.isfinite(signals.probability)
    assert spoken.any(), "how many were alike, and what became of them, is still told"
    moved = way(signals.probability, world.bets.expected)[spoken]
    assert np.sqrt((moved**2).mean()) < 0.005
    doubting = replace(agent, doubt=np.inf).judge(world.bets)
    assert (doubting.direction == 0).all()
    assert np.allclose(doubting.probability[spoken], world.bets.expected[spoken], atol=1e-12)


def test_trust_ends_where_closes_contradict() -> None:
    half = float(np.median(past().looked_at))

    def turning(bets: Bets) -> Floats:
        early = bets.fixtures.looked_at[bets.fixture] < half
        return of_cheap_prices(bets) * np.where(early, 1, -3)

    agent = fit_backtest(leagues_past(3, plant=turning), START + 900 * DAY)
    assert agent is not None
    assert np.isfinite(agent.doubt), "the latest are foretold from what had turned already"
    early = fit_backtest(leagues_past(3, plant=turning), half + 60 * DAY)
    assert early is not None
    assert early.doubt == np.inf


def test_it_tells_how_many_were_alike_how_much_and_what_became_of_them() -> None:
    bets = past().bets
    signals = fitted().judge(bets)
    told = {each.name: each.value for each in signals.reasons}
    spoken = np.isfinite(signals.probability)
    assert ((told["alike"] >= LEAST) & (told["alike"] <= NEAREST))[spoken].all()
    assert np.median(told["alike_distance"][spoken]) == pytest.approx(1, abs=0.15)
    assert ((told["alike_won"] >= 0) & (told["alike_won"] <= 1))[spoken].all()
    assert np.corrcoef(told["alike_won"][spoken], bets.fair[spoken])[0, 1] > 0.8
    held = past().clv[spoken]
    assert np.nanmean(told["alike_clv"][spoken]) == pytest.approx(held.mean(), abs=0.01)
    one = signals.row(int(np.flatnonzero(spoken)[0]), Standing.SHADOW)
    assert one is not None
    assert sorted(reason.name for reason in one.reasons) == sorted(told)


def test_of_what_is_unlike_anything_it_is_silent() -> None:
    bets = past().bets
    values = bets.features.values.copy()
    values[:, bets.features.names.index("gap_mean")] = 5.0
    values[:, bets.features.names.index("dispersion")] = 5.0
    odd = replace(bets, features=replace(bets.features, values=values))
    assert not np.isfinite(fitted().judge(odd).probability).any()
    said = np.isfinite(fitted().judge(bets).probability)
    worth = bets.feature("edge_expected") > VALUE
    assert not said[~worth].any()
    assert said[worth].mean() > 0.95


def test_only_bets_of_the_same_market_are_alike() -> None:
    """Where totals alone went one way, the others' situations say nothing of it."""

    def totals(bets: Bets) -> Floats:
        return np.where(bets.market == 1, 0.1, 0.0)

    world = leagues_past(8, plant=totals)
    agent = fit_backtest(world, END)
    assert agent is not None
    moved = way(agent.judge(world.bets).probability, world.bets.expected)
    assert np.nanmin(moved[world.bets.market == 1]) > 0.03
    assert np.nanmax(abs(moved[world.bets.market != 1])) < 0.03


@settings(max_examples=30, deadline=None)
@given(seed=SEEDS)
def test_what_is_said_is_a_probability_with_an_error_and_reasons_that_add_up(seed: int) -> None:
    bets = bets_of(a_look(seed, count=60, missing=0.3))
    signals = fitted().judge(bets)
    spoken = np.isfinite(signals.probability)
    assert ((signals.probability > 0) & (signals.probability < 1))[spoken].all()
    assert (signals.std_error[spoken] > 0).all()
    assert np.isnan(signals.std_error[~spoken]).all()
    assert (signals.direction[~spoken] == 0).all()
    assert signals.agent is AgentName.BACKTEST
    effects = np.nan_to_num([each.effect for each in signals.reasons]).sum(axis=0)
    moved = way(signals.probability, bets.expected)
    assert np.allclose(effects[spoken], moved[spoken], rtol=0, atol=1e-9)


@settings(max_examples=20, deadline=None)
@given(seed=SEEDS)
def test_who_else_is_looked_at_and_in_which_order_changes_no_bit(seed: int) -> None:
    bets = leagues_past(seed, 60).bets
    rows = np.random.default_rng(seed).permutation(len(bets))[: len(bets) // 2]
    whole, some = fitted().judge(bets), fitted().judge(bets.where(rows))
    for name in ("probability", "std_error", "direction"):
        assert np.array_equal(getattr(whole, name)[rows], getattr(some, name), equal_nan=True)
    for row, one in enumerate(rows.tolist()):
        assert whole.row(one, Standing.SHADOW) == some.row(row, Standing.SHADOW)


@settings(max_examples=6, deadline=None)
@given(seed=SEEDS, share=st.floats(0.5, 0.9))
def test_what_is_known_later_changes_no_bit(seed: int, share: float) -> None:
    world = leagues_past(seed, 1_200, plant=of_cheap_prices)
    until = float(np.quantile(world.closed_at, share))
    late = world.played_at > until
    other = another_end(replace(world, won=np.where(late, 1 - world.won, world.won)), until)
    agent = fit_backtest(world, until)
    assert agent is not None
    assert same_bits(agent, fit_backtest(other, until))


@settings(max_examples=5, deadline=None)
@given(seed=SEEDS)
def test_the_order_of_past_bets_changes_no_bit(seed: int) -> None:
    shuffled = past().where(np.random.default_rng(seed).permutation(len(past())))
    assert same_bits(fit_backtest(shuffled, END), fitted())


def test_results_not_known_yet_are_not_told() -> None:
    until = float(np.median(past().closed_at)) + 60
    agent = fit_backtest(past(), until)
    assert agent is not None
    for situations in agent.markets:
        assert situations is not None
        assert np.isfinite(situations.won).any()
    unplayed = replace(past(), played_at=past().played_at + 2_000 * DAY)
    blind = fit_backtest(unplayed, until)
    assert blind is not None
    assert not any(np.isfinite(each.won).any() for each in blind.markets if each is not None)
    told = {each.name: each.value for each in blind.judge(past().bets).reasons}
    assert np.isnan(told["alike_won"]).all()
    assert np.isfinite(told["alike_clv"]).any()


def test_of_too_few_closes_nothing_is_said() -> None:
    assert fit_backtest(past(), START + 20 * DAY) is None
    assert not len(fitted().judge(bets_of(a_look(1, count=0))))
    some = past().where(past().bets.market == 0)
    agent = fit_backtest(some, END)
    assert agent is not None
    assert agent.markets[1:] == (None, None)
    assert not np.isfinite(agent.judge(past().bets).probability[past().bets.market > 0]).any()


def test_it_is_stored_and_read_back_as_it_was() -> None:
    body = encode(fitted())
    again = decode(Backtest, body)
    assert same_bits(again, fitted())
    full = MOST * (len(COLUMNS) + 3) * 4 * len(fitted().markets)
    assert full + 100_000 < 3_000_000, "what all markets weigh at most"
