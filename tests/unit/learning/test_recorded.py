"""What a record earned and what closes say of it: by hand, by parts, and in made-up worlds."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.numbers import units
from engine.domain.pick import Provenance
from engine.learning.intervals import by_weeks, wilson
from engine.learning.recorded.closing import closing
from engine.learning.recorded.columns import columns, share
from engine.learning.recorded.compare import closing_backer, compare
from engine.learning.recorded.money import money
from engine.learning.recorded.report import report
from tests.builders import NOW, a_bet

if TYPE_CHECKING:
    from engine.domain.record import SettledBet
    from engine.learning.recorded.columns import Columns

WEEK = timedelta(weeks=1)


def on_day(day: int, profit: str, number: int = 0, **overrides: Any) -> SettledBet:
    at = NOW + timedelta(days=day)
    return a_bet(
        profit,
        100 * day + number,
        kick_off=at,
        settled_at=at + timedelta(hours=2, minutes=number),
        **overrides,
    )


def told(*bets: SettledBet) -> Columns:
    return columns(bets, Provenance.PAPER)


DAYS = told(
    on_day(0, "1"),
    on_day(0, "-1", 1),
    on_day(1, "-1"),
    on_day(2, "2", odds=3.0),
    on_day(9, "-1"),
    on_day(9, "-1", 1),
    on_day(16, "0"),
)
"""Matchdays of 0, -1, +2, -2 and 0 units, in three weeks."""


def test_money_is_what_a_person_would_work_out() -> None:
    found = money(DAYS)
    assert (found.n, found.matchdays) == (7, 5)
    assert (found.staked, found.profit) == (7.0, -1.0)
    assert found.yield_.mean == pytest.approx(-1 / 7)
    assert found.roi.mean == pytest.approx(-0.01)
    assert found.roi.n == 7
    assert found.strike_rate.mean == pytest.approx(2 / 6)
    assert found.strike_rate.n == 6
    assert found.mean_odds.mean == pytest.approx(15 / 7)
    assert found.profit_factor.mean == pytest.approx(3 / 4)
    days = np.array([0.0, -1.0, 2.0, -2.0, 0.0])
    assert found.sharpe.mean == pytest.approx(days.mean() / days.std(ddof=1))
    below = np.sqrt(np.square(np.minimum(days, 0)).mean())
    assert found.sortino.mean == pytest.approx(days.mean() / below)
    assert (found.fall.units.mean, found.fall.units.n) == (2.0, 5)
    assert found.calmar.mean == pytest.approx(-0.5)
    assert found.fall.days == 2  # of matchdays 0, -1, 1, -1, -1: the last two are the longest run
    assert (found.streaks.longest_won, found.streaks.longest_lost) == (1, 2)
    assert found.streaks.current == -2


def test_every_interval_holds_its_figure_and_what_one_week_cannot_tell_has_none() -> None:
    found = money(DAYS)
    for one in (
        found.yield_,
        found.roi,
        found.strike_rate,
        found.profit_factor,
        found.sharpe,
        found.sortino,
        found.calmar,
        found.fall.units,
    ):
        assert one.low is not None
        assert one.high is not None
        assert one.mean is not None
        assert one.low <= one.mean <= one.high
    week = money(told(on_day(0, "1"), on_day(1, "-1")))
    for one in (week.profit_factor, week.sharpe, week.sortino, week.calmar, week.fall.units):
        assert one.mean is not None
        assert (one.low, one.high) == (None, None)
    assert week.yield_.low is not None
    lone = money(told(on_day(0, "1")))
    assert (lone.yield_.mean, lone.yield_.low, lone.strike_rate.low) == (1.0, None, None)


def test_no_bet_claims_nothing() -> None:
    found = report([], Provenance.LIVE)
    assert (found.money.n, found.closing.n, found.proven.n, found.since) == (0, 0, 0, None)
    for one in (
        found.money.yield_,
        found.money.sharpe,
        found.closing.clv,
        found.robust.worse_odds.yield_,
    ):
        assert (one.mean, one.low, one.high) == (None, None, None)
    assert (found.closing.spread, found.closing.grades) == (None, {})
    assert found.alert_luck.percentile == 0.5
    assert (found.proven.positive, found.proven.needed, found.proven.clv) == (None, None, 1.0)


def test_only_wins_have_no_profit_factor_and_no_sortino_and_no_certainty() -> None:
    found = money(told(*(on_day(7 * week, "1") for week in range(4))))
    assert found.profit_factor.mean is None
    assert found.sortino.mean is None
    assert found.sharpe.mean is None
    assert found.strike_rate.mean == 1.0
    assert found.strike_rate.low is not None
    assert found.strike_rate.low < 0.7
    assert found.calmar.mean is None
    assert (found.fall.units.mean, found.fall.days, found.streaks.current) == (0.0, 0, 4)


def test_a_fall_is_held_against_weeks_in_the_order_they_were_drawn() -> None:
    """Two weeks of +1 and -3: a path of two weeks is one of four, and falls by 0, 3, 3 or 6."""
    found = money(told(on_day(0, "1"), on_day(7, "-3", stake=units(3))))
    assert found.fall.units.mean == 3.0
    wider = 12.7062 / 1.95996 * 2**0.5  # what two weeks say of others, for what their draws say
    assert found.fall.units.low == 0.0
    assert found.fall.units.high == pytest.approx(3 + wider * 3, abs=1e-3)
    assert found.calmar.mean == pytest.approx(-2 / 3)
    assert found.calmar.low == -1.0
    assert found.calmar.high == pytest.approx(-2 / 3)


BETS = st.lists(
    st.tuples(st.integers(0, 40), st.sampled_from(["1", "-1", "0", "0.5", "-0.5"])),
    min_size=1,
    max_size=25,
).map(lambda rows: [on_day(day, profit, at) for at, (day, profit) in enumerate(rows)])


@given(BETS, st.randoms(use_true_random=False))
def test_the_order_of_rows_changes_nothing(bets: list[SettledBet], random: Any) -> None:
    mixed = list(bets)
    random.shuffle(mixed)
    assert report(mixed, Provenance.PAPER) == report(bets, Provenance.PAPER)


@given(BETS, st.integers(0, 25))
def test_parts_add_up_to_the_whole(bets: list[SettledBet], cut: int) -> None:
    whole, first, rest = (money(told(*part)) for part in (bets, bets[:cut], bets[cut:]))
    assert first.n + rest.n == whole.n
    assert first.staked + rest.staked == pytest.approx(whole.staked)
    assert first.profit + rest.profit == pytest.approx(whole.profit)


def test_bets_of_two_provenances_have_no_record() -> None:
    with pytest.raises(ValueError, match="never summed"):
        columns([a_bet(), a_bet(number=1, provenance=Provenance.LIVE)], Provenance.PAPER)


def test_intervals_by_weeks_hold_the_truth_about_as_often_as_they_say() -> None:
    """Weeks of 8 picks that share a shock; 400 records of 30 weeks."""
    rng, held = np.random.default_rng(11), 0
    weeks = [str(week) for week in range(30) for _ in range(8)]
    matches = [str(match) for match in range(240)]
    for _ in range(400):
        values = 0.02 + rng.normal(0, 0.08, 240) + np.repeat(rng.normal(0, 0.03, 30), 8)
        found = by_weeks(values.tolist(), [1.0] * 240, weeks, matches)
        assert found.low is not None
        assert found.high is not None
        held += found.low <= 0.02 <= found.high
    assert 0.92 <= held / 400 <= 0.98


def test_closes_are_told_plain_weighted_and_logarithmic() -> None:
    found = closing(
        told(
            on_day(0, "1", clv=0.06, stake=units(3), refund=0.5),
            on_day(8, "-1", clv=-0.02, clv_alt=None, movement=-0.01),
            on_day(16, "-1", clv=None, clv_alt=None, movement=None, grade=None),
        )
    )
    assert (found.n, found.closes, found.clv.n, found.clv_alt.n) == (3, 2, 2, 1)
    assert found.clv.mean == pytest.approx(0.02)
    assert found.weighted.mean == pytest.approx((3 * 0.06 - 0.02) / 4)
    assert found.log.mean == pytest.approx((np.log(1.12) + np.log(0.98)) / 2)
    assert found.beat.mean == pytest.approx(0.5)
    assert found.gap.mean == pytest.approx(0.03 - 0.02)
    assert found.movement.n == 2
    assert found.movement.mean == pytest.approx((0.03 - 0.01) / 2)
    assert (found.within.n, found.without.n) == (2, 1)
    assert found.spread == pytest.approx((-0.012, 0.0, 0.02, 0.04, 0.052))
    assert found.grades == {"A": 2, "none": 1}
    assert found.without.mean == pytest.approx(-1.0)


def test_a_share_of_all_is_no_certainty() -> None:
    bets = told(*(on_day(7 * week + at, "1") for week in range(4) for at in range(3)))
    found = share(np.ones(12), bets)
    assert found.mean == 1.0
    assert found.low is not None
    assert found.low < 0.8


def test_backing_the_close_at_its_fair_odds_is_what_luck_left() -> None:
    """Odds of 2.2 whose close says 5 % of value: the fair odds then were 2.2 / 1.05."""
    found = closing_backer(
        told(
            on_day(0, "1.2", odds=2.2, clv=0.05),
            on_day(8, "-1", odds=2.2, clv=0.05),
            on_day(16, "0", odds=2.2, clv=0.05),
            on_day(24, "-1", odds=2.2, clv=None),
        )
    )
    assert found.n == 3
    assert found.yield_.mean == pytest.approx((2.2 / 1.05 - 1 - 1) / 3)
    assert found.gained.mean == pytest.approx((1.2 - (2.2 / 1.05 - 1)) / 3)


def test_two_windows_differ_by_what_their_errors_allow() -> None:
    first = told(*(on_day(7 * week, "1" if week % 2 else "-1") for week in range(8)))
    second = told(*(on_day(7 * week, "1", clv=0.05) for week in range(10, 18)))
    found = compare(first, second)
    assert (found.first, found.second) == (8, 8)
    assert found.yield_.mean == pytest.approx(1.0)
    assert found.yield_.low is not None
    assert found.yield_.low < 0  # 8 of 8 after 4 of 8 may be luck (Fisher: p = .08)
    assert found.clv.mean == pytest.approx(0.03)
    same = compare(first, told(*(on_day(7 * week, "1" if week % 2 else "-1") for week in (9, 10))))
    assert same.yield_.low is not None
    assert same.yield_.high is not None
    assert same.yield_.low < 0 < same.yield_.high
    lone = compare(first, told(on_day(100, "1")))
    assert lone.yield_.mean is not None
    assert lone.yield_.low is None


def test_a_difference_is_as_unsure_as_both_windows_are() -> None:
    first = told(*(on_day(7 * week, "1" if week % 3 else "-1") for week in range(9)))
    second = told(*(on_day(7 * week, "1" if week % 2 else "-1") for week in range(10, 22)))
    found = compare(first, second).yield_
    one, other = money(first).yield_, money(second).yield_
    assert None not in {one.mean, one.high, other.mean, other.low, found.mean, found.low}
    assert found.mean == pytest.approx((other.mean or 0) - (one.mean or 0))
    down = np.hypot((other.mean or 0) - (other.low or 0), (one.high or 0) - (one.mean or 0))
    assert found.low == pytest.approx((found.mean or 0) - down)


def test_all_won_is_no_certain_yield() -> None:
    found = money(told(*(on_day(7 * week, "1") for week in range(10)))).yield_
    assert (found.mean, found.high) == (1.0, 1.0)
    assert found.low == pytest.approx(2 * (wilson(10, 10).low or 0) - 1)


def test_windows_that_share_a_week_or_are_of_two_provenances_do_not_compare() -> None:
    with pytest.raises(ValueError, match="share a week"):
        compare(DAYS, DAYS)
    live = [replace(on_day(60, "1"), provenance=Provenance.LIVE)]
    with pytest.raises(ValueError, match="no two provenances"):
        compare(DAYS, columns(live, Provenance.LIVE))
