"""What is met exactly, caps among bets that other looks made, and stakes as they are stored."""

from __future__ import annotations

import math
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.exposure import Exposure, Staked
from engine.domain.pick import Gate, Provenance
from engine.domain.policy import DEFAULT_POLICY
from engine.pricing.price import price
from engine.scoring.edge import Fair, edges, least_odds
from engine.scoring.exposure import Held, held_bets, restraint, without
from engine.scoring.select import Selected, select
from engine.scoring.staking import in_units, written
from tests.builders import KICK_OFF, NOW, a_fixture, a_selection, a_value_board
from tests.unit.scoring.test_caps import LEAGUE, OTHER, a_stake, a_weekend, selected, valued
from tests.unit.scoring.test_caps import policy as rules_with
from tests.unit.scoring.test_select import generous, refused_as

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.policy import Policy
    from engine.domain.price import PriceTable

DAYS = (KICK_OFF, KICK_OFF + timedelta(days=1))


def test_a_threshold_that_is_met_exactly_is_met() -> None:
    (pick,) = selected(a_value_board()).picks
    assert refused_as(generous(), min_edge=pick.edge) is None
    assert refused_as(generous(), min_edge=math.nextafter(pick.edge, 1)) is Gate.EDGE_TOO_SMALL
    assert refused_as(generous(), min_edge_low=pick.edge_low) is None
    low = math.nextafter(pick.edge_low, 1)
    assert refused_as(generous(), min_edge_low=low) is Gate.EDGE_UNCERTAIN
    assert refused_as(generous(), min_odds=2.25) is None
    assert refused_as(generous(), max_odds=2.25) is None
    rules = DEFAULT_POLICY.scoring
    assert refused_as(generous(left=rules.horizon)) is None
    past = rules.horizon + timedelta(seconds=1)
    assert refused_as(generous(left=past)) is Gate.TOO_FAR_FROM_KICK_OFF
    assert refused_as(generous(left=rules.cut_off)) is Gate.TOO_CLOSE_TO_KICK_OFF
    assert refused_as(generous(age=rules.quote_age)) is None


def test_a_drawdown_that_is_reached_exactly_counts() -> None:
    rules = DEFAULT_POLICY.scoring
    assert restraint(Exposure(bankroll=80, peak=100), rules) == rules.drawdown_share
    assert restraint(Exposure(bankroll=65, peak=100), rules) == 0


@given(st.floats(1.25, 60.0), st.floats(0.05, 4.0))
@settings(max_examples=15, deadline=None)
def test_no_stake_is_above_the_cap_of_one_however_large_the_edge(
    odds: float, kelly: float
) -> None:
    free = rules_with(kelly_fraction=kelly, max_edge=1e3, max_odds=1e3)
    found = selected(valued(a_weekend(3), odds, 2.3), free)
    assert all(0 < pick.stake <= 1 for pick in found.picks)
    assert found.judgements.fraction.max() <= free.scoring.stake_cap


@given(st.lists(st.floats(2.2, 2.36), min_size=2, max_size=6), st.floats(0.003, 0.03))
@settings(max_examples=25, deadline=None)
def test_a_cap_holds_to_the_last_digit_that_is_stored(odds: list[float], cap: float) -> None:
    found = selected(
        valued(a_weekend(len(odds)), *odds), rules_with(day_cap=cap, min_stake=0.0001)
    )
    assert found.picks
    assert sum(pick.stake for pick in found.picks) <= 100 * Decimal(cap)


def test_a_bet_that_holds_more_than_it_would_get_now_leaves_no_more_room_for_others() -> None:
    """It would be staked anew at less; what it holds beyond that is still at risk."""
    board, cap = valued(a_weekend(2)), 0.02
    first, second = (fixture.id for fixture in a_weekend(2))
    for name in ("day_cap", "league_cap", "open_cap"):
        for held, room in ((cap, 0.0), (0.017, 0.003)):
            riding = a_stake(held, fixture_id=first, selection=a_selection())
            found = selected(board, rules_with(**{name: cap}), Exposure(stakes=(riding,)))
            assert found.refused[Gate.ALREADY_PICKED] == 1
            new = [pick for pick in found.picks if pick.fixture_id == second]
            assert sum(float(pick.stake) for pick in new) == pytest.approx(100 * room), name


def test_a_stake_too_small_in_itself_is_told_apart_from_one_without_room() -> None:
    (pick,) = selected(a_value_board()).picks
    rules = rules_with(min_stake=0.75 * float(pick.stake) / 100)
    fallen = selected(a_value_board(), rules, Exposure(bankroll=79, peak=100))
    assert fallen.refused[Gate.STAKE_TOO_SMALL] == 1
    full = selected(a_value_board(), replace(rules, scoring=replace(rules.scoring, day_cap=0.001)))
    assert full.refused[Gate.EXPOSURE_FULL] == 1


stakes = st.lists(
    st.builds(
        a_stake,
        st.floats(0, 0.05),
        fixture_id=st.sampled_from([one.id for one in a_weekend(4)] + [a_fixture("a", "b").id]),
        selection=st.sampled_from([a_selection(code) for code in ("home", "draw", "over_2.5")]),
        competition=st.sampled_from([LEAGUE, OTHER]),
        kick_off=st.sampled_from(DAYS),
    ),
    max_size=12,
)


