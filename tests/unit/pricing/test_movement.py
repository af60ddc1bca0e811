from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.domain.board import AGGREGATES
from engine.domain.market import MarketKind
from engine.domain.movement import Direction, MoveKind, Movement
from engine.pricing.devig.book import devig
from engine.pricing.movement import find_movements
from engine.pricing.rules import MovementRules
from tests.unit.pricing.looks import LAY, minute, path_of, prices, two_way

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from tests.unit.pricing.looks import Price

RULES = MovementRules()
MINUTES = timedelta(minutes=1)


def events(
    looks: Sequence[tuple[float, Mapping[Price, float]]],
    rules: MovementRules = RULES,
    kind: MoveKind | None = None,
) -> list[Movement]:
    """Judge every look in turn, each with what those before it said."""
    path = path_of(looks)
    said: list[Movement] = []
    for at, _ in looks:
        said += find_movements(path, minute(at), rules, tuple(said))
    return [one for one in said if kind in {None, one.kind}]


def steam(looks: Sequence[tuple[float, Mapping[Price, float]]]) -> list[Movement]:
    return events(looks, kind=MoveKind.STEAM)


def codes(found: Sequence[Movement]) -> set[str]:
    return {one.selection.code for one in found if one.selection}


def test_three_books_one_way_within_the_window_are_steam_on_both_sides_of_a_two_way_market() -> (
    None
):
    found = steam([(0, two_way(2.0, 2.0, 2.0, 2.0)), (5, two_way(1.9, 1.9, 1.9, 2.0))])
    over, under = found
    assert (over.selection and over.selection.code, over.direction) == (
        "over_2.5",
        Direction.SHORTENING,
    )
    assert (under.selection and under.selection.code, under.direction) == (
        "under_2.5",
        Direction.LENGTHENING,
    )
    assert over.books == ("a", "b", "c")
    assert (over.from_odds, over.to_odds) == (2.0, 1.9)
    assert (over.started_at, over.seen_at, over.resolution) == (minute(0), minute(5), 5 * MINUTES)
    fair = devig(np.array([[2.0, 1 / 0.54], [1.9, 1 / (1.04 - 1 / 1.9)]]))[:, 0]
    assert over.points == pytest.approx(100 * (fair[1] - fair[0]))
    assert over.points == pytest.approx(under.points)


def test_two_books_or_opposite_ways_are_no_steam() -> None:
    assert steam([(0, two_way(2.0, 2.0, 2.0)), (5, two_way(1.9, 1.9, 2.0))]) == []
    assert steam([(0, two_way(2.0, 2.0, 2.0)), (5, two_way(1.9, 1.9, 2.1))]) == []


def test_books_that_follow_one_another_within_the_window_are_one_steam_told_when_it_is_one() -> (
    None
):
    found = steam(
        [
            (0, two_way(2.0, 2.0, 2.0)),
            (4, two_way(1.9, 2.0, 2.0)),
            (8, two_way(1.9, 1.9, 2.0)),
            (12, two_way(1.9, 1.9, 1.9)),
        ]
    )
    assert [one.seen_at for one in found] == [minute(12)] * 2
    assert {one.started_at for one in found} == {minute(0)}
    assert {one.resolution for one in found} == {4 * MINUTES}


def test_the_same_moves_over_longer_than_the_window_are_no_steam() -> None:
    slow = [
        (0, two_way(2.0, 2.0, 2.0)),
        (10, two_way(1.9, 2.0, 2.0)),
        (20, two_way(1.9, 1.9, 2.0)),
        (30, two_way(1.9, 1.9, 1.9)),
    ]
    assert steam(slow) == []


def test_a_gap_between_looks_longer_than_the_window_gives_drift_alone_and_says_how_long() -> None:
    found = events([(0, two_way(2.0, 2.0, 2.0)), (240, two_way(1.8, 1.8, 1.8))])
    assert {one.kind for one in found} == {MoveKind.DRIFT}
    assert {one.resolution for one in found} == {timedelta(hours=4)}
    assert {one.books for one in found} == {("a", "b", "c")}


def test_steam_is_said_once_until_the_window_has_passed_and_the_price_goes_on() -> None:
    path = [(n, two_way(*[2.0 - 0.05 * n] * 3)) for n in range(12)]  # every minute, without end
    found = [one for one in steam(path) if one.direction is Direction.SHORTENING]
    assert [one.seen_at for one in found] == [minute(1)]
    still = [*path, *[(n, path[-1][1]) for n in (20, 40)]]
    assert len(steam(still)) == len(steam(path))
    again = [*path, (26, path[-1][1]), (27, two_way(1.3, 1.3, 1.3))]
    later = [one for one in steam(again) if one.direction is Direction.SHORTENING]
    assert [one.seen_at for one in later] == [minute(1), minute(27)]


