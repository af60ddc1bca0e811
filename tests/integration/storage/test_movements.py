from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from engine.domain.market import MarketKind
from engine.domain.movement import Direction, MoveKind, Movement
from engine.domain.numbers import BookmakerKey, Odds
from tests.builders import KICK_OFF, NOW, a_board, a_book, a_fixture, a_selection
from tests.integration.storage.shelf import MINUTE

if TYPE_CHECKING:
    from engine.domain.board import Board
    from storage.store import Store

HOME = a_selection("home")


def a_movement(**overrides: Any) -> Movement:
    values: dict[str, Any] = {
        "fixture_id": a_fixture().id,
        "kind": MoveKind.STEAM,
        "market": MarketKind.MATCH_ODDS,
        "selection": HOME,
        "direction": Direction.SHORTENING,
        "books": (BookmakerKey("bet365"), BookmakerKey("pinnacle")),
        "points": 1.6,
        "from_odds": Odds(2.1),
        "to_odds": Odds(2.0),
        "started_at": NOW - 5 * MINUTE,
        "seen_at": NOW,
        "resolution": 5 * MINUTE,
    }
    return Movement(**values | overrides)


SUSPENDED = a_movement(
    kind=MoveKind.SUSPENDED,
    selection=None,
    direction=None,
    points=None,
    from_odds=None,
    to_odds=None,
    seen_at=NOW + MINUTE,
)


@pytest.fixture
async def fixture_known(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)


async def keep(store: Store, *movements: Movement) -> None:
    async with store.transaction() as tx:
        await tx.movements.add(movements)


@pytest.mark.usefixtures("fixture_known")
async def test_events_are_read_as_they_were_told_and_once(store: Store) -> None:
    await keep(store, a_movement(), SUSPENDED)
    await keep(store, replace(a_movement(), points=9.0))
    async with store.reading() as tx:
        read = await tx.movements.of_fixtures([a_fixture().id], NOW, NOW + MINUTE)
        assert await tx.movements.of_fixtures([a_fixture().id], NOW + MINUTE, NOW + MINUTE) == (
            SUSPENDED,
        )
        assert await tx.movements.of_fixtures([], NOW, NOW + MINUTE) == ()
    assert read == (a_movement(), SUSPENDED)


@pytest.mark.usefixtures("fixture_known")
async def test_recent_events_are_the_newest_and_largest_of_games_still_to_begin(
    store: Store,
) -> None:
    smaller = a_movement(selection=a_selection("draw"), points=0.5)
    await keep(store, smaller, a_movement(), SUSPENDED)
    async with store.reading() as tx:
        later = NOW + MINUTE
        assert await tx.movements.recent(NOW, later) == (SUSPENDED, a_movement(), smaller)
        assert await tx.movements.recent(NOW, later, [MoveKind.STEAM], 1) == (a_movement(),)
        assert await tx.movements.recent(NOW, NOW) == (a_movement(), smaller)
        assert await tx.movements.recent(NOW, KICK_OFF) == ()


@pytest.mark.usefixtures("fixture_known")
async def test_old_events_are_forgotten(store: Store) -> None:
    await keep(store, a_movement(), SUSPENDED)
    async with store.transaction() as tx:
        await tx.movements.forget(NOW + MINUTE)
        left = await tx.movements.of_fixtures([a_fixture().id], NOW, NOW + MINUTE)
    assert left == (SUSPENDED,)


def look(minutes: int, *odds: float) -> Board:
    return replace(a_board(a_book("pinnacle", *odds)), as_of=NOW + minutes * MINUTE)


async def test_a_path_with_what_stood_begins_with_the_prices_in_force_and_their_last_look(
    store: Store,
) -> None:
    looks = [look(0, 2.0, 3.4, 3.9), look(10, 2.1, 3.4, 3.9), look(20, 2.1, 3.4, 3.9)]
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        for board in [*looks, look(30, 2.2, 3.4, 3.9)]:
            await tx.odds.add(board)
    since, until = NOW + 25 * MINUTE, NOW + 30 * MINUTE
    async with store.reading() as tx:
        bare = await tx.odds.path([a_fixture().id], since, until)
        path = await tx.odds.path([a_fixture().id], since, until, standing=True)
        whole = await tx.odds.path([a_fixture().id], NOW, until, standing=True)
    assert bare.odds.tolist() == [2.2]
    assert path.odds.tolist() == [2.1, 2.2, 3.4, 3.9]
    minutes = [
        ((column - NOW.timestamp()) / 60) for column in (path.changed_at, path.last_seen_at)
    ]
    assert np.array(minutes).T.tolist() == [[10, 20], [30, 30], [0, 30], [0, 30]]
    assert whole.odds.tolist() == [2.0, 2.1, 2.2, 3.4, 3.9]
    assert whole.last_seen_at[0] == NOW.timestamp()