@given(stakes, st.data())
@settings(deadline=None)
def test_what_is_taken_away_weighs_on_no_cap_any_more(
    riding: list[Staked], data: st.DataObject
) -> None:
    fixtures = a_weekend(4)
    places = {fixture.id: number for number, fixture in enumerate(fixtures)}
    # a bet is of its own match: its league and its day are that match's
    riding = [
        replace(one, competition=LEAGUE, kick_off=KICK_OFF) if one.fixture_id in places else one
        for one in riding
    ]

    def held(bets: Sequence[Staked]) -> Held:
        exposure = Exposure(stakes=tuple(bets))
        return held_bets(valued(fixtures), (), exposure, Provenance.PAPER, DEFAULT_POLICY)

    here = sorted(
        (one for one in riding if one.fixture_id in places),
        key=lambda one: (places[one.fixture_id], one.selection.number, one.fraction),
    )
    away = [one for one in riding if one.fixture_id not in places]
    gone = data.draw(st.lists(st.booleans(), min_size=len(here), max_size=len(here)))
    left = without(held(riding), np.array(gone, dtype=np.bool_))
    alone = held(away + [one for one, out in zip(here, gone, strict=True) if not out])
    for group in ("fixture", "league", "day"):
        mine, theirs = getattr(left, group), getattr(alone, group)
        assert mine.staked == pytest.approx(theirs.staked, abs=1e-12), group
    assert left.staked == pytest.approx(alone.staked, abs=1e-12)


def test_at_the_lowest_odds_worth_taking_the_edge_is_the_least_one() -> None:
    """Whatever part of the stake may come back, and whoever says where the close will be."""
    prices, least = price(a_value_board(), DEFAULT_POLICY.pricing, NOW), DEFAULT_POLICY.scoring
    assert (prices.refund > 0.05).any()
    told = replace(prices, close=prices.probability, close_error=np.full(len(prices), 0.01))
    for table in (prices, told):
        odds = np.array([least_odds(table, row, DEFAULT_POLICY) for row in range(len(table))])
        fair = Fair(
            probability=table.probability,
            std_error=table.std_error,
            refund=table.refund,
            close=table.close,
            close_error=table.close_error,
            doubt=table.close_error,
        )
        edge = edges(odds, fair, DEFAULT_POLICY.pricing).edge
        some = odds > least.min_odds
        assert some.sum() > 5
        assert edge[some] == pytest.approx(least.min_edge)
        assert (edge[~some] >= least.min_edge - 1e-12).all()


def with_a_close(close_error: float) -> PriceTable:
    """The prices of the generous board, where a model expects the close at the reference."""
    prices = price(a_value_board(), DEFAULT_POLICY.pricing, NOW)
    sure = np.full(len(prices), close_error)
    return replace(prices, close=prices.probability, close_error=sure)


def judged_by(prices: PriceTable, rules: Policy) -> Selected:
    board = a_value_board()
    return select(prices, board, (), rules, provenance=Provenance.PAPER, now=NOW)


@given(st.floats(0.51, 0.99))
@settings(max_examples=15, deadline=None)
def test_where_a_close_is_expected_the_chance_that_it_shows_an_edge_decides(least: float) -> None:
    (pick,) = judged_by(with_a_close(0.01), DEFAULT_POLICY).picks
    error = pick.edge / NormalDist().inv_cdf(least) / pick.odds
    rules = replace(
        rules_with(min_chance=least, min_edge_low=9.0),
        pricing=replace(DEFAULT_POLICY.pricing, close_doubt=0.0),
    )
    assert judged_by(with_a_close(error * (1 - 1e-6)), rules).picks
    doubtful = judged_by(with_a_close(error * (1 + 1e-6)), rules)
    assert doubtful.picks == ()
    assert doubtful.refused[Gate.EDGE_UNCERTAIN] == 1


def test_a_pick_made_before_takes_its_place_and_no_more() -> None:
    """Who comes later gets what it would have got had both been picked at once."""
    board, first = valued(a_weekend(2), 2.3, 2.25), a_weekend(1)[0].id
    for cap in ({"day_cap": 0.008}, {"league_cap": 0.008}, {"open_cap": 0.008}):
        rules = rules_with(**cap)
        one, other = sorted(
            selected(board, rules).picks, key=lambda pick: pick.fixture_id != first
        )
        held = a_stake(float(one.stake) / 100, fixture_id=first, selection=one.selection)
        (later,) = selected(board, rules, Exposure(stakes=(held,))).picks
        assert later.fixture_id == other.fixture_id
        assert float(later.stake) == pytest.approx(float(other.stake), abs=2e-4)


@given(st.floats(0, 0.05))
def test_a_stake_is_stored_rounded_down_by_less_than_its_last_digit(fraction: float) -> None:
    stored = in_units(float(written(np.array([fraction]))[0]))
    assert -2e-10 <= 100 * fraction - float(stored) < 1e-4 + 1e-9
