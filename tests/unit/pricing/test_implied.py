from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from engine.pricing.grid.payoffs import payoff
from engine.pricing.grid.score_grid import SIZE, Grids, rho_limits, score_grids
from engine.pricing.grid.skellam import margins
from engine.pricing.implied.equations import RhoMode, held_rho, read, read_lines
from engine.pricing.implied.goals import ImpliedGoals, fit_grid, implied_goals
from engine.pricing.implied.logits import FairMarkets
from engine.pricing.implied.rates import implied_rates
from engine.pricing.implied.search import HIGHEST_RATE, LOWEST_RATE
from engine.pricing.implied.total import SEPARABLE_FROM, split_total
from tests.builders import a_selection

rates = st.floats(0.25, 4.0)
rhos = st.floats(-0.3, 0.12)
lines = st.integers(5, 17)
handicaps = st.integers(-9, 9)


def the_market(
    home: float, away: float, rho: float = 0.0, total: float = 2.5, handicap: float = 0.0
) -> tuple[np.ndarray, float, float]:
    """Return exact 1X2, over and cover, summed over a grid: nothing of the solver's own."""
    grid = score_grids(np.array([home]), np.array([away]), rho).matrix(0)
    match_odds = np.array([np.tril(grid, -1).sum(), np.trace(grid), np.triu(grid, 1).sum()])
    over = payoff(grid, a_selection(f"over_{total:g}")).fair
    cover = payoff(grid, a_selection(f"ah_home@{handicap:+g}")).fair
    return match_odds, over, cover


def recovered(found: ImpliedGoals, home: float, away: float, rho: float) -> bool:
    grids = found.grids
    errors = (grids.home_rate[0] / home - 1, grids.away_rate[0] / away - 1, grids.rho[0] - rho)
    return bool(found.fitted[0]) and max(abs(error) for error in errors) < 1e-9


@given(st.floats(0.1, 2.8), st.floats(0.1, 2.8))
def test_match_odds_alone_give_back_the_rates_they_came_from(home: float, away: float) -> None:
    match_odds, _, _ = the_market(home, away)
    assert recovered(implied_goals(FairMarkets(match_odds=match_odds[None])), home, away, 0.0)


@given(rates, rates, lines)
@settings(deadline=None)
def test_the_ratio_and_a_total_of_any_line_give_back_the_rates(
    home: float, away: float, line: int
) -> None:
    match_odds, over, _ = the_market(home, away, total=line / 4)
    assume(0.02 < over < 0.98)
    market = _one(match_odds, over, line / 4)
    assert recovered(implied_goals(market, free_rho=False), home, away, 0.0)


@given(st.floats(0.3, 2.8), st.floats(0.3, 2.8), rhos, lines)
@settings(deadline=None)
def test_match_odds_and_a_total_of_any_line_give_back_rates_and_rho(
    home: float, away: float, rho: float, line: int
) -> None:
    match_odds, over, _ = the_market(home, away, rho, total=line / 4)
    assume(0.05 < over < 0.95)
    found = implied_goals(_one(match_odds, over, line / 4))
    assert recovered(found, home, away, rho)
    assert not found.clamped[0]
    assert np.abs(found.residual[0, :4]).max() < 1e-9


@given(st.floats(0.3, 2.8), st.floats(0.3, 2.8), rhos, lines, handicaps)
@settings(deadline=None)
def test_a_handicap_that_agrees_changes_nothing(
    home: float, away: float, rho: float, line: int, handicap: int
) -> None:
    match_odds, over, cover = the_market(home, away, rho, line / 4, handicap / 4)
    assume(0.05 < over < 0.95)
    assume(0.02 < cover < 0.98)
    found = implied_goals(_one(match_odds, over, line / 4, cover, handicap / 4))
    assert recovered(found, home, away, rho)
    assert np.abs(found.residual).max() < 1e-8


