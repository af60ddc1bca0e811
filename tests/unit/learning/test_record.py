from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import binom

from engine.domain.numbers import units
from engine.domain.pick import Provenance
from engine.learning.intervals import WEEKS, WIDER, by_weeks, clustered_ratio, wilson
from engine.learning.record import drawdown, record
from engine.learning.recorded.curve import PARTS, profit_curve
from tests.builders import NOW, a_bet


def test_an_empty_record_claims_nothing() -> None:
    found = record([], Provenance.LIVE)
    assert (found.n, found.n_close) == (0, 0)
    assert found.profit == found.drawdown == 0
    for estimate in (found.yield_, found.strike_rate, found.clv, found.clv_alt):
        assert (estimate.mean, estimate.n, estimate.low, estimate.high) == (None, 0, None, None)
    assert (found.since, found.until) == (None, None)


def test_one_bet_has_a_mean_but_no_interval() -> None:
    found = record([a_bet("1")], Provenance.PAPER)
    for estimate in (found.yield_, found.strike_rate, found.clv, found.clv_alt):
        assert estimate.mean is not None
        assert (estimate.n, estimate.low, estimate.high) == (1, None, None)


def test_the_record_counts_what_it_says_it_counts() -> None:
    bets = [
        a_bet("1", 0),
        a_bet("-1", 1, clv=None, clv_alt=None),
        a_bet("0", 2),
        a_bet("-1", 3, clv=-0.04, clv_alt=None),
    ]
    found = record(bets[::-1], Provenance.PAPER)
    assert (found.provenance, found.n) == (Provenance.PAPER, 4)
    assert (found.staked, found.profit) == (Decimal(4), Decimal(-1))
    assert found.yield_.mean == pytest.approx(-0.25)
    assert found.strike_rate.n == 3
    assert found.strike_rate.mean == pytest.approx(1 / 3)
    assert (found.clv.n, found.n_close) == (3, 3)
    assert found.clv.mean == pytest.approx(0.0)
    assert found.clv_alt.n == 2
    assert found.clv_alt.mean == pytest.approx(0.01)
    assert (found.drawdown, found.since) == (Decimal(2), NOW)
    assert found.until == bets[3].settled_at


def test_a_missing_close_is_not_a_close_of_zero() -> None:
    """Money: counting missing closes as 0 would drag every CLV towards the harmless."""
    found = record([a_bet(number=0), a_bet(number=1, clv=None)], Provenance.PAPER)
    assert found.clv.n == 1
    assert found.clv.mean == pytest.approx(0.02)


def test_yield_is_profit_over_turnover_not_the_mean_of_bets() -> None:
    bets = [a_bet("4", 0, stake=units(2)), a_bet("-1", 1), a_bet("-1", 2)]
    assert record(bets, Provenance.PAPER).yield_.mean == pytest.approx(0.5)


