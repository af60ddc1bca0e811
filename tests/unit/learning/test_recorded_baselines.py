"""What doing nothing clever would have earned: by hand, and in worlds whose truth is known."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.domain.market import Selection
from engine.domain.numbers import units
from engine.domain.pick import Provenance
from engine.domain.record import Alternative
from engine.learning.recorded.baselines import baselines
from engine.learning.recorded.columns import columns, ratio
from tests.builders import NOW, a_bet, a_selection

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.numbers import PickId
    from engine.domain.record import SettledBet

    Offered = dict[PickId, Sequence[Alternative]]


PAPER = Provenance.PAPER


def weekly(week: int, profit: str, number: int = 0, **overrides: Any) -> SettledBet:
    at = NOW + timedelta(weeks=week, minutes=number)
    values: dict[str, Any] = {
        "kick_off": at,
        "settled_at": at + timedelta(hours=2),
        "issued_at": at - timedelta(hours=6),
        "selection": a_selection("over_2.5"),
    }
    return a_bet(profit, 1000 * week + number, **values | overrides)


def an_alternative(code: str, odds: float, profit: float, clv: float | None = None) -> Alternative:
    return Alternative(selection=Selection.parse(code), odds=odds, profit=profit, clv=clv)


def both_sides(won: str, *, clv: float | None = -0.03) -> tuple[Alternative, ...]:
    return tuple(
        an_alternative(code, 1.9, 0.9 if code == won else -1.0, clv)
        for code in ("over_2.5", "under_2.5")
    )


def test_the_blind_back_each_side_of_the_market_and_lose_its_margin() -> None:
    bets = [weekly(0, "2", stake=units(2)), weekly(1, "-1"), weekly(2, "-1")]
    offered: Offered = {
        bets[0].pick: (*both_sides("over_2.5"), an_alternative("home", 2.0, 1.0)),
        bets[1].pick: both_sides("under_2.5", clv=None),
    }
    found = baselines(bets, offered)
    assert (found.n, found.blind.bets, found.blind.yield_.n, found.blind.clv.n) == (3, 4, 2, 1)
    assert found.blind.yield_.theirs.mean == pytest.approx(-0.05)
    assert found.blind.yield_.gained.mean == pytest.approx((2 + 2 * 0.05 - 1 + 0.05) / 3)
    assert found.blind.clv.theirs.mean == pytest.approx(-0.03)
    assert found.blind.clv.gained.mean == pytest.approx(0.02 + 0.03)


def test_a_market_of_which_one_side_is_missing_is_not_backed_blindly() -> None:
    bet = weekly(0, "1", odds=1.95)
    found = baselines([bet], {bet.pick: both_sides("over_2.5")[:1]})
    assert (found.blind.bets, found.blind.yield_.n, found.alike.yield_.n) == (0, 0, 1)
    assert found.blind.yield_.theirs.mean is None


def test_odds_alike_are_those_of_the_same_band_on_any_match_of_the_record() -> None:
    """Odds of 2.0 and 2.4 are of one band, 1.9 and 3.0 are of others."""
    bets = [weekly(0, "1", odds=2.0), weekly(1, "-1", odds=2.4)]
    offered: Offered = {
        bets[0].pick: (an_alternative("home", 2.2, -1.0), an_alternative("draw", 3.0, 2.0)),
        bets[1].pick: (an_alternative("away", 2.3, 1.3), an_alternative("btts_yes", 1.9, 0.9)),
    }
    found = baselines(bets, offered).alike
    assert (found.bets, found.yield_.n) == (4, 2)
    assert found.yield_.theirs.mean == pytest.approx((1.3 - 1.0) / 2)
    assert found.yield_.gained.mean == pytest.approx(0.0 - 0.15)


def test_two_bets_of_one_look_share_one_pool() -> None:
    one = weekly(0, "1")
    other = weekly(0, "-1", 1, fixture=one.fixture, issued_at=one.issued_at, kick_off=one.kick_off)
    offered: Offered = {one.pick: both_sides("over_2.5"), other.pick: both_sides("over_2.5")}
    assert baselines([one, other], offered).alike.bets == 2


def test_a_bet_whose_odds_nobody_offered_is_left_out() -> None:
    bets = [weekly(0, "1", odds=9.0), weekly(1, "-1", odds=1.95)]
    offered: Offered = {bet.pick: both_sides("over_2.5") for bet in bets}
    assert baselines(bets, offered).alike.yield_.n == 1


def test_without_bets_or_without_their_moments_nothing_is_said() -> None:
    for bets in ([], [weekly(0, "1")]):
        found = baselines(bets, {})
        assert found.n == len(bets)
        for bettor in (found.blind, found.alike):
            assert bettor.bets == bettor.yield_.n == bettor.clv.n == 0
            assert bettor.yield_.gained.mean is None


def test_the_order_of_rows_changes_nothing() -> None:
    bets = [weekly(week, "1" if week % 3 else "-1", odds=1.9) for week in range(12)]
    offered: Offered = {bet.pick: both_sides("over_2.5") for bet in bets}
    backwards = dict(reversed(offered.items()))
    assert baselines(bets, offered) == baselines(bets[::-1], backwards)


def test_records_of_two_provenances_have_no_baseline() -> None:
    with pytest.raises(ValueError, match="never summed"):
        baselines([weekly(0, "1"), weekly(1, "1", provenance=Provenance.LIVE)], {})


ALONE = [
    (week, odds - 1 if week % 3 else -1.0, odds)
    for week in range(10)
    for odds in ((1.9, 3.0, 3.0) if week % 3 else (1.9, 1.9, 3.0))
]
"""Weeks in which all was won or all lost, what one unit came to, and the odds."""


def alone(stake: str) -> tuple[list[SettledBet], Offered]:
    """Bets on matches where nothing but themselves could be bet."""
    bets = [
        weekly(week, f"{each * float(stake):.4f}", place, odds=odds, stake=units(stake))
        for place, (week, each, odds) in enumerate(ALONE)
    ]
    return bets, {
        bet.pick: [an_alternative("over_2.5", odds, each)]
        for bet, (_, each, odds) in zip(bets, ALONE, strict=True)
    }


@pytest.mark.parametrize("stake", ["1", "2.5"])
def test_who_backs_just_what_was_picked_is_the_record_itself(stake: str) -> None:
    """Their mean is as uncertain as the record's, and the difference is not uncertain at all."""
    bets, offered = alone(stake)
    found = baselines(bets, offered).alike.yield_
    told = columns(bets, PAPER)
    record = ratio(told.profit, told.stake, told)
    assert [found.theirs.mean, found.theirs.low, found.theirs.high] == pytest.approx(
        [record.mean, record.low, record.high]
    )
    gained = found.gained
    assert [gained.mean, gained.low, gained.high] == pytest.approx([0, 0, 0], abs=1e-12)