def _one(
    match_odds: np.ndarray,
    over: float = np.nan,
    total: float = np.nan,
    cover: float = np.nan,
    handicap: float = np.nan,
    *,
    errors: tuple[float, float, float] | None = None,
) -> FairMarkets:
    return FairMarkets(
        match_odds=match_odds[None],
        over=np.array([over]),
        total=np.array([total]),
        cover=np.array([cover]),
        handicap=np.array([handicap]),
        match_odds_error=None if errors is None else np.full((1, 3), errors[0]),
        over_error=None if errors is None else np.array([errors[1]]),
        cover_error=None if errors is None else np.array([errors[2]]),
    )


def test_a_batch_is_each_of_its_fixtures_alone() -> None:
    """To the last bit: what is learned later must not move what was said before."""
    generator = np.random.default_rng(5)
    home, away = generator.uniform(0.4, 3.0, (2, 500))
    plain = margins(home, away)
    odds = np.array([plain.home, plain.draw, plain.away]).T
    over, total = generator.uniform(0.35, 0.65, 500), np.full(500, 2.5)
    total[::3] = np.nan
    other_odds, other_over = odds.copy(), over.copy()
    other_odds[250:], other_over[250:] = odds[:250], 0.5
    some = implied_goals(FairMarkets(match_odds=odds, over=over, total=total))
    same = implied_goals(FairMarkets(match_odds=other_odds, over=other_over, total=total))
    for name in ("home_rate", "away_rate", "rho"):
        before, after = getattr(some.grids, name)[:250], getattr(same.grids, name)[:250]
        assert before.tobytes() == after.tobytes()
    assert some.fitted.all()


@pytest.mark.parametrize("handicaps_too", [False, True])
def test_a_fixture_alone_is_itself_among_others(handicaps_too: bool) -> None:  # noqa: FBT001  # a parameter of pytest's
    generator = np.random.default_rng(6)
    home, away = generator.uniform(0.4, 3.0, (2, 60))
    plain = margins(home, away)
    odds = np.array([plain.home, plain.draw, plain.away]).T
    lines = {
        "over": generator.uniform(0.35, 0.65, 60),
        "total": generator.integers(6, 16, 60) / 4,
    }
    if handicaps_too:
        lines |= {
            "cover": generator.uniform(0.4, 0.6, 60),
            "handicap": np.round(4 * (away - home)) / 4,
        }
    every = implied_goals(FairMarkets(match_odds=odds, **lines)).grids
    for row in range(60):
        here = slice(row, row + 1)
        one = {name: column[here] for name, column in lines.items()}
        alone = implied_goals(FairMarkets(match_odds=odds[here], **one)).grids
        for name in ("home_rate", "away_rate", "rho"):
            assert getattr(alone, name).tobytes() == getattr(every, name)[here].tobytes()


def test_more_draws_than_any_rho_allows_are_clamped_and_said_to_be() -> None:
    found = implied_goals(_one(np.array([0.26, 0.50, 0.24]), 0.5, 2.5))
    grids = found.grids
    low, _ = rho_limits(grids.home_rate, grids.away_rate)
    assert found.fitted[0]
    assert found.clamped[0]
    assert grids.rho[0] == pytest.approx(low[0], abs=1e-12)
    assert grids.matrix(0).min() == pytest.approx(0.0, abs=1e-15)
    assert found.residual[0, 1] < -0.1, "the draw is missed"
    assert found.residual[0, 3] == pytest.approx(0.0, abs=1e-9), "the total is not"
    ratio = np.log(0.26 / 0.24)
    read_back = grids.matrix(0)
    assert np.log(np.tril(read_back, -1).sum() / np.triu(read_back, 1).sum()) == pytest.approx(
        ratio
    )


def test_fewer_draws_than_any_rho_allows_are_clamped_at_the_other_end() -> None:
    found = implied_goals(_one(np.array([0.48, 0.07, 0.45]), 0.5, 2.5))
    _, high = rho_limits(found.grids.home_rate, found.grids.away_rate)
    assert found.clamped[0]
    assert found.grids.rho[0] == pytest.approx(high[0], abs=1e-12)
    assert found.residual[0, 1] > 0.1


