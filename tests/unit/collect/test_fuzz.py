"""Whatever a provider sends: nothing raises, and every quote is kept or counted once."""

import json
from collections.abc import Callable
from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from engine.collect.normalise import Intake, normalise
from engine.collect.results import read_results
from engine.collect.rules import CollectRules
from tests.unit.collect.wire import (
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
    row,
)

RULES = CollectRules()
KEYS = ("pinnacle", "betsson", "betclic", "unibet_eu", "coolbet", "marathonbet")
SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["2026-08-20", "Draw", "Arsenal", "h2h", "\x00", "\ud800", 1e400, 10**400])
)
JSON = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=6,
)


def a_sweep() -> list[dict[str, Any]]:
    totals = [outcome("Over", 1.9, 2.5), outcome("Under", 1.95, 2.5)]
    spreads = [outcome("Arsenal", 1.9, -0.5), outcome("Chelsea", 1.95, 0.5)]
    books = [
        book(key, market(h2h(2.0 + n / 50)), market(totals, "totals"), market(spreads, "spreads"))
        for n, key in enumerate(KEYS)
    ]
    other = event(
        *(
            book(
                key,
                market(
                    [outcome("Fulham", 3.0 + n / 9), outcome("Draw", 3.3), outcome("Everton", 2.4)]
                ),
            )
            for n, key in enumerate(KEYS)
        ),
        event_id="e2",
        home="Fulham",
        away="Everton",
    )
    return [event(*books), other]


def offered_in(found: Any) -> int:
    """Count the outcomes of an answer as a person would: objects in lists of outcomes."""

    def objects(of: Any) -> list[dict[str, Any]]:
        return [each for each in of if isinstance(each, dict)] if isinstance(of, list) else []

    return sum(
        len(objects(each.get("outcomes")))
        for event in objects(found if isinstance(found, list) else [found])
        for bookmaker in objects(event.get("bookmakers"))
        for each in objects(bookmaker.get("markets"))
    )


def columns(intake: Intake) -> list[list[float]]:
    board = intake.board
    names = ("fixture", "bookmaker", "selection", "odds", "quoted_at", "lay")
    return [getattr(board, name).tolist() for name in names]


def shuffled(draw: Callable[[Any], Any], found: Any) -> Any:
    if isinstance(found, list):
        return draw(st.permutations([shuffled(draw, each) for each in found]))
    if isinstance(found, dict):
        return {key: shuffled(draw, value) for key, value in found.items()}
    return found


@st.composite
def sweeps(draw: st.DrawFn) -> list[dict[str, Any]]:
    """A sweep with the prices, times and books of the real thing, some of them bad."""
    found = a_sweep()
    for each in found:
        for bookmaker in each["bookmakers"]:
            for its_market in bookmaker["markets"]:
                for its_outcome in its_market["outcomes"]:
                    its_outcome["price"] = draw(
                        st.sampled_from([1.0, 1.5, 1.9, 2.0, 2.05, 2.1, 9.0, float("nan")])
                    )
        if draw(st.booleans()):
            each["bookmakers"].append(draw(st.sampled_from(each["bookmakers"])))
    return found


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_the_order_of_books_markets_and_outcomes_changes_nothing(data: st.DataObject) -> None:
    found = data.draw(sweeps())
    straight = normalise([odds(*found)], known(), RULES, NOW)
    mixed = shuffled(data.draw, found)
    again = normalise([odds(*mixed)], known(), RULES, NOW)
    assert columns(again) == columns(straight)
    assert again.board.fixtures == straight.board.fixtures
    assert again.board.bookmakers == straight.board.bookmakers
    assert again.rejected == straight.rejected
    assert (
        straight.offered
        == offered_in(found)
        == len(straight.board) + sum(straight.rejected.values())
    )


def places(found: Any) -> list[tuple[Any, Any]]:
    """Every (container, key) of a document."""
    items = found.items() if isinstance(found, dict) else enumerate(found)
    here = [(found, key) for key, _ in items]
    inner = found.values() if isinstance(found, dict) else found
    return here + [
        place for each in inner if isinstance(each, dict | list) for place in places(each)
    ]


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_no_change_of_one_value_raises_or_loses_count(data: st.DataObject) -> None:
    found = a_sweep()
    for _ in range(data.draw(st.integers(1, 3))):
        spots = places(found)
        if spots:
            container, key = data.draw(st.sampled_from(spots))
            container[key] = data.draw(JSON)
    intake = normalise([raw_odds(json.dumps(found).encode())], known(), RULES, NOW)
    assert intake.offered == offered_in(found)
    assert intake.offered == len(intake.board) + sum(intake.rejected.values())
    assert np.isfinite(intake.board.odds).all()
    assert (intake.board.odds > 1).all()
    assert (intake.board.quoted_at <= NOW.timestamp()).all()
    assert all(name.name.isprintable() for name in intake.unmatched)
    assert all(each.event_id.isprintable() for each in intake.event_ids)


@settings(max_examples=100, deadline=None)
@given(st.binary(max_size=60) | JSON.map(lambda found: json.dumps(found).encode()))
def test_any_body_at_all_is_read_without_an_exception(body: bytes) -> None:
    intake = normalise([raw_odds(body)], known(), RULES, NOW)
    assert intake.offered == len(intake.board) + sum(intake.rejected.values())
    assert read_results([raw_results(body)], known()).results == ()


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_change_of_one_value_makes_a_result_up(data: st.DataObject) -> None:
    found: dict[str, Any] = {"errors": [], "response": [row(), row(row_id=8)]}
    container, key = data.draw(st.sampled_from(places(found)))
    container[key] = data.draw(JSON)
    intake = read_results([raw_results(json.dumps(found).encode())], known())
    assert intake.results == ()  # no fixture of ours is stored
    assert intake.foreign + intake.malformed <= 3