def test_picks_of_one_game_do_not_count_as_independent() -> None:
    apart = [a_bet("1" if number % 2 else "-1", number) for number in range(40)]
    paired = [replace(bet, fixture=str(index // 2 % 20)) for index, bet in enumerate(apart)]
    same_way = [
        replace(bet, fixture=str(index % 20), profit=units(1 if index % 20 < 10 else -1))
        for index, bet in enumerate(apart)
    ]
    free, hedged, doubled = (
        record(bets, Provenance.PAPER).yield_ for bets in (apart, paired, same_way)
    )
    assert free.high is not None
    assert hedged.high is not None
    assert doubled.high is not None
    assert hedged.high < free.high < doubled.high


def test_few_weeks_are_told_by_matches_and_many_by_whichever_is_wider() -> None:
    values, ones = [1.0, 1.0, -1.0, -1.0] * (WEEKS // 2), [1.0] * 2 * WEEKS
    matches = [str(at) for at in range(2 * WEEKS)]
    weeks = [str(at // 2) for at in range(2 * WEEKS)]
    assert by_weeks(values, ones, weeks, matches) == clustered_ratio(values, ones, weeks)
    even = [1.0, -1.0] * WEEKS
    assert by_weeks(even, ones, weeks, matches) == clustered_ratio(even, ones, matches)
    few, plain = (
        by_weeks(values[2:], ones[2:], weeks[2:], matches[2:]),
        clustered_ratio(values[2:], ones[2:], matches[2:]),
    )
    assert few.high is not None
    assert plain.high is not None
    assert few.mean == plain.mean == -1 / 7
    assert few.high - few.mean == pytest.approx(WIDER * (plain.high - plain.mean))


def test_the_interval_of_independent_bets_is_students() -> None:
    values = [1.0, -1.0, 0.5, -1.0, 1.2]
    found = clustered_ratio(values, [1.0] * 5, list("abcde"))
    error = np.std(values, ddof=1) / np.sqrt(5)
    assert found.mean == pytest.approx(np.mean(values))
    assert found.high == pytest.approx(np.mean(values) + 2.776445 * error, abs=1e-5)
    assert found.low == pytest.approx(np.mean(values) - 2.776445 * error, abs=1e-5)


def test_nothing_staked_yields_nothing() -> None:
    assert clustered_ratio([0.0], [0.0], ["a"]).mean is None


@given(st.integers(2, 500), st.data())
def test_wilsons_interval_holds_its_share_and_stays_within_bounds(
    n: int, data: st.DataObject
) -> None:
    found = wilson(data.draw(st.integers(0, n)), n)
    assert found.mean is not None
    assert found.low is not None
    assert found.high is not None
    assert -1e-12 <= found.low <= found.mean + 1e-12
    assert found.mean - 1e-12 <= found.high <= 1 + 1e-12


def test_the_seeds_record_is_what_luck_allows() -> None:
    """METHOD A9: 77 settled, 45.5 % won: the interval reaches from a third to well over half."""
    found = wilson(35, 77)
    assert found.low == pytest.approx(0.348, abs=2e-3)
    assert found.high == pytest.approx(0.565, abs=2e-3)


@given(st.lists(st.integers(-300, 300), max_size=40))
def test_the_drawdown_is_the_deepest_fall_between_any_two_moments(profits: list[int]) -> None:
    running = [sum(profits[:count]) for count in range(len(profits) + 1)]
    falls = [high - low for index, high in enumerate(running) for low in running[index:]]
    assert drawdown([Decimal(one) for one in profits]) == max(falls)


def test_the_curve_runs_in_order_of_settlement() -> None:
    curve = profit_curve([a_bet("-1", 1, clv=None), a_bet("1", 0)])
    assert curve.actual == (1.0, 0.0)
    assert curve.bets == (1, 2)
    assert curve.expected_alert == pytest.approx((0.03, 0.06))
    assert curve.expected_close == pytest.approx((0.02, 0.05))
    assert curve.n_close == 1


def test_an_empty_curve_is_empty() -> None:
    curve = profit_curve([])
    assert (curve.actual, curve.low90, curve.n_close) == ((), (), 0)


def test_a_long_curve_is_kept_in_few_points_and_leaves_out_no_peak() -> None:
    bets = [a_bet("1" if number % 2 else "-1", number) for number in range(3_000)]
    bets[1_501] = replace(bets[1_501], profit=Decimal(250))
    curve = profit_curve(bets)
    assert len(curve.bets) <= 2 * PARTS + 2
    assert (curve.bets[0], curve.bets[-1]) == (1, 3_000)
    assert max(curve.actual) == 250 + curve.actual[curve.bets.index(1_502) - 1]
    assert curve.actual[-1] == float(sum(bet.profit for bet in bets))
    assert len({len(one) for one in (curve.low90, curve.high50, curve.actual)}) == 1


def test_luck_carries_as_far_as_the_bets_allow() -> None:
    """A hundred even bets without edge: as many wins as a coin's, 47 to 53 or 42 to 58."""
    bets = [a_bet("1", number, expected_at_alert=0.0, clv=0.0) for number in range(100)]
    curve = profit_curve(bets)
    wins = [2 * binom.ppf(level, 100, 0.5) - 100 for level in (0.05, 0.25, 0.75, 0.95)]
    bands = [curve.low90[-1], curve.low50[-1], curve.high50[-1], curve.high90[-1]]
    assert bands == pytest.approx(wins, abs=0.25)


def test_bets_of_one_game_stretch_the_band() -> None:
    bets = [a_bet("1", number, expected_at_alert=0.0, clv=0.0) for number in range(16)]
    together = [replace(bet, fixture="one") for bet in bets]
    assert profit_curve(bets).high90[-1] == pytest.approx(6, abs=0.1)
    assert profit_curve(together).high90[-1] == pytest.approx(16, abs=0.1)


def test_half_of_simulated_records_lie_in_the_inner_band() -> None:
    generator = np.random.default_rng(7)
    odds = generator.uniform(1.5, 4.0, 60)
    bets = [
        a_bet("1", number, odds=float(price), expected_at_alert=0.02, clv=0.02)
        for number, price in enumerate(odds)
    ]
    curve = profit_curve(bets)
    won = generator.random((4000, 60)) < 1.02 / odds
    ends = np.where(won, odds - 1, -1).sum(axis=1)
    assert np.mean((ends > curve.low50[-1]) & (ends < curve.high50[-1])) == pytest.approx(
        0.5, abs=0.03
    )
    assert np.mean((ends > curve.low90[-1]) & (ends < curve.high90[-1])) == pytest.approx(
        0.9, abs=0.02
    )


@pytest.mark.parametrize("other", [Provenance.LIVE, Provenance.BACKTEST])
def test_a_bet_of_another_provenance_has_no_place_in_a_record(other: Provenance) -> None:
    bets = [a_bet(number=0), a_bet(number=1, provenance=other)]
    with pytest.raises(TypeError, match=f"a paper record and a {other} record have no sum"):
        record(bets, Provenance.PAPER)
