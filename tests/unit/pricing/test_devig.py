"""What is refused, by which name, and what happens to the rest of the board."""

from __future__ import annotations

import numpy as np
import pytest

from engine.domain.errors import BookIncomplete, BookInvalid
from engine.pricing.devig import book as module
from engine.pricing.devig import one as module_one
from engine.pricing.devig.book import (
    Devig,
    Refusal,
    devig,
    devig_one,
    devig_rows,
    is_book,
    is_plausible,
    refusals,
)

REFUSED: list[tuple[list[float], Devig, Refusal]] = [
    ([2.0, np.nan, 3.0], Devig.POWER, Refusal.BOOK_INCOMPLETE),
    ([2.0, 1.0, 3.0], Devig.POWER, Refusal.ODDS_INVALID),
    ([2.0, 0.0, 3.0], Devig.MULTIPLICATIVE, Refusal.ODDS_INVALID),
    ([2.0, np.inf, 3.0], Devig.POWER, Refusal.ODDS_INVALID),
    ([2.0, -3.0, 3.0], Devig.ODDS_RATIO, Refusal.ODDS_INVALID),
    ([1.2, 1.2, 1.2], Devig.POWER, Refusal.MARGIN_ABSURD),
    ([9.0, 9.0, 9.0], Devig.POWER, Refusal.MARGIN_ABSURD),
    ([9.0, 9.0, 9.0], Devig.SHIN, Refusal.MARGIN_ABSURD),
    ([2.2, 2.1], Devig.SHIN, Refusal.SHIN_UNDERROUND),
    ([3.2, 3.2, 3.2], Devig.SHIN, Refusal.SHIN_UNDERROUND),
    ([2.2, 2.1], Devig.GOTO, Refusal.GOTO_UNDERROUND),
    ([2.2, 2.1], Devig.BALANCED_BOOK, Refusal.BALANCED_BOOK_UNDERROUND),
    ([1.05, 15.0, 60.0], Devig.ADDITIVE, Refusal.ADDITIVE_TAIL),
    ([1.05, 15.0, 60.0], Devig.DIFFERENTIAL_MARGIN, Refusal.ADDITIVE_TAIL),
    ([1.01, 26.0, 1000.0], Devig.GOTO, Refusal.GOTO_TAIL),
    ([1.01, 26.0, 1000.0], Devig.BALANCED_BOOK, Refusal.BALANCED_BOOK_TAIL),
]


@pytest.mark.parametrize(("odds", "method", "reason"), REFUSED)
def test_a_book_is_refused_by_name_alone_and_on_a_board(
    odds: list[float], method: Devig, reason: Refusal
) -> None:
    error = BookIncomplete if reason is Refusal.BOOK_INCOMPLETE else BookInvalid
    good = [1.9, 1.95] if len(odds) == 2 else [2.1, 3.4, 3.6]
    board = np.array([good, odds, good])
    for one in (lambda: devig_one(odds, method), lambda: devig(np.array(odds), method)):
        with pytest.raises(error) as caught:
            one()
        assert caught.value.reason == reason
    with pytest.raises(error, match=r"row 1 of 3 \(1 refused\)") as caught:
        devig(board, method)
    assert caught.value.reason == reason
    assert refusals(board, method) == [None, reason, None]
    fair = devig_rows(board, method)
    assert np.isnan(fair[1]).all()
    assert fair[[0, 2]] == pytest.approx(np.array([devig_one(good, method)] * 2), abs=1e-12)


@pytest.mark.parametrize("odds", [[2.0], [], [[2.0], [3.0]]])
def test_one_outcome_is_no_market(odds: list[float]) -> None:
    with pytest.raises(BookIncomplete) as caught:
        devig(np.array(odds))
    assert caught.value.reason == "book_incomplete"


def test_an_empty_board_stays_empty() -> None:
    assert devig(np.empty((0, 3))).shape == (0, 3)


