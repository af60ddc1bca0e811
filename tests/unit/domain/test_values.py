from __future__ import annotations

from dataclasses import FrozenInstanceError, replace
from datetime import datetime, timedelta
from decimal import Decimal

import numpy as np
import pytest

from engine.domain.closing import Payoff
from engine.domain.numbers import units
from engine.domain.pick import Provenance, pick_id
from tests.builders import (
    KICK_OFF,
    NOW,
    a_board,
    a_book,
    a_closing_line,
    a_fair_price,
    a_fixture,
    a_pick,
    a_result,
    a_selection,
)

NAIVE = datetime(2026, 8, 1, 12)  # noqa: DTZ001  # what must be refused


@pytest.mark.parametrize(
    "build",
    [
        lambda: a_fixture(kick_off=NAIVE),
        lambda: a_pick(taken_at=NAIVE),
        lambda: a_result(read_at=NAIVE),
        lambda: a_closing_line(kick_off=NAIVE),
        lambda: replace(a_board(), as_of=NAIVE),
    ],
    ids=["fixture", "pick", "result", "closing line", "board"],
)
def test_a_moment_without_a_time_zone_is_refused(build: object) -> None:
    assert callable(build)
    with pytest.raises(ValueError, match="needs a time zone"):
        build()


def test_values_do_not_change() -> None:
    pick = a_pick()
    with pytest.raises(FrozenInstanceError):
        pick.edge = 1.0  # type: ignore[misc]


def test_the_same_recommendation_is_the_same_pick() -> None:
    fixture, selection = a_fixture().id, a_selection()
    identity = pick_id(Provenance.LIVE, fixture, selection)
    assert identity == pick_id(Provenance.LIVE, fixture, selection)
    others = {
        pick_id(Provenance.PAPER, fixture, selection),
        pick_id(Provenance.LIVE, a_fixture("nantes", "rennes").id, selection),
        pick_id(Provenance.LIVE, fixture, a_selection("draw")),
    }
    assert identity not in others
    assert len(others) == 3


def test_a_fixture_is_known_by_its_teams_and_the_day_it_was_first_set_for() -> None:
    assert a_fixture().id == a_fixture(kick_off=KICK_OFF + timedelta(days=9)).id
    assert a_fixture().id != a_fixture("lille", "lens").id
    assert a_fixture().minutes_to_kick_off(NOW) == 360
    assert a_fixture().minutes_to_kick_off(KICK_OFF + timedelta(minutes=1)) == -1


def test_the_columns_of_a_board_have_one_length() -> None:
    board = a_board(a_book("pinnacle", 2.0, 3.5, 3.7))
    with pytest.raises(ValueError, match="one length"):
        replace(board, odds=board.odds[:2])


def test_a_board_filters_its_rows_and_keeps_its_tables() -> None:
    board = a_board(a_book("pinnacle", 2.0, 3.5, 3.7), a_book("bet365", 2.1, 3.4, 3.5))
    rest = board.where(board.odds > 3)
    assert len(rest) == 4
    assert (rest.fixtures, rest.bookmakers) == (board.fixtures, board.bookmakers)
    assert np.unique(rest.market).tolist() == [a_selection().market.number]


def test_a_half_win_counts_half() -> None:
    payoff = Payoff(win=0.3, half_win=0.2, push=0.1, half_loss=0.0, loss=0.4)
    assert payoff.refund == pytest.approx(0.2)
    assert payoff.fair == pytest.approx(0.4 / 0.8)
    returned = 0.3 * 2.1 + 0.2 * (2.1 + 1) / 2 + 0.1
    assert payoff.value(2.1) == pytest.approx(returned - 1)
    assert payoff.value(1 / payoff.fair) == pytest.approx(0.0)


def test_fair_odds_are_one_over_the_probability() -> None:
    assert a_fair_price(probability=0.4).odds == pytest.approx(2.5)


def test_units_are_rounded_once_half_to_even() -> None:
    assert units("0.00005") == Decimal("0.0000")
    assert units("0.00015") == Decimal("0.0002")
    assert units(0.1) + units(0.2) == Decimal("0.3")