def test_steam_back_the_other_way_is_another_steam() -> None:
    found = steam(
        [(0, two_way(2.0, 2.0, 2.0)), (5, two_way(1.9, 1.9, 1.9)), (9, two_way(2.1, 2.1, 2.1))]
    )
    over = [one for one in found if one.selection and one.selection.code == "over_2.5"]
    assert [one.direction for one in over] == [Direction.SHORTENING, Direction.LENGTHENING]


def test_a_margin_that_widens_moves_nothing() -> None:
    """1 / odds rose by 3 points on either side; the fair probability did not."""
    wider = prices("over_2.5", 1.85, 1.85, 1.85) | prices("under_2.5", 1.85, 1.85, 1.85)
    even = prices("over_2.5", 1.96, 1.96, 1.96) | prices("under_2.5", 1.96, 1.96, 1.96)
    assert events([(0, even), (5, wider)]) == []


def test_an_incomplete_book_is_measured_by_its_odds_alone() -> None:
    found = events([(0, prices("home", 2.0, 2.0, 2.0)), (5, prices("home", 1.8, 1.8, 1.8))])
    assert {one.kind for one in found} == {MoveKind.STEAM, MoveKind.DRIFT}
    assert [one.points for one in found] == pytest.approx([100 * (1 / 1.8 - 1 / 2.0)] * 2)


def test_a_book_that_loses_an_outcome_is_not_compared_with_its_fair_self() -> None:
    """What is left of it is worth as much as before, whatever its margin was."""
    before = two_way(2.0, 2.0, 2.0)
    after = {price: odds for price, odds in before.items() if price[1] == "over_2.5"}
    assert {one.kind for one in events([(0, before), (5, after)])} == {MoveKind.GONE}


def test_a_double_chance_is_measured_by_its_odds() -> None:
    before = prices("dc_1x", 1.5) | prices("dc_12", 1.3) | prices("dc_x2", 1.6)
    after = prices("dc_1x", 1.4) | prices("dc_12", 1.3) | prices("dc_x2", 1.6)
    (found,) = events([(0, before), (5, after)])
    assert found.kind is MoveKind.DRIFT
    assert found.points == pytest.approx(100 * (1 / 1.4 - 1 / 1.5))


def test_lay_sides_and_averages_over_books_never_count() -> None:
    before = {(0, "home", f"x{n}{LAY}"): 2.0 for n in range(3)}
    after = {(0, "home", f"x{n}{LAY}"): 1.8 for n in range(3)}
    assert events([(0, before), (5, after)]) == []
    averages: dict[Price, float] = {(0, "home", key): 2.0 for key in AGGREGATES}
    assert events([(0, averages), (5, {})]) == []


def test_drift_is_counted_from_the_price_in_force_when_the_window_began() -> None:
    steps = [(60 * n, two_way(2.0 - 0.02 * n)) for n in range(12)]
    found = [o for o in events(steps) if o.direction is Direction.SHORTENING]
    assert [one.kind for one in found] == [MoveKind.DRIFT]
    assert found[0].from_odds == 2.0
    assert found[0].resolution == timedelta(hours=1)
    short = replace(RULES, drift_window=timedelta(hours=2))
    assert events(steps, short) == []


def test_drift_is_said_again_only_after_as_much_again() -> None:
    steps = [(60 * n, two_way(2.0 - 0.02 * n)) for n in range(24)]
    found = [o for o in events(steps) if o.direction is Direction.SHORTENING]
    assert len(found) == 4  # from 48 % to 62 %
    assert [one.from_odds for one in found] == [2.0, *[one.to_odds for one in found[:-1]]]
    assert all(3.0 <= (one.points or 0) < 4.0 for one in found)


def test_drift_said_of_one_book_does_not_silence_another() -> None:
    found = events(
        [
            (0, two_way(2.0, 2.0)),
            (60, two_way(1.9, 1.96)),
            (90, two_way(1.85, 1.96)),
            (120, two_way(1.85, 1.85)),
        ],
        kind=MoveKind.DRIFT,
    )
    over = [one for one in found if one.direction is Direction.SHORTENING]
    assert [(one.books, one.from_odds) for one in over] == [(("a",), 2.0), (("b",), 2.0)]


