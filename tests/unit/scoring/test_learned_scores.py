"""Scores that were learned: what they mean, what they are made of, and their bounds."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.policy import DEFAULT_POLICY, ScoringRules
from engine.pricing.price import price
from engine.scoring.candidates import Candidates, candidates
from engine.scoring.edge import Edges
from engine.scoring.judge import Judged, judge
from engine.scoring.landing import LEVELS, Landing
from engine.scoring.parts import parts_of
from engine.scoring.scores import PRIOR_SCORES, Scores
from engine.scoring.signal_score import in_zone
from engine.scoring.spot import SpotModel, column
from storage.artifact_codec import decode, encode
from tests.builders import NOW, a_value_board
from tests.unit.scoring.made_up import a_scale, a_spot, some_verdicts

SEEDS = st.integers(0, 10_000)
HURDLE = ScoringRules().hurdle
quick = settings(max_examples=40, deadline=None)


def judged(seed: int, *, worse: float = 1.0) -> Judged:
    """Candidates at `worse` than the best price of each verdict, with learned scores."""
    said, scores = some_verdicts(seed), Scores(spot=a_spot(seed), signal=a_scale(seed))
    told = scores.spot.corrected(said)
    odds, refund = column(said, "odds") * worse, column(said, "refund")
    staked, count = 1 - refund, len(said)
    edge = staked * (odds * told.probability - 1)
    board = a_value_board()
    prices = price(board, DEFAULT_POLICY.pricing, NOW)
    found = candidates(board, prices, DEFAULT_POLICY, NOW)
    zeros, many = np.zeros(count, dtype=np.int64), np.zeros(count)
    rows = Candidates(
        fixture=said.fixture,
        selection=said.selection,
        bookmaker=zeros,
        odds=odds,
        quoted_at=many,
        seconds_left=many + 9e4,
        fresh=np.ones(count, dtype=np.bool_),
        price=zeros,
        books=zeros + 8,
        stale_reference=zeros > 0,
        unproven=zeros > 0,
        reference_at=many,
        refund=refund,
        implausible=zeros > 0,
        edges=Edges(
            raw=staked * (odds * (column(said, "fair") + 0.002) - 1),
            edge=edge,
            low=edge - 0.02,
            high=edge + 0.02,
            deviation=staked * odds * told.deviation,
            probability_low=told.probability,
        ),
    )
    assert len(found)
    return judge(rows, prices, DEFAULT_POLICY, verdicts=said, scores=scores)


@quick
@given(seed=SEEDS, worse=st.sampled_from([1.0, 0.97, 0.9]))
def test_parts_sum_to_what_the_score_is_above_or_below_fifty(seed: int, worse: float) -> None:
    found = judged(seed, worse=worse)
    for index in range(len(found.rows)):
        parts = parts_of(found, index, HURDLE)
        total = sum(part.points for part in parts)
        assert total == pytest.approx(found.sweet_spot[index] - 50, abs=1e-9)
        assert len({part.name for part in parts}) == len(parts)


@quick
@given(seed=SEEDS)
def test_a_part_has_of_the_score_what_it_has_of_the_expected_edge(seed: int) -> None:
    found = judged(seed)
    for index in range(0, len(found.rows), 7):
        parts = {part.name: part for part in parts_of(found, index, HURDLE)}
        rate = parts["hurdle"].points / parts["hurdle"].value
        assert parts["hurdle"].value == -HURDLE
        assert parts["reference"].points == pytest.approx(rate * found.rows.edges.raw[index])
        odds, staked = found.rows.odds[index], 1 - found.rows.refund[index]
        patron = staked * (odds * some_verdicts(seed).probability[index] - 1)
        shown = ("reference", "expected_close", "drift")
        to_patron = sum(parts[name].points for name in shown if name in parts)
        assert to_patron == pytest.approx(rate * patron, abs=1e-9)


@quick
@given(seed=SEEDS)
def test_a_corrected_verdict_gives_the_best_price_the_edge_expected_of_it(seed: int) -> None:
    said, spot = some_verdicts(seed), a_spot(seed)
    told, verdicts = spot.expect(said), spot.corrected(said)
    odds, staked = column(said, "odds"), 1 - column(said, "refund")
    np.testing.assert_allclose(staked * (odds * verdicts.probability - 1), told.edge, atol=1e-12)
    np.testing.assert_allclose(staked * odds * verdicts.deviation, told.deviation, rtol=1e-12)
    np.testing.assert_allclose(
        told.edge, told.plain + told.terms.sum(axis=1) + told.season, atol=1e-12
    )
    assert (verdicts.doubt >= said.doubt).all()


@quick
@given(seed=SEEDS)
def test_who_else_is_looked_at_changes_no_bit(seed: int) -> None:
    said, spot = some_verdicts(seed), a_spot(seed)
    whole, scale = spot.expect(said), a_scale(seed)
    rows = np.random.default_rng(seed).permutation(len(said))[:11]
    cut = {
        name: getattr(said, name)[rows]
        for name in ("fixture", "selection", "probability", "deviation", "doubt", "tier")
    }
    some = spot.expect(
        replace(
            said,
            **cut,
            agreement=said.agreement[rows],
            effective=said.effective[rows],
            features=said.features[rows],
        )
    )
    assert (some.edge == whole.edge[rows]).all()
    assert (some.deviation == whole.deviation[rows]).all()
    odds = column(said, "odds")
    every = scale.score(said, np.arange(len(said)), odds)
    assert (scale.score(said, rows, odds[rows]) == every[rows]).all()


@quick
@given(seed=SEEDS)
def test_a_better_price_never_scores_lower(seed: int) -> None:
    worse, better = judged(seed, worse=0.95), judged(seed)
    assert (better.signal >= worse.signal).all()
    assert (better.sweet_spot >= worse.sweet_spot).all()
    for scores in (better.signal, better.sweet_spot):
        assert ((scores >= 0) & (scores <= 100)).all()


@given(score=st.floats(0, 100), odds=st.floats(1.01, 20))
def test_a_sweet_spot_is_never_outside_its_definition(score: float, odds: float) -> None:
    rules = ScoringRules()
    inside = rules.zone_low <= score <= rules.zone_high and odds < rules.zone_max_odds
    assert in_zone(score, odds, rules) == inside
    assert not in_zone(float("nan"), odds, rules)


def test_what_nobody_learned_changes_no_verdict_and_no_score() -> None:
    said = some_verdicts(1)
    assert SpotModel().corrected(said) is said
    told = SpotModel().expect(said)
    np.testing.assert_allclose(told.edge, told.plain, rtol=1e-12)
    assert not PRIOR_SCORES.spot.learned
    assert not PRIOR_SCORES.signal.learned


@quick
@given(seed=SEEDS)
def test_chances_rise_with_the_edge_and_are_those_of_the_sample(seed: int) -> None:
    sample = np.random.default_rng(seed).normal(0, 1, 4_000)
    landing = Landing(quantiles=np.quantile(sample, LEVELS))
    z = np.linspace(-4, 4, 81)
    chance = landing.chance(z)
    assert (np.diff(chance) >= 0).all()
    seen = (sample[None, :] > -z[:, None]).mean(axis=1)
    np.testing.assert_allclose(chance, seen, atol=0.006)
    assert landing.chance(np.array([-landing.median]))[0] == pytest.approx(0.5)
    assert np.isnan(landing.chance(np.array([np.nan]))[0])


def test_what_was_learned_can_be_kept() -> None:
    scores = Scores(spot=a_spot(3), signal=a_scale(3))
    again, said = decode(Scores, encode(scores)), some_verdicts(4)
    assert (again.spot.expect(said).edge == scores.spot.expect(said).edge).all()
    odds = column(said, "odds")
    rows = np.arange(len(said))
    assert (again.signal.score(said, rows, odds) == scores.signal.score(said, rows, odds)).all()
