from dataclasses import replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from engine.domain.market import Selection
from engine.pricing.derived.corrections import DerivedCorrections, DerivedPrices, unlearned
from engine.pricing.derived.grid import coherent_grids
from engine.pricing.derived.view import (
    DERIVED,
    UsualLines,
    expit,
    features,
    logit,
    market_view,
    plain_logits,
)
from engine.pricing.grid.bets import WON, returns
from engine.pricing.grid.operator import MarketOperator
from engine.pricing.grid.score_grid import score_grids
from storage.artifact_codec import decode, encode

MAIN = np.array([[0.46, 0.26, 0.28], [0.70, 0.19, 0.11], [0.20, 0.27, 0.53]])
OVER = np.array([0.52, 0.63, 0.44])


def fair_main(home: float, draw: float) -> NDArray[np.float64]:
    return np.array([[home * (1 - draw), draw, (1 - home) * (1 - draw)]])


mains = st.builds(fair_main, st.floats(0.08, 0.92), st.floats(0.16, 0.33))
overs = st.floats(0.3, 0.75).map(lambda value: np.array([value]))


def won(code: str) -> NDArray[np.bool_]:
    made: NDArray[np.bool_] = returns(Selection.parse(code)) == WON
    return made


def taught(**fields: object) -> DerivedCorrections:
    return DerivedCorrections(
        markets=tuple(replace(one, **fields) for one in unlearned().markets)  # type: ignore[arg-type]
    )


@given(mains, overs)
def test_a_view_repeats_home_against_away_and_over_2_5(
    main: NDArray[np.float64], over: NDArray[np.float64]
) -> None:
    view = market_view(main, over)
    grid = score_grids(view.home_rate, view.away_rate).matrix(0)
    home, away = grid[won("home")].sum(), grid[won("away")].sum()
    np.testing.assert_allclose(home / away, main[0, 0] / main[0, 2], rtol=1e-8)
    np.testing.assert_allclose(grid[won("over_2.5")].sum(), over[0], atol=1e-9)
    level = logit(np.array([np.trace(grid)]))
    np.testing.assert_allclose(view.draw_gap, logit(main[:, 1]) - level, atol=1e-8)


def test_without_learning_a_price_is_the_plain_grids_and_stands_for_nothing() -> None:
    view = market_view(MAIN, OVER)
    prices = unlearned().price(view)
    table = MarketOperator.of([won(one.code).astype(np.float64) for one in DERIVED])
    grids = score_grids(view.home_rate, view.away_rate)
    np.testing.assert_allclose(prices.probability, table.apply(grids.counts()).T, atol=1e-9)
    assert not prices.proven.any()
    half_width = (expit(logit(prices.probability) + prices.standard_error) - prices.probability)[0]
    assert (half_width > 0.015).all()
    assert (half_width < 0.04).all()


def test_a_coefficient_moves_its_feature_in_logits() -> None:
    view = market_view(MAIN, OVER)
    moved = taught(coefficients=np.array([0.05, 0.0, 0.1, 0.0, 0.0, 0.0])).price(view)
    expected = plain_logits(view) + (0.05 + 0.1 * features(view)[:, 2])[:, None]
    np.testing.assert_allclose(logit(moved.probability), expected, atol=1e-12)


def test_doubt_about_a_correction_widens_its_prices() -> None:
    view = market_view(MAIN, OVER)
    plain = unlearned().price(view)
    doubtful = taught(covariance=np.diag([0.05**2, 0, 0, 0, 0, 0])).price(view)
    np.testing.assert_allclose(
        doubtful.standard_error**2, plain.standard_error**2 + 0.05**2, rtol=1e-12
    )
    wide = taught(widening=1.5).price(view)
    np.testing.assert_allclose(wide.standard_error, 1.5 * plain.standard_error, rtol=1e-12)
    for prices in (plain, doubtful, wide):
        assert (prices.low < prices.probability).all()
        assert (prices.probability < prices.high).all()
    assert (wide.high - wide.low > plain.high - plain.low).all()


def pooled_case(weight: float, doubt: float = 0.0) -> tuple[DerivedPrices, NDArray[np.float64]]:
    corrections = taught(grid_weight=weight, grid_weight_sd=doubt)
    derived = corrections.price(market_view(MAIN, OVER))
    quotes = expit(logit(derived.probability) + 0.1)
    quotes[0, 0] = np.nan
    pooled = corrections.pool(derived, quotes)
    np.testing.assert_array_equal(pooled.probability[0, 0], derived.probability[0, 0])
    np.testing.assert_array_equal(pooled.standard_error[0, 0], derived.standard_error[0, 0])
    assert np.isnan(pooled.disagreement[0, 0])
    known = np.isfinite(quotes)
    np.testing.assert_allclose(
        pooled.disagreement[known], 0.1 / derived.standard_error[known], rtol=1e-9
    )
    moved = logit(pooled.probability[known]) - logit(derived.probability[known])
    np.testing.assert_allclose(moved, 0.1 * (1 - weight), atol=1e-9)
    return derived, pooled.standard_error[known] / derived.standard_error[known]


