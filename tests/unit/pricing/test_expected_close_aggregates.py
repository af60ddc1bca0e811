"""The mean and the best of many books: printed, made of those present, or not to be had."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from engine.domain.numbers import BookmakerKey
from engine.pricing.expected_close.model import AnchorModel, ExpectedClose, ExpectedCloseModel
from engine.pricing.expected_close.move import still
from engine.pricing.expected_close.state import Fixtures, empty_state
from engine.pricing.expected_close.views import (
    BEST,
    MANY,
    MEAN,
    Anchor,
    Sources,
    with_aggregates,
    without_aggregates,
)
from engine.pricing.reference.main_odds import MainOdds

FIXTURES = Fixtures(
    competition=("a", "a"),
    home=("x", "y"),
    away=("z", "w"),
    kick_off=np.full(2, 1e9),
    looked_at=np.full(2, 1e9 - 48 * 3600),
)


def market(ordinary: int, *others: str) -> MainOdds:
    """Return two fixtures: the first is quoted by all ordinary books, the second by one less."""
    books = tuple(BookmakerKey(key) for key in (*(f"b{n:02d}" for n in range(ordinary)), *others))
    step = np.linspace(0.95, 1.05, len(books))[:, None]
    found = {
        name: np.stack([step * np.array(prices)] * 2)
        for name, prices in (
            ("match_odds", (2.0, 3.4, 3.9)),
            ("total", (1.9, 1.95)),
            ("handicap", (1.92, 1.93)),
        )
    }
    for odds in found.values():
        odds[1, 0] = np.nan
    lines = {"total_line": np.full(2, 2.5), "handicap_line": np.full(2, -0.5)}
    return MainOdds(books=books, **found, **lines)


def of(odds: MainOdds, book: str, name: str = "match_odds") -> np.ndarray:
    place = odds.book(book)
    assert place is not None
    return np.asarray(getattr(odds, name)[:, place])


def told(odds: MainOdds, *, many: bool, bare: bool) -> ExpectedClose:
    """Return what two sets of models say, each moving logits its own way, that speak or don't."""

    def models(offset: float, *, speaks: bool) -> tuple[AnchorModel, ...]:
        moved = replace(still(), offset=offset)
        own = AnchorModel(moves=(moved,) * 4, speaks=np.full(3, speaks))
        return (own,) * len(Anchor)

    model = ExpectedCloseModel(
        anchors=models(0.2, speaks=many), bare=models(-0.2, speaks=bare), seen_until=0.0
    )
    return model.expect(odds, FIXTURES, empty_state().rows(FIXTURES))


def test_many_books_have_a_mean_and_a_best_where_enough_of_them_quote() -> None:
    odds = market(MANY, "pinnacle")

    found = with_aggregates(odds, Sources())

    ordinary = odds.match_odds[0, :MANY]
    assert of(found, MEAN)[0] == pytest.approx(ordinary.mean(axis=0))
    assert of(found, BEST)[0].tolist() == of(odds, "pinnacle")[0].tolist()
    for name in ("match_odds", "total", "handicap"):
        assert np.isnan(of(found, MEAN, name)[1]).all()
        assert np.isnan(of(found, BEST, name)[1]).all()


def test_an_exchange_is_neither_of_the_mean_nor_the_best() -> None:
    odds = market(MANY, "betfair_ex_eu")

    found = with_aggregates(odds, Sources())

    assert of(found, BEST)[0].tolist() == of(odds, f"b{MANY - 1:02d}")[0].tolist()


def test_printed_aggregates_stay_and_only_gaps_are_filled() -> None:
    odds = market(MANY + 1, MEAN, BEST)
    odds.total[0, odds.books.index(BookmakerKey(MEAN))] = np.nan

    found = with_aggregates(odds, Sources())

    assert found.books == odds.books
    assert np.array_equal(found.match_odds, odds.match_odds, equal_nan=True)
    assert np.array_equal(found.handicap, odds.handicap, equal_nan=True)
    assert of(found, MEAN, "total")[0] == pytest.approx(odds.total[0, : MANY + 1].mean(axis=0))


def test_few_books_are_left_as_they_are() -> None:
    odds = market(MANY - 1)
    assert with_aggregates(odds, Sources()) is odds
    assert without_aggregates(with_aggregates(market(MANY), Sources())).books == market(MANY).books


def test_weights_learned_without_aggregates_speak_where_there_are_none() -> None:
    both = told(market(MANY, "pinnacle"), many=True, bare=True)
    few = told(market(6, "pinnacle"), many=True, bare=True)

    over = both.chances[1].mean[:, 0]
    assert over[0] > 0.53
    assert over[1] < 0.48
    assert (few.chances[1].mean[:, 0] < 0.48).all()
    assert both.anchor[1].tolist() == [Anchor.SHARP] * 2


def test_a_market_without_the_mean_is_told_without_it_beside_one_that_has_it() -> None:
    odds = market(6, "pinnacle", MEAN, BEST)
    odds.handicap[:, odds.books.index(BookmakerKey(MEAN))] = np.nan

    found = told(odds, many=True, bare=True)

    assert (found.chances[1].mean[:, 0] > 0.53).all()
    assert (found.chances[2].mean[:, 0] < 0.48).all()


def test_what_has_learned_to_speak_speaks_while_the_other_has_not() -> None:
    odds = market(6, "pinnacle", MEAN, BEST)

    found = told(odds, many=False, bare=True)

    assert found.spoke[1].all()
    assert (found.chances[1].mean[:, 0] < 0.48).all()
    assert not told(odds, many=False, bare=False).spoke[1].any()


def test_weights_of_one_kind_serve_both_ways_where_no_others_were_learned() -> None:
    odds = market(6, "pinnacle")
    moved = AnchorModel(
        moves=(replace(still(), offset=0.2),) * 4, speaks=np.full(3, fill_value=True)
    )
    model = ExpectedCloseModel(anchors=(moved,) * len(Anchor), seen_until=0.0)

    found = model.expect(odds, FIXTURES, empty_state().rows(FIXTURES))

    assert found.spoke[1].all()
    assert (found.chances[1].mean[:, 0] > 0.53).all()
