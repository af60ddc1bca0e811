"""What would be left of a record with less luck, worse prices, or prices gone: by hand."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.numbers import units
from engine.domain.pick import Provenance
from engine.learning.recorded.columns import columns, earned_at
from engine.learning.recorded.robust import GONE, robust
from tests.builders import NOW, a_bet

if TYPE_CHECKING:
    from engine.domain.record import SettledBet
    from engine.learning.recorded.columns import Columns


def weekly(week: int, profit: str, **overrides: Any) -> SettledBet:
    at = NOW + timedelta(weeks=week)
    return a_bet(profit, week, kick_off=at, settled_at=at + timedelta(hours=2), **overrides)


def told(*bets: SettledBet) -> Columns:
    return columns(bets, Provenance.PAPER)


def test_without_its_best_bet_a_record_may_have_lost() -> None:
    bets = [weekly(week, "-1") for week in range(9)]
    found = robust(told(*bets, weekly(9, "11", odds=12.0)))
    assert (found.without_best.n, found.without_best.yield_.n) == (9, 9)
    assert found.without_best.yield_.mean == -1.0
    assert found.without_best.clv.mean == pytest.approx(0.02)


def test_of_two_hundred_bets_the_two_best_are_left_out() -> None:
    bets = [weekly(week, "1" if week % 2 else "-1") for week in range(200)]
    assert robust(told(*bets)).without_best.yield_.mean == pytest.approx((98 - 100) / 198)


def test_lower_odds_take_from_wins_and_from_values_alone() -> None:
    """Half of one unit won at 2.00 pays .48 at 1.96; the half that came back still does."""
    found = robust(
        told(
            weekly(0, "2", odds=3.0, stake=units(1), clv=0.02),
            weekly(1, "0.5", odds=2.0, clv=0.03, refund=0.5),
            weekly(2, "-1", clv=None),
            weekly(3, "0", clv=None),
        )
    ).worse_odds
    assert found.yield_.mean == pytest.approx((1.94 + 0.48 - 1) / 4)
    assert (found.n, found.clv.n) == (4, 2)
    value = (0.98 * 1.02 - 1, 0.5 * (0.98 * (1 + 0.03 / 0.5) - 1))
    assert found.clv.mean == pytest.approx(sum(value) / 2)


def test_prices_that_are_gone_stay_gone_whatever_comes_later() -> None:
    bets = [weekly(week, str(1 + week % 7)) for week in range(300)]
    some, more = robust(told(*bets[:200])).gone, robust(told(*bets)).gone
    assert 1 - some.n / 200 == pytest.approx(GONE, abs=0.1)
    assert 0 <= more.n - some.n <= 100
    again = robust(told(*reversed(bets[:200]))).gone
    assert again == some


def test_nothing_is_left_of_no_bet() -> None:
    found = robust(told())
    assert [one.n for one in (found.without_best, found.worse_odds, found.gone)] == [0, 0, 0]
    assert found.worse_odds.yield_.mean is None


@given(
    st.lists(
        st.tuples(st.sampled_from(["1", "0.5", "0", "-0.5", "-1"]), st.floats(1.1, 9)), min_size=1
    )
)
def test_at_their_own_odds_bets_earn_what_they_earned(rows: list[tuple[str, float]]) -> None:
    """Won bets are paid their odds; what halves and voids paid is theirs."""
    bets = told(
        *(
            weekly(
                week,
                f"{float(paid) * (odds - 1) if float(paid) > 0 else float(paid):.4f}",
                odds=odds,
            )
            for week, (paid, odds) in enumerate(rows)
        )
    )
    assert earned_at(bets, bets.odds) == pytest.approx(bets.profit)
    assert (earned_at(bets, 0.98 * bets.odds) <= bets.profit + 1e-12).all()
    assert np.isnan(earned_at(bets, np.full(len(bets), np.nan))).all()