def test_a_pooled_price_lies_between_grid_and_quote_by_their_weights() -> None:
    _, ratio = pooled_case(0.25)
    np.testing.assert_allclose(ratio, np.sqrt(0.25 * 0.75), rtol=1e-9)


def test_doubt_about_the_weight_counts_where_quote_and_grid_disagree() -> None:
    derived, ratio = pooled_case(0.25, doubt=0.2)
    error = derived.standard_error.ravel()[1:]
    np.testing.assert_allclose(ratio, np.sqrt(0.25 * 0.75 + (0.2 * 0.1 / error) ** 2), rtol=1e-9)


def test_a_market_that_cannot_be_read_has_no_price() -> None:
    main = np.vstack([MAIN[:1], [[np.nan] * 3], MAIN[:1], [[0.97, 0.02, 0.01]]])
    prices = unlearned().price(market_view(main, np.array([0.5, 0.5, np.nan, 0.05])))
    assert np.isfinite(prices.probability[0]).all()
    assert np.isnan(prices.probability[1:]).all()


@given(mains, overs, st.lists(st.floats(-0.15, 0.15), min_size=5, max_size=5))
def test_a_coherent_grid_repeats_every_price_that_it_holds(
    main: NDArray[np.float64], over: NDArray[np.float64], moves: list[float]
) -> None:
    view = market_view(main, over)
    derived = expit(plain_logits(view) + np.array(moves))
    grid = coherent_grids(view, main, over, derived)[0]
    if np.isnan(grid).any():  # no scores give these prices: see below
        return
    codes = ("home", "draw", "away", "over_2.5", *(one.code for one in DERIVED))
    wanted = [*main[0], over[0], *derived[0]]
    np.testing.assert_allclose([grid[won(code)].sum() for code in codes], wanted, atol=1e-8)
    assert (grid >= 0).all()
    np.testing.assert_allclose(grid[won("dc_1x")].sum(), main[0, 0] + main[0, 1], atol=1e-8)


def test_small_corrections_always_have_a_coherent_grid_and_none_changes_nothing() -> None:
    view = market_view(MAIN, OVER)
    moved = coherent_grids(view, MAIN, OVER, expit(plain_logits(view) + 0.04))
    assert np.isfinite(moved).all()
    grids = score_grids(view.home_rate, view.away_rate)
    tables = MarketOperator.of([won(code).astype(np.float64) for code in ("home", "draw", "away")])
    own = tables.apply(grids.counts()).T
    same = coherent_grids(view, own, OVER, expit(plain_logits(view)))
    np.testing.assert_allclose(same, grids.counts().matrices(), atol=1e-10)


def test_prices_that_no_scores_could_give_have_no_grid() -> None:
    view = market_view(MAIN, OVER)
    derived = expit(plain_logits(view))
    derived[1, 1] = derived[1, 2] - 0.05  # fewer matches over 0.5 than over 1.5
    grids = coherent_grids(view, MAIN, OVER, derived)
    assert np.isnan(grids[1]).all()
    assert np.isfinite(grids[[0, 2]]).all()


def test_what_was_learned_is_kept_as_it_is() -> None:
    corrections = taught(coefficients=np.arange(6.0), proven=True)
    again = decode(DerivedCorrections, encode(corrections))
    assert again.markets[0].selection == DERIVED[0]
    np.testing.assert_array_equal(again.markets[4].coefficients, np.arange(6.0))
    usual = UsualLines(
        leagues={1: 0.1}, draws={1: 0.05}, teams={7: 0.2, 8: -0.1}, seen={7: 5, 8: 5}
    )
    goals, unknown, draw = decode(UsualLines, encode(usual)).expect(1, 7, 8)
    np.testing.assert_allclose((goals, unknown, draw), (0.2, np.exp(-1), 0.05))


def test_a_team_never_seen_is_wholly_unknown() -> None:
    usual = UsualLines(leagues={}, draws={}, teams={7: 0.2}, seen={7: 50})
    assert usual.expect(3, 7, 8)[1] == 1.0
