"""What a person took beside what was recommended: by hand, and never as one record."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid5

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.domain.bet import TakenBet, TakenBetNow
from engine.domain.closing import Payoff
from engine.domain.numbers import BookmakerKey, Odds, units
from engine.domain.pick import Provenance
from engine.learning.recorded.columns import columns
from engine.learning.recorded.taken import own_bets, taken_report
from engine.settlement.grading import profit
from tests.builders import NOW, a_bet

if TYPE_CHECKING:
    from engine.domain.record import SettledBet
    from engine.learning.recorded.taken import TakenReport

PAPER = Provenance.PAPER
_NAMES = UUID("9f7c1c9e-7c1b-4d53-8a4e-6d0a3a4f5b11")


def weekly(week: int, won: str, **overrides: Any) -> SettledBet:
    at = NOW + timedelta(weeks=week)
    return a_bet(won, week, kick_off=at, settled_at=at + timedelta(hours=2), **overrides)


def took(
    pick: SettledBet, odds: float, stake: str = "1", number: int = 0, *, settled: bool = True
) -> TakenBetNow:
    bet = TakenBet(
        id=uuid5(_NAMES, f"{pick.pick} {number}"),
        user_id=7,
        pick_id=pick.pick,
        bookmaker=BookmakerKey("winamax_fr"),
        odds=Odds(odds),
        stake=units(stake),
        taken_at=pick.issued_at + timedelta(minutes=number),
    )
    if not settled:
        return TakenBetNow(bet=bet, outcome=None, profit=None)
    return TakenBetNow(bet=bet, outcome=pick.outcome, profit=profit(pick.outcome, odds, bet.stake))


def told(taken: list[TakenBetNow], picks: list[SettledBet]) -> TakenReport:
    return taken_report(own_bets(taken, picks), picks, PAPER)


def test_the_same_picks_at_other_odds_and_stakes() -> None:
    """Won at 1.9 for 2 units and at 2.0 for one, where 2.0 was recommended; lost at 2.2."""
    picks = [weekly(0, "1"), weekly(1, "-1", clv=None), weekly(2, "1"), weekly(3, "-1")]
    found = told(
        [took(picks[0], 1.9, "2"), took(picks[0], 2.0, number=1), took(picks[1], 2.2)], picks
    )
    assert (found.n, found.picks, found.offered) == (3, 2, 4)
    assert (found.staked, found.profit) == (Decimal(4), Decimal("1.8"))
    assert found.yield_.mean == pytest.approx((1.8 + 1 - 1) / 4)
    assert found.same_yield.mean == pytest.approx((2 + 1 - 1) / 4)
    assert found.gap.mean == pytest.approx(-0.2 / 4)
    assert found.odds.mean == pytest.approx((-0.05 + 0 + 0.1) / 3)
    assert found.clv.n == 2
    assert found.clv.mean == pytest.approx((0.95 * 1.02 - 1 + 0.02) / 2)
    assert found.gap_clv.mean == pytest.approx((0.95 * 1.02 - 1 - 0.02) / 2)
    assert (found.left.n, found.left.mean) == (2, 0.0)


def test_a_bet_that_is_open_or_of_another_record_is_none_of_it() -> None:
    picks = [weekly(0, "1"), weekly(1, "1")]
    other = weekly(2, "1", provenance=Provenance.LIVE)
    found = told([took(picks[0], 2.0, settled=False), took(other, 2.0)], picks)
    assert (found.n, found.offered, found.yield_.mean, found.since) == (0, 2, None, None)


def test_a_bet_that_was_taken_has_no_place_among_those_recommended() -> None:
    picks = [weekly(0, "1")]
    with pytest.raises(AttributeError):
        columns(own_bets([took(picks[0], 2.0)], picks), PAPER)  # type: ignore[arg-type]
    live = [weekly(0, "1", provenance=Provenance.LIVE)]
    with pytest.raises(ValueError, match="never summed"):
        taken_report(own_bets([took(live[0], 2.0)], live), live, PAPER)


def test_the_order_of_rows_changes_nothing() -> None:
    picks = [weekly(week, "1" if week % 2 else "-1") for week in range(10)]
    taken = [took(pick, 1.9 + place / 50, number=place) for place, pick in enumerate(picks)]
    taken += [took(picks[3], 1.7, "0.3", number=20), took(picks[3], 2.3, "0.7", number=21)]
    assert told(taken, picks) == told(taken[::-1], picks[::-1])
    assert own_bets(taken, picks) == own_bets(taken[::-1], picks[::-1])


@given(st.floats(1.1, 9), st.floats(1.1, 9), st.floats(0.05, 0.9), st.floats(0, 0.6))
def test_value_at_other_odds_is_what_the_close_says_of_those(
    recommended: float, own: float, fair: float, refund: float
) -> None:
    close = Payoff(
        win=(1 - refund) * fair,
        half_win=0.0,
        push=refund,
        half_loss=0.0,
        loss=(1 - refund) * (1 - fair),
    )
    pick = weekly(0, "1", odds=recommended, refund=refund, clv=close.value(recommended))
    [bet] = own_bets([took(pick, own)], [pick])
    assert bet.at_own_terms().clv == pytest.approx(close.value(own))


def test_movement_is_that_of_the_book_that_was_bet() -> None:
    same, other = weekly(0, "1", bookmaker=BookmakerKey("winamax_fr")), weekly(1, "1")
    one, two = own_bets([took(same, 2.1), took(other, 2.1)], [same, other])
    assert one.at_own_terms().movement == pytest.approx(2.1 / (2.0 / 1.03) - 1)
    assert two.at_own_terms().movement is None
