"""The look that is timed is the one the product prices: whole, valid, all 22 markets."""

from __future__ import annotations

import numpy as np

from bench.look import FIXTURES, a_look, learned_weights
from engine.domain.market import CATALOGUE, Selection
from engine.domain.policy import PricingRules
from engine.pricing.price import price


def test_a_look_of_the_bench_prices_the_catalogue_of_every_fixture() -> None:
    board = a_look(sharp=True)
    table = price(board, PricingRules(), board.as_of, learned_weights())
    whole = table.excluded < 0
    codes = {Selection.from_number(number).market_code for number in set(table.selection.tolist())}
    assert codes == set(CATALOGUE)
    assert np.bincount(table.fixture[whole]).tolist() == [len(CATALOGUE)] * FIXTURES
    assert np.isfinite(table.probability).all()
    assert (table.std_error > 0).all()
    assert len(set(board.bookmakers)) == 25
