"""Evidence for a difference: what counts once a day, what cancels, and who decides."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.learning.markets.streams import TYPICAL_CLV
from engine.learning.policy.challenger import (
    Asked,
    Condition,
    in_force_of_late,
    judge_promotion,
    judge_rollback,
    needed,
)
from engine.learning.policy.comparison import (
    EMBARGO,
    Comparison,
    Days,
    Evidence,
    compare,
    complete,
    paired_days,
)
from tests.unit.learning.policy_worlds import (
    BEGIN,
    DAY,
    GRID,
    V0,
    WIDE,
    PolicyWorld,
    a_stream,
    better_above,
)

END = BEGIN + 400 * DAY
NARROW = replace(V0, zone_high=74.0)


def test_a_day_is_one_draw_in_its_own_deviations() -> None:
    values = np.array([0.04, 0.02, 0.00, 0.05])
    day = np.array([7, 7, 7, 8])
    mine = np.array([True, True, False, True])
    theirs = np.array([False, True, True, True])
    found = paired_days(values, day, mine, theirs)
    assert found.day.tolist() == [7], "on day 8 both have the same pick"
    assert found.difference == pytest.approx([0.02])
    usual = TYPICAL_CLV * np.sqrt(1 / 2 + 1 / 2 - 2 / 4)
    assert found.standard == pytest.approx([0.02 / usual])
    doubted = paired_days(values, day, mine, theirs, doubt=0.01)
    assert doubted.standard == pytest.approx([0.015 / usual]), "half of its picks are its own"


def test_the_usual_size_of_a_difference_is_that_of_many_days() -> None:
    rng = np.random.default_rng(3)
    values = rng.normal(0, TYPICAL_CLV, 40_000)
    day = np.repeat(np.arange(4_000), 10)
    place = np.tile(np.arange(10), 4_000)
    found = paired_days(values, day, place < 7, place >= 4)
    assert found.standard.std() == pytest.approx(1.0, abs=0.05)


def test_a_day_counts_when_its_matches_began_before_the_embargo() -> None:
    stream = a_stream(1, PolicyWorld(days=10))
    at = BEGIN + 8 * DAY
    rows = complete(stream, BEGIN + 2 * DAY, at)
    assert stream.issued_at[rows].min() >= BEGIN + 2 * DAY
    assert stream.kick_off[rows].max() < at - EMBARGO
    later = complete(stream, BEGIN + 2 * DAY, at + DAY)
    assert set(stream.day[later & ~rows].tolist()) == {20_006}, "one whole day more"


def test_what_a_reference_is_wrong_by_cancels() -> None:
    right, wrong = (a_stream(4, PolicyWorld(bias=bias)) for bias in (0.0, 0.005))
    found, biased = (compare(one, V0, WIDE, BEGIN, END) for one in (right, wrong))
    assert biased.evidence["clv"].wealth == pytest.approx(found.evidence["clv"].wealth)
    assert biased.difference.value == pytest.approx(found.difference.value)


def test_the_reference_that_grants_less_decides_if_it_has_a_say() -> None:
    stream = a_stream(2, gain=better_above(0.02))
    found = compare(stream, V0, WIDE, BEGIN, END)
    assert found.e_value == min(one.wealth for one in found.evidence.values()) > 20
    blind = replace(stream, clv_alt=stream.clv - np.where(stream.signal_score > 79, 0.04, 0))
    assert compare(blind, V0, WIDE, BEGIN, END).e_value < 1
    rare = replace(blind, clv_alt=np.where(stream.day % 3 == 0, blind.clv_alt, np.nan))
    alone = compare(rare, V0, WIDE, BEGIN, END)
    assert alone.e_value > 20, "a third of the days is no say"
    assert alone.e_value < compare(stream, V0, WIDE, BEGIN, END).evidence["clv"].wealth / 2
    assert alone.difference == found.difference, "what is doubted is not what is shown"
    assert found.n > found.n_champion == found.n_shared > 0
    assert found.difference.low > 0


def test_nothing_known_is_no_evidence() -> None:
    found = compare(a_stream(2, PolicyWorld(days=5)), V0, WIDE, BEGIN, BEGIN)
    assert (found.e_value, found.n, dict(found.evidence)) == (1.0, 0, {})
    assert judge_rollback(a_stream(2, PolicyWorld(days=5)), V0, BEGIN, BEGIN).evidence == 1


def a_comparison(n: int = 200, wealth: float = 40.0) -> Comparison:
    nothing = np.empty(0)
    return Comparison(
        n=n,
        n_champion=n,
        n_shared=0,
        days=Days(day=nothing.astype(np.int64), difference=nothing, standard=nothing),
        evidence={"clv": Evidence(wealth=wealth, highest=wealth, days=1)},
    )


def asked(**changed: object) -> Asked:
    given: dict[str, object] = {
        "nth": 1,
        "overfit": 0.19,
        "next": replace(V0, zone_high=84.0),
        "in_force": (V0,),
        "confirmed": True,
    }
    return Asked(**(given | changed))  # type: ignore[arg-type]


def test_a_promotion_needs_every_condition() -> None:
    assert judge_promotion(V0, WIDE, 0.0, a_comparison(), asked()).promoted
    for condition, found, wish in (
        (Condition.PICKS, a_comparison(n=199), asked()),
        (Condition.EVIDENCE, a_comparison(wealth=39.9), asked()),
        (Condition.EVIDENCE, a_comparison(), asked(nth=2)),
        (Condition.OVERFITTING, a_comparison(), asked(overfit=0.2)),
        (Condition.OVERFITTING, a_comparison(), asked(overfit=float("nan"))),
        (Condition.STEP, a_comparison(), asked(next=replace(V0, zone_high=84.5))),
        (Condition.STEP, a_comparison(), asked(in_force=(V0, NARROW))),
        (Condition.CONFIRMED, a_comparison(), asked(confirmed=False)),
    ):
        verdict = judge_promotion(V0, WIDE, 0.0, found, wish)
        assert not verdict.promoted
        assert verdict.earned == (condition is Condition.CONFIRMED)
        assert [one.condition for one in verdict.conditions if not one.met] == [condition]


def test_however_many_challengers_there_are_false_promotions_add_up_to_one_in_twenty() -> None:
    assert sum(1 / needed(nth) for nth in range(1, 100_000)) <= 0.05
    assert needed(1) == 40


def test_a_champion_whose_picks_are_worth_nothing_less_is_kept() -> None:
    good = a_stream(5, PolicyWorld(mean=0.0))
    assert not judge_rollback(good, V0, BEGIN, END).due
    bad = a_stream(5, PolicyWorld(mean=-0.03))
    verdict = judge_rollback(bad, V0, BEGIN, END)
    assert verdict.due
    assert verdict.days > 300


def test_what_served_within_the_week_is_what_a_step_is_held_against() -> None:
    past = [(-np.inf, V0), (0.0, NARROW), (3 * DAY, WIDE)]
    assert in_force_of_late(past, 3 * DAY) == (V0, NARROW, WIDE)
    assert in_force_of_late(past, 7 * DAY) == (NARROW, WIDE)
    assert in_force_of_late(past, 10 * DAY) == (WIDE,)
    assert in_force_of_late(past, 1 * DAY) == (V0, NARROW)
    assert GRID.step(V0, WIDE).zone_high == 84
