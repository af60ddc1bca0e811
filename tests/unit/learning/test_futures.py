"""What may become of a bankroll: by a record, or by what somebody types."""

from dataclasses import replace

import numpy as np
import pytest

from engine.domain.pick import Provenance
from engine.learning.futures import Bet, described, recorded
from engine.learning.recorded.columns import Columns

FAIR = Bet(odds=2.0, edge=0.0, fraction=0.01)


def a_record(n: int, *, clv: float, spread: float = 0.05) -> Columns:
    rng = np.random.default_rng(1)
    return Columns(
        provenance=Provenance.PAPER,
        odds=np.full(n, 2.0),
        stake=np.full(n, 1.0),
        profit=np.zeros(n),
        expected=np.full(n, 0.5),
        refund=np.zeros(n),
        clv=clv + spread * rng.standard_normal(n),
        clv_alt=np.full(n, np.nan),
        movement=np.full(n, np.nan),
        won=np.ones(n),
        half=np.zeros(n, dtype=np.int64),
        sharp=np.zeros(n, dtype=np.bool_),
        grade=(None,) * n,
        week=np.arange(n) // 10,
        day=np.arange(n) // 3,
        fixture=np.arange(n),
    )


def test_the_same_question_has_the_same_answer() -> None:
    one, again = (described(replace(FAIR, edge=0.03), 200) for _ in range(2))
    assert np.array_equal(one.fan.ends, again.fan.ends)
    assert one.fan.low[-1] < one.fan.median[-1] < one.fan.high[-1]
    assert one.fan.steps[0] == 0
    assert one.fan.steps[-1] == 200


def test_a_larger_stake_falls_deeper_and_no_edge_grows_nothing() -> None:
    small, large = (described(replace(FAIR, fraction=share), 400) for share in (0.01, 0.05))
    assert small.fan.fell(0.2) < large.fan.fell(0.2)
    assert large.fan.fell(0.5) < large.fan.fell(0.2)
    assert small.fall_expected < large.fall_expected
    assert small.fan.median[-1] == pytest.approx(1, abs=0.03)
    assert 0.4 < small.fan.below(1.0) < 0.6


def test_an_edge_lifts_the_middle_by_about_what_it_is_worth() -> None:
    found = described(Bet(odds=2.0, edge=0.04, fraction=0.01), 1000)
    assert found.fan.median[-1] == pytest.approx(np.exp(1000 * (0.0004 - 0.00005)), rel=0.02)


def test_a_record_counts_closes_before_what_was_said() -> None:
    found = recorded(a_record(200, clv=0.02), 500)
    assert found.edge
    assert found.edge.mean == pytest.approx(0.02, abs=0.01)
    assert found.fan.median[-1] == pytest.approx(np.exp(500 * 0.0002), rel=0.08)


def test_a_record_known_less_surely_has_a_wider_fan() -> None:
    sure, unsure = (
        recorded(a_record(200, clv=0.02, spread=spread), 500) for spread in (0.01, 0.9)
    )
    widths = [each.fan.high[-1] / each.fan.low[-1] for each in (sure, unsure)]
    assert widths[0] < widths[1]


def test_bets_without_a_close_are_worth_what_was_said() -> None:
    bare = replace(a_record(60, clv=0.02), clv=np.full(60, np.nan))
    found = recorded(bare, 100).edge
    assert found
    assert found.mean == pytest.approx(0.5)


def test_one_bet_is_no_record() -> None:
    with pytest.raises(ValueError, match="interval"):
        recorded(a_record(1, clv=0.02), 100)
