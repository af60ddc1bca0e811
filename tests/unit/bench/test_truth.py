"""The worlds that picks are held against."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest

from bench._truth_world import Observer, without_edge
from bench.truth import Held, Walked, figures, stated_rate
from engine.domain.market import MATCH_ODDS, Selection
from engine.domain.policy import DEFAULT_POLICY, PricingRules
from engine.domain.price import Rung
from engine.scoring.edge import Fair, edges
from sandbox.world.schedule import Plan
from sandbox.world.world import World
from tests.builders import a_pick

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


def test_the_stated_rate_is_that_of_the_gate_itself_where_no_price_has_an_edge() -> None:
    """Fair odds of 2.00, a reference as wrong as it says: what has a lower end above 0 passes."""
    n, silent = 200_000, np.full(200_000, np.nan)
    seen = 0.5 + np.random.default_rng(1).normal(0, 0.008, n)
    fair = Fair(
        probability=seen,
        std_error=np.full(n, 0.008),
        refund=np.zeros(n),
        close=silent,
        close_error=silent,
        doubt=silent,
    )
    low = edges(np.full(n, 2.0), fair, DEFAULT_POLICY.pricing).low
    passed = 1000 * np.mean(low > DEFAULT_POLICY.scoring.min_edge_low)

    assert stated_rate(DEFAULT_POLICY) == pytest.approx(42, abs=0.1)
    assert passed == pytest.approx(stated_rate(DEFAULT_POLICY), abs=2)


def test_a_match_closes_as_its_sharp_book_does_and_only_when_it_begins(observer: Observer) -> None:
    board, _ = observer.look(START)
    matches = [one for one in board.fixtures if one.kick_off > START + timedelta(minutes=10)]
    first = min(one.kick_off for one in matches)
    bets = [(one.id, selection) for one in matches for selection in MATCH_ODDS.selections]
    found = observer.payoffs_at(first, bets)
    _, truth = observer.look(first - timedelta(minutes=1))

    begins = {one.id for one in matches if one.kick_off == first}
    sharp = {bet: payoff.fair for (bet, rung), payoff in found.items() if rung is Rung.SHARP}
    assert {fixture for fixture, _ in sharp} == begins
    for (fixture, selection), fair in sharp.items():
        assert fair == pytest.approx(truth[fixture][selection.code][0], abs=0.02)


def test_what_an_edge_lacks_of_the_truth_is_told_apart_by_the_close() -> None:
    held = [
        Held(pick=a_pick("home", edge=0.03), true=0.01, clv=0.025),
        Held(pick=a_pick("away", edge=0.05), true=0.02, clv=0.035),
        Held(pick=a_pick("draw", edge=0.04), true=-0.01, clv=float("nan")),
    ]
    fixture = str(held[0].pick.fixture_id)
    worlds = [
        Walked(seed=1, held=tuple(held), priced={fixture: 40, "another": 60}),
        Walked(seed=2, held=tuple(held), priced={fixture: 100}),
    ]
    told = figures(worlds)

    assert told["picks"] == 6
    assert str(told["expected less true"]).startswith("+3.33 %")
    assert str(told["expected less CLV"]).startswith("+1.00 %")
    assert str(told["CLV less true"]).startswith("+1.50 %")
    assert str(told["CLV less true"]).endswith("n = 4")
    assert str(told["picks per 1,000 priced"]).startswith("30.0 [")
    assert str(told["picks per 1,000 priced"]).endswith("n = 200")
