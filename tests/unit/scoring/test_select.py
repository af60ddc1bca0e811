from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.market import Market, MarketKind, in_catalogue
from engine.domain.numbers import Odds
from engine.domain.pick import Gate, OpenPick, Provenance
from engine.domain.policy import DEFAULT_POLICY, Policy, PricingRules, ScoringRules
from engine.pricing.price import price
from engine.scoring.select import Selected, select
from tests.builders import (
    KICK_OFF,
    NOW,
    SOFT,
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
    from engine.domain.fixture import Fixture

OVER_2 = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.5"))
OVER_3 = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("3.5"))
ODD_TOTAL = Market(kind=MarketKind.TOTAL_GOALS, line=Decimal("2.25"))
NO_BET = Market(kind=MarketKind.DRAW_NO_BET)
MATCH = (2.06, 3.60, 3.80)


def selected(
    board: Board,
    *open_picks: OpenPick,
    policy: Policy = DEFAULT_POLICY,
    provenance: Provenance = Provenance.PAPER,
) -> Selected:
    prices = price(board, policy.pricing, NOW)
    return select(prices, board, open_picks, policy, provenance=provenance, now=NOW)


def policy(**scoring: Any) -> Policy:
    return replace(DEFAULT_POLICY, scoring=replace(ScoringRules(), **scoring))


def the_market(*more: list[Quote], fixtures: tuple[Fixture, ...] = ()) -> Board:
    return a_board(a_book("pinnacle", *MATCH), a_crowd(2.02, 3.5, 3.6), *more, fixtures=fixtures)


def test_the_generous_price_becomes_a_pick_with_its_whole_story() -> None:
    found = selected(a_value_board())
    (pick,) = found.picks
    assert (pick.bookmaker, pick.odds, pick.selection.code) == ("generous", 2.25, "home")
    assert pick.fair.source == "sharp"
    assert pick.edge_low < pick.edge < pick.edge_high
    assert pick.edge == pytest.approx(0.55 * (2.25 * pick.fair.probability - 1))
    assert pick.second is not None
    assert (pick.second.bookmaker, pick.second.odds) == ("pinnacle", 2.06)
    assert DEFAULT_POLICY.scoring.min_odds < pick.min_odds < pick.odds
    assert 50 < pick.score.sweet_spot_score < 90
    assert 50 < pick.score.signal_score <= 100
    assert not pick.score.in_zone, "its signal score is above the zone"
    assert 0 < pick.stake <= 1
    assert pick.quoted_at == NOW - timedelta(seconds=30)
    assert (pick.policy_version, pick.taken_at) == ("v0", NOW)


def test_every_candidate_is_a_pick_or_counted_once() -> None:
    board = a_value_board()
    found = selected(board)
    assert sum(found.refused.values()) + len(found.picks) == len(board)


def refused_as(board: Board, bookmaker: str = "generous", **rules: Any) -> Gate | None:
    """The gate that stopped this book's home price."""
    found = selected(board, policy=policy(**rules))
    for one in found.examples:
        if one.bookmaker == bookmaker and one.selection.code in {"home", "over_2.25"}:
            return one.gate
    return None


def generous(
    odds: float = 2.25,
    age: timedelta = timedelta(seconds=30),
    left: timedelta = timedelta(hours=6),
) -> Board:
    return the_market(
        a_book("generous", odds, 3.4, 3.3, age=age), fixtures=(a_fixture(kick_off=NOW + left),)
    )


def test_each_gate_refuses_under_its_own_name() -> None:
    old = timedelta(minutes=11)
    assert refused_as(generous()) is None
    assert refused_as(generous(left=timedelta(minutes=2))) is Gate.TOO_CLOSE_TO_KICK_OFF
    assert refused_as(generous(left=timedelta(days=22))) is Gate.TOO_FAR_FROM_KICK_OFF
    assert refused_as(generous(age=old)) is Gate.QUOTE_STALE
    assert refused_as(generous(), min_books=99) is Gate.TOO_FEW_BOOKS
    assert refused_as(generous(), max_odds=2.2) is Gate.ODDS_OUT_OF_RANGE
    assert refused_as(generous(), min_odds=2.3) is Gate.ODDS_OUT_OF_RANGE
    assert refused_as(generous(2.12)) is Gate.EDGE_TOO_SMALL
    assert refused_as(generous(2.5)) is Gate.EDGE_IMPLAUSIBLE
    assert refused_as(generous(), min_edge_low=0.03) is Gate.EDGE_UNCERTAIN
    assert refused_as(generous(), min_stake=0.009) is Gate.STAKE_TOO_SMALL


