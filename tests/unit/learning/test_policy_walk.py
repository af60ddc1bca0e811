"""Learning of thresholds walked forward: blind to the future, bounded, never without evidence."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.policy import ScoringRules
from engine.domain.policy_version import Thresholds
from engine.learning.policy.challenger import WEEK, Condition
from engine.learning.policy.comparison import EMBARGO
from engine.learning.policy.criterion import SURE, Tally, choose
from engine.learning.policy.reign import Happened
from engine.learning.policy.summary import (
    ALT,
    CLV,
    DECLARED,
    IN_FORCE,
    LEARNED,
    NO_ZONE,
    difference_of_means,
    furthest_in_a_week,
    summarise,
)
from engine.learning.policy.walk import Walked, batches, walk_policy
from engine.scoring.signal_score import in_zone
from tests.unit.learning.policy_worlds import (
    BEGIN,
    DAY,
    GRID,
    V0,
    WIDE,
    PolicyWorld,
    a_stream,
    better_above,
    no_gain,
)

if TYPE_CHECKING:
    from engine.learning.policy.stream import PickStream

BETTER = a_stream(2, gain=better_above(0.02))


@pytest.fixture(scope="module")
def better() -> Walked:
    return walk_policy(BETTER, GRID, V0)


def another_future(stream: PickStream, at: float, seed: int) -> PickStream:
    """Return the stream with all that is known later than `at` changed, or taken away."""
    rng = np.random.default_rng(seed)
    later, open_then = stream.issued_at > at, stream.kick_off > at
    unknown = stream.settled_at > at
    count = len(stream)
    changed = replace(
        stream,
        signal_score=np.where(later, rng.uniform(40, 100, count), stream.signal_score),
        odds=np.where(later, rng.uniform(1.2, 6, count), stream.odds),
        clv=np.where(open_then, rng.normal(-0.5, 0.3, count), stream.clv),
        clv_alt=np.where(open_then, np.nan, stream.clv_alt),
        profit=np.where(unknown, rng.normal(5, 9, count), stream.profit),
    )
    return changed.where(~later | (rng.random(count) < 2 / 3))


@pytest.mark.parametrize("days", [60, 130, 190, 260])
def test_nothing_that_is_known_later_changes_a_choice(better: Walked, days: int) -> None:
    at = BEGIN + days * DAY + 11 * 3600
    seen = int((BETTER.issued_at <= at).sum())
    now = [step for step in better.steps if step.at <= at]
    for seed in (1, 2):
        other = walk_policy(another_future(BETTER, at, seed), GRID, V0)
        then = [step for step in other.steps if step.at <= at]
        assert repr(then) == repr(now), "to the last bit of every figure"
        assert [one for one in other.events if one.at <= at] == [
            one for one in better.events if one.at <= at
        ]
        assert np.array_equal(other.learned[:seen], better.learned[:seen])
        assert np.array_equal(other.in_force[:seen], better.in_force[:seen])
    assert len({step.choice.wanted for step in now}) > 1, "a walk that never chooses is blind"


def test_thresholds_move_by_bounded_steps_a_week_apart(better: Walked) -> None:
    for who in (LEARNED, IN_FORCE):
        moves = better.moves(who)
        assert len(moves) > 3, who
        assert furthest_in_a_week(moves) <= 5
        for (before, old), (after, new) in pairwise(moves):
            assert new != old
            assert before == better.steps[0].at or after - before >= WEEK
            for name in ("zone_max_odds", "hurdle"):
                values = getattr(GRID, name)
                here, there = (values.index(getattr(one, name)) for one in (old, new))
                assert abs(here - there) <= 1


def test_a_better_zone_is_found_and_earns_its_place(better: Walked) -> None:
    happened = [one.what for one in better.events]
    assert Happened.PROMOTED in happened
    earned = next(one for one in better.events if one.what is Happened.EARNED)
    promoted = next(one for one in better.events if one.what is Happened.PROMOTED)
    assert promoted.at > earned.at, "a person confirms between two looks"
    assert promoted.promotion is not None
    assert all(one.met for one in promoted.promotion.conditions)
    assert promoted.promotion.held(Condition.PICKS).value >= 200
    assert better.steps[-1].in_force == promoted.thresholds
    running = [one for one in better.events if one.what is Happened.PROPOSED][-1]
    after = better.events.index(running) > better.events.index(promoted)
    assert (better.standing is not None) == after
    assert better.standing is None or better.standing.challenger == running.thresholds
    summary = summarise(BETTER, better, GRID, V0, BEGIN)
    verdicts = {(one.who, one.of): one for one in summary.beside if one.season is None}
    assert verdicts[LEARNED, CLV].verdict == "better"
    assert verdicts[IN_FORCE, ALT].difference.value > 0
    assert 0 <= summary.overfit < 0.2


def test_without_a_confirmation_between_looks_nothing_changes(better: Walked) -> None:
    promoted = next(one for one in better.events if one.what is Happened.PROMOTED)
    before = [step for step in better.steps if step.at < promoted.at]
    assert {step.in_force for step in before} == {V0}


def test_a_champion_that_loses_goes_back_at_once() -> None:
    """What is above the zone is worth more for 250 days, and then everything loses."""
    turn = BEGIN + 250 * DAY
    stream = a_stream(2, PolicyWorld(days=420), better_above(0.02))
    after = np.where(stream.issued_at > turn, -0.06 - 0.02, 0.0)
    stream = replace(stream, clv=stream.clv + after, clv_alt=stream.clv_alt + after)
    walked = walk_policy(stream, GRID, V0)
    whats = [one.what for one in walked.events]
    assert whats.index(Happened.PROMOTED) < whats.index(Happened.ROLLED_BACK)
    back = next(one for one in walked.events if one.what is Happened.ROLLED_BACK)
    assert back.rollback is not None
    assert back.rollback.due
    assert next(step for step in walked.steps if step.at == back.at).in_force == V0
    assert Happened.REFUTED in whats, "the declared zone loses too; there is nothing behind it"
    assert whats.count(Happened.REFUTED) == 1


def test_the_inner_window_ends_two_days_before_the_look() -> None:
    stream = a_stream(6, PolicyWorld(days=60))
    at = BEGIN + 50 * DAY + 10 * 3600
    tally = Tally(stream, GRID, V0)
    tally.add(np.flatnonzero(stream.settled_at <= at - EMBARGO))
    found = next(one for one in walk_policy(stream, GRID, V0).steps if one.at == at).choice
    wanted = choose(tally)
    assert (found.wanted, found.n, found.credible) == (wanted.wanted, wanted.n, wanted.credible)
    assert found.low == pytest.approx(wanted.low, rel=1e-9)
    tally.add(np.flatnonzero((stream.settled_at > at - EMBARGO) & (stream.settled_at <= at)))
    assert choose(tally).low != pytest.approx(found.low, rel=1e-6), "the embargo holds some back"


def test_the_criterion_is_the_lower_bound_of_a_mean_by_weeks() -> None:
    stream = a_stream(6, PolicyWorld(days=120))
    tally = Tally(stream, GRID, V0)
    for rows in np.array_split(np.random.default_rng(1).permutation(len(stream)), 7):
        tally.add(rows)
    found = tally.surface()
    place, kernel = GRID.trials.index(V0), GRID.kernel()
    weight = stream.members(GRID.trials) @ kernel[place]
    mean = (weight * stream.clv).sum() / weight.sum()
    weeks = np.unique(stream.week)
    shares = [
        (weight * (stream.clv - mean))[stream.week == week].sum() / weight.sum() for week in weeks
    ]
    error = np.sqrt((np.array(shares) ** 2).sum() * len(weeks) / (len(weeks) - 1))
    assert found.mean[place] == pytest.approx(mean)
    assert found.error[place] == pytest.approx(error)
    assert found.low[place] == pytest.approx(mean - SURE * error)
    assert found.n[place] == (stream.selected(V0) & np.isfinite(stream.clv)).sum()


def test_nobody_leaves_the_declared_zone_for_what_cannot_be_told_from_it() -> None:
    quiet = a_stream(3, PolicyWorld(days=200))
    wanted = [step.choice for step in walk_policy(quiet, GRID, V0).steps]
    assert np.mean([choice.wanted == V0 for choice in wanted]) > 0.8
    assert wanted[0].best is None, "nothing is known at the first look"
    known = [choice for choice in wanted if choice.best is not None]
    assert all(V0 in choice.credible for choice in known if choice.wanted == V0)
    assert all(choice.low >= choice.low_best - choice.error_best for choice in known)


def test_a_trial_must_hold_by_both_references() -> None:
    stream = replace(BETTER, clv_alt=BETTER.clv - np.where(BETTER.signal_score > 79, 0.08, 0.0))
    tally = Tally(stream, GRID, V0)
    tally.add(np.arange(len(stream)))
    assert choose(tally).wanted.zone_high < WIDE.zone_high
    fair = Tally(BETTER, GRID, V0)
    fair.add(np.arange(len(BETTER)))
    assert choose(fair).wanted.zone_high == WIDE.zone_high


def test_a_pick_is_served_by_what_its_own_look_had_chosen(better: Walked) -> None:
    starts = np.array([step.at for step in better.steps])
    for who in (LEARNED, IN_FORCE):
        for place, step in enumerate(better.steps):
            end = starts[place + 1] if place + 1 < len(starts) else np.inf
            rows = (BETTER.issued_at >= step.at) & (BETTER.issued_at < end)
            setting: Thresholds = getattr(step, who)
            assert rows.sum() == 12
            assert np.array_equal(getattr(better, who)[rows], BETTER.selected(setting)[rows])


def test_a_trial_holds_what_the_product_calls_its_zone() -> None:
    odds = np.array([1.5, 2.5, 2.499, 1.5, 1.5, 1.5, 1.5])
    signal = np.array([60.0, 70.0, 70.0, 79.0, 79.01, 59.99, np.nan])
    stream = replace(BETTER.where(np.arange(7)), odds=odds, signal_score=signal)
    rules = ScoringRules(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5)
    told = [in_zone(*pair, rules) for pair in zip(signal.tolist(), odds.tolist(), strict=True)]
    assert stream.selected(V0).tolist() == told == [True, False, True, True, False, False, False]


def test_how_far_a_bound_goes_in_a_week_is_told_across_several_moves() -> None:
    high = [replace(V0, zone_high=value) for value in (79.0, 84.0, 89.0, 84.0)]
    slow = [(day * DAY, one) for day, one in zip((0, 8, 15, 22), high, strict=True)]
    assert furthest_in_a_week(slow) == 5
    hasty = [(day * DAY, one) for day, one in zip((0, 8, 14, 22), high, strict=True)]
    assert furthest_in_a_week(hasty) == 10, "on day 7 79 served, on day 14 89"
    assert furthest_in_a_week(slow[:1]) == 0


def test_declared_thresholds_that_are_no_trial_are_refused() -> None:
    with pytest.raises(ValueError, match="tuple"):
        walk_policy(BETTER, GRID, replace(V0, zone_low=61.0))


def test_a_hurdle_that_nobody_scored_is_refused() -> None:
    with pytest.raises(ValueError, match=r"hurdle was 0\.03"):
        BETTER.picked(0.03)
    with pytest.raises(ValueError, match="in the order in which they were issued"):
        BETTER.where(np.array([500, 0]))


def test_looks_of_one_day_are_one_batch() -> None:
    looks = np.array([0.0, 3600.0, DAY, DAY, 3 * DAY + 1])
    assert batches(looks).tolist() == [0.0, DAY, 3 * DAY + 1]


def test_every_line_of_a_summary_has_its_own_picks(better: Walked) -> None:
    since = BEGIN + 100 * DAY
    summary = summarise(BETTER, better, GRID, V0, since)
    outer = BETTER.where(BETTER.issued_at >= since)
    n = {one.who: one.n for one in summary.lines if one.season is None}
    assert n[DECLARED] == outer.selected(V0).sum()
    assert n[NO_ZONE] == summary.candidates == len(outer)
    assert n[LEARNED] == better.learned[BETTER.issued_at >= since].sum()
    assert {one.season for one in summary.lines} == {2024, None}
    assert all(one.at >= since for one in summary.events)
    first = summary.moves[0].settings[0]
    assert first[0] <= since, "what served when the outer folds began"
    assert summary.deflated[NO_ZONE].trials == 96


def test_a_difference_of_means_knows_what_both_share() -> None:
    rng = np.random.default_rng(8)
    values, week = rng.normal(0.02, 0.08, 4_000), np.repeat(np.arange(100), 40)
    mine = rng.random(4_000) < 0.5
    theirs = mine | (rng.random(4_000) < 0.1)
    found = difference_of_means(values, week, mine, theirs)
    assert found.value == pytest.approx(values[mine].mean() - values[theirs].mean())
    apart = difference_of_means(values, week, mine, ~mine)
    assert found.error < apart.error / 2
    draws = [
        difference_of_means(rng.normal(0.02, 0.08, 4_000), week, mine, theirs).value
        for _ in range(200)
    ]
    assert found.error == pytest.approx(np.std(draws), rel=0.25)


def test_nothing_changes_where_the_same_is_wanted() -> None:
    only = replace(GRID, zone_low=(60.0,), zone_high=(79.0,), zone_max_odds=(2.5,), hurdle=(0.01,))
    walked = walk_policy(a_stream(1, PolicyWorld(days=40), no_gain), only, V0)
    assert walked.events == ()
    assert walked.moves(LEARNED) == ((BEGIN + 10 * 3600, V0),)
    assert isinstance(walked.steps[0].learned, Thresholds)
