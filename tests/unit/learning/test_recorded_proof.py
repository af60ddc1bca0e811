"""Evidence of a record by two references: worked by hand, and the lower of both each day."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest
from scipy.stats import norm

from engine.domain.closing import Grade
from engine.domain.pick import Provenance
from engine.learning.clusters import clustered_mean
from engine.learning.recorded.columns import columns
from engine.learning.recorded.proof import BIAS, PRIOR, proven
from tests.builders import NOW, a_bet

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.record import SettledBet
    from engine.learning.recorded.columns import Columns


def told(bets: Sequence[SettledBet]) -> Columns:
    return columns(bets, Provenance.PAPER)


def daily(
    clv: Sequence[float | None], alt: Sequence[float | None], grade: Grade = Grade.A
) -> list[SettledBet]:
    return [
        a_bet(
            "1",
            day,
            kick_off=NOW + timedelta(days=day),
            clv=one,
            clv_alt=other,
            alt_grade=grade if other is not None else None,
        )
        for day, (one, other) in enumerate(zip(clv, alt, strict=True))
    ]


def test_the_e_value_is_the_product_of_days_against_a_point() -> None:
    found = proven(told(daily([0.03, -0.01, 0.25], [None] * 3)))
    days = [1 + 8 * (0.03 - 0.01), 1 + 8 * (-0.01 - 0.01), 1 + 8 * (0.10 - 0.01)]
    assert found.clv == pytest.approx(np.prod(days))
    assert found.highest == pytest.approx(max(1.0, *np.cumprod(days)))


def test_the_profit_is_bet_against_as_a_bettor_would() -> None:
    found = proven(told([a_bet("1", 0), a_bet("-1", 0, kick_off=NOW + timedelta(days=3))]))
    assert found.profit == pytest.approx((1 + 0.2) * (1 - 0.2))


def test_a_second_reference_of_thirty_closes_has_to_be_convinced_as_well() -> None:
    good, poor = [0.05] * 30, [0.012] * 30
    sharp, blunt = (proven(told(daily(good, poor, grade))).clv for grade in (Grade.A, Grade.B))
    assert sharp == pytest.approx((1 + 8 * (0.012 - 0.005)) ** 30)
    assert blunt == pytest.approx((1 + 8 * (0.012 - 0.010)) ** 30)
    few = proven(told(daily(good, [*poor[:-1], None])))
    assert few.clv == pytest.approx((1 + 8 * (0.05 - 0.01)) ** 30)


def test_a_second_reference_stands_alone_where_the_first_says_nothing() -> None:
    found = proven(told(daily([None] * 4, [0.03, 0.02, 0.04, 0.03])))
    assert found.n == 4
    assert found.clv == pytest.approx(1.2 * 1.12 * 1.28 * 1.2)


def test_the_lower_reference_says_how_likely_an_edge_is_and_what_is_needed() -> None:
    rng = np.random.default_rng(2)
    one, other = 0.04 + rng.normal(0, 0.05, (2, 60))
    both = proven(told(daily(one.tolist(), (other - 0.02).tolist())))
    lower = proven(told(daily((other - 0.02).tolist(), [None] * 60)))
    assert both.positive == lower.positive
    assert both.needed is not None
    alone = proven(told(daily(one.tolist(), [None] * 60)))
    assert alone.positive is not None
    assert both.positive is not None
    assert both.positive < alone.positive
    assert alone.needed is not None
    assert both.needed >= alone.needed


def test_what_is_believed_is_the_normal_posterior() -> None:
    values = [0.03, 0.01, 0.05, -0.02, 0.02, 0.04, 0.0, 0.01, 0.06, 0.02] * 3
    bets = told(daily(values, [None] * 30))
    found = clustered_mean(bets.clv, bets.week)
    square = found.error**2 + BIAS**2
    spread = (1 / (1 / PRIOR**2 + 1 / square)) ** 0.5
    mean = found.value * PRIOR**2 / (PRIOR**2 + square)
    assert proven(bets).positive == pytest.approx(float(norm.sf(0, mean, spread)))


def test_the_picks_still_needed_are_those_that_reach_twenty() -> None:
    clv = [0.03, 0.005] * 20
    found = proven(told(daily(clv, [None] * 40)))
    assert found.clv < 20
    assert found.needed is not None
    more = (clv * 40)[: 40 + found.needed + 2]
    assert proven(told(daily(more, [None] * len(more)))).clv >= 20
    less = (clv * 40)[: 40 + found.needed - 4]
    assert proven(told(daily(less, [None] * len(less)))).clv < 20
