"""What reaches a person in a pause or at a limit, and when a pause is suggested."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.alerting.care import (
    IN_A_PAUSE,
    Passage,
    held_until,
    passage,
    reached,
    suggests,
    tilting,
)
from engine.domain.alert import AlertKind
from engine.domain.bet import TakenBet, TakenBetNow
from engine.domain.care import Care, LimitKind, Pause, PauseKind
from engine.domain.numbers import BookmakerKey, Odds, PickId, Units
from engine.domain.settlement import Outcome

if TYPE_CHECKING:
    from collections.abc import Sequence

NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
ZONE = ZoneInfo("Europe/Paris")
WEEK = timedelta(days=7)
PAUSED = Care(
    pause=Pause(
        kind=PauseKind.REST, since=NOW - timedelta(hours=1), until=NOW + timedelta(hours=1)
    )
)


def a_bet(n: int, stake: float, profit: float | None, at: datetime = NOW) -> TakenBetNow:
    outcome = None
    if profit is not None:
        outcome = Outcome.WON if profit > 0 else Outcome.LOST
    name = uuid5(UUID(int=1), str(n))
    return TakenBetNow(
        bet=TakenBet(
            id=name,
            user_id=1,
            pick_id=PickId(name),
            bookmaker=BookmakerKey("pinnacle"),
            odds=Odds(2.0),
            stake=Units(Decimal(str(stake))),
            taken_at=at + timedelta(seconds=n),
        ),
        outcome=outcome,
        profit=None if profit is None else Units(Decimal(str(profit))),
    )


@pytest.mark.parametrize("kind", AlertKind)
def test_every_kind_of_alert_is_decided_for_a_pause(kind: AlertKind) -> None:
    assert kind in IN_A_PAUSE, f"say in engine/alerting/care.py whether {kind} goes in a pause"
    assert passage(kind, PAUSED, NOW) is IN_A_PAUSE[kind]
    assert passage(kind, PAUSED, NOW + timedelta(hours=1)) is Passage.OPEN


def test_only_what_offers_no_bet_is_said_anew_in_a_pause() -> None:
    said = {kind for kind, way in IN_A_PAUSE.items() if way is Passage.OPEN}
    keepers = {AlertKind.OPS, AlertKind.PROOF, AlertKind.POLICY, AlertKind.LEARNING}
    assert said == {*keepers, AlertKind.ACCESS}


@pytest.mark.parametrize(
    ("kind", "limit", "spent"),
    [
        (LimitKind.LOSS_DAY, 3, 3),
        (LimitKind.STAKE_DAY, 5, 5),
        (LimitKind.BETS_DAY, 3, 3),
    ],
)
def test_a_limit_is_reached_by_what_was_spent_of_it(
    kind: LimitKind, limit: int, spent: int
) -> None:
    bets = [a_bet(1, 2, -2), a_bet(2, 1, -1), a_bet(3, 2, None)]
    care = Care(limits={kind: Decimal(limit)})
    [one] = reached(care, bets, NOW, ZONE)
    assert one.kind is kind
    assert one.spent == spent
    assert one.until == datetime(2026, 11, 25, 23, tzinfo=UTC)
    more = Care(limits={kind: Decimal(limit) + 1})
    assert reached(more, bets, NOW, ZONE) == ()


def test_what_was_won_makes_good_what_was_lost_and_open_stakes_could_be_lost() -> None:
    care = Care(limits={LimitKind.LOSS_DAY: Decimal(3)})
    bets = [a_bet(1, 4, -4), a_bet(2, 2, 2), a_bet(3, 1, None)]
    assert reached(care, bets, NOW, ZONE) == ()
    assert reached(care, bets[:2], NOW, ZONE, stake=Decimal(1)) == ()
    assert reached(care, bets, NOW, ZONE, stake=Decimal(1)) != ()


def test_yesterdays_bets_are_not_todays() -> None:
    care = Care(limits={LimitKind.STAKE_DAY: Decimal(3), LimitKind.STAKE_WEEK: Decimal(3)})
    bets = [a_bet(1, 3, -3, at=NOW - timedelta(days=1))]
    assert [one.kind for one in reached(care, bets, NOW, ZONE)] == [LimitKind.STAKE_WEEK]


def test_picks_wait_for_limits_of_money_unless_the_person_chose_otherwise() -> None:
    bets = [a_bet(1, 3, -3)]
    limits = {LimitKind.LOSS_DAY: Decimal(3), LimitKind.STAKE_WEEK: Decimal(1)}
    ends = datetime(2026, 11, 29, 23, tzinfo=UTC)
    assert held_until(Care(limits=limits), bets, NOW, ZONE) == ends
    assert held_until(Care(limits=limits, holds=False), bets, NOW, ZONE) is None
    many = {LimitKind.BETS_DAY: Decimal(1)}
    assert held_until(Care(limits=many), bets, NOW, ZONE) is None


def a_run(stakes: Sequence[float], lost: int) -> list[TakenBetNow]:
    won = len(stakes) - lost
    return [a_bet(n, stake, stake if n < won else -stake) for n, stake in enumerate(stakes)]


def test_stakes_that_double_after_losses_are_a_tilt() -> None:
    assert tilting(a_run([1] * 6 + [2, 2, 3, 4], lost=4))


def test_no_tilt_without_losses_a_rise_or_enough_bets() -> None:
    assert not tilting(a_run([1] * 6 + [2, 2, 3, 4], lost=0))
    assert not tilting(a_run([1] * 6 + [2, 2, 3, 4], lost=2))
    assert not tilting(a_run([1] * 10, lost=10))
    assert not tilting(a_run([1] * 5 + [2, 2, 3, 4], lost=4))


@given(st.lists(st.floats(0.5, 5), min_size=10, max_size=20), st.floats(0.1, 10))
def test_whether_it_is_a_tilt_does_not_depend_on_how_much_a_unit_is(
    stakes: list[float], factor: float
) -> None:
    whole = [round(stake, 1) for stake in stakes]
    bets = a_run(whole, lost=5)
    scale = Decimal(str(round(factor, 2)))
    scaled = [a_bet(n, float(Decimal(str(s)) * scale), -1) for n, s in enumerate(whole)]
    for one, other in zip(bets, scaled, strict=True):
        assert other.bet.taken_at == one.bet.taken_at
    lost = [
        TakenBetNow(bet=other.bet, outcome=one.outcome, profit=one.profit)
        for one, other in zip(bets, scaled, strict=True)
    ]
    assert tilting(bets) is tilting(lost)


def test_a_pause_is_suggested_once_a_week() -> None:
    bets = a_run([1] * 6 + [2, 2, 3, 4], lost=4)
    assert suggests(Care(), bets, NOW, WEEK)
    assert not suggests(Care(hinted_at=NOW - WEEK + timedelta(hours=1)), bets, NOW, WEEK)
    assert suggests(Care(hinted_at=NOW - WEEK), bets, NOW, WEEK)
