"""A backtest may bet at the best-price aggregate, which bounds what shopping could have found."""

from __future__ import annotations

from dataclasses import replace

from engine.domain.policy import DEFAULT_POLICY, Policy
from engine.pricing.price import price
from engine.scoring.candidates import candidates
from tests.builders import NOW, a_board, a_book, a_crowd

BOARD = a_board(
    a_book("pinnacle", 2.06, 3.60, 3.80),
    a_crowd(2.02, 3.5, 3.6),
    a_book("fd_max", 2.3, 3.7, 4.0),
)


def _bettable(policy: Policy) -> dict[str, set[int]]:
    """Return how many books each bookmaker's candidates count."""
    rows = candidates(BOARD, price(BOARD, policy.pricing, NOW), policy, NOW)
    found: dict[str, set[int]] = {}
    for place, books in zip(rows.bookmaker.tolist(), rows.books.tolist(), strict=True):
        found.setdefault(str(BOARD.bookmakers[place]), set()).add(books)
    return found


def test_nobody_bets_at_an_aggregate() -> None:
    assert "fd_max" not in _bettable(DEFAULT_POLICY)


def test_a_bound_is_bet_at_and_counts_as_no_book() -> None:
    named, bounded = (
        _bettable(policy)
        for policy in (DEFAULT_POLICY, replace(DEFAULT_POLICY, bounds=("fd_max",)))
    )
    assert bounded == {**named, "fd_max": bounded["fd_max"]}
    assert bounded["fd_max"] == named["pinnacle"]
