"""The look that is timed is the one the product prices: whole, valid, all 22 markets."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from bench.look import FIXTURES, a_look, known_judges, learned_weights
from engine.domain.market import CATALOGUE, Selection
from engine.domain.policy import PricingRules
from engine.domain.signal import AgentName
from engine.pipeline import decide
from engine.pricing.price import price

if TYPE_CHECKING:
    import pytest


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


def test_the_decision_that_is_timed_is_judged_by_agents_and_scores(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("bench._look_past.WEEKS", 12)
    board = a_look(sharp=True)
    known = known_judges(board)
    decision = decide(board, known, board.as_of)
    assert decision.verdicts is not None
    heard = {each.agent for each in decision.verdicts.signals}
    assert heard >= {AgentName.ANOMALY, AgentName.SPREAD, AgentName.DRIFT, AgentName.PATRON}
    assert len(known.first) == FIXTURES
    assert decision.opinions
    assert any(AgentName.PATRON in {one.agent for one in pick.signals} for pick in decision.picks)
