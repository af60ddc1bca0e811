from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.agents.bets import MARKET, SIDE, Look, bets_of, bettable_books
from engine.domain.board import AGGREGATES
from engine.domain.numbers import BookmakerKey
from tests.unit.agents.made_up import BOOKS, a_look, mirror_of, mirrored

SEEDS = st.integers(0, 10_000)


def with_match_odds(look: Look, odds: dict[str, float]) -> Look:
    """The look with every 1X2 price of these books at one number, the others' gone."""
    table = np.full_like(look.odds.match_odds, np.nan)
    for book, price in odds.items():
        table[:, look.odds.books.index(BookmakerKey(book))] = price
    return replace(look, odds=replace(look.odds, match_odds=table))


def test_every_bet_is_the_best_price_that_one_can_take() -> None:
    look = a_look(1)
    bets = bets_of(look)
    table = np.concatenate([look.odds.match_odds, look.odds.total, look.odds.handicap], axis=2)
    for fixture, market, side, odds, book in zip(
        bets.fixture, bets.market, bets.side, bets.odds, bets.bookmaker, strict=True
    ):
        column = int(np.flatnonzero((market == MARKET) & (side == SIDE))[0])
        takeable = table[fixture, look.bettable, column]
        assert odds == np.nanmax(takeable) == table[fixture, book, column]
        assert bets.books[book] not in AGGREGATES
    order = np.lexsort((bets.side, bets.market, bets.fixture))
    assert (order == np.arange(len(bets))).all()
    assert len(bets) > 60


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS, missing=st.sampled_from([0.0, 0.3, 0.8]))
def test_features_are_finite_whatever_is_missing(seed: int, missing: float) -> None:
    bets = bets_of(a_look(seed, missing=missing))
    assert np.isfinite(bets.features.values).all()
    assert bets.features.values.shape == (len(bets), len(bets.features.names))
    assert (bets.feature("gap_second") >= 0).all()
    assert (bets.lead_hours > 0).all()


def test_there_are_no_bets_where_nobody_quotes_or_nothing_is_known() -> None:
    look = a_look(2)
    none = np.full_like(look.reference.probability, np.nan)
    sure = np.where(np.arange(7) == 0, 1.0, look.reference.probability)
    assert not len(bets_of(a_look(2, missing=1.0)))
    assert not len(bets_of(a_look(2, books=())))
    assert not len(bets_of(a_look(2, count=0)))
    assert not len(bets_of(replace(look, reference=replace(look.reference, probability=none))))
    assert not len(bets_of(replace(look, expected=replace(look.expected, probability=none))))
    assert not len(bets_of(replace(look, bettable=np.zeros(len(BOOKS), dtype=np.bool_))))
    certain = bets_of(replace(look, reference=replace(look.reference, probability=sure)))
    assert len(certain)
    assert not ((certain.market == 0) & (certain.side == 0)).any()


@pytest.mark.parametrize("odds", [1.0, 0.0, -2.0, np.inf])
def test_what_is_no_price_is_nobody_s(odds: float) -> None:
    look = with_match_odds(a_look(3, missing=0), {"bet365": 3.0, "fd_bw": odds})
    bets = bets_of(look)
    winner = bets.where(bets.market == 0)
    assert {bets.books[book] for book in winner.bookmaker.tolist()} == {"bet365"}
    assert np.allclose(winner.feature("books"), np.log(2))
    assert (winner.feature("dispersion") == 0).all()


def test_one_book_alone_has_nobody_to_be_compared_with() -> None:
    bets = bets_of(with_match_odds(a_look(3, missing=0), {"bet365": 3.0}))
    alone = bets.where(bets.market == 0)
    assert len(alone) == 36
    for name in ("gap_second", "gap_mean", "dispersion"):
        assert (alone.feature(name) == 0).all(), name
    assert np.allclose(alone.feature("booksum"), 0.0)


def test_gaps_dispersion_and_booksums_are_those_of_the_prices() -> None:
    look = with_match_odds(a_look(4, missing=0), {"pinnacle": 3.0, "bet365": 3.3, "fd_bw": 2.7})
    bets = bets_of(replace(look, bettable=bettable_books(look.odds.books, ("pinnacle",))))
    best = bets.where(bets.market == 0)
    logs = np.log([3.0, 3.3, 2.7])
    assert (best.odds == 3.3).all()
    assert np.allclose(best.feature("gap_second"), np.log(3.3 / 3.0)), "a barred book is heard"
    assert np.allclose(best.feature("gap_mean"), np.log(3.3) - logs.mean())
    assert np.allclose(best.feature("dispersion"), logs.std())
    assert np.allclose(best.feature("booksum"), 3 / 3.3 - 1)
    assert np.allclose(best.feature("booksum_best"), 3 / 3.3 - 1)
    assert np.allclose(best.feature("edge"), np.log(3.3 * best.fair))
    assert np.allclose(best.feature("edge_expected"), np.log(3.3 * best.expected))


