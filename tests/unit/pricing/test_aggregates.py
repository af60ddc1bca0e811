"""The best and the mean of several books are nobody's price."""

from __future__ import annotations

import numpy as np
import pytest

from config.catalogue import load_catalogue
from engine.collect.season_files.books import AGGREGATES as CODES
from engine.collect.season_files.books import bookmaker_keys
from engine.domain.board import AGGREGATES
from engine.domain.policy import DEFAULT_POLICY
from engine.pricing.price import price
from engine.pricing.reference.consensus import all_rungs
from engine.scoring.candidates import candidates
from tests.builders import NOW, a_board, a_book, a_crowd

RULES = DEFAULT_POLICY.pricing


def test_the_aggregates_of_the_files_the_catalogue_and_the_board_are_one_list() -> None:
    marked = {k for k, book in load_catalogue().bookmakers.items() if book.kind == "aggregate"}
    assert set(bookmaker_keys(sorted(CODES)).values()) == marked == set(AGGREGATES)


@pytest.mark.parametrize("key", sorted(AGGREGATES))
def test_an_aggregate_has_no_voice_in_any_reference(key: str) -> None:
    crowd = a_crowd(2.02, 3.50, 3.60)
    alone = all_rungs(a_board(crowd), RULES, NOW)
    beside = all_rungs(a_board(crowd, a_book(key, 2.40, 3.90, 4.20)), RULES, NOW)
    for rung, reference in alone.items():
        np.testing.assert_array_equal(reference.probability, beside[rung].probability)
        np.testing.assert_array_equal(reference.books, beside[rung].books)


@pytest.mark.parametrize("key", sorted(AGGREGATES))
def test_nobody_bets_at_an_aggregate(key: str) -> None:
    board = a_board(a_crowd(2.02, 3.50, 3.60), a_book(key, 2.60, 4.20, 4.50))
    found = candidates(board, price(board, RULES, NOW), DEFAULT_POLICY, NOW)
    offered = {board.bookmakers[int(code)] for code in found.bookmaker}
    assert offered
    assert key not in offered
    assert found.books.max() == len(offered)