def test_a_double_chance_below_its_total_may_pass_certainty() -> None:
    odds = np.array([[1.2, 1.3, 2.5], [1.002, 1.111, 100.0]])  # the second sums to 1.908
    for method in (Devig.MULTIPLICATIVE, Devig.ADDITIVE):
        assert refusals(odds, method, total=2) == [None, Refusal.PROBABILITY_BEYOND_ONE]
        with pytest.raises(BookInvalid) as caught:
            devig_one(odds[1].tolist(), method, total=2)
        assert caught.value.reason == Refusal.PROBABILITY_BEYOND_ONE
    for method in (Devig.POWER, Devig.ODDS_RATIO):
        assert devig(odds, method, total=2).sum(axis=1) == pytest.approx([2.0, 2.0])
        assert sum(devig_one(odds[1].tolist(), method, total=2)) == pytest.approx(2)


@pytest.mark.parametrize(
    ("method", "total", "told"),
    [
        (Devig.SHIN, 2.0, "one winner"),
        (Devig.POWER, 3.0, "cannot sum to 3"),
        (Devig.POWER, 0.0, "cannot sum to 0"),
    ],
)
def test_a_total_that_makes_no_sense_is_the_callers_fault(
    method: Devig, total: float, told: str
) -> None:
    odds = [1.2, 1.3, 2.5]
    with pytest.raises(ValueError, match=told):
        devig_one(odds, method, total=total)
    with pytest.raises(ValueError, match=told):
        devig_rows(np.array([odds]), method, total=total)


@pytest.mark.parametrize("method", [Devig.POWER, Devig.SHIN, Devig.ODDS_RATIO])
def test_a_book_the_quick_steps_leave_short_is_solved_surely(
    method: Devig, monkeypatch: pytest.MonkeyPatch
) -> None:
    odds = np.array([[2.1, 3.4, 3.6], [1.3, 5.75, 10.5]])
    expected = devig(odds, method)
    monkeypatch.setattr(module, "QUICK", {method: lambda books: books.raw.copy()})
    assert devig(odds, method) == pytest.approx(expected, abs=1e-12)


def test_a_book_nobody_can_solve_is_refused_never_returned(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    short = {Devig.POWER: lambda books: books.raw.copy()}
    monkeypatch.setattr(module, "QUICK", short)
    monkeypatch.setattr(module, "SURE", short)
    odds = np.array([[2.1, 3.4, 3.6], [2.0, 4.0, 4.0]])
    assert refusals(odds) == [Refusal.UNSETTLED, None]
    assert np.isnan(devig_rows(odds)[0]).all()
    monkeypatch.setattr(module_one, "_KERNELS", {Devig.POWER: lambda raw, _booksum, _total: raw})
    with pytest.raises(BookInvalid, match="unsettled"):
        devig_one(odds[0].tolist())
    assert devig_one(odds[1].tolist()) == pytest.approx([0.5, 0.25, 0.25])


def test_usable_rows_are_told_apart() -> None:
    rows = np.array([[1.9, 1.9], [np.nan, 1.9], [np.inf, 1.9], [1.0, 1.9]])
    assert is_book(rows).tolist() == [True, False, False, False]


def test_plausible_rows_are_told_apart() -> None:
    rows = np.array([[2.0, 1.9, np.inf], [9.0, 9.0, 4.0], [5.0, 5.0, np.inf], [1.2, 1.2, 1.2]])
    assert is_plausible(rows).tolist() == [True, False, False, False]
    assert not is_plausible(np.array([[0.0, 2.0], [np.nan, 2.0]])).any()
    assert is_plausible(np.array([[1.2, 1.3, 2.5]]), total=2).all()


def test_shin_takes_a_book_without_a_margin() -> None:
    """3/3.5 + 1/7 is 1, but not to the last bit."""
    odds = np.array([3.5, 3.5, 7.0, 3.5])
    assert devig(odds, Devig.SHIN) == pytest.approx(1 / odds)
