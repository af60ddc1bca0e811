"""What pictures of a record show: worked out by hand, and by brute force."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.market import Selection
from engine.domain.pick import Provenance
from engine.domain.record import SettledBet
from engine.learning.intervals import WEEKS
from engine.learning.periods import Span, by_period, start_of
from engine.learning.recorded import fortune
from engine.learning.recorded.calibrated import calibrated
from engine.learning.recorded.columns import Columns, columns, mean
from engine.learning.recorded.correlated import correlated
from engine.learning.recorded.course import clv_course
from engine.learning.recorded.histogram import BINS, REACH, clv_histogram
from engine.learning.recorded.underwater import underwater
from tests.builders import NOW, a_bet

PARIS = ZoneInfo("Europe/Paris")


def told(bets: list[SettledBet]) -> Columns:
    return columns(bets, bets[0].provenance)


def weekly(clvs: list[list[float]]) -> list[SettledBet]:
    """Bets with these CLVs, those of a list in one week."""
    return [
        a_bet("1", 100 * week + at, clv=clv, kick_off=NOW + timedelta(weeks=week, minutes=at))
        for week, values in enumerate(clvs)
        for at, clv in enumerate(values)
    ]


@given(st.lists(st.one_of(st.none(), st.floats(-0.9, 3)), min_size=1, max_size=60))
def test_every_close_is_in_one_bin_and_none_is_made_up(clvs: list[float | None]) -> None:
    found = clv_histogram(told([a_bet("1", at, clv=clv) for at, clv in enumerate(clvs)]))
    known = [clv for clv in clvs if clv is not None]
    assert (found.n, found.closes, len(found.counts)) == (len(clvs), len(known), BINS)
    below = sum(clv < found.edges[1] for clv in known)
    assert found.counts[0] == below
    assert found.median == (None if not known else pytest.approx(float(np.median(known))))
    assert (found.edges[0], found.edges[-1]) == (-REACH, REACH)


@given(st.lists(st.lists(st.floats(-0.2, 0.2), min_size=1, max_size=4), min_size=1, max_size=15))
def test_the_course_of_clv_is_the_mean_and_interval_of_all_until_then(
    clvs: list[list[float]],
) -> None:
    course = clv_course(told(weekly(clvs)))
    assert len(course.mean) == len(clvs)
    for at in range(len(clvs)):
        so_far = told(weekly(clvs[: at + 1]))
        assert course.mean[at] == pytest.approx(float(so_far.clv.mean()))
        assert course.closes[at] == len(so_far)
        assert course.of_week[at] == pytest.approx(float(np.mean(clvs[at])))
        assert np.isnan(course.low[at]) == (at + 1 < WEEKS)
    if len(clvs) >= WEEKS:
        whole = told(weekly(clvs))
        known = mean(whole.clv, replace(whole, fixture=whole.week))
        assert course.low[-1] == pytest.approx(known.low, abs=1e-9)
        assert course.high[-1] == pytest.approx(known.high, abs=1e-9)


def test_a_course_without_a_close_is_empty() -> None:
    course = clv_course(told([a_bet("1", 0, clv=None)]))
    assert (course.n, course.mean, course.at) == (1, (), ())


@given(st.lists(st.sampled_from(["1", "-1", "0.5"]), min_size=1, max_size=50))
@settings(max_examples=40, deadline=None)
def test_depths_are_the_falls_from_the_best_so_far(profits: list[str]) -> None:
    found = underwater(told([a_bet(profit, at) for at, profit in enumerate(profits)]))
    running, best, depths = Decimal(0), Decimal(0), list[float]()
    for profit in profits:
        running += Decimal(profit)
        best = max(best, running)
        depths.append(float(running - best))
    assert found.depth == pytest.approx(depths)
    assert (found.deepest, found.now) == pytest.approx((min(depths), depths[-1]))
    under = "".join("u" if depth < 0 else "." for depth in depths)
    assert found.longest == max(len(run) for run in under.split("."))
    assert found.since == len(under) - len(under.rstrip("u"))
    assert found.nine_tenths <= found.half <= 0


def test_what_luck_alone_does_is_the_same_each_time_and_deeper_for_more_bets() -> None:
    few = told([a_bet("1" if at % 2 else "-1", at, clv=0.0) for at in range(100)])
    many = told([a_bet("1" if at % 2 else "-1", at, clv=0.0) for at in range(900)])
    assert underwater(few) == underwater(few)
    assert underwater(many).half < underwater(few).half < -5


def test_paths_of_very_many_bets_go_as_far_as_those_that_are_drawn_one_by_one(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    bets = told([a_bet("1" if at % 2 else "-1", at, fixture=str(at // 2)) for at in range(2_000)])
    edge, rng = np.full(2_000, 0.02), np.random.default_rng
    drawn = fortune.running_profits(bets, edge, paths=2_000, rng=rng(1))[:, -1]
    monkeypatch.setattr(fortune, "DRAWN", 100)
    in_runs = fortune.running_profits(bets, edge, paths=2_000, rng=rng(2))[:, -1]
    assert in_runs.mean() == pytest.approx(drawn.mean(), abs=0.15 * drawn.std())
    assert in_runs.std() == pytest.approx(drawn.std(), rel=0.1)
    assert fortune.at_alert(bets).deviation > 0


def test_chances_that_come_true_are_well_calibrated_and_others_are_not() -> None:
    rng = np.random.default_rng(4)

    def a_record(edge_said: float) -> Columns:
        bets = list[SettledBet]()
        for at in range(4_000):
            odds = float(rng.choice([1.4, 2.0, 4.0]))
            won = rng.random() < 1.02 / odds
            profit = f"{odds - 1:.4f}" if won else "-1"
            bets.append(
                a_bet(
                    profit,
                    at,
                    odds=odds,
                    expected_at_alert=edge_said,
                    kick_off=NOW + timedelta(hours=at),
                )
            )
        return told(bets)

    right, wrong = calibrated(a_record(0.02)), calibrated(a_record(0.25))
    assert right.n == wrong.n == 4_000
    assert right.error is not None
    assert wrong.error is not None
    assert right.error < 0.03
    assert wrong.error > 0.08
    for one in right.bins:
        assert one.low <= one.said < one.high
        assert one.won.low is not None
        assert one.won.high is not None
        assert one.won.low <= one.said <= one.won.high
    assert (right.log_loss.mean or 0) < (wrong.log_loss.mean or 0)


def test_bets_given_back_and_quarter_lines_say_nothing_of_chances() -> None:
    void = a_bet("0", 0)
    quarter = replace(a_bet("1", 1), selection=Selection.parse("over_2.25"))
    found = calibrated(told([void, quarter]))
    assert (found.n, found.bins, found.error) == (0, (), None)


@given(st.dates(date(2020, 1, 1), date(2030, 1, 1)), st.sampled_from(Span))
def test_a_period_begins_no_later_than_its_days_and_is_no_longer_than_its_span(
    day: date, span: Span
) -> None:
    start = start_of(day, span)
    assert start <= day < start + timedelta(days={"day": 1, "week": 7, "month": 31}[span])
    assert start_of(start, span) == start


def test_periods_are_those_of_the_readers_own_calendar_and_empty_ones_are_not_there() -> None:
    late = datetime(2026, 10, 31, 23, 30, tzinfo=ZoneInfo("UTC"))  # November in Paris
    bets = [
        replace(a_bet("1", 0), settled_at=late),
        replace(a_bet("-1", 1), settled_at=late - timedelta(hours=2)),
        replace(a_bet("-0.5", 2), settled_at=late + timedelta(days=40)),
    ]
    found = by_period(bets, Span.MONTH, PARIS)
    assert [one.start for one in found] == [
        date(2026, 10, 1),
        date(2026, 11, 1),
        date(2026, 12, 1),
    ]
    assert [one.profit for one in found] == [Decimal(-1), Decimal(1), Decimal("-0.5")]
    assert len(by_period(bets, Span.DAY, ZoneInfo("UTC"))) == 2
    with pytest.raises(TypeError):
        by_period([bets[0], replace(bets[0], provenance=Provenance.BACKTEST)], Span.MONTH, PARIS)


def test_markets_that_go_together_are_found_with_how_many_matches_said_so() -> None:
    rng = np.random.default_rng(6)
    bets = list[SettledBet]()
    for match in range(200):
        goals = rng.random() < 0.5
        both = goals if rng.random() < 0.8 else not goals
        for code, won in (("over_2.5", goals), ("btts_yes", both)):
            bet = a_bet("1" if won else "-1", len(bets), fixture=str(match))
            bets.append(replace(bet, selection=Selection.parse(code)))
    alone = replace(a_bet("1", 999), fixture="alone", selection=Selection.parse("home"))
    found = correlated([*bets, alone])
    assert set(found.markets) == {bets[0].selection.market_code, bets[1].selection.market_code}
    [pair] = found.pairs.values()
    assert (pair.n, pair.few, found.n) == (200, False, 401)
    assert pair.low is not None
    assert pair.high is not None
    assert pair.low < 0.6 < pair.high
    few = correlated(bets[:6])
    [thin] = few.pairs.values()
    assert (thin.n, thin.few, thin.value) == (3, True, None)
