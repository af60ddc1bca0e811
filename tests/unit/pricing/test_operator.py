from __future__ import annotations

from decimal import Decimal

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.closing import Payoff
from engine.domain.market import Side
from engine.domain.numbers import units
from engine.domain.settlement import Outcome, Score
from engine.pricing.grid.bets import (
    WON,
    combined,
    correct_score,
    every_bet,
    joint_return,
    loss_share,
    refund_share,
    returns,
    team_total,
    win_share,
    win_to_nil,
)
from engine.pricing.grid.operator import MarketOperator, rebuilt
from engine.pricing.grid.payoffs import at_price, payoff
from engine.pricing.grid.score_grid import SIZE, score_grids
from engine.settlement.grading import profit, settle
from tests.builders import a_selection
from tests.unit.pricing.test_grid import a_grid

BETS = every_bet()
LINED = ("over_", "under_", "ah_")
PLAIN = ("home", "draw", "away", "dc_1x", "dc_12", "dc_x2", "dnb_home", "dnb_away")
SELECTIONS = tuple(
    code for code in BETS if code.startswith(LINED) or code in (*PLAIN, "btts_yes", "btts_no")
)
WORTH = {
    Outcome.WON: 2,
    Outcome.HALF_WON: 1,
    Outcome.VOID: 0,
    Outcome.HALF_LOST: -1,
    Outcome.LOST: -2,
}
ALL = MarketOperator.of(
    [share(table) for table in BETS.values() for share in (win_share, loss_share)]
)
rates = st.floats(0.15, 5.0)
shares = st.floats(0.0, 1.0)


@pytest.mark.parametrize("code", SELECTIONS)
def test_the_grid_and_the_settlement_read_every_score_alike(code: str) -> None:
    """Money: a price and a settlement that disagree on one score pay for it for ever."""
    selection = a_selection(code)
    assert [
        [WORTH[settle(selection, Score(home=home, away=away))] for away in range(SIZE)]
        for home in range(SIZE)
    ] == BETS[code].tolist()


def test_the_catalogue_holds_every_kind_of_bet() -> None:
    assert len(SELECTIONS) == 10 + 2 * 28 + 2 * 41
    assert set(BETS) > {"score_0-0", "score_5-5", "margin_-5", "odd", "even", "total_6"}
    assert set(BETS) > {"home_to_nil", "away_over_1.5", "home_under_0.75", "ah_away@-4.75"}


def test_the_shares_of_a_stake_sum_to_one_at_every_score() -> None:
    for table in BETS.values():
        parts = win_share(table) + loss_share(table) + refund_share(table)
        assert (parts == 1).all()


@given(st.lists(st.tuples(rates, rates, shares), min_size=1, max_size=4))
@settings(max_examples=25, deadline=None)
def test_the_operator_is_the_matrix_product_over_scores(
    fixtures: list[tuple[float, float, float]],
) -> None:
    for made in fixtures:
        grids = a_grid(*made)
        by_matrix = ALL.columns.T @ grids.matrices(slice(None)).reshape(-1, SIZE * SIZE).T
        assert ALL.apply(grids.counts()) == pytest.approx(by_matrix, abs=1e-13)


def test_each_column_is_taken_apart_exactly_and_into_few_sums() -> None:
    for column, terms in zip(ALL.columns.T, ALL.terms, strict=True):
        assert (rebuilt(terms) == column.reshape(SIZE, SIZE)).all()
        assert len(terms) <= 8


@given(st.integers(0, 2**32 - 1), rates, rates, shares)
@settings(max_examples=15, deadline=None)
def test_any_table_at_all_can_be_priced(seed: int, home: float, away: float, share: float) -> None:
    """A column no market has is still summed exactly, over the scores it differs at."""
    table = np.random.default_rng(seed).choice([0.0, 0.5, 1.0], (SIZE, SIZE))
    grids = a_grid(home, away, share)
    found = MarketOperator.of([table]).apply(grids.counts())[0, 0]
    assert found == pytest.approx(float((table * grids.matrix(0)).sum()), abs=1e-13)


