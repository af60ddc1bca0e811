"""Every market of one grid agrees with every other, whatever the rates and rho."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.pricing.grid.bets import every_bet, loss_share, returns, win_share
from engine.pricing.grid.payoffs import payoff
from engine.pricing.grid.prices import PriceList, slopes_of
from engine.pricing.grid.score_grid import SIZE, Grids, rho_limits, score_grids
from tests.builders import a_selection
from tests.unit.pricing.test_grid import a_grid

BETS = every_bet()
EVERY = PriceList.of(BETS)
SELECTIONS = [
    code for code in BETS if not code.startswith(("score", "margin", "total", "home_", "away_"))
]
SELECTIONS = [code for code in SELECTIONS if code not in ("odd", "even")]
LOW = PriceList.of({code: returns(a_selection(code)) for code in ("over_0.25", "over_0")})
rates = st.floats(0.2, 4.5)
grids = st.builds(a_grid, rates, rates, st.floats(0.02, 0.98))
quarters = st.integers(-19, 19)
tight = 1e-12


class Prices:
    """One fixture's prices by code."""

    def __init__(self, grid: Grids) -> None:
        self.prices = EVERY.price(grid)

    def __getitem__(self, code: str) -> float:
        return float(self.prices.probability[self.prices.row(code), 0])

    def refund(self, code: str) -> float:
        return float(self.prices.refund[self.prices.row(code), 0])

    def win(self, code: str) -> float:
        """The expected part of the stake that is won: linear in the grid, as prices are not."""
        return self[code] * (1 - self.refund(code))


def total(quarter: int, side: str = "over") -> str:
    return f"{side}_{quarter / 4:g}"


def handicap(quarter: int, side: str = "home") -> str:
    return f"ah_{side}@{quarter / 4:+g}"


@given(grids)
@settings(deadline=None)
def test_every_complete_market_sums_to_one(grid: Grids) -> None:
    of = Prices(grid)
    books = [("home", "draw", "away"), ("btts_yes", "btts_no"), ("dnb_home", "dnb_away")]
    books += [(total(line), total(line, "under")) for line in range(1, 29)]
    books += [(handicap(line), handicap(-line, "away")) for line in range(-20, 21)]
    books += [(f"{team}_over_{line / 4:g}", f"{team}_under_{line / 4:g}")
              for team in ("home", "away") for line in range(1, 17)]  # fmt: skip
    books += [("odd", "even")]
    for book in books:
        assert sum(of[code] for code in book) == pytest.approx(1.0, abs=tight)


@given(grids)
@settings(deadline=None)
def test_double_chance_is_the_sum_of_its_outcomes(grid: Grids) -> None:
    of = Prices(grid)
    assert of["dc_1x"] == pytest.approx(of["home"] + of["draw"], abs=tight)
    assert of["dc_12"] == pytest.approx(of["home"] + of["away"], abs=tight)
    assert of["dc_x2"] == pytest.approx(of["draw"] + of["away"], abs=tight)
    assert of["dc_1x"] + of["dc_12"] + of["dc_x2"] == pytest.approx(2.0, abs=tight)


@given(grids, st.integers(1, 28))
@settings(deadline=None)
def test_over_under_and_push_sum_to_one(grid: Grids, line: int) -> None:
    view = payoff(grid.matrix(0), a_selection(total(line)))
    of = Prices(grid)
    sides = of.win(total(line)) + of.win(total(line, "under"))
    assert sides + of.refund(total(line)) == pytest.approx(1.0, abs=tight)
    assert of[total(line)] == pytest.approx(view.fair, abs=1e-10)
    assert of.refund(total(line)) == pytest.approx(view.refund, abs=tight)


@given(grids)
@settings(deadline=None)
def test_a_handicap_of_nothing_is_draw_no_bet_and_of_half_a_goal_is_the_win(grid: Grids) -> None:
    of = Prices(grid)
    for side in ("home", "away"):
        assert of[handicap(0, side)] == pytest.approx(of[f"dnb_{side}"], abs=tight)
        assert of.refund(f"dnb_{side}") == pytest.approx(of["draw"], abs=tight)
        assert of[handicap(-2, side)] == pytest.approx(of[side], abs=tight)
    assert of[handicap(2)] == pytest.approx(of["dc_1x"], abs=tight)


