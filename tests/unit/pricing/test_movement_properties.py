"""What holds of every path of odds, whatever the prices did."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.domain.movement import MoveKind, Movement
from engine.pricing.movement import find_movements
from engine.pricing.rules import MovementRules
from tests.builders import NOW
from tests.unit.pricing.looks import fixture_key, minute, path_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from random import Random

    from engine.domain.path import OddsPath
    from tests.unit.pricing.looks import Price

RULES = MovementRules(steam_points=0.8, drift_points=1.6, drift_window=timedelta(minutes=40))
CODES = ("home", "draw", "away", "over_2.5", "under_2.5", "over_3")
Looks: TypeAlias = "list[tuple[float, dict[Price, float]]]"


BOOKS = "abcde"


@st.composite
def histories(draw: st.DrawFn) -> Looks:
    """Looks at up to two fixtures, five books and two kinds of market, some prices missing.

    In some steps several books follow one another to the same odds.
    """
    odds = st.sampled_from([1.5, 1.8, 1.85, 1.9, 2.0, 2.1, 3.4, 4.0])
    offers = st.dictionaries(
        st.tuples(st.integers(0, 1), st.sampled_from(CODES), st.sampled_from(BOOKS)),
        odds,
        max_size=15,
    )
    crowd = st.tuples(
        st.integers(0, 1), st.sampled_from(CODES), odds, st.sets(st.sampled_from(BOOKS))
    )
    steps: Looks = []
    at, board = 0, {(0, code, book): 1.95 for code in CODES[3:5] for book in BOOKS} | draw(offers)
    for gap in draw(st.lists(st.integers(1, 20), min_size=2, max_size=6)):
        steps.append((at, board))
        at += gap
        gone = draw(st.sets(st.sampled_from(sorted(board)), max_size=4)) if board else set()
        board = {price: value for price, value in board.items() if price not in gone}
        board |= draw(offers)
        for fixture, code, value, books in draw(st.lists(crowd, max_size=2)):
            board |= {(fixture, code, book): value for book in books}
    return [*steps, (at, board)]


def judge(looks: Looks, path: OddsPath | None = None) -> list[Movement]:
    path = path or path_of(looks)
    said: list[Movement] = []
    for at, _ in looks:
        said += find_movements(path, minute(at), RULES, tuple(said))
    return said


def last(looks: Looks, rules: MovementRules = RULES) -> set[Movement]:
    return set(find_movements(path_of(looks), minute(looks[-1][0]), rules))


@given(histories(), st.randoms(use_true_random=False))
def test_the_order_of_rows_books_and_fixtures_is_of_no_account(
    looks: Looks, random: Random
) -> None:
    path = path_of(looks)
    rows = list(range(len(path)))
    random.shuffle(rows)
    books = list(range(len(path.bookmakers)))
    random.shuffle(books)
    turned = reordered(path, rows, books)
    assert judge(looks, turned) == judge(looks, path)


def reordered(path: OddsPath, rows: Sequence[int], books: Sequence[int]) -> OddsPath:
    """The same path with its rows in another order, its fixtures and books numbered anew."""
    place = np.argsort(np.array(books, np.int16))
    last_fixture = len(path.fixtures) - 1
    return replace(
        path,
        fixtures=path.fixtures[::-1],
        bookmakers=tuple(path.bookmakers[book] for book in books),
        fixture=last_fixture - path.fixture[list(rows)],
        bookmaker=place[path.bookmaker[list(rows)]].astype(np.int16),
        selection=path.selection[list(rows)],
        lay=path.lay[list(rows)],
        odds=path.odds[list(rows)],
        changed_at=path.changed_at[list(rows)],
        last_seen_at=path.last_seen_at[list(rows)],
    )


@given(histories())
def test_what_is_seen_later_changes_nothing_said_before(looks: Looks) -> None:
    everything = judge(looks)
    for n in range(1, len(looks)):
        known = judge(looks[:n])
        assert known == [one for one in everything if one.seen_at <= minute(looks[n - 1][0])]


@given(histories(), st.integers(1, 50))
def test_time_has_no_scale_of_its_own(looks: Looks, times: int) -> None:
    """Everything slower, the windows too, and the same is said of the same odds."""
    slower = replace(
        RULES,
        steam_window=RULES.steam_window * times,
        drift_window=RULES.drift_window * times,
    )
    slow = last([(at * times, board) for at, board in looks], slower)
    stretched = {
        replace(
            one,
            started_at=NOW + (one.started_at - NOW) * times,
            seen_at=NOW + (one.seen_at - NOW) * times,
            resolution=one.resolution * times,
        )
        for one in last(looks)
    }
    assert slow == stretched


@given(histories(), st.floats(0, 3), st.integers(0, 3))
def test_a_higher_threshold_never_says_more_of_a_look(
    looks: Looks, points: float, books: int
) -> None:
    stricter = replace(
        RULES,
        steam_points=RULES.steam_points + points,
        drift_points=RULES.drift_points + points,
        steam_books=RULES.steam_books + books,
    )
    before = {(one.kind, one.fixture_id, one.selection, one.direction) for one in last(looks)}
    after = {
        (one.kind, one.fixture_id, one.selection, one.direction) for one in last(looks, stricter)
    }
    assert after <= before


@given(histories())
def test_steam_is_never_repeated_within_its_window_and_rests_on_looks_within_it(
    looks: Looks,
) -> None:
    told: dict[object, Movement] = {}
    for one in judge(looks):
        if one.kind is not MoveKind.STEAM:
            continue
        key = (one.fixture_id, one.selection, one.direction)
        assert key not in told or one.seen_at - told[key].seen_at >= RULES.steam_window
        assert one.started_at >= one.seen_at - RULES.steam_window
        assert one.resolution <= RULES.steam_window
        assert len(set(one.books)) >= RULES.steam_books
        assert (one.points or 0) >= RULES.steam_points - 1e-6
        told[key] = one


@given(histories())
def test_every_event_has_an_identity_of_its_own_and_says_how_far_apart_the_looks_were(
    looks: Looks,
) -> None:
    found = judge(looks)
    widest = max(b[0] - a[0] for a, b in pairwise(looks))
    assert len({one.id for one in found}) == len(found)
    for one in found:
        assert timedelta(0) < one.resolution
        assert one.started_at < one.seen_at
        if one.kind in {MoveKind.SUSPENDED, MoveKind.MARKET_SUSPENDED, MoveKind.GONE}:
            assert one.resolution <= timedelta(minutes=widest)


@given(histories())
@settings(max_examples=50)
def test_a_fixture_says_the_same_alone_as_among_others(looks: Looks) -> None:
    alone = [(at, {p: odds for p, odds in board.items() if p[0] == 0}) for at, board in looks]
    assert judge(alone) == [one for one in judge(looks) if one.fixture_id == fixture_key(0)]
