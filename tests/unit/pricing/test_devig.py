from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.errors import BookIncomplete, BookInvalid
from engine.pricing.devig import Devig, devig, is_book

GOLDEN = {
    Devig.MULTIPLICATIVE: (0.7408, 0.1675, 0.0917),
    Devig.ADDITIVE: (0.7564, 0.1611, 0.0824),
    Devig.POWER: (0.7583, 0.1580, 0.0837),
    Devig.SHIN: (0.7525, 0.1626, 0.0849),
}
"""METHOD A3: odds 1.30/5.75/10.5."""


@st.composite
def books(draw: st.DrawFn, *, least_margin: float = 0.0) -> np.ndarray:
    """Fair probabilities with a margin laid on as a power, so that no side falls to 1.0."""
    size = draw(st.integers(2, 5))
    weights = draw(st.lists(st.floats(0.05, 1.0), min_size=size, max_size=size))
    fair = np.array(weights) / sum(weights)
    exponent = draw(st.floats(0.7, 1.0 - least_margin))
    return 1 / fair**exponent


@pytest.mark.parametrize("method", list(GOLDEN))
def test_the_worked_vectors_come_out_to_four_decimals(method: Devig) -> None:
    fair = devig(np.array([1.30, 5.75, 10.5]), method)
    assert fair.round(4).tolist() == pytest.approx(GOLDEN[method], abs=1e-9)


def test_power_on_an_even_match_is_the_worked_vector() -> None:
    fair = devig(np.array([2.10, 3.40, 3.60]))
    assert fair.round(4).tolist() == pytest.approx([0.4602, 0.2780, 0.2618], abs=1e-9)


def test_all_methods_agree_on_a_near_even_pair() -> None:
    found = np.array([devig(np.array([1.90, 1.95]), method) for method in Devig])
    assert np.ptp(found, axis=0).max() < 0.0006


def test_shin_is_additive_for_two_sides() -> None:
    odds = np.array([[1.45, 2.70], [1.85, 1.95]])
    assert devig(odds, Devig.SHIN) == pytest.approx(devig(odds, Devig.ADDITIVE), abs=1e-9)


@given(books(), st.sampled_from([Devig.POWER, Devig.MULTIPLICATIVE, Devig.SHIN]))
def test_probabilities_sum_to_one_and_keep_the_order(odds: np.ndarray, method: Devig) -> None:
    fair = devig(odds, method)
    assert fair.sum() == pytest.approx(1.0, abs=1e-12)
    assert (fair > 0).all()
    assert (np.diff(fair[np.argsort(odds)]) <= 1e-12).all()


@given(books())
def test_fair_odds_are_never_below_the_offered_ones(odds: np.ndarray) -> None:
    assert (1 / devig(odds) >= odds - 1e-9).all()


@given(books(least_margin=0.01))
def test_power_takes_back_the_margin_it_was_laid_on_with(odds: np.ndarray) -> None:
    fair = devig(odds)
    exponents = np.log(1 / odds) / np.log(fair)
    assert exponents == pytest.approx(np.full(len(odds), exponents[0]), abs=1e-9)


@given(st.lists(books(), min_size=1, max_size=8))
def test_a_batch_says_what_each_book_says_alone(many: list[np.ndarray]) -> None:
    size = len(many[0])
    batch = np.array([book for book in many if len(book) == size])
    alone = np.array([devig(book) for book in batch])
    assert devig(batch) == pytest.approx(alone, abs=1e-11)


def test_a_book_below_a_hundred_percent_still_sums_to_one() -> None:
    fair = devig(np.array([[2.2, 2.1], [1.01, 40.0]]))
    assert fair.sum(axis=1) == pytest.approx([1.0, 1.0])


@pytest.mark.parametrize(
    ("odds", "error", "reason"),
    [
        ([2.0, np.nan, 3.0], BookIncomplete, "book_incomplete"),
        ([2.0], BookIncomplete, "book_incomplete"),
        ([2.0, 1.0, 3.0], BookInvalid, "odds_invalid"),
        ([2.0, np.inf, 3.0], BookInvalid, "odds_invalid"),
        ([2.0, -3.0, 3.0], BookInvalid, "odds_invalid"),
    ],
)
def test_an_unusable_book_is_refused_by_name(
    odds: list[float], error: type[BookIncomplete | BookInvalid], reason: str
) -> None:
    with pytest.raises(error) as caught:
        devig(np.array(odds))
    assert caught.value.reason == reason


def test_additive_refuses_the_tails_it_gets_wrong() -> None:
    with pytest.raises(BookInvalid, match="additive_tail"):
        devig(np.array([1.05, 15.0, 60.0]), Devig.ADDITIVE)


def test_shin_refuses_a_book_below_a_hundred_percent() -> None:
    with pytest.raises(BookInvalid, match="shin_underround"):
        devig(np.array([2.2, 2.1]), Devig.SHIN)


def test_usable_rows_are_told_apart() -> None:
    rows = np.array([[1.9, 1.9], [np.nan, 1.9], [np.inf, 1.9], [1.0, 1.9]])
    assert is_book(rows).tolist() == [True, False, False, False]


def test_shin_takes_a_book_without_a_margin() -> None:
    """3/3.5 + 1/7 is 1, but not to the last bit."""
    odds = np.array([3.5, 3.5, 7.0, 3.5])
    assert devig(odds, Devig.SHIN) == pytest.approx(1 / odds)
