"""Boards, prices, records and rules that should never be: an error by name, or no pick."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from math import inf, nan
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.exposure import Exposure
from engine.domain.pick import Gate, Provenance
from engine.domain.policy import DEFAULT_POLICY, ScoringRules
from engine.pricing.price import price
from engine.scoring.select import Beside, Selected, select
from engine.scoring.signal_score import in_zone
from tests.builders import NOW, a_board, a_book, a_crowd, a_fixture, a_value_board, shuffled
from tests.unit.scoring.test_caps import a_stake, a_weekend, policy, selected, valued

if TYPE_CHECKING:
    from engine.domain.board import Board
    from engine.domain.policy import Policy

NO_ODDS = (nan, inf, -inf, 0.0, 1.0, -3.0, 1.0 + 1e-12, 1001.0)
any_odds = st.one_of(st.floats(1.01, 12.0), st.sampled_from(NO_ODDS))
home_odds = st.one_of(st.floats(2.1, 2.36), any_odds)
lefts = st.sampled_from([timedelta(0), timedelta(minutes=-5), timedelta(hours=3)])


def assert_sound(found: Selected, board: Board, rules: Policy = DEFAULT_POLICY) -> None:
    """No stake without an edge, without a number, or above any cap."""
    caps, told = rules.scoring, found.judgements
    assert len(found.picks) + sum(found.refused.values()) == len(told)
    assert np.isfinite(told.odds).all()
    assert ((told.fraction >= 0) & (told.fraction <= caps.stake_cap)).all()
    games = {one.id: one for one in board.fixtures}
    sums: dict[tuple[str, object], Decimal] = defaultdict(Decimal)
    for pick in found.picks:
        game = games[pick.fixture_id]
        assert pick.edge >= caps.min_edge
        assert caps.min_odds <= pick.odds <= caps.max_odds
        assert game.kick_off > NOW
        assert 0 < pick.stake <= 100 * Decimal(str(caps.stake_cap))
        sums["match", pick.fixture_id] += pick.stake
        sums["league", game.competition] += pick.stake
        sums["day", None] += pick.stake
    most = {"match": caps.fixture_cap, "league": caps.league_cap, "day": caps.day_cap}
    for (kind, _), total in sums.items():
        assert total <= 100 * Decimal(str(most[kind]))


@given(
    st.lists(st.tuples(home_odds, any_odds, any_odds), min_size=1, max_size=4),
    st.tuples(any_odds, any_odds, any_odds),
    lefts,
)
@settings(max_examples=60, deadline=None)
def test_whatever_is_quoted_no_stake_is_without_an_edge_or_above_a_cap(
    best: list[tuple[float, float, float]], sharp: tuple[float, float, float], left: timedelta
) -> None:
    fixtures = a_weekend(len(best), kick_off=NOW + left)
    quotes = [
        *(a_book("pinnacle", *sharp, fixture=0), a_crowd(2.02, 3.5, 3.6, fixture=0)),
        *(a_book("generous", *odds, fixture=number) for number, odds in enumerate(best)),
        *(a_book("pinnacle", 2.06, 3.6, 3.8, fixture=place) for place in range(1, len(best))),
        *(a_crowd(2.02, 3.5, 3.6, fixture=place) for place in range(1, len(best))),
    ]
    board = a_board(*quotes, fixtures=fixtures)
    rules = policy(max_edge=1e6, min_edge_low=-1e6)
    assert_sound(selected(board, rules), board, rules)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("probability", nan),
        *(
            (column, value)
            for column in ("std_error", "refund", "close_error")
            for value in (nan, inf)
        ),
    ],
)
@pytest.mark.parametrize("told", [True, False])
def test_a_price_that_is_no_number_is_never_bet_against(
    column: str, value: float, *, told: bool
) -> None:
    board = a_value_board()
    prices = price(board, DEFAULT_POLICY.pricing, NOW)
    if told:
        sure = np.full(len(prices), 0.005)
        prices = replace(prices, close=prices.probability, close_error=sure)
    unread = "std_error" if told else "close_error"  # of two errors one alone counts
    changed: dict[str, Any] = {column: np.full(len(prices), value)}
    broken = replace(prices, **changed)
    with np.errstate(invalid="ignore"):
        found = select(broken, board, (), DEFAULT_POLICY, provenance=Provenance.PAPER, now=NOW)
    assert_sound(found, board)
    assert bool(found.picks) == (column == unread)


@pytest.mark.parametrize("odds", NO_ODDS)
def test_a_book_whose_price_is_no_price_leaves_the_others_alone(odds: float) -> None:
    board = a_board(
        a_book("pinnacle", 2.06, 3.60, 3.80),
        a_crowd(2.02, 3.50, 3.60),
        a_book("generous", 2.25, 3.40, 3.30),
        a_book("broken", odds, odds, odds),
    )
    found = selected(board)
    assert_sound(found, board)
    assert [pick.bookmaker for pick in found.picks] == ["generous"]


def test_a_lone_outcome_is_no_market() -> None:
    board = a_board(
        a_book("pinnacle", 2.06, 3.6, 3.8)[:1],
        a_crowd(2.02, 3.5, 3.6)[:1],
        a_book("generous", 2.25, 3.4, 3.3)[:1],
    )
    found = selected(board)
    assert found.picks == ()
    assert_sound(found, board)


def test_every_quote_told_three_times_is_the_same_board() -> None:
    board = valued(a_weekend(3), 2.21, 2.3)
    once, thrice = selected(board), selected(shuffled(board, [*range(len(board))] * 3))
    assert once.picks == thrice.picks
    assert once.refused == thrice.refused


def test_of_two_prices_that_a_book_quotes_at_once_the_lower_counts() -> None:
    for first, second in ((2.25, 2.3), (2.3, 2.25)):
        board = a_board(
            a_book("pinnacle", 2.06, 3.60, 3.80),
            a_crowd(2.02, 3.50, 3.60),
            a_book("generous", first, 3.40, 3.30),
            a_book("generous", second, 3.40, 3.30),
        )
        assert [pick.odds for pick in selected(board).picks] == [2.25]


@pytest.mark.parametrize("left", [timedelta(0), timedelta(microseconds=-1)])
def test_what_kicks_off_now_is_over_for_bets_even_without_a_cut_off(left: timedelta) -> None:
    board = valued((a_fixture(kick_off=NOW + left),))
    found = selected(board, policy(cut_off=timedelta(0)))
    assert found.refused == {Gate.TOO_CLOSE_TO_KICK_OFF: len(board)}


@pytest.mark.parametrize("count", [1, 120])
def test_a_day_of_one_match_or_of_three_thousand_prices_keeps_every_cap(count: int) -> None:
    board = valued(a_crowd_of_matches(count), 2.21, 2.25, 2.3)
    assert len(board) == 27 * count
    for many in (1, 1_000):
        rules = policy(max_picks_per_day=12 * many, max_picks_per_league=6 * many, min_stake=1e-6)
        found = selected(board, rules)
        assert_sound(found, board, rules)
        assert len(found.picks) == min(count, 12 * many)


def a_crowd_of_matches(count: int) -> tuple[Any, ...]:
    return tuple(
        a_fixture(f"home{number}", f"away{number}", competition=f"league{number % 40}")
        for number in range(count)
    )


@pytest.mark.parametrize(
    "cap", ["kelly_fraction", "stake_cap", "fixture_cap", "league_cap", "day_cap", "open_cap"]
)
def test_a_cap_of_nothing_picks_nothing(cap: str) -> None:
    board = a_value_board()
    found = selected(board, policy(**{cap: 0.0}))
    assert found.picks == ()


@pytest.mark.parametrize("value", [nan, inf, -inf, -0.01])
def test_what_is_no_share_is_refused_by_name(value: float) -> None:
    with pytest.raises(ValueError, match="fraction was"):
        a_stake(value)
    for name in ("stake_cap", "day_cap", "kelly_fraction", "drawdown_stop", "min_stake"):
        with pytest.raises(ValueError, match=f"{name} was"):
            policy(**{name: value})


@pytest.mark.parametrize(
    ("bankroll", "peak"), [(nan, 1.0), (1.0, nan), (inf, inf), (1.0, 0.0), (-1.0, -1.0)]
)
def test_a_bankroll_that_tells_no_drawdown_is_refused_by_name(
    bankroll: float, peak: float
) -> None:
    with pytest.raises(ValueError, match=r"bankroll was .* and peak"):
        Exposure(bankroll=bankroll, peak=peak)


@pytest.mark.parametrize("bankroll", [0.0, -5.0, 1e-300])
def test_a_bankroll_that_is_gone_stakes_nothing(bankroll: float) -> None:
    found = selected(a_value_board(), exposure=Exposure(bankroll=bankroll, peak=1.0))
    assert found.picks == ()
    assert found.refused[Gate.DRAWDOWN] == 1


def test_a_wish_that_is_no_number_makes_no_pick() -> None:
    """Were a record or a rule ever to let one through, the bet would be refused."""
    board = a_value_board()
    held = a_stake(0.001)
    object.__setattr__(held, "fraction", nan)
    prices = price(board, DEFAULT_POLICY.pricing, NOW)
    found = select(
        prices,
        board,
        (),
        DEFAULT_POLICY,
        provenance=Provenance.PAPER,
        now=NOW,
        beside=Beside(exposure=Exposure(stakes=(held,))),
    )
    assert found.picks == ()
    assert found.refused[Gate.EXPOSURE_FULL] == 1


def test_the_zone_holds_its_ends() -> None:
    rules = ScoringRules()
    assert in_zone(rules.zone_low, 2.0, rules)
    assert in_zone(rules.zone_high, 2.0, rules)
    assert not in_zone(nan, 2.0, rules)
