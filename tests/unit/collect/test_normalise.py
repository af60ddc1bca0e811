import json
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from engine.collect.normalise import Intake, Known, normalise
from engine.collect.payload import Payload
from engine.collect.rules import CollectRules
from engine.domain.market import Selection
from tests.unit.collect.wire import (
    KICK_OFF,
    NOW,
    book,
    event,
    h2h,
    known,
    market,
    odds,
    outcome,
    raw_odds,
    raw_results,
)

RULES = CollectRules()


def read(*payloads: Payload, by: Known | None = None) -> Intake:
    return normalise(payloads, by or known(), RULES, NOW)


def quotes(intake: Intake) -> dict[tuple[str, str, bool], float]:
    board = intake.board
    return {
        (
            board.bookmakers[int(board.bookmaker[i])],
            Selection.from_number(int(board.selection[i])).code,
            bool(board.lay[i]),
        ): float(board.odds[i])
        for i in range(len(board))
    }


def one(*markets: dict[str, Any]) -> Intake:
    return read(odds(event(book("pinnacle", *markets))))


def test_outcomes_are_read_by_name_whatever_their_order() -> None:
    for outcomes in (h2h(), h2h()[::-1], h2h()[1:] + h2h()[:1]):
        assert quotes(one(market(outcomes))) == {
            ("pinnacle", "home", False): 2.1,
            ("pinnacle", "draw", False): 3.4,
            ("pinnacle", "away", False): 3.6,
        }


def test_the_fixture_is_made_of_canonical_teams() -> None:
    intake = one(market(h2h()))
    (fixture,) = intake.fixtures
    assert (fixture.home.key, fixture.away.key, fixture.kick_off) == (
        "arsenal",
        "chelsea",
        KICK_OFF,
    )
    assert intake.board.fixtures == (fixture,)
    assert intake.board.as_of == NOW
    (event_id,) = intake.event_ids
    assert (event_id.event_id, event_id.fixture_id, event_id.seen_at) == ("e1", fixture.id, NOW)


def test_a_lay_market_keeps_its_side() -> None:
    found = quotes(one(market(h2h()), market(h2h(2.12, 3.5, 3.7), "h2h_lay")))
    assert found["pinnacle", "home", True] == 2.12
    assert len(found) == 6


@pytest.mark.parametrize(
    ("key", "outcomes", "codes"),
    [
        (
            "totals",
            [outcome("Under", 1.9, 2.25), outcome("Over", 2.0, 2.25)],
            {"over_2.25": 2.0, "under_2.25": 1.9},
        ),
        (
            "spreads",
            [outcome("Chelsea", 1.9, 0.75), outcome("Arsenal", 2.0, -0.75)],
            {"ah_home@-0.75": 2.0, "ah_away@+0.75": 1.9},
        ),
        (
            "spreads",
            [outcome("Chelsea", 1.9, 0), outcome("Arsenal", 2.0, 0.0)],
            {"ah_home@+0": 2.0, "ah_away@+0": 1.9},
        ),
        (
            "alternate_totals",
            [
                *(outcome("Over", 1.5, 1.5), outcome("Under", 2.6, 1.5)),
                *(outcome("Over", 3.5, 3.5), outcome("Under", 1.3, 3.5)),
            ],
            {"over_1.5": 1.5, "under_1.5": 2.6, "over_3.5": 3.5, "under_3.5": 1.3},
        ),
        ("btts", [outcome("No", 2.1), outcome("Yes", 1.7)], {"btts_yes": 1.7, "btts_no": 2.1}),
        (
            "draw_no_bet",
            [outcome("Chelsea", 2.6), outcome("Arsenal", 1.5)],
            {"dnb_home": 1.5, "dnb_away": 2.6},
        ),
    ],
)
def test_each_market_is_read(
    key: str, outcomes: list[dict[str, Any]], codes: dict[str, float]
) -> None:
    found = quotes(one(market(outcomes, key)))
    assert {code: price for (_, code, _), price in found.items()} == codes