def test_a_price_taken_away_while_its_market_stays_is_gone() -> None:
    both = prices("home", 2.0, 2.1) | prices("draw", 3.4, 3.4) | prices("away", 3.9, 3.9)
    (found,) = events([(0, both), (30, {k: v for k, v in both.items() if k != (0, "home", "b")})])
    assert (found.kind, found.books, found.from_odds, found.to_odds) == (
        MoveKind.GONE,
        ("b",),
        2.1,
        None,
    )
    assert codes([found]) == {"home"}
    assert (found.started_at, found.resolution) == (minute(0), 30 * MINUTES)


def test_a_line_that_moves_is_gone_and_not_a_suspension() -> None:
    moved = prices("over_3.0", 2.1) | prices("under_3.0", 1.8)
    found = events([(0, two_way(1.7)), (5, moved), (9, two_way(1.7))])
    assert {one.kind for one in found} == {MoveKind.GONE}
    assert codes(found[:2]) == {"over_2.5", "under_2.5"}
    assert codes(found[2:]) == {"over_3", "under_3"}


def test_a_market_closed_by_one_book_is_suspended_and_returns() -> None:
    open_market = two_way(2.0, 2.0)
    closed = {price: odds for price, odds in open_market.items() if price[2] != "a"}
    first, second = events([(0, open_market), (5, closed), (10, closed), (15, open_market)])
    assert (first.kind, first.books, first.selection) == (MoveKind.SUSPENDED, ("a",), None)
    assert first.market is MarketKind.TOTAL_GOALS
    assert (first.started_at, first.seen_at) == (minute(0), minute(5))
    assert (second.kind, second.books) == (MoveKind.RETURNED, ("a",))
    assert (second.started_at, second.resolution) == (minute(10), 5 * MINUTES)


def test_a_market_closed_by_many_books_at_once_is_suspended_whole_and_returns() -> None:
    found = events([(0, two_way(2.0, 2.0, 2.0, 2.0)), (5, two_way(2.0)), (9, two_way(2.0, 2.1))])
    assert [(one.kind, one.books) for one in found] == [
        (MoveKind.MARKET_SUSPENDED, ("b", "c", "d")),
        (MoveKind.RETURNED, ("b",)),
    ]


def test_other_lines_of_a_kind_and_other_kinds_are_closed_apart() -> None:
    home = prices("home", 2.0, 2.0, 2.0)
    found = events([(0, two_way(2.0, 2.0, 2.0) | home), (5, home)])
    assert [(one.kind, one.market) for one in found] == [
        (MoveKind.MARKET_SUSPENDED, MarketKind.TOTAL_GOALS)
    ]


def test_a_price_that_comes_back_shorter_has_moved() -> None:
    found = steam([(0, two_way(2.0, 2.0, 2.0)), (5, {}), (9, two_way(1.8, 1.8, 1.8))])
    assert [one.seen_at for one in found] == [minute(9)] * 2


def test_nothing_changed_nothing_said() -> None:
    board = two_way(2.0, 2.0, 2.0)
    assert events([(0, board), (5, board), (10, board)]) == []
    assert find_movements(path_of([]), minute(0), RULES) == ()


def test_fixtures_are_judged_apart() -> None:
    before = two_way(2.0, 2.0) | two_way(2.0, 2.0, fixture=1)
    after = two_way(1.93, 1.93) | two_way(1.93, 1.93, fixture=1)
    assert events([(0, before), (5, after)]) == []


def test_an_event_keeps_its_identity_whatever_it_measures() -> None:
    one, other = steam([(0, two_way(2.0, 2.0, 2.0)), (5, two_way(1.9, 1.9, 1.9))])
    assert one.id == replace(one, points=9.0, books=one.books[:1]).id
    assert len({one.id, other.id, replace(one, kind=MoveKind.DRIFT).id}) == 3


def test_an_event_without_books_or_that_ends_before_it_began_is_refused() -> None:
    one, _ = steam([(0, two_way(2.0, 2.0, 2.0)), (5, two_way(1.9, 1.9, 1.9))])
    with pytest.raises(ValueError, match="steam"):
        replace(one, books=())
    with pytest.raises(ValueError, match="steam"):
        replace(one, started_at=minute(6))


def test_a_look_at_which_none_of_the_books_changed_tells_no_steam_of_them() -> None:
    """The window alone moved on: its first price is another one now."""
    quiet = two_way(2.0, 2.0, 2.0)
    other = prices("home", 2.0, fixture=1)
    found = steam([(0, quiet), (1, two_way(2.2, 2.2, 2.2)), (2, quiet), (16, quiet | other)])
    assert {one.seen_at for one in found} == {minute(1)}