def test_more_grids_than_a_block_are_each_their_own() -> None:
    home = np.linspace(0.3, 3.0, 5000)
    many = score_grids(home, home[::-1].copy())
    draws = MarketOperator.of([np.eye(SIZE)])
    found = draws.apply(many.counts())
    for row in (0, 2047, 2048, 4999):
        assert found[0, row] == pytest.approx(float(np.trace(many.matrix(row))), abs=1e-14)


@given(rates, rates, shares, st.sampled_from(sorted(BETS)), st.sampled_from(sorted(BETS)))
@settings(max_examples=80, deadline=None)
def test_a_joint_price_is_at_most_that_of_each_leg(
    home: float, away: float, share: float, one: str, other: str
) -> None:
    grid = a_grid(home, away, share).matrix(0)
    both = win_share(BETS[one]) * win_share(BETS[other])
    joint = float((grid * both).sum())
    for code in (one, other):
        assert joint <= float((grid * win_share(BETS[code])).sum()) + 1e-15


@given(
    st.lists(st.sampled_from(SELECTIONS), min_size=1, max_size=3),
    st.integers(0, 7),
    st.integers(0, 7),
)
@settings(max_examples=150)
def test_a_combination_gives_back_what_its_legs_settled_in_turn_would(
    codes: list[str], home: int, away: int
) -> None:
    odds = [1.5, 2.2, 3.1][: len(codes)]
    stake = Decimal(1)
    for code, price in zip(codes, odds, strict=True):
        outcome = settle(a_selection(code), Score(home=home, away=away))
        stake *= 1 + profit(outcome, price, units(1))
    paid = joint_return([BETS[code] for code in codes], odds)
    assert paid[home, away] == pytest.approx(float(stake), abs=1e-9)


def test_a_combination_with_a_refundable_leg_has_no_single_price() -> None:
    with pytest.raises(ValueError, match="can be refunded"):
        combined([BETS["dnb_home"], BETS["over_2.5"]])


def test_bets_without_a_selection_say_what_they_mean() -> None:
    assert np.argwhere(correct_score(3, 1) == WON).tolist() == [[3, 1]]
    assert (win_to_nil(Side.HOME) == win_to_nil(Side.AWAY).T).all()
    home_over = team_total(Side.HOME, Side.OVER, Decimal("1.25"))
    assert home_over[:3, 7].tolist() == [-2, -1, 2]
    assert (team_total(Side.AWAY, Side.UNDER, Decimal("1.25")) == -home_over.T).all()
    with pytest.raises(ValueError, match="one of the teams"):
        win_to_nil(Side.DRAW)


@given(rates, rates, shares, st.sampled_from(SELECTIONS), st.floats(1.05, 8.0))
@settings(max_examples=200, deadline=None)
def test_the_value_from_the_payoff_is_the_sum_over_scores(
    home: float, away: float, share: float, code: str, odds: float
) -> None:
    grid, selection = a_grid(home, away, share).matrix(0), a_selection(code)
    back = joint_return([returns(selection)], [odds])
    view = payoff(grid, selection)
    if view.refund < 0.999:
        assert view.value(odds) == pytest.approx(float((grid * back).sum()) - 1, abs=1e-9)
    parts = view.win + view.half_win + view.push + view.half_loss + view.loss
    assert parts == pytest.approx(1.0)


def test_the_price_tilts_a_payoff_but_keeps_what_comes_back() -> None:
    shape = payoff(a_grid(1.6, 1.1).matrix(0), a_selection("ah_home@-0.25"))
    tilted = at_price(shape, 0.5)
    assert tilted.fair == pytest.approx(0.5)
    assert tilted.refund == pytest.approx(shape.refund)
    total = tilted.win + tilted.half_win + tilted.push + tilted.half_loss + tilted.loss
    assert total == pytest.approx(1.0)


def test_a_price_that_no_shape_can_hold_leaves_the_shape() -> None:
    shape = Payoff(win=0.1, half_win=0.6, push=0.0, half_loss=0.0, loss=0.3)
    assert at_price(shape, 0.05) == shape
