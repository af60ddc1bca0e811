"""Spread and Drift: what they say, why, and that they say it of the past alone."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.agents.bets import bets_of
from engine.agents.linear import certain
from engine.domain.signal import AgentName, Standing
from engine.learning.agents.drift import fit_drift
from engine.learning.agents.spread import fit_spread
from storage.artifact_codec import decode, encode
from tests.unit.agents.made_up import (
    DAY,
    START,
    a_look,
    another_end,
    mirror_of,
    mirrored,
    past_bets,
    same_bits,
    way,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from engine.agents.drift import Drift
    from engine.agents.spread import Spread
    from engine.learning.agents.past_bets import PastBets

FITS = (fit_spread, fit_drift)
SEEDS = st.integers(0, 10_000)
END = START + 1_600 * DAY
both = pytest.mark.parametrize("fit", FITS)


@cache
def planted() -> PastBets:
    return past_bets(3, 1_500, gap_mean=-0.5, drift=0.4, drift_league=0.3)


@cache
def fitted(fit: Callable[[PastBets, float], Spread | Drift | None]) -> Spread | Drift:
    agent = fit(planted(), END)
    assert agent is not None
    return agent


@both
@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, missing=st.sampled_from([0.0, 0.3, 0.7]))
def test_what_is_said_is_a_probability_with_an_error_a_direction_and_reasons_that_add_up(
    fit: Callable[[PastBets, float], Spread | Drift | None], seed: int, missing: float
) -> None:
    bets = bets_of(a_look(seed, missing=missing))
    signals = fitted(fit).judge(bets)
    spoken = np.isfinite(signals.probability)
    assert ((signals.probability > 0) & (signals.probability < 1))[spoken].all()
    assert (signals.std_error[spoken] > 0).all()
    assert (np.isfinite(signals.std_error) == spoken).all()
    assert (signals.direction[~spoken] == 0).all()
    effects = np.nan_to_num([reason.effect for reason in signals.reasons])
    total = effects.sum(axis=0)
    moved = way(signals.probability, bets.fair)
    assert np.allclose(total[spoken], moved[spoken], rtol=0, atol=1e-12)
    told = np.isfinite([reason.value for reason in signals.reasons])
    assert (told.any(axis=0) == spoken).all()


@both
@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_who_else_is_looked_at_and_in_which_order_changes_no_bit(
    fit: Callable[[PastBets, float], Spread | Drift | None], seed: int
) -> None:
    agent, bets = fitted(fit), bets_of(a_look(seed))
    rows = np.random.default_rng(seed).permutation(len(bets))[: len(bets) // 2]
    whole, some = agent.judge(bets), agent.judge(bets.where(rows))
    assert np.array_equal(whole.probability[rows], some.probability, equal_nan=True)
    assert np.array_equal(whole.std_error[rows], some.std_error, equal_nan=True)
    for one, other in zip(whole.reasons, some.reasons, strict=True):
        assert one.name == other.name
        assert np.array_equal(one.effect[rows], other.effect, equal_nan=True)


@both
@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_with_home_and_away_swapped_the_same_is_said_of_the_same_bet(
    fit: Callable[[PastBets, float], Spread | Drift | None], seed: int
) -> None:
    look = a_look(seed, missing=0)
    bets = bets_of(look)
    one, other = (fitted(fit).judge(each) for each in (bets, bets_of(mirrored(look))))
    mirror = mirror_of(bets)
    assert np.isfinite(one.probability).all()
    assert np.allclose(one.probability[mirror], other.probability, rtol=0, atol=1e-12)
    assert np.allclose(one.std_error[mirror], other.std_error, rtol=0, atol=1e-12)
    assert (one.direction[mirror] == other.direction).all()


@both
@pytest.mark.parametrize("day", [800, 1_300])
def test_a_fit_is_blind_to_closes_and_looks_after_its_instant(
    fit: Callable[[PastBets, float], Spread | Drift | None], day: int
) -> None:
    until = START + day * DAY
    agent = fit(planted(), until)
    assert agent is not None
    assert same_bits(agent, fit(another_end(planted(), until), until))
    assert not same_bits(agent, fit(planted(), until + 20 * DAY))


@both
def test_a_fit_forgets_what_closed_more_than_five_seasons_ago(
    fit: Callable[[PastBets, float], Spread | Drift | None],
) -> None:
    until = START + (5 * 365 + 400) * DAY
    old = planted().closed_at < until - 5 * 365.25 * DAY
    other = replace(planted(), close=np.where(old, 0.5, planted().close))
    assert same_bits(fit(planted(), until), fit(other, until))


@both
def test_a_fit_says_nothing_of_less_than_a_thousand_closes(
    fit: Callable[[PastBets, float], Spread | Drift | None],
) -> None:
    assert fit(planted(), START + 100 * DAY) is None
    agent = fit(planted(), START + 250 * DAY)  # a thousand in all, of no group of bets
    assert agent is not None
    assert agent.lines == (None,) * 4
    assert np.isnan(agent.judge(planted().bets).probability).all()


@both
def test_a_fit_is_kept_and_found_again(
    fit: Callable[[PastBets, float], Spread | Drift | None],
) -> None:
    agent = fitted(fit)
    assert same_bits(decode(type(agent), encode(agent)), agent)


@pytest.mark.parametrize(
    ("fit", "feature", "weight"), [(fit_spread, "gap_mean", -0.5), (fit_drift, "drift", 0.4)]
)
def test_what_was_planted_is_found_out_of_sample(
    fit: Callable[[PastBets, float], Spread | Drift | None], feature: str, weight: float
) -> None:
    agent = fit(past_bets(3, 1_500, **{feature: weight}), END)
    assert agent is not None
    fresh = past_bets(4, 400, **{feature: weight})
    signals = agent.judge(fresh.bets)
    foreseen, came = way(signals.probability, fresh.bets.fair), way(fresh.close, fresh.bets.fair)
    known = np.isfinite(foreseen)
    noise = ((came - foreseen)[known] ** 2).mean()
    assert noise < 1.1 * 0.02**2, "all but the noise is foreseen"
    assert (came[known] ** 2).mean() > 1.7 * noise
    inside = np.abs(fresh.close - signals.probability)[known] < 1.2816 * signals.std_error[known]
    assert abs(inside.mean() - 0.8) < 0.05
    effect = {reason.name: reason.effect for reason in signals.reasons}[feature][known]
    value = fresh.bets.feature(feature)[known]
    told = np.isfinite(effect)
    assert np.polyfit(value[told], effect[told], 1)[0] / weight > 0.4, "gaps share what they say"


def test_where_nothing_moves_nothing_is_made_of_it() -> None:
    still = past_bets(5, 1_500)
    for fit in FITS:
        agent = fit(still, END)
        assert agent is not None
        moved = way(agent.judge(still.bets).probability, still.bets.fair)
        assert np.nanstd(moved) < 0.004, "noise of 0.02 is not taken for news"


def test_spread_is_silent_where_fewer_than_two_books_have_a_price() -> None:
    bets = bets_of(a_look(6, count=60, missing=0.6))
    signals = fitted(fit_spread).judge(bets)
    two = bets.feature("books") > np.log(2.5)
    assert 0 < two.sum() < len(bets)
    assert (np.isfinite(signals.probability) == two).all()


def test_spread_shows_the_stake_of_its_own_edge_and_is_for_bets_that_have_one() -> None:
    bets = bets_of(a_look(7, count=60, missing=0))
    signals = fitted(fit_spread).judge(bets)
    kelly = {reason.name: reason for reason in signals.reasons}["kelly"]
    gain = bets.odds - 1
    growth = signals.probability * gain - (1 - signals.probability)
    assert np.allclose(kelly.value, np.maximum(growth, 0) / gain)
    assert (kelly.effect == 0).all()
    assert ((signals.direction == 1) == (kelly.value > 0)).all()
    assert set(signals.direction.tolist()) == {-1, 1}


def test_drift_is_silent_of_teams_and_leagues_whose_closes_nobody_knows() -> None:
    look = a_look(8, missing=0)
    known = np.arange(len(look.odds)) % 2 == 0
    columns = {
        name: np.where(known.reshape(-1, *[1] * (column.ndim - 1)), column, nothing)
        for name, nothing in (
            ("moves", 0.0),
            ("goals_moves", 0.0),
            ("league", 0.0),
            ("expected", np.nan),
            ("goals", np.nan),
            ("surprise", 0.0),
        )
        for column in (getattr(look.state, name),)
    }
    bets = bets_of(replace(look, state=replace(look.state, **columns)))
    signals = fitted(fit_drift).judge(bets)
    assert (np.isfinite(signals.probability) == known[bets.fixture]).all()
    assert (np.abs(signals.direction) == known[bets.fixture]).all()


def test_drift_moves_two_sides_of_a_line_against_each_other() -> None:
    bets = bets_of(a_look(9, missing=0))
    signals = fitted(fit_drift).judge(bets)
    for market in (1, 2):
        both_sides = signals.probability[bets.market == market].reshape(-1, 2).sum(axis=1)
        assert np.allclose(both_sides, 1)
        ways = signals.direction[bets.market == market].reshape(-1, 2)
        assert (ways.sum(axis=1) == 0).all()


def test_drift_names_no_feature_that_is_zero() -> None:
    bets = bets_of(a_look(10, missing=0))
    signals = fitted(fit_drift).judge(bets)
    totals = int(np.flatnonzero(bets.market == 1)[0])
    row = signals.row(totals, Standing.SHADOW, most=9)
    assert row is not None
    assert row.agent is AgentName.DRIFT
    assert {reason.name for reason in row.reasons} == {
        "drift_fast",
        "drift",
        "drift_slow",
        "drift_league",
        "rating",
    }


def test_of_no_bets_nothing_is_said() -> None:
    for fit in FITS:
        assert not len(fitted(fit).judge(bets_of(a_look(1, count=0))))


def test_what_is_certain_is_nothing_to_lean_on() -> None:
    odd = np.array([0.0, 1.0, np.nan, -0.1, 0.5])
    assert certain(odd).tolist() == [True, True, True, True, False]