def test_with_a_handicap_too_a_clamped_rho_is_at_its_limit() -> None:
    market = _one(np.array([0.26, 0.50, 0.24]), 0.5, 2.5, 0.5, 0.0, errors=(0.02, 0.02, 0.02))
    found = implied_goals(market)
    low, _ = rho_limits(found.grids.home_rate, found.grids.away_rate)
    assert found.clamped[0]
    assert found.grids.rho[0] == pytest.approx(low[0], abs=1e-12)


NOTHING = np.array([np.nan, np.nan, np.nan])


@pytest.mark.parametrize(
    "market",
    [
        _one(NOTHING, 0.5, 2.5),
        _one(np.array([0.5, 0.3, 0.3])),
        _one(np.array([1.0, 0.0, 0.0])),
        _one(np.array([0.01, 0.98, 0.01])),
        _one(np.array([0.4, 0.3, 0.3]), 1 - 1e-9, 15.5),
    ],
    ids=["no 1X2", "no book", "a certainty", "all draws", "a total out of reach"],
)
def test_a_market_no_grid_can_hold_has_no_grid(market: FairMarkets) -> None:
    found = implied_goals(market)
    assert not found.fitted[0]
    assert not found.clamped[0]
    assert np.isnan([found.grids.home_rate[0], found.grids.away_rate[0], found.grids.rho[0]]).all()
    assert np.isnan(found.residual[0]).all()
    assert np.isnan(found.covariance[0]).all()


def test_what_cannot_be_read_of_a_total_is_left_out() -> None:
    odds = np.array([[0.45, 0.28, 0.27]] * 4)
    over, total = np.array([np.nan, 0.5, 1.5, 0.5]), np.array([2.5, np.nan, 2.5, -1.0])
    found = implied_goals(FairMarkets(match_odds=odds, over=over, total=total))
    alone = implied_goals(FairMarkets(match_odds=odds[:1]))
    assert found.grids.home_rate == pytest.approx(np.repeat(alone.grids.home_rate, 4), abs=1e-12)
    assert (found.grids.rho == 0).all()


def test_markets_that_disagree_are_met_by_their_errors() -> None:
    match_odds, over, cover = the_market(1.6, 1.1, -0.05, 2.5, -0.5)
    wrong = cover + 0.05
    trusting = implied_goals(_one(match_odds, over, 2.5, wrong, -0.5, errors=(0.05, 0.05, 0.005)))
    doubting = implied_goals(_one(match_odds, over, 2.5, wrong, -0.5, errors=(0.005, 0.005, 0.05)))
    assert abs(trusting.residual[0, 4]) < 0.1 * abs(doubting.residual[0, 4])
    assert np.abs(doubting.residual[0, :4]).max() < 0.02
    assert trusting.grids.home_rate[0] > doubting.grids.home_rate[0]


@pytest.mark.parametrize("with_handicap", [False, True])
def test_the_covariance_is_the_spread_over_markets_drawn_from_their_errors(
    *, with_handicap: bool
) -> None:
    """Delta method against 4,000 markets: log rates and rho, from logits of known errors."""
    generator = np.random.default_rng(9)
    match_odds, over, cover = the_market(1.6, 1.1, -0.06, 2.25, -0.25)
    count, spread = 4000, np.array([0.010, 0.008])
    logs = np.log(match_odds[:2] / match_odds[2]) + generator.normal(0, 1, (count, 2)) * spread
    drawn = np.column_stack([np.exp(logs), np.ones(count)])
    drawn /= drawn.sum(axis=1, keepdims=True)
    errors = np.log(drawn / (1 - drawn)).std(axis=0)
    overs, covers = (
        1 / (1 + np.exp(-np.log(chance / (1 - chance)) - generator.normal(0, 0.01, count)))
        for chance in (over, cover)
    )
    none = np.full(count, np.nan)
    many = implied_goals(
        FairMarkets(
            match_odds=drawn,
            over=overs,
            total=np.full(count, 2.25),
            cover=covers if with_handicap else none,
            handicap=np.full(count, -0.25),
            match_odds_error=np.tile(errors, (count, 1)),
            over_error=np.full(count, 0.01),
            cover_error=np.full(count, 0.01),
        )
    )
    grids = many.grids
    sample = np.cov(np.log(grids.home_rate), np.log(grids.away_rate))
    sample_rho = float(grids.rho.std())
    middle = many.covariance.mean(axis=0)
    assert middle[:2, :2] == pytest.approx(sample, rel=0.1, abs=6e-7)
    assert np.sqrt(middle[2, 2]) == pytest.approx(sample_rho, rel=0.06)