@given(grids, st.integers(0, 12), quarters)
@settings(deadline=None)
def test_a_quarter_line_wins_loses_and_refunds_the_mean_of_its_neighbours(
    grid: Grids, goals: int, line: int
) -> None:
    """Linear is the part of the stake won, lost or given back, not the price W/(W+L)."""
    of = Prices(grid)
    quarter_total, quarter_line = 2 * goals + 3, line | 1
    for code in (total, handicap):
        at = quarter_total if code is total else quarter_line
        below, here, above = (code(quarter) for quarter in (at - 1, at, at + 1))
        assert of.win(here) == pytest.approx((of.win(below) + of.win(above)) / 2, abs=tight)
        assert of.refund(here) == pytest.approx(
            (of.refund(below) + of.refund(above)) / 2, abs=tight
        )


@given(rates, rates, st.floats(0.02, 0.98), st.integers(-20, 20))
@settings(deadline=None)
def test_a_handicap_mirrors_the_other_teams_when_they_change_ends(
    home: float, away: float, share: float, line: int
) -> None:
    there, back = Prices(a_grid(home, away, share)), Prices(a_grid(away, home, share))
    assert there[handicap(line)] == pytest.approx(back[handicap(line, "away")], abs=1e-11)
    assert there.refund(handicap(line)) == pytest.approx(
        back.refund(handicap(line, "away")), abs=tight
    )


@given(grids)
@settings(deadline=None)
def test_prices_move_one_way_with_the_line(grid: Grids) -> None:
    """Between neighbouring lines of any kind: what a goal more asks for is less likely."""
    of = Prices(grid)
    overs = [of[total(line)] for line in range(1, 29)]
    covers = [of[handicap(line)] for line in range(-20, 21)]
    assert all(after <= before + tight for before, after in pairwise(overs))
    assert all(after >= before - tight for before, after in pairwise(covers))


@given(grids)
@settings(deadline=None)
def test_scores_totals_and_margins_make_up_the_markets_they_belong_to(grid: Grids) -> None:
    of = Prices(grid)
    listed = sum(of[f"score_{i}-{j}"] for i in range(6) for j in range(6))
    rest = grid.matrix(0).copy()
    rest[:6, :6] = 0.0
    assert listed + rest.sum() == pytest.approx(1.0, abs=tight)
    assert of["under_2.5"] == pytest.approx(sum(of[f"total_{t}"] for t in range(3)), abs=tight)
    assert of["margin_+0"] == pytest.approx(of["draw"], abs=tight)
    assert of[handicap(-6)] == pytest.approx(of["home"] - of["margin_+1"], abs=tight)
    assert of["home_to_nil"] == pytest.approx(of["home"] - _home_and_both_score(grid), abs=tight)
    assert of["over_0.5"] == pytest.approx(1 - of["score_0-0"], abs=tight)


def _home_and_both_score(grid: Grids) -> float:
    both = win_share(BETS["home"]) * win_share(BETS["btts_yes"])
    return float((grid.matrix(0) * both).sum())


@given(grids)
@settings(deadline=None)
def test_both_score_and_over_come_from_one_grid(grid: Grids) -> None:
    """Both score without over 2.5 is 1-1 alone; over without both is one team's three or more."""
    of, scores = Prices(grid), grid.matrix(0)
    both = float((scores * win_share(BETS["btts_yes"]) * win_share(BETS["over_2.5"])).sum())
    assert of["btts_yes"] - both == pytest.approx(of["score_1-1"], abs=tight)
    assert of["over_2.5"] - both == pytest.approx(
        scores[3:, 0].sum() + scores[0, 3:].sum(), abs=tight
    )


@given(grids)
@settings(max_examples=30, deadline=None)
def test_each_price_and_refund_is_the_payoffs(grid: Grids) -> None:
    of, scores = Prices(grid), grid.matrix(0)
    for code in SELECTIONS:
        view = payoff(scores, a_selection(code))
        assert of[code] == pytest.approx(view.fair, abs=1e-9)
        assert of.refund(code) == pytest.approx(view.refund, abs=tight)