@pytest.mark.parametrize(
    "spellings",
    [
        ("Home or Draw", "Draw or Away", "Home or Away"),
        ("Draw/Home", "Away/Draw", "Away/Home"),
        ("Arsenal or Draw", "Draw or Chelsea", "Chelsea or Arsenal"),
        ("1X", "X2", "12"),
        ("Arsenal/Draw", "Chelsea/Draw", "Arsenal/Chelsea"),
    ],
)
def test_a_double_chance_is_read_by_the_set_of_its_names(spellings: tuple[str, str, str]) -> None:
    outcomes = [
        outcome(name, price) for name, price in zip(spellings, (1.3, 1.8, 1.35), strict=True)
    ]
    found = quotes(one(market(outcomes, "double_chance")))
    assert {code: price for (_, code, _), price in found.items()} == {
        "dc_1x": 1.3,
        "dc_x2": 1.8,
        "dc_12": 1.35,
    }


def test_a_double_chance_of_a_club_with_a_slash_is_read() -> None:
    names = ("Bodø/Glimt/Draw", "Draw/Molde", "Bodø/Glimt/Molde")
    outcomes = [outcome(name, 1.5) for name in names]
    norway = event(
        book("pinnacle", market(outcomes, "double_chance")),
        home="Bodø/Glimt",
        away="Molde",
        sport="soccer_norway_eliteserien",
    )
    assert len(read(odds(norway)).board) == 3


@pytest.mark.parametrize(
    ("outcomes", "key", "reasons"),
    [
        (h2h(home=1.0), "h2h", {"bad_price": 1, "incomplete_book": 2}),
        (h2h(home=0.0), "h2h", {"bad_price": 1, "incomplete_book": 2}),
        (h2h(home=-3), "h2h", {"bad_price": 1, "incomplete_book": 2}),
        (h2h(home=5000), "h2h", {"bad_price": 1, "incomplete_book": 2}),
        (h2h()[:2], "h2h", {"incomplete_book": 2}),
        ([*h2h(), outcome("Fulham", 9.0)], "h2h", {"unknown_outcome": 1}),
        ([*h2h()[:2], outcome("Remis", 3.4)], "h2h", {"unknown_outcome": 1, "incomplete_book": 2}),
        ([*h2h(), outcome("Draw", 3.5)], "h2h", {"duplicate_outcome": 4}),
        (h2h(), "h2h_h1", {"unknown_market": 3}),
        (
            [outcome("Over", 1.9, 2.5), outcome("Under", 1.9, 3.5)],
            "totals",
            {"incomplete_book": 2},
        ),
        ([outcome("Over", 1.9, 2.6), outcome("Under", 1.9, 2.6)], "totals", {"bad_line": 2}),
        ([outcome("Over", 1.9, -2.5), outcome("Under", 1.9, -2.5)], "totals", {"bad_line": 2}),
        ([outcome("Over", 1.9), outcome("Under", 1.9)], "totals", {"bad_line": 2}),
        (
            [outcome("Arsenal", 1.9, -0.5), outcome("Chelsea", 1.9, 0.75)],
            "spreads",
            {"incomplete_book": 2},
        ),
        (
            [outcome("Arsenal", 1.9, -0.5), outcome("Chelsea", 1.9, -0.5)],
            "spreads",
            {"incomplete_book": 2},
        ),
        (
            [outcome("Arsenal", 1.9, 400), outcome("Chelsea", 1.9, -400)],
            "spreads",
            {"bad_line": 2},
        ),
    ],
)
def test_what_cannot_be_used_is_counted_by_reason(
    outcomes: list[dict[str, Any]], key: str, reasons: dict[str, int]
) -> None:
    intake = one(market(outcomes, key))
    assert intake.rejected == reasons
    assert intake.offered == len(outcomes)
    assert len(intake.board) == len(outcomes) - sum(reasons.values())


