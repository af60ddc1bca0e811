from __future__ import annotations

import pickle
from datetime import timedelta
from decimal import Decimal
from itertools import chain
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.alert import AlertKind
from engine.domain.board import Board, Quote, build_board
from engine.domain.closing import Grade
from engine.domain.market import MATCH_ODDS, Market, MarketKind
from engine.domain.numbers import BookmakerKey
from engine.domain.pick import PriceState
from engine.domain.policy import DEFAULT_POLICY
from engine.pipeline import Decision, close, close_from_file, decide
from engine.pricing.devig.book import devig
from engine.settlement.rules import ClosingRules
from tests.builders import (
    KICK_OFF,
    NOW,
    a_board,
    a_book,
    a_crowd,
    a_fixture,
    a_known,
    a_pick,
    a_selection,
    a_subscriber,
    a_value_board,
    an_open_pick,
    shuffled,
)

if TYPE_CHECKING:
    from collections.abc import Mapping
    from random import Random

    from engine.domain.pick import OpenPick

OVER_2 = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))
NO_BET = Market(kind=MarketKind.DRAW_NO_BET)
QUARTER = Market(kind=MarketKind.ASIAN_HANDICAP, line=Decimal("-0.25"))
FIXTURES = (
    a_fixture(),
    a_fixture("nantes", "rennes", kick_off=NOW + timedelta(hours=1)),
    a_fixture("nice", "brest", kick_off=NOW - timedelta(minutes=10)),
)
BOOKMAKERS = ("pinnacle", "betfair_ex_eu", "bet365", "betclic", "unibet", "winamax", "coolbet")
CROWDS = (
    (("pinnacle", 0.98), ("bet365", 0.97), ("betclic", 0.97), ("unibet", 1.15)),
    (("pinnacle", 0.98), ("bet365", 1.1), ("betclic", 1.1), ("unibet", 1.1)),
    tuple((f"book{number}", 0.96 + 0.03 * number) for number in range(8)),
)
FAIR = {MATCH_ODDS: (2.1, 3.6, 3.9), OVER_2: (2.0, 2.0), QUARTER: (1.9, 2.1), NO_BET: (1.55, 2.8)}


@st.composite
def books(draw: st.DrawFn, *, ages: tuple[int, int] = (0, 900)) -> list[Quote]:
    """One bookmaker's odds on one market, each side up to a fifth off, now and then missing."""
    market = draw(st.sampled_from(list(FAIR)))
    odds = [
        round(fair * draw(st.floats(0.85, 1.2)), 2) if draw(st.integers(0, 9)) else 0.0
        for fair in FAIR[market]
    ]
    return a_book(
        draw(st.sampled_from(BOOKMAKERS)),
        *odds,
        market=market,
        fixture=draw(st.integers(0, len(FIXTURES) - 1)),
        age=timedelta(seconds=draw(st.integers(*ages))),
        lay=draw(st.integers(0, 7)) == 0,
    )


@st.composite
def boards(draw: st.DrawFn) -> Board:
    """A few markets with their books around the truth, and some books that say anything."""
    market = draw(st.lists(st.tuples(st.integers(0, 2), st.sampled_from(list(FAIR))), min_size=1))
    sane = [
        a_book(
            bookmaker,
            *(round(fair * draw(st.floats(0.93, high)), 2) for fair in FAIR[kind]),
            market=kind,
            fixture=fixture,
        )
        for fixture, kind in dict.fromkeys(market)
        for bookmaker, high in draw(st.sampled_from(CROWDS))
    ]
    return a_board(*sane, *draw(st.lists(books(), max_size=12)), fixtures=FIXTURES)


def same(one: Decision, other: Decision) -> bool:
    """Whether two decisions agree in every number, not nearly but exactly."""
    columns = [
        name for name in one.prices.__slots__ if name not in {"as_of", "fixtures", "bookmakers"}
    ]
    return (
        all(
            np.array_equal(getattr(one.prices, c), getattr(other.prices, c), equal_nan=True)
            for c in columns
        )
        and one.picks == other.picks
        and one.updates == other.updates
        and one.refused == other.refused
        and one.examples == other.examples
        and one.alerts == other.alerts
    )


def opened(decision: Decision) -> tuple[OpenPick, ...]:
    starts = {fixture.id: fixture.kick_off for fixture in FIXTURES}
    return tuple(an_open_pick(pick, kick_off=starts[pick.fixture_id]) for pick in decision.picks)


