from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.numbers import BookmakerKey
from engine.pricing.expected_close.features import close_features
from engine.pricing.expected_close.lines import (
    expected_goals,
    handicap_logit,
    handicap_supremacy,
    over_logit,
)
from engine.pricing.expected_close.model import (
    AnchorModel,
    ExpectedCloseModel,
    corrected,
    edge_interval,
)
from engine.pricing.expected_close.move import match_odds_chances, pair_chances
from engine.pricing.expected_close.state import Fixtures, empty_state
from engine.pricing.expected_close.views import Anchor, Sources, views
from engine.pricing.grid.score_grid import Grids
from engine.pricing.reference.main_odds import MainOdds

LINES = st.integers(-10, 10).map(lambda quarters: quarters / 4)
GOALS = st.floats(1.8, 4.0)


@given(st.floats(-2.5, 2.5), GOALS, LINES)
def test_a_handicap_read_and_read_back_is_the_same_supremacy(
    supremacy: float, goals: float, line: float
) -> None:
    at = np.array([goals]), np.array([line])
    back = handicap_supremacy(handicap_logit(np.array([supremacy]), *at), *at)

    assert back[0] == pytest.approx(supremacy, abs=1e-5)


@given(st.floats(1.0, 5.5), st.integers(4, 18).map(lambda quarters: quarters / 4))
def test_goals_read_from_a_total_and_back_are_the_same(goals: float, line: float) -> None:
    back = expected_goals(over_logit(np.array([goals]), np.array([line])), np.array([line]))

    assert back[0] == pytest.approx(goals, abs=1e-9)


def test_a_level_handicap_is_what_the_grid_says() -> None:
    grid = Grids(home_rate=np.array([1.7]), away_rate=np.array([1.1]), rho=np.zeros(1)).matrix(0)
    ahead = np.subtract.outer(np.arange(len(grid)), np.arange(len(grid)))
    home, away = grid[ahead > 0].sum(), grid[ahead < 0].sum()
    supremacy, goals = np.array([np.log(home / away)]), np.array([2.8])

    level = handicap_logit(supremacy, goals, np.array([0.0]))
    minus = handicap_logit(supremacy, goals, np.array([-0.5]))

    assert level[0] == pytest.approx(np.log(home / away), abs=1e-6)
    assert minus[0] == pytest.approx(np.log(home / (1 - home)), abs=2e-3)


@given(
    st.floats(-3, 3),
    st.floats(-1, 0.5),
    st.floats(0, 0.4),
    st.floats(0, 0.2),
    st.floats(-0.9, 0.9),
)
def test_expected_chances_are_chances(
    supremacy: float, draw: float, one: float, two: float, together: float
) -> None:
    each = [np.array([value]) for value in (supremacy, draw, one, two)]
    found = match_odds_chances(each[0], each[1], (each[2], each[3]), together)

    assert found.mean.sum() == pytest.approx(1.0, abs=1e-12)
    assert found.mean.min() > 0
    assert found.deviation.min() >= 0


def test_the_mean_is_taken_over_chances_and_not_over_logits() -> None:
    rng = np.random.default_rng(3)
    supremacy, draw = rng.multivariate_normal(
        [1.0, -0.2], [[0.04, 0.002], [0.002, 0.01]], 400_000
    ).T
    sides = np.exp(np.stack([supremacy / 2, draw, -supremacy / 2], axis=1))
    drawn = sides / sides.sum(axis=1, keepdims=True)

    found = match_odds_chances(
        np.array([1.0]), np.array([-0.2]), (np.array([0.2]), np.array([0.1])), 0.1
    )
    pair = pair_chances(np.array([-1.0]), np.array([0.3]))

    assert found.mean[0] == pytest.approx(drawn.mean(axis=0), abs=2e-4)
    assert found.deviation[0] == pytest.approx(drawn.std(axis=0), rel=0.01)
    assert pair.mean[0, 0] == pytest.approx(
        (1 / (1 + np.exp(1 - 0.3 * rng.standard_normal(400_000)))).mean(), abs=4e-4
    )


@given(st.floats(0.1, 0.8), st.floats(0.0, 0.14), st.floats(0.0, 1.0))
def test_a_corrected_edge_is_the_slope_times_the_edge(
    fair: float, edge: float, slope: float
) -> None:
    book = np.array([[fair, 1 - fair]])
    best = np.array([[(1 + edge) / fair, 0.95 / (1 - fair)]])

    found = corrected(book, best, slope)

    assert found.sum() == pytest.approx(1.0)
    assert (found * best)[0, 0] - 1 == pytest.approx(slope * edge, abs=1e-9)


def test_without_any_book_there_is_no_probability_and_without_sharp_ones_the_crowd_speaks() -> (
    None
):
    odds = _odds({"bet365": [2.0, 3.4, 4.0], "williamhill": [2.05, 3.3, 3.9]}, silent=1)
    model = ExpectedCloseModel(anchors=(AnchorModel(),) * len(Anchor), seen_until=0.0)

    found = model.expect(odds, FIXTURES, empty_state().rows(FIXTURES))

    assert found.anchor[0].tolist() == [Anchor.CROWD, -1]
    assert np.isnan(found.chances[0].mean[1]).all()
    assert found.chances[0].mean[0].sum() == pytest.approx(1.0)
    assert (found.chances[0].deviation[0] > 0.01).all()
    assert not found.spoke[0].any()
    assert found.anchor[1].tolist() == found.anchor[2].tolist() == [-1, -1]


