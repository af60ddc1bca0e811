from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import minimize_scalar

from engine.domain.market import Market, MarketKind, Selection, Side
from engine.pricing.grid.bets import returns
from engine.pricing.grid.payoffs import payoff
from engine.pricing.grid.score_grid import score_grids
from engine.scoring.payoffs import HALVES, gains, kelly, outcomes

odds_taken = st.floats(1.05, 15.0)
probabilities = st.floats(0.02, 0.98)
refunds = st.floats(0.0, 0.6)
rates = st.floats(0.5, 2.5)
HOME = Selection.parse("home")
LINES = [
    Selection(market=Market(kind=kind, line=Decimal(quarters) / 4), side=side)
    for kind, sides, span in (
        (MarketKind.ASIAN_HANDICAP, (Side.HOME, Side.AWAY), range(-8, 9)),
        (MarketKind.TOTAL_GOALS, (Side.OVER, Side.UNDER), range(2, 18)),
    )
    for side in sides
    for quarters in span
]


def a_grid(home: float, away: float) -> np.ndarray[tuple[int, ...], np.dtype[np.float64]]:
    return score_grids(np.array([home]), np.array([away]), -0.05).matrix(0)


def staked(odds: float, probability: float, refund: float = 0.0, bet: Selection = HOME) -> float:
    made = outcomes(np.array([bet.number]), np.array([probability]), np.array([refund]))
    return float(kelly(np.array([odds]), made)[0])


@given(st.sampled_from(LINES), rates, rates)
def test_a_price_and_its_refund_say_all_that_a_bet_can_become(
    bet: Selection, home: float, away: float
) -> None:
    """Read from scores the five chances are the same."""
    told = payoff(a_grid(home, away), bet)
    if not 0 < told.fair < 1:
        return
    made = outcomes(np.array([bet.number]), np.array([told.fair]), np.array([told.refund]))
    expected = [told.win, told.half_win, told.push, told.half_loss, told.loss]
    assert made[0] == pytest.approx(expected, abs=1e-9)


@given(st.sampled_from(LINES), probabilities, refunds)
def test_chances_add_up_and_keep_the_price_and_the_refund(
    bet: Selection, probability: float, refund: float
) -> None:
    made = outcomes(np.array([bet.number]), np.array([probability]), np.array([refund]))[0]
    assert made.min() >= -1e-12
    assert made.sum() == pytest.approx(1)
    won, lost = made @ (np.maximum(HALVES, 0) / 2), made @ (np.maximum(-HALVES, 0) / 2)
    assert won / (won + lost) == pytest.approx(probability)
    assert 1 - won - lost == pytest.approx(refund)


@given(st.sampled_from(LINES), rates, rates, st.floats(1.01, 1.3))
def test_a_quarter_line_is_staked_as_the_mean_of_its_halves(
    bet: Selection, home: float, away: float, value: float
) -> None:
    """Against the growth over every score of half the stake on each neighbouring line."""
    grid, line = a_grid(home, away), bet.market.line
    assert line is not None
    told = payoff(grid, bet)
    if not 0.05 < told.fair < 0.9:
        return
    odds = value / told.fair
    near = Decimal(int(line * 4) % 2) / 4
    halves = [
        returns(Selection(market=Market(kind=bet.market.kind, line=line + step), side=bet.side))
        for step in (-near, near)
    ]
    each = [np.maximum(one, 0) / 2 * (odds - 1) - np.maximum(-one, 0) / 2 for one in halves]
    gain = sum(each) / 2

    def loss(fraction: float) -> float:
        return -float((grid * np.log1p(fraction * gain)).sum())

    best = minimize_scalar(loss, bounds=(0, 0.999), method="bounded", options={"xatol": 1e-10})
    found = staked(odds, told.fair, told.refund, bet)
    assert found == pytest.approx(best.x, abs=1e-4)


@given(odds_taken, probabilities, st.floats(0.0, 0.6))
def test_one_bet_without_half_results_has_a_closed_form_that_pushes_do_not_move(
    odds: float, probability: float, refund: float
) -> None:
    no_bet = Selection.parse("dnb_home")
    expected = max(0.0, (probability * odds - 1) / (odds - 1))
    assert staked(odds, probability, refund, no_bet) == pytest.approx(expected, abs=1e-9)


@given(st.sampled_from(LINES), odds_taken, probabilities, refunds)
def test_there_is_a_stake_where_there_is_an_edge_and_nowhere_else(
    bet: Selection, odds: float, probability: float, refund: float
) -> None:
    if abs(odds * probability - 1) < 1e-9:
        return
    assert (staked(odds, probability, refund, bet) > 0) == (odds * probability > 1)


@given(st.sampled_from(LINES), odds_taken, probabilities, refunds, st.floats(0.001, 0.2))
def test_a_likelier_bet_is_staked_more(
    bet: Selection, odds: float, probability: float, refund: float, more: float
) -> None:
    less, better = (
        staked(odds, min(p, 0.99), refund, bet) for p in (probability, probability + more)
    )
    assert better >= less - 1e-9
    assert better > less or odds * min(probability + more, 0.99) <= 1 or less > 0.9


def test_without_a_price_there_is_no_stake() -> None:
    assert staked(2.0, np.nan, np.nan) == 0
    assert staked(2.0, -0.1) == 0
    assert len(kelly(np.zeros(0), np.zeros((0, 5)))) == 0


def test_a_half_result_gains_or_loses_half() -> None:
    assert gains(np.array([3.0])).tolist() == [[2.0, 1.0, 0.0, -0.5, -1.0]]


@pytest.mark.parametrize("lost", [0.0, 1e-18, 1e-15, 1e-9])
@pytest.mark.parametrize("half", [0.0, 0.3])
def test_what_can_hardly_be_lost_is_staked_whole_and_no_more(lost: float, half: float) -> None:
    made = np.array([[1 - lost - half, half, 0.0, 0.0, lost]])
    assert 0.99 < kelly(np.array([1.5]), made)[0] <= 1
