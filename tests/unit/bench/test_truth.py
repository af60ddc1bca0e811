"""The worlds that picks are held against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bench._truth_world import Observer, without_edge
from engine.domain.market import Selection
from engine.domain.policy import PricingRules
from sandbox.world.schedule import Plan
from sandbox.world.world import World

START = datetime(2026, 1, 1, 8, tzinfo=UTC)


@pytest.fixture(scope="module")
def observer() -> Observer:
    return Observer(World(Plan(seed=1, matchday_every=timedelta(days=3)), START))


def test_an_edgeless_world_offers_nothing_above_fair_odds(observer: Observer) -> None:
    board, truth = observer.look(START)
    shown = without_edge(board, truth)
    exchanges = PricingRules().exchanges

    edges = []
    for row in range(len(shown)):
        book = shown.bookmakers[int(shown.bookmaker[row])]
        fixture = shown.fixtures[int(shown.fixture[row])].id
        won, lost = truth[fixture][Selection.from_number(int(shown.selection[row])).code]
        if book not in exchanges and shown.odds[row] > 1.01:
            edges.append(won * (shown.odds[row] - 1) - lost)

    assert len(edges) > 500
    assert max(edges) <= 1e-9
    assert np.mean(edges) > -0.05


def test_a_world_as_it_is_has_edges_and_its_truth_prices_every_match(observer: Observer) -> None:
    board, truth = observer.look(START)

    assert {one.id for one in board.fixtures} <= set(truth)
    for shares in truth.values():
        assert sum(shares[code][0] for code in ("home", "draw", "away")) == pytest.approx(1)