@pytest.mark.parametrize("price", ["NaN", "Infinity", "-Infinity", '"2.1"', "null", "[]", "1e999"])
def test_a_price_that_is_no_number_costs_its_book_and_no_other(price: str) -> None:
    body = json.dumps(
        [event(book("betsson", market(h2h())), book("pinnacle", market(h2h(home=777.25))))]
    )
    intake = read(raw_odds(body.replace("777.25", price).encode()))
    assert {name for name, _, _ in quotes(intake)} == {"betsson"}
    assert intake.offered == 6
    assert sum(intake.rejected.values()) == 3
    assert intake.rejected["incomplete_book"] == 2


def test_an_event_in_play_is_ignored_and_counted() -> None:
    playing = event(book("pinnacle", market(h2h())), kick_off=NOW)
    intake = read(
        odds(playing, event(book("pinnacle", market(h2h())), event_id="e2", home="Fulham"))
    )
    assert intake.rejected["in_play"] == 3
    assert intake.in_play == {"e1"}
    assert intake.events == {"e1", "e2"}


@pytest.mark.parametrize(
    ("before_kick_off", "age", "kept"),
    [
        (timedelta(days=2), timedelta(minutes=30), True),
        (timedelta(days=2), timedelta(minutes=31), False),
        (timedelta(hours=2), timedelta(minutes=10), True),
        (timedelta(hours=2), timedelta(minutes=11), False),
    ],
)
def test_a_stale_quote_is_refused_sooner_when_kick_off_is_near(
    before_kick_off: timedelta, age: timedelta, *, kept: bool
) -> None:
    old = market(h2h(), updated=NOW - age)
    intake = read(odds(event(book("pinnacle", old), kick_off=NOW + before_kick_off)))
    assert (len(intake.board) == 3) is kept
    assert intake.rejected == ({} if kept else {"stale": 3})


def test_a_price_is_as_old_as_its_market_else_its_book_else_the_answer() -> None:
    aged = NOW - timedelta(minutes=5)
    by_market = market(h2h(), updated=aged)
    by_book = book("betsson", market(h2h(), updated=None)) | {
        "last_update": "2026-08-20T11:50:00Z"
    }
    by_nothing = {"key": "zebet", "title": "Zebet", "markets": [market(h2h(), updated=None)]}
    board = read(odds(event(book("pinnacle", by_market), by_book, by_nothing))).board
    ages = {
        board.bookmakers[int(code)]: NOW.timestamp() - float(at)
        for code, at in zip(board.bookmaker, board.quoted_at, strict=True)
    }
    assert ages == {"pinnacle": 300.0, "betsson": 600.0, "zebet": 0.0}


@pytest.mark.parametrize("written", ["\ud800", "soon", "2026-08-20T12:00:00", "", 7])
def test_a_moment_nobody_can_read_is_as_good_as_none(written: object) -> None:
    odd = market(h2h()) | {"last_update": written}
    intake = read(odds(event(book("pinnacle", odd))))
    assert (len(intake.board), intake.rejected) == (3, {})
    assert set(intake.board.quoted_at.tolist()) == {NOW.timestamp()}


def test_a_clock_ahead_of_ours_cannot_make_a_quote_young_for_ever() -> None:
    ahead = market(h2h(), updated=NOW + timedelta(hours=3))
    assert set(one(ahead).board.quoted_at.tolist()) == {NOW.timestamp()}


def five_books(home: float) -> Payload:
    books = [book(f"book{n}", market(h2h(2.0 + n / 100))) for n in range(4)]
    return odds(event(*books, book("odd_one", market(h2h(home)))))


def test_a_price_far_above_the_median_of_five_books_is_palpable() -> None:
    """A median of 2.02: 2.52 is generous, 2.53 is a mistake a book will void."""
    assert read(five_books(2.525)).rejected == {}
    intake = read(five_books(2.53))
    assert intake.rejected == {"palpable": 1}
    assert ("odd_one", "home", False) not in quotes(intake)
    assert ("odd_one", "draw", False) in quotes(intake)


