"""The market table: 22 rows whatever was picked, each figure what it says it is."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.market import CATALOGUE
from engine.domain.pick import Provenance
from engine.learning.clusters import clustered_mean, week_of
from engine.learning.evidence import CLV_OTHER, CLV_SHARP, day_of, evidence
from engine.learning.markets.badges import ASKED, Badge, Condition
from engine.learning.markets.bets import OUTSIDE, PLACE, MarketBets
from engine.learning.markets.rows import MarketRow, MarketTable, Order, ordered
from engine.learning.markets.table import table

DAY = 86_400.0
START = 20_000 * DAY
NEVER = 1e12
OVER, HOME = PLACE["over_2.5"], PLACE["home"]


def some_bets(n: int, **columns: Any) -> MarketBets:
    """Fair bets at odds 2, one a day, all on over 2.5 and without a close unless said."""
    won = np.arange(n) % 2 == 0
    values: dict[str, Any] = {
        "provenance": Provenance.PAPER,
        "market": np.full(n, OVER),
        "kick_off": START + DAY * np.arange(n),
        "odds": np.full(n, 2.0),
        "stake": np.ones(n),
        "profit": np.where(won, 1.0, -1.0),
        "won": won.astype(float),
        "clv": np.full(n, np.nan),
        "clv_alt": np.full(n, np.nan),
        "alt_sharp": np.zeros(n, dtype=np.bool_),
    }
    return MarketBets(**values | columns)


def good_closes(n: int, mean: float, seed: int = 1) -> np.ndarray:
    found: np.ndarray = np.random.default_rng(seed).normal(mean, 0.05, n)
    return found


def row_of(found: MarketTable, code: str = "over_2.5") -> MarketRow:
    row = found.row(code)
    assert row is not None
    return row


def met_of(row: MarketRow) -> dict[Condition, bool]:
    return {one.condition: one.met for one in row.conditions}


def test_a_table_without_a_single_pick_has_all_markets_and_says_nothing() -> None:
    found = table(some_bets(0), now=NEVER)
    assert tuple(row.code for row in found.rows) == CATALOGUE
    assert found.since is None
    for row in found.rows:
        assert row.badge is Badge.INSUFFICIENT
        assert (row.picks, row.closes, row.settled, row.coverage) == (0, 0, 0, None)
        assert row.true_clv is None
        assert row.true_yield is None
        assert row.wins.mean is None
        assert row.e_value == 1.0
        assert not any(met_of(row).values())


def test_the_seed_record_has_no_closes_and_earns_no_badge() -> None:
    """35 of 77 won, +6.59 units (issue 6)."""
    won = np.arange(77) < 35
    odds = np.where(won, 1 + (42 + 6.59) / 35, 2.0)
    bets = some_bets(77, won=won * 1.0, odds=odds, profit=np.where(won, odds - 1, -1.0))
    row = row_of(table(bets, now=NEVER))
    assert row.yield_.mean == pytest.approx(6.59 / 77)
    assert (row.picks, row.closes) == (77, 0)
    assert row.badge is Badge.INSUFFICIENT


def test_figures_are_those_of_the_market_s_own_picks() -> None:
    n = 60
    clv = good_closes(n, 0.01)
    clv[::3] = np.nan
    stake = np.where(np.arange(n) % 3 == 0, 2.0, 1.0)
    profit = np.where(np.arange(n) % 2 == 0, 1.0, -1.0) * stake
    profit[-5:] = np.nan
    won = (np.arange(n) % 2 == 0) * 1.0
    won[-5:] = np.nan
    won[0] = np.nan
    bets = some_bets(n, clv=clv, stake=stake, profit=profit, won=won)
    row = row_of(table(bets, now=NEVER))

    closed = clustered_mean(clv, week_of(bets.kick_off))
    assert (row.picks, row.settled, row.wins.n, row.closes) == (60, 55, 54, 40)
    assert row.coverage == pytest.approx(40 / 60)
    assert (row.clv.mean, row.clv.low, row.clv.high) == pytest.approx(
        (closed.value, closed.low, closed.high)
    )
    assert row.yield_.mean == pytest.approx(np.nansum(profit) / stake[:-5].sum())
    assert row.e_value == pytest.approx(evidence(clv, day_of(bets.kick_off), CLV_OTHER).value)


def test_the_lower_of_two_references_decides_once_it_says_enough() -> None:
    n = 200
    first, second = good_closes(n, 0.06), good_closes(n, 0.02, seed=2)
    bets = some_bets(n, clv=first, clv_alt=second, alt_sharp=np.ones(n, dtype=np.bool_))
    both, alone = table(bets, now=NEVER), table(some_bets(n, clv=first), now=NEVER)
    few = table(replace(bets, clv_alt=np.where(np.arange(n) < 29, second, np.nan)), now=NEVER)
    swapped = table(replace(bets, clv=second, clv_alt=first), now=NEVER)

    day = day_of(bets.kick_off)
    lower = min(evidence(first, day, CLV_OTHER).value, evidence(second, day, CLV_SHARP).value)
    assert row_of(both).by_other
    assert row_of(both).e_value == pytest.approx(lower)
    assert not row_of(few).by_other
    assert row_of(few).true_clv == row_of(alone).true_clv
    assert not row_of(swapped).by_other
    believed = [row_of(each).true_clv for each in (both, swapped)]
    assert believed[0] == believed[1], "whichever of the two is called the first"


def test_a_second_reference_that_is_not_sharp_is_held_to_a_whole_point() -> None:
    n = 100
    second = good_closes(n, 0.02)
    day = day_of(some_bets(n).kick_off)
    found = table(some_bets(n, clv=second + 0.03, clv_alt=second), now=NEVER)
    assert row_of(found).e_value == pytest.approx(evidence(second, day, CLV_OTHER).value)


def test_top_has_to_stand_out_of_all_segments_ever_tabled() -> None:
    three_a_day = START + DAY * (np.arange(150) // 3)
    bets = some_bets(150, clv=good_closes(150, 0.04), kick_off=three_a_day)
    few = row_of(table(bets, now=NEVER))
    assert few.badge is Badge.TOP
    assert all(met_of(few)[each] for each in ASKED[Badge.TOP])

    many = row_of(table(bets, now=NEVER, segments=int(few.e_value)))
    assert many.badge is Badge.GOOD
    assert not met_of(many)[Condition.DISCOVERED]
    assert many.e_value == few.e_value


def test_steady_losses_warn_even_where_no_close_was_ever_caught() -> None:
    n = 900
    lost = np.arange(n) % 3 != 0
    bets = some_bets(n, profit=np.where(lost, -1.0, 1.0), won=~lost * 1.0)
    row = row_of(table(bets, now=NEVER))
    assert row.badge is Badge.AVOID
    assert met_of(row)[Condition.YIELD_REFUTED]
    assert row.yield_ceiling is not None
    assert row.yield_ceiling < 0


def test_the_day_that_is_not_over_counts_and_is_no_evidence_yet() -> None:
    bets = some_bets(50, clv=good_closes(50, 0.04))
    at_noon = START + DAY * 30.5
    now, midnight = (row_of(table(bets, now=at)) for at in (at_noon, START + DAY * 30))
    assert (now.picks, midnight.picks) == (31, 30)
    assert now.e_value == midnight.e_value > 1


@settings(max_examples=25)
@given(st.integers(0, 60), st.integers(0, 2**32 - 1))
def test_nothing_later_than_now_changes_a_figure(until: int, seed: int) -> None:
    rng = np.random.default_rng(seed)
    bets = some_bets(
        60,
        market=rng.integers(OUTSIDE, 22, 60),
        clv=rng.normal(0, 0.08, 60),
        clv_alt=rng.normal(0, 0.08, 60),
    )
    now = float(START + DAY * until)
    later = bets.kick_off >= now
    changed = replace(
        bets,
        market=np.where(later, HOME, bets.market),
        profit=np.where(later, 5.0, bets.profit),
        clv=np.where(later, 0.5, bets.clv),
        clv_alt=np.where(later, np.nan, bets.clv_alt),
    )
    assert table(bets, now=now) == table(changed, now=now)


@settings(max_examples=20)
@given(st.permutations(range(40)))
def test_the_order_of_the_picks_does_not_matter(order: list[int]) -> None:
    rng = np.random.default_rng(8)
    bets = some_bets(40, market=rng.integers(0, 3, 40), clv=rng.normal(0, 0.08, 40))
    columns = {
        name: getattr(bets, name)[order] for name in ("market", "kick_off", "clv", "profit")
    }
    before, after = (
        table(bets, now=NEVER),
        table(replace(bets, **columns, won=bets.won), now=NEVER),
    )
    for one, other in zip(before.rows[:3], after.rows[:3], strict=True):
        assert one.badge is other.badge
        assert one.e_value == pytest.approx(other.e_value)
        assert one.clv.mean == pytest.approx(other.clv.mean)


def test_picks_of_no_market_of_the_table_are_counted_apart() -> None:
    found = table(some_bets(4, market=np.array([OVER, OUTSIDE, OUTSIDE, HOME])), now=NEVER)
    assert found.outside == 2
    assert sum(row.picks for row in found.rows) == 2
    assert (found.since, found.until) == (START, START + 3 * DAY)


def test_rows_are_sorted_highest_first_with_unknown_figures_last_and_ties_by_code() -> None:
    market = np.repeat([HOME, OVER, PLACE["draw"]], [4, 8, 4])
    won = np.array([1, 1, 1, 0] + [1, 0] * 4 + [1, 1, 1, 0]) * 1.0
    profit = np.where(won == 1, 1.0, -1.0)
    rows = table(some_bets(16, market=market, won=won, profit=profit), now=NEVER).rows
    by_wins = [row.code for row in ordered(rows, Order.WINS)]
    assert by_wins[:3] == ["draw", "home", "over_2.5"]
    assert by_wins[3:] == sorted(by_wins[3:])
    assert [row.code for row in ordered(rows, Order.PICKS)][:3] == ["over_2.5", "draw", "home"]
    assert {row.code for row in ordered(rows, Order.YIELD)[:3]} == {"draw", "home", "over_2.5"}
    assert [row.code for row in ordered(rows, Order.CLV)] == sorted(CATALOGUE)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="different lengths"):
        some_bets(3, clv=np.zeros(2))
