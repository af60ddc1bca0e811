"""One morning's verdicts: by what was known then, and by what the shadow had said."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.domain.policy_version import Thresholds
from engine.learning.policy.challenger import Condition
from engine.learning.policy.comparison import EMBARGO
from engine.learning.policy.daily import Morning, Standings, judge_morning
from engine.learning.policy.reign import YEAR, Shadow
from engine.learning.policy.stream import PickStream
from engine.learning.policy.trials import Grid

DAY = 86_400.0
GRID = Grid(
    zone_low=(50.0, 60.0), zone_high=(79.0, 100.0), zone_max_odds=(2.5, 3.0), hurdle=(0.01,)
)
V0 = Thresholds(zone_low=60.0, zone_high=79.0, zone_max_odds=2.5, hurdle=0.01)
LOWER = replace(V0, zone_low=50.0)
START = 1_700_000_000.0 // DAY * DAY


def a_stream(days: int = 120, *, below: float = 0.06, inside: float = 0.0) -> PickStream:
    """Ten picks a day, a fifth of them below the zone."""
    n = 10 * days
    dice = np.random.default_rng(7)
    kick_off = (START + DAY * (np.arange(n) // 10) + 3_600.0).astype(np.float64)
    score = np.where(np.arange(n) % 5 == 0, 55.0, 70.0)
    clv = np.where(score < 60, below, inside) + dice.normal(0, 0.02, n)
    return PickStream(
        hurdles=(0.01,),
        issued_at=kick_off - 3_600.0,
        kick_off=kick_off,
        settled_at=kick_off + 7_200.0,
        season=np.full(n, 2023),
        odds=np.full(n, 2.0),
        signal_score=score,
        spot=np.full((n, 1), 60.0),
        taken=np.ones((n, 1), dtype=np.bool_),
        clv=clv,
        clv_alt=np.full(n, np.nan),
        profit=np.ones(n),
    )


def nothing_of(stream: PickStream) -> PickStream:
    return stream.where(np.zeros(len(stream), dtype=np.bool_))


def standing(days: float, shadow: Shadow | None = None) -> Standings:
    return Standings(
        at=START + days * DAY,
        declared=V0,
        champion=V0,
        since=-float("inf"),
        in_force=((-float("inf"), V0),),
        shadow=shadow,
    )


def told(morning: Morning) -> str:
    """Return every figure of a morning; two that say the same are equal bit by bit."""
    return repr(morning)


def test_what_is_learned_later_changes_no_verdict_of_today() -> None:
    stream, at = a_stream(), START + 80 * DAY
    unknown = stream.settled_at > at - EMBARGO
    clv, alt, profit = (
        np.where(unknown, 9.0, each) for each in (stream.clv, stream.clv_alt, stream.profit)
    )
    other = replace(stream, clv=clv, clv_alt=alt, profit=profit)
    assert not np.array_equal(other.clv, stream.clv)
    shadow = Shadow(thresholds=LOWER, since=START + 20 * DAY, nth=1)
    for one in (None, shadow):
        mornings = [judge_morning(each, each, GRID, standing(80, one)) for each in (stream, other)]
        assert told(mornings[0]) == told(mornings[1])
    later = [judge_morning(each, each, GRID, standing(120)) for each in (stream, other)]
    assert told(later[0]) != told(later[1])


def test_a_challenger_is_judged_by_what_the_shadow_spoke_of_alone() -> None:
    stream = a_stream()
    shadow = Shadow(thresholds=LOWER, since=START, nth=1)
    silent = judge_morning(stream, nothing_of(stream), GRID, standing(121, shadow))
    heard = judge_morning(stream, stream, GRID, standing(121, shadow))
    assert silent.promotion is not None
    assert heard.promotion is not None
    assert silent.promotion.held(Condition.PICKS).value == 0
    assert heard.promotion.held(Condition.PICKS).value == pytest.approx(1_180, abs=10)
    assert (silent.promotion.earned, heard.promotion.earned) == (False, True)
    assert silent.choice == heard.choice


def test_the_sharpe_ratio_is_deflated_by_every_trial_ever_registered() -> None:
    stream = replace(a_stream(), profit=np.random.default_rng(3).normal(0.1, 1.0, 1_200))
    shadow = Shadow(thresholds=LOWER, since=START, nth=1)
    few, many = (
        judge_morning(stream, stream, GRID, standing(121, shadow), tried).sharpe
        for tried in (0, 10_000)
    )
    assert few is not None
    assert many is not None
    assert (few.trials, many.trials) == (8, 10_000)
    assert few.chance > many.chance > 0


def test_a_challenger_that_nobody_wants_goes_after_its_picks_or_a_year() -> None:
    stream = a_stream(days=800, below=-0.06)
    young = Shadow(thresholds=LOWER, since=START + 790 * DAY, nth=1)
    grown = replace(young, since=START + 700 * DAY)
    old = replace(young, since=START + 801 * DAY - YEAR)
    assert not judge_morning(stream, stream, GRID, standing(801, young)).withdrawn
    assert judge_morning(stream, stream, GRID, standing(801, grown)).withdrawn
    assert judge_morning(stream, nothing_of(stream), GRID, standing(801, old)).withdrawn
    wanted = a_stream(days=800)
    assert not judge_morning(wanted, nothing_of(wanted), GRID, standing(801, old)).withdrawn


def test_a_champion_is_judged_since_it_serves() -> None:
    stream = a_stream(days=60, inside=-0.04)
    late = replace(standing(61), since=START + 58 * DAY)
    assert judge_morning(stream, nothing_of(stream), GRID, standing(61)).rollback.due
    assert not judge_morning(stream, nothing_of(stream), GRID, late).rollback.due


def test_no_picks_at_all_leave_everything_as_declared() -> None:
    empty = nothing_of(a_stream(days=1))
    found = judge_morning(empty, empty, GRID, standing(1))
    assert found.choice.wanted == V0
    assert not found.rollback.due
