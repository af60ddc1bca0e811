from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.pick import Gate, OpenPick, PriceState, Provenance
from engine.domain.policy import DEFAULT_POLICY
from engine.domain.signal import Verdicts
from engine.pricing.price import price
from engine.scoring.select import Beside, Selected, select
from tests.builders import NOW, a_pick, a_selection, a_value_board, an_open_pick

if TYPE_CHECKING:
    from engine.domain.board import Board

HOME = a_selection().number
FEATURES = {
    "dispersion": 0.02,
    "gap_mean": 0.05,
    "books": 2.0,
    "lead": -1.0,
    "moved": 0.0,
    "log_odds": 0.8,
    "odds": 2.25,
    "refund": 0.0,
    "fair": 0.47,
    "expected": 0.47,
}


def verdicts(
    probability: float, *, deviation: float = 0.02, doubt: float = 0.004, selection: int = HOME
) -> Verdicts:
    return Verdicts(
        fixture=np.array([0]),
        selection=np.array([selection]),
        probability=np.array([probability]),
        deviation=np.array([deviation]),
        doubt=np.array([doubt]),
        tier=np.zeros(1, dtype=np.int8),
        agreement=np.zeros(1),
        effective=np.zeros(1),
        signals=(),
        standings={},
        names=tuple(FEATURES),
        features=np.array([list(FEATURES.values())]),
    )


def selected(said: Verdicts | None, *open_picks: OpenPick, board: Board | None = None) -> Selected:
    board = board or a_value_board()
    return select(
        price(board, DEFAULT_POLICY.pricing, NOW),
        board,
        open_picks,
        DEFAULT_POLICY,
        provenance=Provenance.PAPER,
        now=NOW,
        beside=Beside(verdicts=said),
    )


def test_a_bet_is_held_against_the_close_that_a_verdict_expects() -> None:
    (pick,) = selected(verdicts(0.47)).picks
    assert pick.edge == pytest.approx(2.25 * 0.47 - 1)
    assert pick.edge_high - pick.edge == pytest.approx(1.2815516 * 2.25 * 0.02)
    assert pick.min_odds == pytest.approx((1 + DEFAULT_POLICY.scoring.min_edge) / 0.47)
    assert (pick.fair.close, pick.fair.close_error) == (0.47, 0.02)
    low = 0.47 - 0.8416212 * 0.004
    assert float(pick.stake) == pytest.approx(25 * (low * 2.25 - 1) / 1.25, abs=1e-4)


def test_a_verdict_against_the_bet_refuses_it() -> None:
    found = selected(verdicts(0.44))
    assert found.picks == ()
    assert Gate.EDGE_TOO_SMALL in found.refused


def test_stakes_fear_the_verdicts_own_error() -> None:
    sure, doubtful = (selected(verdicts(0.46, doubt=each)).picks[0] for each in (0.001, 0.009))
    assert sure.stake > doubtful.stake > 0
    assert sure.edge == doubtful.edge


def test_a_bet_without_a_verdict_is_held_against_what_pricing_says() -> None:
    silent, plain = verdicts(np.nan), selected(None)
    elsewhere = verdicts(0.9, selection=a_selection("under_3.5").number)
    for said in (silent, elsewhere):
        assert selected(said).picks == plain.picks


def test_an_open_pick_is_gone_where_the_verdict_sees_no_edge_any_more() -> None:
    held = an_open_pick(a_pick())
    assert selected(verdicts(0.47), held).updates[0].state is not PriceState.GONE
    (update,) = selected(verdicts(0.44), held).updates
    assert update.state is PriceState.GONE
    assert update.edge == pytest.approx(2.25 * 0.44 - 1)
    assert update.min_odds == pytest.approx((1 + DEFAULT_POLICY.scoring.min_edge) / 0.44)
