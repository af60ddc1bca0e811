"""What makes a quote odd, and what closes say of odd ones."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.ensemble import IsolationForest

from engine.agents.anomaly import COLUMNS, Anomaly
from engine.agents.bets import bets_of
from engine.domain.signal import AgentName, Standing
from engine.learning.agents.anomaly import _SEED, LEVELS, fit_anomaly, grow, proven_mean
from storage.artifact_codec import decode, encode
from tests.unit.agents.made_up import (
    BOOKS,
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
    from numpy.typing import NDArray

    from engine.learning.agents.past_bets import PastBets

SEEDS = st.integers(0, 10_000)
END = START + 900 * DAY


@cache
def past() -> PastBets:
    return past_bets(3)


@cache
def fitted() -> Anomaly:
    agent = fit_anomaly(past(), END)
    assert agent is not None
    return agent


@settings(max_examples=12, deadline=None)
@given(
    seed=SEEDS,
    rows=st.integers(2, 700),
    columns=st.integers(1, 6),
    twins=st.booleans(),
)
def test_oddity_is_that_of_the_library_that_grew_the_trees(
    seed: int, rows: int, columns: int, *, twins: bool
) -> None:
    rng = np.random.default_rng(seed)
    values = rng.normal(0, 1, (rows, columns)).round(1 if twins else 9)
    theirs = IsolationForest(n_estimators=100, max_samples=min(256, rows), random_state=_SEED)
    fresh = rng.normal(0, 2, (50, columns))
    score = theirs.fit(values).score_samples(fresh)
    assert np.allclose(grow(values).oddity(fresh), -score, rtol=0, atol=1e-9)


def test_of_no_rows_there_are_no_oddities() -> None:
    assert fitted().forest.oddity(np.empty((0, len(COLUMNS)))).shape == (0,)
    assert not len(fitted().judge(bets_of(a_look(1, count=0))))


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_what_is_said_is_a_probability_with_an_error_and_at_most_three_reasons(seed: int) -> None:
    bets = bets_of(a_look(seed, count=40, missing=0.3))
    signals = fitted().judge(bets)
    spoken = np.isfinite(signals.probability)
    assert ((signals.probability > 0) & (signals.probability < 1))[spoken].all()
    assert (signals.std_error[spoken] > 0).all()
    assert np.isin(signals.direction, (0, -1)).all(), "a warning is never a recommendation"
    assert (signals.direction[~spoken] == 0).all()
    told = np.isfinite(columns(signals.reasons, "value", len(bets))).sum(axis=0)
    assert ((told >= 1) & (told <= 3))[spoken].all()
    assert (told[~spoken] == 0).all()
    effects = np.nan_to_num(columns(signals.reasons, "effect", len(bets))).sum(axis=0)
    moved = way(signals.probability, bets.expected)
    assert np.allclose(effects[spoken], moved[spoken], rtol=0, atol=1e-12)
    assert ((signals.direction == -1) == (np.nan_to_num(effects) < 0)).all()


def columns(reasons: object, name: str, count: int) -> NDArray[np.float64]:
    assert isinstance(reasons, tuple)
    found = [getattr(reason, name) for reason in reasons]
    return np.array(found).reshape(-1, count)


def test_a_tenth_of_what_was_usual_is_odd() -> None:
    share = np.isfinite(fitted().judge(past().bets).probability).mean()
    assert abs(share - (1 - LEVELS[0])) < 0.005


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_who_else_is_looked_at_and_in_which_order_changes_no_bit(seed: int) -> None:
    bets = bets_of(a_look(seed, count=30))
    rows = np.random.default_rng(seed).permutation(len(bets))[: len(bets) // 2]
    whole, some = fitted().judge(bets), fitted().judge(bets.where(rows))
    for name in ("probability", "std_error", "direction"):
        assert np.array_equal(getattr(whole, name)[rows], getattr(some, name), equal_nan=True)
    for row, one in enumerate(rows.tolist()):
        assert whole.row(one, Standing.SHADOW) == some.row(row, Standing.SHADOW)


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_with_home_and_away_swapped_the_same_bets_are_odd(seed: int) -> None:
    look = a_look(seed, missing=0)
    bets = bets_of(look)
    one, other = (fitted().judge(each) for each in (bets, bets_of(mirrored(look))))
    mirror = mirror_of(bets)
    assert np.allclose(one.probability[mirror], other.probability, atol=1e-12, equal_nan=True)
    assert (one.direction[mirror] == other.direction).all()


def test_a_palpable_error_is_odd_and_its_gaps_are_the_reasons() -> None:
    look = a_look(5, count=40, missing=0)
    odds = look.odds.total.copy()
    wrong = BOOKS.index("bet365")
    odds[7, wrong] = odds[7, wrong] * [1.6, 1.0]
    agent = replace(fitted(), shift=np.full((2, len(LEVELS)), -0.1))
    bets = bets_of(replace(look, odds=replace(look.odds, total=odds)))
    ((at,),) = np.nonzero((bets.fixture == 7) & (bets.market == 1) & (bets.side == 0))
    row = agent.judge(bets).row(int(at), Standing.SHADOW)
    assert row is not None
    assert row.agent is AgentName.ANOMALY
    assert row.direction == -1
    assert {reason.name for reason in row.reasons} < {
        "edge",
        "edge_expected",
        "gap_second",
        "gap_mean",
        "dispersion",
        "booksum",
        "booksum_best",
    }
    for reason in row.reasons:
        assert reason.value == bets.feature(reason.name)[at]
        assert reason.effect < 0
    assert agent.judge(bets_of(look)).row(int(at), Standing.SHADOW) is None


def test_the_reasons_are_the_features_whose_usual_value_makes_the_quote_least_odd() -> None:
    agent, bets = replace(fitted(), shift=np.full((2, len(LEVELS)), -0.1)), past().bets
    signals = agent.judge(bets)
    row = int(np.flatnonzero(np.isfinite(signals.probability))[3])
    values = bets.features.of(COLUMNS)[row]
    relief = {}
    for column, name in enumerate(COLUMNS):
        usual = values.copy()
        usual[column] = agent.median[column]
        odd, less = agent.forest.oddity(np.stack([values, usual]))
        relief[name] = odd - less
    told = signals.row(row, Standing.SHADOW)
    assert told is not None
    most = sorted(relief, key=lambda name: -relief[name])[:3]
    assert [reason.name for reason in told.reasons] == most
    first, second = told.reasons[:2]
    assert first.effect / second.effect == pytest.approx(relief[most[0]] / relief[most[1]])


def test_where_odd_quotes_with_an_edge_closed_worse_the_next_is_warned_of() -> None:
    bets = past().bets
    odd = np.isfinite(fitted().judge(bets).probability)
    worse = odd & (bets.feature("edge") > 0)
    by = np.where(worse, -0.2, 0.0) + np.random.default_rng(1).normal(0, 0.02, len(bets))
    close = 1 / (1 + (1 / bets.expected - 1) * np.exp(-by))
    agent = fit_anomaly(replace(past(), close=close), END)
    assert agent is not None
    assert (agent.shift[1] < -0.15).all()
    assert (np.abs(agent.shift[0]) < 0.02).all()
    signals = agent.judge(bets)
    assert (signals.direction[worse] == -1).all()
    moved = way(signals.probability, bets.expected)
    assert (moved[worse] < -0.15).all()
    assert (agent.ratio[1] > agent.ratio[0]).all(), "and is less certain"


def test_where_closes_of_odd_quotes_say_nothing_the_expected_close_stands() -> None:
    bets = past().bets
    by = np.random.default_rng(1).normal(0, 0.02, len(bets))
    close = 1 / (1 + (1 / bets.expected - 1) * np.exp(-by))
    agent = fit_anomaly(replace(past(), close=close), END)
    assert agent is not None
    assert (agent.shift == 0).all()
    signals = agent.judge(bets)
    spoken = np.isfinite(signals.probability)
    assert spoken.any()
    assert np.allclose(signals.probability[spoken], bets.expected[spoken], rtol=0, atol=1e-15)
    assert not signals.direction.any()


def test_a_mean_is_believed_as_far_as_weeks_agree_on_it() -> None:
    weeks = np.repeat(np.arange(50), 4)
    rng = np.random.default_rng(2)
    clear, shared = rng.normal(0.1, 0.05, 200), rng.normal(0, 1, 50)[weeks]
    assert 0.09 < proven_mean(clear, weeks) < clear.mean()
    assert abs(proven_mean(shared + 0.1, weeks)) < abs((shared + 0.1).mean())
    assert proven_mean(np.ones(4), np.zeros(4, dtype=np.int64)) == 0.0
    assert proven_mean(np.empty(0), np.empty(0, dtype=np.int64)) == 0.0
    assert proven_mean(np.zeros(4), np.arange(4)) == 0.0


@pytest.mark.parametrize("day", [250, 500])
def test_a_fit_is_blind_to_closes_and_looks_after_its_instant(day: int) -> None:
    until = START + day * DAY
    agent = fit_anomaly(past(), until)
    assert agent is not None
    assert same_bits(agent, fit_anomaly(another_end(past(), until), until))
    assert not same_bits(agent, fit_anomaly(past(), until + 20 * DAY))


def test_a_fit_says_nothing_of_less_than_a_thousand_closes() -> None:
    assert fit_anomaly(past(), START + 100 * DAY) is None
    assert fit_anomaly(past(), START + 10_000 * DAY) is None, "all of it is too long ago"


def test_a_fit_is_kept_and_found_again() -> None:
    assert same_bits(decode(Anomaly, encode(fitted())), fitted())