def test_values_count_once_whatever_the_stake_and_only_where_both_are_known() -> None:
    bets = [
        weekly(0, "3", stake=units(3), clv=0.05, odds=1.95),
        weekly(1, "-1", clv=0.01, odds=1.95),
        weekly(2, "-1", clv=None, odds=1.95),
    ]
    found = baselines(bets, {bet.pick: both_sides("over_2.5") for bet in bets})
    for bettor in (found.blind, found.alike):
        assert bettor.clv.n == 2
        assert bettor.clv.gained.mean == pytest.approx((0.05 + 0.01) / 2 + 0.03)


def made_up(rng: np.random.Generator, weeks: int = 16) -> tuple[list[SettledBet], Offered]:
    """A world where all bets are worth nothing, and picks are any of them."""
    bets: list[SettledBet] = []
    offered: Offered = {}
    for week in range(weeks):
        for number in range(6):
            won = rng.random() < 0.5
            sides = [
                an_alternative(code, 2.0, 1.0 if over is won else -1.0, float(clv))
                for code, over, clv in zip(
                    ("over_2.5", "under_2.5"), (True, False), rng.normal(0, 0.05, 2), strict=True
                )
            ]
            own = sides[int(rng.random() < 0.5)]
            bet = weekly(week, f"{own.profit:.0f}", number, odds=2.0, clv=own.clv)
            bets.append(bet)
            offered[bet.pick] = sides
    return bets, offered


def test_picks_at_random_are_found_better_than_chance_no_oftener_than_said() -> None:
    rng = np.random.default_rng(20_261_123)
    held = {"blind": 0, "alike": 0}
    for _ in range(120):
        found = baselines(*made_up(rng))
        for name, bettor in (("blind", found.blind), ("alike", found.alike)):
            gained = bettor.clv.gained
            assert gained.low is not None
            assert gained.high is not None
            held[name] += gained.low <= 0 <= gained.high
    assert min(held.values()) >= 108, held
