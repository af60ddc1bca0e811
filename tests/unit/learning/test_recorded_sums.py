"""Luck by counting: every outcome of a dozen bets, quarter lines, and sums beyond counting."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from engine.domain.closing import Payoff
from engine.domain.market import Selection
from engine.domain.numbers import units
from engine.domain.pick import Provenance
from engine.learning.recorded import sums
from engine.learning.recorded.columns import columns
from engine.learning.recorded.fortune import LEVELS, at_alert, at_close
from engine.learning.recorded.sums import Many, Part, Sum
from tests.builders import a_bet

if TYPE_CHECKING:
    from engine.learning.recorded.columns import Columns

HALF_WON = Payoff(win=0.42, half_win=0.24, push=0, half_loss=0, loss=0.34), "ah_home@+0.25"
HALF_LOST = Payoff(win=0.40, half_win=0, push=0, half_loss=0.22, loss=0.38), "ah_home@-0.25"
BACK = Payoff(win=0.40, half_win=0, push=0.25, half_loss=0, loss=0.35), "ah_home@0"
PLAIN = Payoff(win=0.51, half_win=0, push=0, half_loss=0, loss=0.49), "home"
BET = st.tuples(
    st.sampled_from([HALF_WON, HALF_LOST, BACK, PLAIN]),
    st.sampled_from([1.55, 1.9, 2.0, 2.37]),
    st.sampled_from(["0.25", "0.5", "1"]),
)
Rows = list[tuple[tuple[Payoff, str], float, str]]


def outcomes(payoff: Payoff, odds: float, stake: float) -> list[tuple[float, float]]:
    """Each profit with its chance, by the payoff's own five probabilities."""
    gain = odds - 1
    paid = (gain, gain / 2, 0.0, -0.5, -1.0)
    chances = (payoff.win, payoff.half_win, payoff.push, payoff.half_loss, payoff.loss)
    return [(stake * one, chance) for one, chance in zip(paid, chances, strict=True) if chance]


def told(rows: Rows, profit: float) -> Columns:
    """Bets on matches of their own; the first carries the whole profit."""
    bets = [
        a_bet(
            f"{profit:.4f}" if number == 0 else "0",
            number,
            selection=Selection.parse(code),
            odds=odds,
            stake=units(stake),
            expected_at_alert=payoff.value(odds),
            refund=payoff.refund,
            clv=None,
        )
        for number, ((payoff, code), odds, stake) in enumerate(rows)
    ]
    return columns(bets, Provenance.PAPER)


@settings(max_examples=25, deadline=None)
@given(st.lists(BET, min_size=1, max_size=7), st.data())
def test_luck_is_what_listing_every_fortune_gives(rows: Rows, data: st.DataObject) -> None:
    each = [outcomes(payoff, odds, float(stake)) for (payoff, _), odds, stake in rows]
    fortunes = list(product(*each))
    totals = np.array([sum(profit for profit, _ in one) for one in fortunes])
    chances = np.array([np.prod([chance for _, chance in one]) for one in fortunes])
    mine = float(totals[data.draw(st.integers(0, len(totals) - 1))])
    found = at_alert(told(rows, mine))
    equal = np.abs(totals - mine) < 3e-4  # every bet is rounded to the accounts' four decimals
    less = chances[(totals < mine) & ~equal].sum()
    near = chances[equal].sum()
    assert found.expected == pytest.approx(float(totals @ chances), abs=1e-9)
    assert found.deviation**2 == pytest.approx(
        float((totals - totals @ chances) ** 2 @ chances), abs=1e-9
    )
    assert less - 1e-9 <= found.percentile <= less + near + 1e-9
    for level, band in zip(LEVELS, found.bands, strict=True):
        assert chances[totals <= band + 6e-4].sum() >= level - 1e-9
        assert chances[totals < band - 6e-4].sum() <= level + 1e-9


def test_a_dozen_bets_at_twelve_odds_are_told_to_the_last_chance() -> None:
    odds = [1.5 + 0.07 * number for number in range(12)]
    rows: Rows = [(PLAIN, round(one, 2), "1") for one in odds]
    won = np.array(list(product((1, 0), repeat=12)))
    totals = won @ np.round(odds, 2) - 12
    chances = np.where(won, 0.51, 0.49).prod(axis=1)
    mine = float(totals[1234])
    equal = np.abs(totals - mine) < 1e-9
    truth = chances[(totals < mine) & ~equal].sum() + chances[equal].sum() / 2
    assert at_alert(told(rows, mine)).percentile == pytest.approx(truth, abs=1e-12)


def test_level_stakes_at_one_price_are_the_binomial() -> None:
    bets = [a_bet("1" if at < 105 else "-1", at, clv=0.02) for at in range(200)]
    found = at_close(columns(bets, Provenance.PAPER))
    luck = binom(200, 0.51)
    assert found.percentile == pytest.approx(luck.cdf(104) + luck.pmf(105) / 2, abs=1e-9)
    assert found.bands == tuple(2 * float(luck.ppf(level)) - 200 for level in LEVELS)


def test_sums_on_cells_are_those_that_were_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    rng = np.random.default_rng(8)
    rows: Rows = [(HALF_LOST, float(odds), "0.5") for odds in rng.uniform(1.5, 4, 60).round(2)]
    bets = told(rows, 4.37)
    on_cells = at_alert(bets)
    monkeypatch.setattr(sums, "MOST_ATOMS", 10**9)
    exact = at_alert(bets)
    assert on_cells.percentile == pytest.approx(exact.percentile, abs=1e-3)
    assert on_cells.bands == pytest.approx(exact.bands, abs=0.02)


def test_a_sum_says_whether_it_is_exact() -> None:
    rng = np.random.default_rng(1)
    parts = [
        Part(profit=np.array([odds - 1, -1.0]), chance=np.array([0.5, 0.5]))
        for odds in rng.uniform(1.5, 3, 16).round(4)
    ]
    total = Sum(sum(part.variance for part in parts) ** 0.5)
    for part in parts[:12]:
        total.add(part)
    assert total.exact
    for part in parts[12:]:
        total.add(part)
    assert not total.exact


def test_nothing_that_can_vary_is_as_lucky_as_it_had_to_be() -> None:
    counted = Sum(0.0)
    counted.add(Part(profit=np.array([0.5]), chance=np.array([1.0])))
    for total in (counted, Many(mean=0.5, variance=0.0, third=0.0)):
        assert [total.below(profit) for profit in (0.4, 0.5, 0.6)] == [0.0, 0.5, 1.0]


@settings(max_examples=20, deadline=None)
@given(st.lists(BET, min_size=1, max_size=20), st.lists(st.floats(-25, 50), min_size=2))
def test_percentiles_are_chances_and_more_profit_is_never_less_luck(
    rows: Rows, profits: list[float]
) -> None:
    found = [at_alert(told(rows, profit)).percentile for profit in sorted(profits)]
    assert all(0 <= one <= 1 for one in found)
    assert found == sorted(found)
