"""Movements of odds as people read them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest
from syrupy.assertion import SnapshotAssertion  # noqa: TC002  # pytest asks for it by its type

from bot.render.split import MESSAGE_LIMIT, width
from bot.render.steam import MATCHES_A_PAGE, group, render_moves
from bot.render.voice import Voice
from bot.texts.loader import LANGUAGES
from engine.domain.fixture import Team, fixture_id
from engine.domain.market import MarketKind, Selection
from engine.domain.movement import Direction, MoveKind, Movement
from engine.domain.numbers import BookmakerKey, Odds
from tests.unit.bot.views import HOSTILE, MONEY, NOW, TEXTS, a_view

if TYPE_CHECKING:
    from engine.domain.fixture import Fixture

MINUTE = timedelta(minutes=1)


def a_match(number: int = 0, home: str = "PSG", away: str = "Lens") -> Fixture:
    identity = fixture_id("soccer_epl", f"home{number}", "away", NOW.date())
    home_team, away_team = Team(key="h", name=home), Team(key="a", name=away)
    return replace(a_view().fixture, id=identity, home=home_team, away=away_team)


def a_move(fixture: Fixture, **overrides: Any) -> Movement:
    values: dict[str, Any] = {
        "fixture_id": fixture.id,
        "kind": MoveKind.STEAM,
        "market": MarketKind.MATCH_ODDS,
        "selection": Selection.parse("home"),
        "direction": Direction.SHORTENING,
        "books": tuple(BookmakerKey(key) for key in ("betclic_fr", "pinnacle", "unibet_fr")),
        "points": 1.6,
        "from_odds": Odds(2.1),
        "to_odds": Odds(2.0),
        "started_at": NOW - 15 * MINUTE,
        "seen_at": NOW - 5 * MINUTE,
        "resolution": 10 * MINUTE,
    }
    return Movement(**values | overrides)


def closed(fixture: Fixture, kind: MoveKind, **overrides: Any) -> Movement:
    still: dict[str, Any] = dict.fromkeys(("selection", "direction", "points"))
    return a_move(fixture, kind=kind, from_odds=None, to_odds=None, **still | overrides)


PSG, CITY = a_match(), a_match(1, "Man City", "Spurs")
GONE = closed(
    CITY,
    MoveKind.GONE,
    selection=Selection.parse("ah_home@-0.25"),
    books=(BookmakerKey("betfair"),),
)
MOVES = (
    a_move(PSG),
    a_move(
        PSG,
        kind=MoveKind.DRIFT,
        selection=Selection.parse("over_2.5"),
        market=MarketKind.TOTAL_GOALS,
        direction=Direction.LENGTHENING,
        points=3.2,
        books=(BookmakerKey("unibet_fr"),),
        from_odds=Odds(1.9),
        to_odds=Odds(2.02),
        resolution=timedelta(hours=4),
    ),
    replace(GONE, from_odds=Odds(1.95), market=MarketKind.ASIAN_HANDICAP),
    *(
        closed(CITY, kind, market=MarketKind.BTTS)
        for kind in (MoveKind.SUSPENDED, MoveKind.MARKET_SUSPENDED, MoveKind.RETURNED)
    ),
)


def shown(language: str, moves: tuple[Movement, ...], hours: int = 24, page: int = 0) -> str:
    fixtures = [PSG, CITY, *(a_match(n) for n in range(2, 12))]
    told = group(moves, fixtures, hours=hours, page=page)
    return render_moves(told, voice=Voice(texts=TEXTS, language=language), money=MONEY)


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_is_said_in_words(language: str, snapshot: SnapshotAssertion) -> None:
    text = shown(language, MOVES)
    assert text == snapshot
    assert width(text) <= MESSAGE_LIMIT


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_movement_is_said_with_its_window(language: str, snapshot: SnapshotAssertion) -> None:
    assert [shown(language, (), hours) for hours in (1, 6)] == snapshot


def test_looks_all_as_far_apart_are_told_once() -> None:
    assert "relevés espacés de 10\u00a0min\u00a0:" in shown("fr", MOVES[:1])
    assert "relevés espacés de 10\u00a0min à 4\u00a0h\u00a000\u00a0:" in shown("fr", MOVES)


def test_a_page_has_whole_matches_and_a_page_too_far_is_the_last() -> None:
    matches = [a_match(n) for n in range(2 * MATCHES_A_PAGE + 1)]
    moves = [a_move(match) for match in matches for _ in range(2)]
    pages = [group(moves, matches, hours=24, page=page) for page in (0, 1, 2, 99)]
    assert [page.page for page in pages] == [0, 1, 2, 2]
    assert {page.pages for page in pages} == {3}
    seen = [one.fixture for page in pages[:3] for one in page.matches]
    assert seen == matches
    assert {len(one.bets) for one in pages[0].matches} == {1}


def over(line: str, **overrides: Any) -> Movement:
    selection = Selection.parse(f"over_{line}")
    return a_move(PSG, selection=selection, market=MarketKind.TOTAL_GOALS, **overrides)


def books(*keys: str) -> tuple[BookmakerKey, ...]:
    return tuple(BookmakerKey(key) for key in keys)


def bullets(text: str) -> list[str]:
    return [line for line in text.splitlines() if line.startswith("•")]


def test_a_bet_that_groups_of_books_moved_is_one_line_of_its_largest_movement() -> None:
    drift = {"kind": MoveKind.DRIFT, "from_odds": Odds(1.95), "to_odds": Odds(1.8)}
    groups = (
        over("2.5", books=books("a", "b", "c"), points=1.2),
        over("2.5", books=books("c", "d"), points=4.3, **drift),
        over("2.5", books=books("e"), points=3.1, **drift),
        over("3.5", books=books("a"), points=3.3, **drift),
    )
    two, three = bullets(shown("en", groups))
    assert "<b>STEAM + DRIFT</b> · Over 2.5 goals: 1.95 → <b>1.80</b>" in two
    assert "shortening (+4.3 pt) · 5 books" in two
    assert "<b>DRIFT</b> · Over 3.5 goals" in three
    assert "1 book " in three


def test_books_that_moved_the_other_way_are_said_and_not_counted() -> None:
    moves = (
        over("2.5", books=books("a", "b", "c"), points=1.4),
        over("2.5", books=books("x", "y"), points=1.1, direction=Direction.LENGTHENING),
    )
    [line] = bullets(shown("en", moves))
    assert "shortening (+1.4 pt), the other way too · 3 books" in line
    [line] = bullets(shown("en", moves[:1]))
    assert "the other way" not in line


def test_a_price_taken_away_is_a_line_beside_the_move_and_once() -> None:
    gone = over("2.5", kind=MoveKind.GONE, points=None, direction=None, to_odds=None)
    first, second = replace(gone, books=books("a")), replace(gone, books=books("b"))
    moved, away = bullets(shown("en", (over("2.5"), first, second)))
    assert "STEAM" in moved
    assert "PRICE GONE" in away
    assert "2 books" in away


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_page_of_busy_hostile_matches_is_one_message(language: str) -> None:
    matches = [a_match(n, HOSTILE, HOSTILE) for n in range(MATCHES_A_PAGE)]
    both = {"direction": Direction.LENGTHENING, "kind": MoveKind.DRIFT, "points": 1.1}
    moves = [
        a_move(
            match, market=MarketKind.TOTAL_GOALS, selection=Selection.parse(f"over_{n}.5"), **way
        )
        for match in matches
        for n in range(10)
        for way in ({}, {"kind": MoveKind.DRIFT}, both)
    ]
    page = group(moves, matches, hours=72, page=0)
    text = render_moves(page, voice=Voice(texts=TEXTS, language=language), money=MONEY)
    assert width(text) <= MESSAGE_LIMIT