@settings(max_examples=40, deadline=None)
@given(order=st.permutations(range(len(BOOKS))))
def test_of_equal_prices_the_first_name_has_it_in_whatever_order_books_stand(
    order: list[int],
) -> None:
    equal = dict.fromkeys(BOOKS, 3.0)
    look = with_match_odds(a_look(5, count=2, missing=0, aggregates=True), equal)
    odds = look.odds
    shuffled = replace(
        odds,
        books=tuple(odds.books[each] for each in order),
        match_odds=odds.match_odds[:, order],
        total=odds.total[:, order],
        handicap=odds.handicap[:, order],
    )
    before, after = (
        bets_of(look),
        bets_of(replace(look, odds=shuffled, bettable=look.bettable[order])),
    )
    names = [[bets.books[book] for book in bets.bookmaker.tolist()] for bets in (before, after)]
    assert names[0] == names[1]
    assert set(names[0][:3]) == {"bet365"}
    assert np.allclose(before.features.values, after.features.values, rtol=0, atol=1e-12)


def test_aggregates_are_nobody_s_price_unless_a_bound_is_asked_for() -> None:
    prices = {"bet365": 3.0, "fd_max": 3.5, "fd_avg": 9.0}
    taken = bets_of(with_match_odds(a_look(6, missing=0), prices))
    bound = bets_of(with_match_odds(a_look(6, missing=0, aggregates=True), prices))
    assert set(taken.odds[taken.market == 0]) == {3.0}
    assert set(bound.odds[bound.market == 0]) == {3.5}
    best = bound.where(bound.market == 0)
    assert np.allclose(best.feature("books"), np.log(2)), "an aggregate is no further book"
    assert np.allclose(best.feature("gap_mean"), np.log(3.5 / 3.0))
    assert bettable_books(("fd_max", "fd_bbmx", "a", "b"), ("a",)).tolist() == [0, 0, 0, 1]
    assert bettable_books(("fd_max", "fd_bbmx", "a"), (), aggregates=True).tolist() == [1, 0, 1]


@settings(max_examples=40, deadline=None)
@given(seed=SEEDS)
def test_with_home_and_away_swapped_the_bets_are_swapped_and_look_the_same(seed: int) -> None:
    look = a_look(seed, missing=0)
    bets, other = bets_of(look), bets_of(mirrored(look))
    mirror = mirror_of(bets)
    assert len(bets) == len(other)
    for name in ("odds", "fair", "expected", "fair_error", "expected_error"):
        assert np.array_equal(getattr(bets, name)[mirror], getattr(other, name)), name
    for column, name in enumerate(bets.features.names):
        assert np.allclose(
            bets.features.values[mirror, column], other.features.values[:, column], atol=1e-12
        ), name


def test_what_teams_did_leans_towards_the_bet_it_speaks_for() -> None:
    look = a_look(7, count=1, missing=0)
    state = replace(
        look.state,
        moves=np.array([[0.1, 0.2, 0.3]]),
        goals_moves=np.array([[0.01, 0.02, 0.03]]),
        league=np.array([[0.5, 0.6, 0.7, 0.4]]),
        surprise=np.array([2.0]),
        rest=np.array([[7.0, 3.0]]),
    )
    bets = bets_of(replace(look, state=state))
    assert bets.feature("drift_fast").tolist() == [0.1, -0.01, -0.1, 0.01, -0.01, 0.1, -0.1]
    assert bets.feature("drift_league").tolist() == [0.5, 0.7, -0.5, 0.6, -0.6, 0.5, -0.5]
    assert bets.feature("surprise").tolist() == [2, 0, -2, 0, 0, 2, -2]
    assert bets.feature("rest").tolist() == [4, 0, -4, 0, 0, 4, -4]


def test_a_team_that_closed_never_is_no_feature() -> None:
    look = a_look(8, missing=0)
    unknown = np.full(len(look.odds), np.nan)
    bets = bets_of(replace(look, state=replace(look.state, expected=unknown, goals=unknown)))
    assert (bets.feature("rating") == 0).all()


def test_chosen_bets_keep_what_is_said_of_them() -> None:
    bets = bets_of(a_look(9))
    rows = np.arange(len(bets))[::-3]
    some = bets.where(rows)
    assert np.array_equal(some.odds, bets.odds[rows])
    assert np.array_equal(some.feature("edge"), bets.feature("edge")[rows])
    assert np.array_equal(some.lead_hours, bets.lead_hours[rows])