def test_four_books_are_too_few_to_call_a_price_palpable() -> None:
    books = [book(f"book{n}", market(h2h(2.0))) for n in range(3)]
    assert read(odds(event(*books, book("odd_one", market(h2h(21.0)))))).rejected == {}


def test_lay_prices_neither_judge_nor_are_judged() -> None:
    books = [book(f"book{n}", market(h2h(2.0))) for n in range(4)]
    exchange = book("betfair_ex_eu", market(h2h(2.0)), market(h2h(50.0), "h2h_lay"))
    assert read(odds(event(*books, exchange))).rejected == {}


def test_an_unknown_name_goes_to_the_queue_with_suggestions_and_is_not_guessed() -> None:
    intake = read(odds(event(book("pinnacle", market(h2h())), home="Arsenal of London")))
    assert intake.rejected == {"unmatched_team": 3}
    assert intake.fixtures == ()
    (name,) = intake.unmatched
    assert (name.name, name.opponent, name.kick_off) == ("Arsenal of London", "Chelsea", KICK_OFF)
    assert name.suggestions[0][0] == "arsenal"


def test_a_competition_nobody_knows_is_unmatched_not_an_error() -> None:
    intake = read(odds(event(book("pinnacle", market(h2h())), sport="soccer_of_the_moon")))
    assert intake.rejected == {"unmatched_team": 3}
    assert {name.name for name in intake.unmatched} == {"Arsenal", "Chelsea"}


def test_a_team_against_itself_is_no_fixture() -> None:
    intake = read(odds(event(book("pinnacle", market(h2h())), away="Arsenal FC")))
    assert intake.fixtures == ()
    assert intake.rejected == {"unmatched_team": 3}


def test_an_unknown_bookmaker_is_kept_under_its_own_key() -> None:
    assert read(odds(event(book("brand_new", market(h2h()))))).board.bookmakers == ("brand_new",)


def test_a_book_offered_twice_counts_as_its_latest() -> None:
    old = market(h2h(2.5), updated=NOW - timedelta(minutes=3))
    for markets in ((old, market(h2h())), (market(h2h()), old)):
        intake = one(*markets)
        assert quotes(intake)["pinnacle", "home", False] == 2.1
        assert intake.rejected == {"duplicate_book": 3}


def test_the_later_of_two_answers_on_one_event_speaks() -> None:
    later = NOW + timedelta(minutes=10)
    early = odds(event(book("pinnacle", market(h2h(2.5)))))
    late = odds(event(book("pinnacle", market(h2h(2.2), updated=later))), at=later)
    for payloads in ((early, late), (late, early)):
        intake = read(*payloads)
        assert quotes(intake)["pinnacle", "home", False] == 2.2
        assert intake.board.as_of == later
        assert intake.rejected == {"duplicate_book": 3}


@pytest.mark.parametrize(
    "body", [b"", b"<html>", b"[{", b'{"message": "no"}', b"null", b"[1, []]"]
)
def test_an_answer_that_is_no_odds_brings_nothing(body: bytes) -> None:
    intake = read(raw_odds(body))
    assert (len(intake.board), intake.offered, intake.events) == (0, 0, frozenset())
    assert intake.board.as_of == NOW


def test_refusals_and_results_bring_no_odds() -> None:
    good = json.dumps([event(book("pinnacle", market(h2h())))]).encode()
    assert read(raw_odds(good, status=401), raw_results(good)).offered == 0


def test_the_odds_of_a_single_event_are_read() -> None:
    body = json.dumps(event(book("pinnacle", market(h2h())))).encode()
    assert len(read(raw_odds(body)).board) == 3


def test_the_board_is_sorted_and_typed() -> None:
    board = read(five_books(2.1)).board
    order = np.lexsort((board.lay, board.bookmaker, board.selection, board.fixture))
    assert order.tolist() == list(range(len(board)))
    assert board.fixture.dtype == np.int32
    assert board.bookmaker.dtype == np.int16
    assert board.selection.dtype == np.int32
    assert board.lay.dtype == np.bool_