def test_sharper_books_are_not_looked_at_from_a_duller_anchor() -> None:
    ordinary = {"bet365": [2.0, 3.4, 4.0], "williamhill": [2.05, 3.3, 3.9]}
    tables = [
        close_features(odds, FIXTURES, empty_state().rows(FIXTURES), anchor=Anchor.CROWD)
        for odds in (_odds(ordinary), _odds({**ordinary, "pinnacle": [3.0, 3.4, 2.4]}))
    ]

    for kind in ("signed", "even"):
        alone, beside = (getattr(table, kind) for table in tables)
        assert alone.names == beside.names
        assert np.array_equal(alone.values, beside.values)


def test_signed_columns_change_their_sign_when_the_teams_change_places() -> None:
    books = {
        "pinnacle": [2.0, 3.5, 3.9],
        "bet365": [1.9, 3.4, 4.0],
        "williamhill": [2.05, 3.3, 3.7],
        "fd_max": [2.1, 3.6, 4.1],
    }
    turned = {book: row[::-1] for book, row in books.items()}
    one, other = (
        close_features(_odds(odds), FIXTURES, empty_state().rows(FIXTURES), anchor=Anchor.SHARP)
        for odds in (books, turned)
    )

    assert one.signed.of(("mean", "value", "gap_bet365")).all()
    assert np.allclose(one.signed.values, -other.signed.values, atol=1e-9)
    assert np.allclose(one.even.values, other.even.values, atol=1e-9)


@pytest.mark.parametrize("line", [2.25, 2.75, 3.0, 3.5])
def test_how_open_a_match_is_does_not_hang_on_the_line_that_tells_it(line: float) -> None:
    at = _odds({"pinnacle": [1.7, 3.9, 5.1], "bet365": [1.66, 3.8, 5.0]})
    told = over_logit(np.full(2, 2.9), np.array([2.5, line]))
    over = 1 / (1 + np.exp(-told))
    totals = np.repeat(1 / np.stack([over, 1 - over], axis=1)[:, None], 2, axis=1)
    lines = np.array([2.5, line])
    handicap = np.broadcast_to([1.80, 2.10], (2, 2, 2))
    odds = replace(
        at,
        total=totals,
        total_line=lines,
        handicap=handicap,
        handicap_line=np.full(2, -0.75),
    )

    found = close_features(odds, FIXTURES, empty_state().rows(FIXTURES), anchor=Anchor.SHARP)

    for table, names in (
        (found.signed, ("supremacy_total", "line_total", "handicap_total")),
        (found.even, ("total",)),
    ):
        usual, other = table.of(names)
        assert usual.all()
        assert other == pytest.approx(usual, abs=1e-3)


def test_a_close_at_another_line_is_read_at_ours() -> None:
    close = _odds({"pinnacle": [2.0, 3.5, 3.9]})
    seen = views(close, Sources())
    view = seen.of("pinnacle")

    same = seen.at_lines(view, close.total_line, close.handicap_line)
    other = seen.at_lines(view, close.total_line + 1, close.handicap_line + 0.5)

    assert np.array_equal(same.handicap, view.handicap)
    assert (other.handicap > view.handicap + 0.5).all()
    assert (other.total < view.total - 0.5).all()


def test_an_edge_comes_with_the_interval_of_its_close() -> None:
    edge, low, high = edge_interval(np.array([2.2]), np.array([0.48]), np.array([0.02]))

    assert edge[0] == pytest.approx(0.056)
    assert (high - low)[0] == pytest.approx(2 * 1.2816 * 0.02 * 2.2, rel=1e-4)


FIXTURES = Fixtures(
    competition=("league", "league"),
    home=("a", "c"),
    away=("b", "d"),
    kick_off=np.array([1.6e9, 1.6e9]),
    looked_at=np.array([1.6e9 - 86_400, 1.6e9 - 86_400]),
)


def _odds(books: dict[str, list[float]], silent: int = 2) -> MainOdds:
    """Return two fixtures with the same odds, none from fixture `silent` on; level otherwise."""
    match_odds = np.repeat(np.array([list(books.values())]), 2, axis=0)
    match_odds[silent:] = np.nan
    pair = np.full((2, len(books), 2), 1.95 if silent > 1 else np.nan)
    return MainOdds(
        books=tuple(BookmakerKey(book) for book in books),
        match_odds=match_odds,
        total=pair,
        total_line=np.array([2.5, 2.5]),
        handicap=pair.copy(),
        handicap_line=np.array([0.0, 0.0]),
    )


def test_a_total_that_cannot_be_lost_or_won_tells_no_goals() -> None:
    even, lines = np.zeros(4), np.array([0.0, 2.5, 40.0, np.nan])
    assert np.isfinite(expected_goals(even, lines)).tolist() == [False, True, False, False]
    assert np.isfinite(over_logit(even + 2.6, lines)).tolist() == [False, True, False, False]
