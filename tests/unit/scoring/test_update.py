from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.domain.market import Market, MarketKind
from engine.domain.numbers import Odds
from engine.domain.pick import OpenPick, PickUpdate, PriceState, Provenance
from engine.domain.policy import DEFAULT_POLICY
from engine.pricing.price import price
from engine.scoring.select import Beside, select
from tests.builders import (
    NOW,
    a_board,
    a_book,
    a_crowd,
    a_fixture,
    a_pick,
    a_selection,
    a_value_board,
    an_open_pick,
)

if TYPE_CHECKING:
    from engine.domain.board import Board, Quote
    from engine.domain.path import Scope

BTTS = Market(kind=MarketKind.BTTS)
SHARP = a_book("pinnacle", 2.06, 3.60, 3.80)
PICK = replace(a_pick(), odds=Odds(2.25), min_odds=Odds(2.155))


def update_of(
    board: Board, one: OpenPick | None = None, scope: Scope | None = None
) -> PickUpdate | None:
    prices = price(board, DEFAULT_POLICY.pricing, NOW)
    open_picks = (one or an_open_pick(PICK),)
    found = select(
        prices,
        board,
        open_picks,
        DEFAULT_POLICY,
        provenance=Provenance.PAPER,
        now=NOW,
        beside=Beside(scope=scope),
    ).updates
    assert len(found) <= 1
    return found[0] if found else None


def offering(*odds: float, reference: list[Quote] = SHARP) -> Board:
    return a_board(
        reference,
        a_crowd(2.02, 3.5, 3.6),
        *(a_book(f"book{index}", value, 3.4, 3.3) for index, value in enumerate(odds)),
    )


def shown(state: PriceState, odds: float | None) -> OpenPick:
    update = PickUpdate(
        pick_id=PICK.id,
        state=state,
        bookmaker=None,
        odds=None if odds is None else Odds(odds),
        fair_odds=None,
        edge=None,
        seen_at=NOW - timedelta(minutes=5),
    )
    return an_open_pick(PICK, shown=update)


def test_an_unchanged_price_is_not_told() -> None:
    assert update_of(offering(2.25)) is None
    assert update_of(offering(2.24)) is None


def test_a_material_move_is_told_with_odds_and_edge() -> None:
    update = update_of(offering(2.20, 2.18))
    assert update is not None
    assert (update.state, update.bookmaker, update.odds) == (PriceState.MOVED, "book0", 2.20)
    assert update.fair_odds == pytest.approx(2.098, abs=1e-3)
    assert update.edge is not None
    assert 0 < update.edge < PICK.edge
    assert update.seen_at == NOW


def test_a_price_below_the_lowest_acceptable_is_gone() -> None:
    update = update_of(offering(2.15))
    assert update is not None
    assert (update.state, update.odds) == (PriceState.GONE, 2.15)


def test_value_that_the_reference_took_back_is_gone_though_the_odds_stayed() -> None:
    update = update_of(offering(2.25, reference=a_book("pinnacle", 2.35, 3.5, 3.2)))
    assert update is not None
    assert update.state is PriceState.GONE
    assert update.edge is not None
    assert update.edge < 0


def test_without_a_reference_the_odds_alone_decide() -> None:
    board = a_board(a_book("book0", 2.20, 3.4, 3.3))
    update = update_of(board)
    assert update is not None
    assert (update.state, update.fair_odds, update.edge) == (PriceState.MOVED, None, None)


def test_a_selection_that_nobody_offers_any_more_is_gone() -> None:
    update = update_of(a_board(a_book("book0", 0, 3.4, 3.3)))
    assert update is not None
    assert (update.state, update.bookmaker, update.odds) == (PriceState.GONE, None, None)


def test_silence_is_not_a_withdrawn_price() -> None:
    elsewhere = a_fixture("nantes", "rennes")
    assert update_of(a_board(SHARP, fixtures=(elsewhere,))) is None
    assert update_of(a_board(a_book("book0", 1.9, 1.9, market=BTTS))) is None
    assert update_of(a_board(a_book("book0", 2.0, 3.4, 3.3, age=timedelta(hours=1)))) is None


def test_what_was_not_asked_whole_is_refreshed_and_never_gone() -> None:
    """A damaged answer, or main lines alone: a better price may stand where nobody looked."""
    missing = a_board(a_book("book0", 0, 3.4, 3.3))
    for elsewhere in ({}, {a_fixture().id: frozenset({MarketKind.BTTS})}):
        assert update_of(missing, scope=elsewhere) is None
        assert update_of(offering(2.15), scope=elsewhere) is None
        moved = update_of(offering(2.20, 2.18), scope=elsewhere)
        assert moved is not None
        assert moved.state is PriceState.MOVED
    gone = update_of(missing, scope={a_fixture().id: frozenset({MarketKind.MATCH_ODDS})})
    assert gone is not None
    assert gone.state is PriceState.GONE


def test_after_kick_off_nothing_changes_any_more() -> None:
    begun = an_open_pick(PICK, kick_off=NOW)
    assert update_of(offering(2.0), begun) is None


def test_a_state_once_shown_is_not_told_again() -> None:
    assert update_of(offering(2.15), shown(PriceState.GONE, 2.15)) is None
    assert update_of(offering(2.10), shown(PriceState.GONE, 2.15)) is None
    assert update_of(offering(2.20), shown(PriceState.MOVED, 2.20)) is None
    assert update_of(offering(2.17), shown(PriceState.MOVED, 2.20)) is not None


def test_a_price_that_returns_is_told_only_once_it_is_worth_a_pick_again() -> None:
    back = update_of(offering(2.25), shown(PriceState.GONE, 2.0))
    assert back is not None
    assert back.state is PriceState.OPEN
    cheap = replace(PICK, min_odds=Odds(2.10))
    gone = replace(shown(PriceState.GONE, 2.0), pick=cheap)
    assert update_of(offering(2.13), gone) is None
    assert update_of(offering(2.13), an_open_pick(cheap)) is not None


def test_a_palpable_error_is_not_a_better_price() -> None:
    assert update_of(offering(2.25, 5.0)) is None


def test_a_pick_without_known_odds_is_compared_with_its_own() -> None:
    assert update_of(offering(2.25), shown(PriceState.OPEN, None)) is None


def test_updates_come_in_the_order_of_the_picks_identities() -> None:
    picks = [
        replace(PICK, id=a_pick(code).id, selection=a_selection(code))
        for code in ("home", "away", "draw")
    ]
    board = a_value_board(2.0)
    prices = price(board, DEFAULT_POLICY.pricing, NOW)
    orders = [picks, picks[::-1]]
    found = [
        select(
            prices,
            board,
            [an_open_pick(replace(pick, min_odds=Odds(9))) for pick in order],
            DEFAULT_POLICY,
            provenance=Provenance.PAPER,
            now=NOW,
        ).updates
        for order in orders
    ]
    assert found[0] == found[1]
    assert len(found[0]) == 3


def test_a_lower_price_that_the_reference_followed_is_still_worth_taking() -> None:
    update = update_of(offering(2.12, reference=a_book("pinnacle", 1.98, 3.7, 4.1)))
    assert update is not None
    assert update.min_odds is not None
    assert update.state is PriceState.MOVED
    assert update.min_odds < 2.12 < PICK.min_odds