def test_a_fixture_without_a_grid_has_no_price() -> None:
    nan = np.array([np.nan, 1.4])
    prices = EVERY.price(Grids(home_rate=nan, away_rate=nan, rho=np.array([np.nan, 0.0])))
    assert np.isnan(prices.probability[:, 0]).all()
    assert np.isnan(prices.refund[:, 0]).all()
    assert np.isfinite(prices.probability[:, 1]).all()


@given(rates, rates, st.floats(0.2, 0.8))
@settings(max_examples=40, deadline=None)
def test_slopes_are_those_of_small_steps(home: float, away: float, share: float) -> None:
    grid, step = a_grid(home, away, share), 1e-6
    at = np.array([np.log(home), np.log(away), float(grid.rho[0])])
    for parameter, slope in enumerate(slopes_of(grid)):
        ends = []
        for sign in (1, -1):
            moved = at.copy()
            moved[parameter] += sign * step
            ends.append(score_grids(np.exp(moved[:1]), np.exp(moved[1:2]), moved[2:]).matrix(0))
        by_steps = (ends[0] - ends[1]) / (2 * step)
        assert slope.matrices()[0] == pytest.approx(by_steps, abs=1e-8)


def test_standard_errors_are_the_spread_of_prices_over_drawn_grids() -> None:
    """Delta method against 20,000 grids drawn from their covariance."""
    generator = np.random.default_rng(3)
    spread = np.array([[4e-4, 1e-4, 1e-5], [1e-4, 6e-4, -1e-5], [1e-5, -1e-5, 1e-4]])
    drawn = generator.multivariate_normal([np.log(1.5), np.log(1.1), -0.06], spread, 20_000)
    some = {code: BETS[code] for code in ("home", "btts_yes", "over_2.25", "ah_home@-0.75", "odd")}
    priced = PriceList.of(some)
    errors = priced.price(score_grids(np.array([1.5]), np.array([1.1]), -0.06), spread[None])
    home, away = np.exp(drawn[:, :2].T)
    many = priced.price(score_grids(home, away, drawn[:, 2]))
    assert errors.std_error[:, 0] == pytest.approx(many.probability.std(axis=1), rel=0.03)


def test_without_errors_of_the_grid_a_price_has_none() -> None:
    assert np.isnan(EVERY.price(a_grid(1.4, 1.2)).std_error).all()


def test_only_bets_that_are_refunded_need_a_second_functional() -> None:
    sure = PriceList.of({code: BETS[code] for code in ("home", "btts_yes")})
    assert len(sure.operator) == 2
    level = PriceList.of({"dnb_home": returns(a_selection("dnb_home"))})
    assert (level.operator.columns[:, 1] == loss_share(BETS["dnb_home"]).ravel()).all()
    assert level.operator.columns.shape == (SIZE * SIZE, 2)


def test_no_refund_is_below_nothing_where_a_score_has_no_chance() -> None:
    """At its highest rho takes all its chance from 1-1, and a low line's refund with it."""
    rates = np.linspace(0.3, 3.0, 200)
    limit = rho_limits(rates, rates)
    for rho in limit:
        told = LOW.price(Grids(home_rate=rates, away_rate=rates, rho=rho))
        assert (told.refund >= 0).all()


@given(st.integers(0, 2**32 - 1), st.integers(1, 40))
@settings(deadline=None, max_examples=25)
def test_a_grids_prices_do_not_depend_on_the_grids_beside_it_to_the_last_bit(
    seed: int, count: int
) -> None:
    """A close's refund once changed its last bit with how many other matches were known."""
    rng = np.random.default_rng(seed)
    every = score_grids(rng.uniform(0.2, 4.5, 40), rng.uniform(0.2, 4.5, 40), -0.05)
    some = np.sort(rng.choice(40, count, replace=False))

    among, apart = EVERY.price(every), EVERY.price(every.where(some))

    assert (apart.probability == among.probability[:, some]).all()
    assert (apart.refund == among.refund[:, some]).all()