def test_a_market_outside_the_catalogue_is_never_bet() -> None:
    board = the_market(
        a_book("pinnacle", 1.9, 1.9, market=ODD_TOTAL),
        a_book("generous", 2.2, 1.6, market=ODD_TOTAL),
    )
    assert not in_catalogue(a_selection("over_2.25"))
    assert refused_as(board) is Gate.NOT_IN_CATALOGUE


def test_no_reference_and_a_stale_reference_are_told_apart() -> None:
    alone = a_board(a_book("generous", 2.25, 3.4, 3.3))
    stale = a_board(
        a_book("pinnacle", *MATCH, age=timedelta(hours=1)), a_book("generous", 2.25, 3.4, 3.3)
    )
    assert refused_as(alone) is Gate.NO_REFERENCE
    assert refused_as(stale) is Gate.REFERENCE_STALE


def test_the_first_failed_gate_counts() -> None:
    board = generous(age=timedelta(hours=2), left=timedelta(days=22))
    assert refused_as(board) is Gate.TOO_FAR_FROM_KICK_OFF


def test_the_best_price_is_taken_and_the_others_are_counted() -> None:
    found = selected(
        the_market(a_book("generous", 2.25, 3.4, 3.3), a_book("kind", 2.22, 3.4, 3.3))
    )
    (pick,) = found.picks
    assert (pick.bookmaker, pick.second and pick.second.bookmaker) == ("generous", "kind")
    assert found.refused[Gate.NOT_THE_BEST_PRICE] == 1


def test_two_books_at_one_price_give_one_pick_whoever_comes_first() -> None:
    books = [a_book(key, 2.25, 3.4, 3.3) for key in ("alpha", "beta")]
    for order in (books, books[::-1]):
        (pick,) = selected(the_market(*order)).picks
        assert (pick.bookmaker, pick.second and pick.second.bookmaker) == ("alpha", "beta")


def test_an_exchange_and_the_lay_side_are_never_bet() -> None:
    board = the_market(
        a_book("betfair_ex_eu", 2.25, 3.6, 3.8), a_book("generous", 2.25, 3.4, 3.3, lay=True)
    )
    assert selected(board).picks == ()


def test_a_palpable_error_does_not_hide_the_next_best_price() -> None:
    found = selected(the_market(a_book("typo", 9.0, 3.4, 3.3), a_book("kind", 2.25, 3.4, 3.3)))
    assert [pick.bookmaker for pick in found.picks] == ["kind"]
    assert found.refused[Gate.ODDS_OUT_OF_RANGE] == 1


def three_values(fixtures: tuple[Fixture, ...] = ()) -> Board:
    return the_market(
        a_book("pinnacle", 1.95, 1.93, market=OVER_2),
        a_book("pinnacle", 3.4, 1.32, market=OVER_3),
        a_crowd(1.9, 1.88, market=OVER_2),
        a_crowd(3.2, 1.28, market=OVER_3),
        a_crowd(1.5, 2.5, market=NO_BET),
        a_book("generous", 2.25, 3.4, 3.3),
        a_book("generous", 2.14, 1.8, market=OVER_2),
        a_book("generous", 4.2, 1.2, market=OVER_3),
        a_book("generous", 1.68, 2.4, market=NO_BET),
        fixtures=fixtures,
    )


def test_a_family_of_markets_gives_one_pick() -> None:
    found = selected(three_values())
    assert len(found.picks) == 2
    kinds = {pick.selection.market.kind for pick in found.picks}
    assert MarketKind.TOTAL_GOALS in kinds
    assert found.refused[Gate.FIXTURE_FULL] == 2