def test_the_errors_of_a_clamped_or_absent_rho_follow_its_rates() -> None:
    clamped = implied_goals(
        _one(np.array([0.28, 0.50, 0.22]), 0.5, 2.5, errors=(0.02, 0.02, 0.02))
    )
    grids, spread = clamped.grids, clamped.covariance[0]
    assert spread[2, 2] == pytest.approx(grids.rho[0] ** 2 * spread[0, 0], rel=1e-9)
    none = implied_goals(
        _one(np.array([0.45, 0.28, 0.27]), 0.5, 2.5, errors=(0.02, 0.02, 0.02)), free_rho=False
    )
    assert (none.covariance[0, 2] == 0).all()
    assert (none.covariance[0].diagonal()[:2] > 0).all()


def test_without_errors_there_is_no_covariance() -> None:
    assert np.isnan(implied_goals(_one(np.array([0.45, 0.28, 0.27]), 0.5, 2.5)).covariance).all()


@given(
    home=rates,
    away=rates,
    rho=rhos,
    line=lines,
    handicap=handicaps,
    mode=st.sampled_from(list(RhoMode)),
)
@settings(deadline=None)
def test_the_slopes_of_the_equations_are_those_of_small_steps(
    *, home: float, away: float, rho: float, line: int, handicap: int, mode: RhoMode
) -> None:
    assume(abs(home - away) > 1e-3)  # the lowest rho has a corner where the rates are equal
    assume(abs(home * away - 1) > 1e-3)
    parameters = np.array([[np.log(home)], [np.log(away)], [rho]])
    modes, lines_ = np.array([mode]), read_lines(np.array([line / 4]), np.array([handicap / 4]))
    low, high = rho_limits(np.array([home]), np.array([away]))
    assume(low[0] < rho < high[0])
    slope = read(parameters, modes, lines_).slope[:, :, 0]
    for parameter in range(3 if mode is RhoMode.FREE else 2):
        ends = []
        for sign in (1, -1):
            moved = parameters.copy()
            moved[parameter] += sign * 1e-6
            ends.append(read(moved, modes, lines_).logit[:, 0])
        by_steps = (ends[0] - ends[1]) / 2e-6
        assert slope[:, parameter] == pytest.approx(by_steps, rel=1e-5, abs=1e-5)


def test_a_rho_at_its_highest_is_held_by_the_product_of_large_rates() -> None:
    rho, slope = held_rho(np.log([[2.0], [1.5], [1.0]]), np.array([RhoMode.HIGHEST]))
    assert rho == pytest.approx([1 / 3])
    assert slope == pytest.approx(np.full((2, 1), -1 / 3))


def test_a_search_that_runs_away_is_given_up_in_silence() -> None:
    odds, over, _ = the_market(1.58, 1.24, rho=0.49, total=0.5)
    count = 200  # rows that cannot be met, each a little otherwise
    market = FairMarkets(
        match_odds=np.tile(odds, (count, 1)),
        over=over * np.linspace(0.2, 1.0, count),
        total=np.full(count, 0.5),
    )
    found = implied_goals(market)  # warnings are errors
    assert np.isnan(found.grids.rho[~found.fitted]).all()
    held = found.fitted & ~found.clamped
    assert np.nanmax(np.abs(found.residual[held][:, :4]), initial=0.0) < 1e-6


