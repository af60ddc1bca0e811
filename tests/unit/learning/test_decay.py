"""How fast edges go: by what later looks told, over picks whose match has not begun."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.record import EdgeSeen
from engine.learning.decay import MINUTES, decay
from tests.builders import NOW, a_bet

if TYPE_CHECKING:
    from engine.domain.numbers import PickId
    from engine.domain.record import SettledBet


def a_day(number: int = 0, hours: float = 48, **overrides: Any) -> SettledBet:
    """A bet made `hours` before its kick-off, each number in a week of its own."""
    issued = NOW + timedelta(weeks=number)
    values: dict[str, Any] = {"issued_at": issued, "kick_off": issued + timedelta(hours=hours)}
    return a_bet(number=number, **values | {"expected_at_alert": 0.04} | overrides)


def at(bet: SettledBet, *told: tuple[float, float]) -> dict[PickId, tuple[EdgeSeen, ...]]:
    return {
        bet.pick: tuple(
            EdgeSeen(at=bet.issued_at + timedelta(minutes=minutes), edge=edge)
            for minutes, edge in told
        )
    }


def shares(bets: list[SettledBet], seen: dict[PickId, tuple[EdgeSeen, ...]]) -> dict[int, float]:
    return {point.minutes: point.share for point in decay(bets, seen).points}


def test_an_edge_of_which_nothing_new_was_told_stands() -> None:
    assert shares([a_day()], {}) == dict.fromkeys(MINUTES, 1.0)


def test_an_edge_stands_as_it_was_last_told() -> None:
    bet = a_day()
    found = shares([bet], at(bet, (20, 0.02), (100, 0.0)))
    assert (found[15], found[30], found[60], found[120]) == (1.0, 0.5, 0.5, 0.0)


def test_a_price_that_lost_all_value_counts_below_nothing() -> None:
    bet = a_day()
    assert shares([bet], at(bet, (10, -0.02)))[15] == -0.5


def test_edges_are_weighed_by_their_size() -> None:
    small, large = a_day(expected_at_alert=0.01), a_day(1, expected_at_alert=0.09)
    assert shares([small, large], at(small, (1, 0.0)))[5] == pytest.approx(0.9)


def test_a_match_that_has_begun_tells_nothing_more() -> None:
    soon, later = a_day(hours=1), a_day(1)
    found = {point.minutes: point.n for point in decay([soon, later], {}).points}
    assert (found[30], found[60], found[1440]) == (2, 1, 1)
    assert [point.minutes for point in decay([soon], {}).points] == [5, 15, 30]


def test_picks_without_an_edge_at_alert_are_left_out() -> None:
    found = decay([a_day(expected_at_alert=0.0), a_day(1)], {})
    assert found.n == 1


def test_nothing_has_no_way_and_no_half_life() -> None:
    found = decay([], {})
    assert (found.points, found.half_life, found.n) == ((), None, 0)


def halved(
    count: int, minutes: float = 45
) -> tuple[list[SettledBet], dict[PickId, tuple[EdgeSeen, ...]]]:
    bets = [a_day(number) for number in range(count)]
    seen: dict[PickId, tuple[EdgeSeen, ...]] = {}
    for place, bet in enumerate(bets):
        seen |= at(bet, (minutes + place, 0.0))
    return bets, seen


def test_half_of_the_edge_is_gone_between_the_looks_that_say_so() -> None:
    """Forty edges vanish at minutes 45 to 84: sixteen by 60, all by 120."""
    found = decay(*halved(40))
    assert {point.minutes: point.share for point in found.points}[60] == pytest.approx(24 / 40)
    assert found.half_life == pytest.approx(60 + 60 * (0.6 - 0.5) / 0.6)
    assert found.low == pytest.approx(61, abs=8)
    assert found.high == pytest.approx(79, abs=8)


def test_too_few_picks_have_no_half_life() -> None:
    found = decay(*halved(29))
    assert (found.half_life, found.low, found.high) == (None, None, None)
    assert found.points[-1].share == 0


def test_an_edge_that_stands_has_no_half_life() -> None:
    found = decay([a_day(number) for number in range(40)], {})
    assert (found.half_life, found.low, found.high) == (None, None, None)


def test_few_weeks_have_no_interval() -> None:
    bets = [a_day() for _ in range(40)]
    found = decay(bets, at(bets[0], (10, 0.0)))
    assert found.half_life is not None
    assert (found.low, found.points[0].low) == (None, None)


def test_a_half_life_that_some_draws_never_reach_has_no_upper_end() -> None:
    bets = [a_day(number) for number in range(40)]
    seen: dict[PickId, tuple[EdgeSeen, ...]] = {}
    for bet in bets[:21]:
        seen |= at(bet, (10, 0.0))
    found = decay(bets, seen)
    assert found.half_life is not None
    assert found.low is not None
    assert found.high is None