def test_the_better_scored_of_a_family_wins() -> None:
    results = [p for p in selected(three_values()).picks if p.selection.market.line is None]
    alone = selected(the_market(a_book("generous", 2.25, 3.4, 3.3))).picks
    assert results[0].score.sweet_spot_score >= alone[0].score.sweet_spot_score


def test_a_fixture_takes_only_so_many_picks() -> None:
    found = selected(three_values(), policy=policy(max_picks_per_fixture=1))
    assert len(found.picks) == 1
    assert found.refused[Gate.FIXTURE_FULL] == 3


def test_a_stake_too_small_does_not_take_the_place_of_a_worthy_pick() -> None:
    found = selected(three_values(), policy=policy(max_picks_per_fixture=1, min_stake=0.005))
    assert len(found.picks) == 1


def test_open_picks_take_their_place() -> None:
    held = an_open_pick(a_pick("draw"))
    found = selected(a_value_board(), held)
    assert found.picks == ()
    assert found.refused[Gate.FIXTURE_FULL] == 1
    full = selected(three_values(), held, policy=policy(max_picks_per_fixture=1))
    assert full.picks == ()


def test_a_pick_is_not_made_twice() -> None:
    (pick,) = selected(a_value_board()).picks
    again = selected(a_value_board(2.28), an_open_pick(pick))
    assert again.picks == ()
    assert again.refused[Gate.ALREADY_PICKED] == 1


def test_records_of_different_provenance_do_not_meet() -> None:
    (pick,) = selected(a_value_board()).picks
    again = selected(a_value_board(), an_open_pick(pick), provenance=Provenance.BACKTEST)
    assert len(again.picks) == 1
    assert again.picks[0].id != pick.id


def test_open_picks_of_other_fixtures_do_not_count() -> None:
    other = a_fixture("nantes", "rennes")
    held = an_open_pick(replace(a_pick(), fixture_id=other.id))
    assert len(selected(a_value_board(), held).picks) == 1


def test_fixtures_do_not_compete_with_each_other() -> None:
    fixtures = (a_fixture(), a_fixture("nantes", "rennes", kick_off=KICK_OFF))
    quotes = [
        quotes
        for number in (0, 1)
        for quotes in (
            a_book("pinnacle", *MATCH, fixture=number),
            a_crowd(2.02, 3.5, 3.6, fixture=number),
            a_book("generous", 2.25, 3.4, 3.3, fixture=number),
        )
    ]
    found = selected(a_board(*quotes, fixtures=fixtures), policy=policy(max_picks_per_fixture=1))
    assert {pick.fixture_id for pick in found.picks} == {fixture.id for fixture in fixtures}


def test_an_empty_board_decides_nothing() -> None:
    found = selected(a_board())
    assert (found.picks, found.updates, found.refused, found.examples) == ((), (), {}, ())


def test_a_lone_book_has_no_second_offer() -> None:
    board = a_board(a_book("pinnacle", *MATCH), a_book("generous", 2.25, 3.4, 3.3))
    rules = replace(PricingRules(), sharp_books=("pinnacle",), exchanges=("pinnacle",))
    lonely = Policy(version="v9", pricing=rules, scoring=ScoringRules(min_books=1))
    (pick,) = selected(board, policy=lonely).picks
    assert pick.second is None
    assert pick.policy_version == "v9"


def test_the_lowest_odds_are_never_below_the_range() -> None:
    (pick,) = selected(a_value_board(), policy=policy(min_odds=2.2)).picks
    assert pick.min_odds == Odds(2.2)


def test_only_a_few_of_the_refused_are_shown_the_nearest_first() -> None:
    shown = [one for one in selected(a_value_board()).examples if one.gate is Gate.EDGE_TOO_SMALL]
    edges = [one.edge for one in shown if one.edge is not None]
    assert len(shown) == 3 < len(SOFT)
    assert edges == sorted(edges, reverse=True)