def test_the_fast_road_finds_rates_or_says_nothing() -> None:
    generator = np.random.default_rng(2)
    home, away = generator.uniform(0.2, 3.5, (2, 9000))
    plain = margins(home, away)
    odds = np.array([plain.home, plain.draw, plain.away]).T
    found = implied_rates(odds)
    assert np.nanmax(np.abs(found / np.array([home, away]) - 1)) < 1e-9
    assert np.isfinite(found).mean() > 0.999
    assert np.isnan(implied_rates(np.array([[0.01, 0.98, 0.01], [np.nan] * 3]))).any(axis=0).all()


@given(st.lists(st.floats(-12.0, 0.0), min_size=3, max_size=3))
@example(
    [-4e-4, -7.6, -12.0]
)  # the rates of such odds once ran away, and sums over them with them
@settings(max_examples=50, deadline=None)
def test_the_fast_road_ends_at_any_odds(logs: list[float]) -> None:
    shares = np.exp([logs])
    found = implied_rates(shares / shares.sum())
    assert (np.isnan(found) | ((found >= LOWEST_RATE) & (found <= HIGHEST_RATE))).all()


@pytest.mark.parametrize("rho", [0.0, -0.08])
def test_the_fast_road_with_a_total_finds_rates_and_rho_or_says_nothing(rho: float) -> None:
    generator = np.random.default_rng(8)
    home, away = generator.uniform(0.3, 3.0, (2, 6000))
    line = generator.integers(4, 16, 6000) / 4
    at = np.array([np.log(home), np.log(away), np.full(6000, rho)])
    mode = np.full(6000, RhoMode.GIVEN, dtype=np.int8)
    reading = read(at, mode, read_lines(line, np.full(6000, np.nan)))
    odds = np.array([reading.win[0], reading.win[1], reading.loss[0]]).T
    over = reading.win[2] / (reading.win[2] + reading.loss[2])
    found = split_total(odds, over, line, free_rho=True)
    assert np.isnan(found[:, line < SEPARABLE_FROM]).all()
    separable = line >= SEPARABLE_FROM
    truth = np.array([home, away, np.full(6000, rho)])
    assert np.isfinite(found[:, separable]).mean() > 0.999
    assert np.nanmax(np.abs(found - truth)) < 1e-9
    plain = split_total(odds, over, line, free_rho=False)
    ratio = margins(plain[0], plain[1])
    there = np.isfinite(plain[0]) & separable
    assert there.sum() > 0.99 * separable.sum()
    assert np.log(ratio.home / ratio.away)[there] == pytest.approx(
        np.log(odds[:, 0] / odds[:, 2])[there], abs=1e-9
    )


def test_the_fast_road_gives_no_answer_to_what_is_no_market() -> None:
    odds = np.array([[0.45, 0.28, 0.27], [np.nan] * 3, [0.45, 0.28, 0.27], [0.26, 0.50, 0.24]])
    over, line = np.array([0.5, 0.5, np.nan, 0.5]), np.full(4, 2.5)
    found = split_total(odds, over, line, free_rho=True)
    assert np.isfinite(found).all(axis=0).tolist() == [True, False, False, False]


def test_a_grid_of_independent_counts_repeats_its_market() -> None:
    grids = fit_grid(
        np.array([[0.5, 0.3, 0.2], [0.5, 0.3, 0.2], [np.nan] * 3]),
        np.array([np.nan, 0.55, 0.5]),
        np.array([np.nan, 2.25, 2.5]),
    )
    assert isinstance(grids, Grids)
    assert np.isfinite(grids.home_rate).tolist() == [True, True, False]
    assert (grids.rho[:2] == 0).all()
    assert np.trace(grids.matrix(0)) == pytest.approx(0.3, abs=1e-9)
    over = payoff(grids.matrix(1), a_selection("over_2.25")).fair
    assert over == pytest.approx(0.55, abs=1e-9)
    assert grids.matrix(1).shape == (SIZE, SIZE)
