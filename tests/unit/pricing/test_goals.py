from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.closing import Payoff
from engine.domain.market import SIDES, Market, MarketKind, Selection
from engine.domain.settlement import Outcome, Score
from engine.pricing.implied_goals import fit_grid
from engine.pricing.payoffs import at_price, payoff
from engine.pricing.score_bets import returns
from engine.pricing.score_grid import SIZE
from engine.settlement.grading import settle
from tests.builders import a_selection

CODES = (
    *("home", "draw", "away", "dc_1x", "dc_12", "dc_x2", "dnb_home", "dnb_away"),
    *("btts_yes", "btts_no"),
    *(f"{side}_{line / 4:g}" for side in ("over", "under") for line in range(29)),
    *(f"ah_{side}@{line / 4:+g}" for side in ("home", "away") for line in range(-20, 21)),
)
WORTH = {
    Outcome.WON: 2,
    Outcome.HALF_WON: 1,
    Outcome.VOID: 0,
    Outcome.HALF_LOST: -1,
    Outcome.LOST: -2,
}
rates = st.floats(0.3, 4.0)


def grid_of(home: float, away: float) -> np.ndarray:
    goals = np.arange(SIZE)
    factorials = np.cumprod(np.maximum(goals, 1).astype(float))
    grid = np.outer(home**goals / factorials, away**goals / factorials)
    scores: np.ndarray = grid / grid.sum()
    return scores


def match_odds_of(grid: np.ndarray) -> np.ndarray:
    home = np.tril(grid, -1).sum()
    return np.array([home, np.trace(grid), 1 - home - np.trace(grid)])


@pytest.mark.parametrize("code", CODES)
def test_the_grid_and_the_settlement_read_every_score_alike(code: str) -> None:
    """Money: a price and a settlement that disagree on one score pay for it for ever."""
    selection = a_selection(code)
    made = returns(selection)
    assert [
        [WORTH[settle(selection, Score(home=home, away=away))] for away in range(10)]
        for home in range(10)
    ] == made[:10, :10].tolist()


@given(rates, rates, st.sampled_from(CODES), st.floats(1.05, 8.0))
@settings(max_examples=200)
def test_the_value_from_the_payoff_is_the_sum_over_scores(
    home: float, away: float, code: str, odds: float
) -> None:
    grid, selection = grid_of(home, away), a_selection(code)
    made = returns(selection)
    back = np.select([made == 2, made == 1, made == 0, made == -1], [odds, (odds + 1) / 2, 1, 0.5])
    view = payoff(grid, selection)
    if view.refund < 0.999:
        assert view.value(odds) == pytest.approx(float((grid * back).sum()) - 1, abs=1e-9)


@given(rates, rates)
def test_every_market_of_the_grid_sums_to_one(home: float, away: float) -> None:
    grid = grid_of(home, away)
    for kind in (MarketKind.MATCH_ODDS, MarketKind.BTTS):
        sides = [Selection(market=Market(kind=kind), side=side) for side in SIDES[kind]]
        assert sum(payoff(grid, side).win for side in sides) == pytest.approx(1.0)
    for code in CODES:
        view = payoff(grid, a_selection(code))
        total = view.win + view.half_win + view.push + view.half_loss + view.loss
        assert total == pytest.approx(1.0)


@given(st.lists(st.tuples(rates, rates), min_size=1, max_size=6))
@settings(max_examples=60, deadline=None)
def test_match_odds_alone_give_back_the_rates_they_came_from(
    pairs: list[tuple[float, float]],
) -> None:
    fitted = fit_grid(np.array([match_odds_of(grid_of(*pair)) for pair in pairs]))
    assert fitted.home_rate == pytest.approx([pair[0] for pair in pairs], rel=1e-5)
    assert fitted.away_rate == pytest.approx([pair[1] for pair in pairs], rel=1e-5)


@given(rates, rates, st.sampled_from([6, 7, 8, 9, 10, 11, 12, 14]))
@settings(max_examples=60, deadline=None)
def test_a_total_of_any_line_gives_back_the_rates(home: float, away: float, quarters: int) -> None:
    grid = grid_of(home, away)
    over = payoff(grid, a_selection(f"over_{quarters / 4:g}")).fair
    fitted = fit_grid(match_odds_of(grid)[None], np.array([over]), np.array([quarters / 4]))
    assert len(fitted) == 1
    assert fitted.matrix(0) == pytest.approx(grid, abs=1e-6)


def test_a_fixture_without_a_market_has_no_grid() -> None:
    fitted = fit_grid(np.array([[0.5, 0.3, 0.2], [np.nan, np.nan, np.nan]]))
    assert np.isfinite(fitted.home_rate).tolist() == [True, False]


def test_the_price_tilts_a_payoff_but_keeps_what_comes_back() -> None:
    shape = payoff(grid_of(1.6, 1.1), a_selection("ah_home@-0.25"))
    tilted = at_price(shape, 0.5)
    assert tilted.fair == pytest.approx(0.5)
    assert tilted.refund == pytest.approx(shape.refund)
    total = tilted.win + tilted.half_win + tilted.push + tilted.half_loss + tilted.loss
    assert total == pytest.approx(1.0)


def test_a_price_that_no_shape_can_hold_leaves_the_shape() -> None:
    shape = Payoff(win=0.1, half_win=0.6, push=0.0, half_loss=0.0, loss=0.3)
    assert at_price(shape, 0.05) == shape


def test_both_score_and_over_are_far_from_independent() -> None:
    """METHOD A10: at 1.5 and 1.2 the joint of both score and over 2.5 is .422."""
    grid = grid_of(1.5, 1.2)
    both = (returns(a_selection("btts_yes")) == 2) & (returns(a_selection("over_2.5")) == 2)
    assert float(grid[both].sum()) == pytest.approx(0.422, abs=5e-4)