@given(boards(), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_the_order_of_quotes_changes_nothing(board: Board, random: Random) -> None:
    order = list(range(len(board)))
    random.shuffle(order)
    assert same(decide(board, a_known(), NOW), decide(shuffled(board, order), a_known(), NOW))


@given(boards(), boards(), st.sets(st.sampled_from([market.kind for market in FAIR])))
@settings(max_examples=80, deadline=None)
def test_no_pick_is_gone_for_a_market_that_the_look_did_not_ask_whole(
    before: Board, board: Board, kinds: set[MarketKind]
) -> None:
    """Money: a look at further markets, or a damaged answer, must not take a pick back."""
    known = a_known(open_picks=opened(decide(before, a_known(), NOW)))
    scope = {fixture.id: frozenset(kinds) for fixture in FIXTURES}
    kind_of = {one.pick.id: one.pick.selection.market.kind for one in known.open_picks}
    whole = {one.pick_id: one for one in decide(board, known, NOW).updates}
    told = {one.pick_id: one for one in decide(board, known, NOW, scope).updates}
    assert told == {
        pick: one
        for pick, one in whole.items()
        if kind_of[pick] in kinds or one.state is not PriceState.GONE
    }
    asked = board.where(np.isin(board.selection >> 16, [int(kind) for kind in kinds]))
    event = decide(asked, known, NOW, scope)
    assert {kind_of[one.pick_id] for one in event.updates} <= kinds


@given(boards(), st.lists(books(ages=(-900, -1)), max_size=12))
@settings(max_examples=60, deadline=None)
def test_what_is_quoted_later_changes_nothing(board: Board, later: list[list[Quote]]) -> None:
    """Money: a backtest that peeks ahead earns what nobody can earn."""
    with_later = Board(
        as_of=NOW,
        fixtures=FIXTURES,
        bookmakers=board.bookmakers,
        **columns_of(board, list(chain(*later))),
    )
    assert same(decide(board, a_known(), NOW), decide(with_later, a_known(), NOW))


def columns_of(board: Board, more: list[Quote]) -> dict[str, Any]:
    code = {key: number for number, key in enumerate(board.bookmakers)}
    known = [quote for quote in more if quote.bookmaker in code]
    added: dict[str, list[Any]] = {
        "fixture": [quote.fixture for quote in known],
        "bookmaker": [code[quote.bookmaker] for quote in known],
        "selection": [quote.selection.number for quote in known],
        "odds": [quote.odds for quote in known],
        "quoted_at": [quote.quoted_at for quote in known],
        "lay": [quote.lay for quote in known],
    }
    return {
        name: np.append(getattr(board, name), values).astype(getattr(board, name).dtype)
        for name, values in added.items()
    }


@given(boards())
@settings(max_examples=60, deadline=None)
def test_deciding_twice_adds_nothing(board: Board) -> None:
    first = decide(board, a_known(), NOW)
    again = decide(board, a_known(open_picks=opened(first)), NOW)
    assert again.picks == ()
    assert again.updates == ()
    assert again.alerts == ()
    assert sum(again.refused.values()) == sum(first.refused.values()) + len(first.picks)


@given(boards())
@settings(max_examples=60, deadline=None)
def test_what_is_picked_is_what_the_rules_allow(board: Board) -> None:
    decision, rules = decide(board, a_known(), NOW), DEFAULT_POLICY.scoring
    offered = {
        (board.fixtures[f].id, s, board.bookmakers[b], o)
        for f, s, b, o in zip(
            board.fixture.tolist(),
            board.selection.tolist(),
            board.bookmaker.tolist(),
            board.odds.tolist(),
            strict=True,
        )
    }
    for pick in decision.picks:
        assert (pick.fixture_id, pick.selection.number, pick.bookmaker, pick.odds) in offered
        assert pick.fixture_id != FIXTURES[2].id, "a game that has begun"
        assert pick.edge >= rules.min_edge
        assert rules.min_odds <= pick.min_odds <= pick.odds <= rules.max_odds
        assert pick.second is None or pick.second.odds <= pick.odds
    fixtures = [pick.fixture_id for pick in decision.picks]
    assert all(fixtures.count(one) <= rules.max_picks_per_fixture for one in fixtures)


def test_a_decision_crosses_to_another_process_and_back() -> None:
    known = a_known(open_picks=(an_open_pick(),))
    board, again, now = pickle.loads(pickle.dumps((a_value_board(), known, NOW)))  # noqa: S301
    decision = decide(board, again, now)
    returned = pickle.loads(pickle.dumps(decision))  # noqa: S301  # our own bytes
    assert same(returned, decide(a_value_board(), known, NOW))


def test_a_pick_brings_its_card_to_everybody_once() -> None:
    decision = decide(
        a_value_board(), a_known(subscribers=(a_subscriber(1), a_subscriber(2))), NOW
    )
    assert len(decision.picks) == 1
    assert [(alert.chat_id, alert.kind) for alert in decision.alerts] == [
        (1, AlertKind.PICK),
        (2, AlertKind.PICK),
    ]
    assert {alert.pick_id for alert in decision.alerts} == {decision.picks[0].id}


def test_a_price_that_fell_edits_the_card() -> None:
    held = an_open_pick(a_pick())
    decision = decide(a_value_board(2.0), a_known(open_picks=(held,)), NOW)
    assert decision.picks == ()
    assert [update.state.value for update in decision.updates] == ["gone"]
    assert [alert.kind for alert in decision.alerts] == [AlertKind.PRICE]


SHARP = (a_book("pinnacle", 2.1, 3.4, 3.6), a_book("pinnacle", 1.95, 1.93, market=OVER_2))


def test_a_close_is_a_graded_line_for_each_source_of_each_pick() -> None:
    start = NOW + timedelta(minutes=2)
    board = a_board(*SHARP, a_crowd(2.0, 3.5, 3.7), fixtures=(a_fixture(kick_off=start),))
    picks = [an_open_pick(), an_open_pick(a_pick("over_3")), an_open_pick()]
    lines = close(board, picks, DEFAULT_POLICY.pricing, ClosingRules(), NOW)
    assert {(line.selection.code, line.source, line.grade) for line in lines} == {
        ("home", "sharp", Grade.A),
        ("home", "consensus", Grade.B),
        ("over_3", "sharp", Grade.A),
    }
    assert len(lines) == 3
    assert {(line.captured_at, line.kick_off) for line in lines} == {(NOW, start)}


def test_a_fixture_that_was_not_seen_has_no_close() -> None:
    elsewhere = a_board(*SHARP, fixtures=(a_fixture("nantes", "rennes"),))
    picks = [an_open_pick()]
    assert close(elsewhere, picks, DEFAULT_POLICY.pricing, ClosingRules(), NOW) == ()
    begun = a_board(*SHARP, fixtures=(a_fixture(kick_off=NOW),))
    assert close(begun, picks, DEFAULT_POLICY.pricing, ClosingRules(), NOW) == ()


def test_a_file_declares_its_closes_source_by_source() -> None:
    declared: Mapping[str, Mapping[Market, tuple[float, ...]]] = {
        "PSC": {MATCH_ODDS: (2.1, 3.4, 3.6), OVER_2: (1.95, 1.93)},
        "AvgC": {MATCH_ODDS: (2.05, 3.3, 3.5)},
        "B365C": {MATCH_ODDS: (2.05, float("nan"), 3.5)},
    }
    wanted = [a_selection("home"), a_selection("over_2.5"), a_selection("over_3")]
    lines = close_from_file(a_fixture(), wanted, declared)
    found = {(line.source, line.selection.code): line for line in lines}
    assert set(found) == {
        ("PSC", "home"),
        ("PSC", "over_2.5"),
        ("PSC", "over_3"),
        ("AvgC", "home"),
    }
    assert {line.grade for line in lines} == {Grade.D}
    assert found["PSC", "home"].payoff.fair == pytest.approx(devig(np.array([2.1, 3.4, 3.6]))[0])
    assert found["PSC", "home"].raw_odds == 2.1
    assert found["PSC", "over_3"].raw_odds is None
    assert {line.captured_at for line in lines} == {KICK_OFF}


def test_a_bookmaker_nobody_knows_is_as_good_as_any() -> None:
    board = a_board(*SHARP, a_crowd(2.0, 3.3, 3.4), a_book("new_book", 2.3, 3.3, 3.4))
    (pick,) = decide(board, a_known(), NOW).picks
    assert pick.bookmaker == BookmakerKey("new_book")


def test_a_look_without_a_single_fixture_decides_nothing() -> None:
    """Leagues on holiday answer with an empty list: no fault, and no run that fails every hour."""
    known = a_known(open_picks=(an_open_pick(),))
    empty = build_board(NOW, (), [])
    decision = decide(empty, known, NOW)
    assert (len(decision.prices), decision.picks, decision.updates) == (0, (), ())
    assert close(empty, known.open_picks, DEFAULT_POLICY.pricing, ClosingRules(), NOW) == ()
