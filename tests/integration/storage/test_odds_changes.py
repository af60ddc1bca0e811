"""Only changes are stored, and every look can be rebuilt from them, whatever came between."""

from __future__ import annotations

import asyncio
import math
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.domain.board import Quote, build_board
from engine.domain.market import Market, MarketKind, Selection
from engine.domain.numbers import BookmakerKey, Odds
from storage.odds import Stored
from storage.store import Store
from tests.builders import NOW, a_board, a_book, a_crowd, a_fixture, a_selection
from tests.integration.storage.shelf import MINUTE

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from datetime import datetime

    from engine.domain.board import Board
    from engine.domain.path import OddsPath, Scope
    from storage.pool import Pool

_BTTS = Market(kind=MarketKind.BTTS)
FIXTURES = (a_fixture(), a_fixture("nice", "nantes"))
IDS = [fixture.id for fixture in FIXTURES]
SELECTIONS = [a_selection(code).number for code in ("home", "away", "btts_yes", "over_2.5")]
BOOKS = ("pinnacle", "winamax")

# a price: (fixture, bookmaker, selection, lay) → (odds, quoted at)
Price = tuple[int, str, int, bool]
Offer = dict[Price, tuple[float, float]]


def kind(price: Price) -> MarketKind:
    return MarketKind(price[2] >> 16)


def board_of(offer: Offer, at: datetime) -> Board:
    quotes = [
        Quote(
            fixture=fixture,
            bookmaker=BookmakerKey(book),
            selection=Selection.from_number(number),
            odds=Odds(odds),
            quoted_at=quoted_at,
            lay=lay,
        )
        for (fixture, book, number, lay), (odds, quoted_at) in offer.items()
    ]
    return build_board(at, FIXTURES, quotes)


def offer_of(board: Board) -> Offer:
    places = [FIXTURES.index(replace(f)) for f in board.fixtures]
    columns = (board.fixture, board.bookmaker, board.selection, board.lay, board.odds)
    rows = zip(*(c.tolist() for c in (*columns, board.quoted_at)), strict=True)
    return {
        (places[fixture], board.bookmakers[book], number, lay): (odds, quoted_at)
        for fixture, book, number, lay, odds, quoted_at in rows
    }


def steps(path: OddsPath) -> dict[Price, list[tuple[float | None, float, float]]]:
    found: dict[Price, list[tuple[float | None, float, float]]] = {}
    for row in range(len(path)):
        price = (
            int(path.fixture[row]),
            str(path.bookmakers[path.bookmaker[row]]),
            int(path.selection[row]),
            bool(path.lay[row]),
        )
        odds = float(path.odds[row])
        step = (
            None if math.isnan(odds) else odds,
            float(path.changed_at[row]),
            float(path.last_seen_at[row]),
        )
        found.setdefault(price, []).append(step)
    return found


@dataclass(frozen=True, kw_only=True)
class Shown:
    """One look: what it offered, what it asked for whole, and what happens before it."""

    offer: Offer
    asked: Mapping[int, frozenset[MarketKind]]
    minutes: int
    before: str


prices = st.tuples(
    st.sampled_from((0, 1)), st.sampled_from(BOOKS), st.sampled_from(SELECTIONS), st.booleans()
)
values = st.tuples(st.sampled_from((1.5, 2.0, 2.1)), st.sampled_from((-60.0, -30.5, -1e-3)))
kinds = st.frozensets(
    st.sampled_from((MarketKind.MATCH_ODDS, MarketKind.BTTS, MarketKind.TOTAL_GOALS))
)
shown = st.builds(
    Shown,
    offer=st.dictionaries(prices, values, max_size=10),
    asked=st.dictionaries(st.sampled_from((0, 1)), kinds),
    minutes=st.sampled_from((1, 7, 60 * 24 * 20)),
    before=st.sampled_from(("", "", "restart", "rollback", "again", "elsewhere")),
)


class Memory:
    """What a careful reader of the looks would know, in plain dictionaries."""

    def __init__(self) -> None:
        self.state: Offer = {}
        self.path: dict[Price, list[tuple[float | None, float, float]]] = {}

    def tell(self, look: Shown, at: float) -> None:
        for price in list(self.state):
            if price not in look.offer and kind(price) in look.asked.get(price[0], ()):
                del self.state[price]
                self.path[price].append((None, at, at))
        for price, (odds, quoted_at) in look.offer.items():
            if price not in self.state or self.state[price][0] != odds:
                self.path.setdefault(price, []).append((odds, at, at))
            self.state[price] = (odds, quoted_at)
        for price, changes in self.path.items():
            if price in look.offer or kind(price) in look.asked.get(price[0], ()):
                changes[-1] = (*changes[-1][:2], at)


def scope_of(look: Shown) -> Scope:
    return {IDS[fixture]: asked for fixture, asked in look.asked.items()}


class Cancelled(Exception):
    pass


@dataclass(frozen=True, kw_only=True)
class Told:
    """A look as it was told to the store, and what was offered in all once it was."""

    at: datetime
    board: Board
    scope: Scope
    offered: Offer


def history_of(looks: Iterable[Shown]) -> tuple[list[Told], Memory]:
    memory, at, history = Memory(), NOW, []
    for look in looks:
        at += look.minutes * MINUTE
        offer = {
            price: (odds, at.timestamp() + since) for price, (odds, since) in look.offer.items()
        }
        memory.tell(replace(look, offer=offer), at.timestamp())
        told = Told(
            at=at, board=board_of(offer, at), scope=scope_of(look), offered=dict(memory.state)
        )
        history.append(told)
    return history, memory


async def fresh_store(pool: Pool) -> Store:
    await pool.execute("truncate odds_changes, fixture_looks")
    store = Store(pool)
    async with store.transaction() as tx:
        await tx.fixtures.save(FIXTURES, NOW)
    return store


async def tell(store: Store, told: Told) -> Stored:
    async with store.transaction() as tx:
        return await tx.odds.add(told.board, told.scope)


async def roll_back(store: Store, told: Told) -> None:
    """Say that everything is gone, and take it back."""
    with pytest.raises(Cancelled):  # noqa: PT012  # what was written before is the point
        async with store.transaction() as tx:
            await tx.odds.add(board_of({}, told.at), {one: frozenset(MarketKind) for one in IDS})
            raise Cancelled


async def assert_told(store: Store, history: list[Told], memory: Memory) -> None:
    async with store.reading() as tx:
        for told in history:
            assert offer_of(await tx.odds.latest(IDS, NOW, told.at)) == told.offered
        assert steps(await tx.odds.path(IDS, NOW, history[-1].at)) == memory.path


examples = settings(
    max_examples=25,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@given(looks=st.lists(shown, min_size=1, max_size=6))
@examples
async def test_every_look_comes_back_as_it_was_and_the_path_is_its_changes(
    pool: Pool, looks: list[Shown]
) -> None:
    """Withdrawals, returns, partial scopes, restarts, rollbacks and other writers in between."""
    store = await fresh_store(pool)
    history, memory = history_of(looks)
    for place, (look, told) in enumerate(zip(looks, history, strict=True)):
        if look.before == "restart":
            store = Store(pool)
        elif look.before == "rollback":
            await roll_back(store, told)
        elif look.before == "again" and place:
            again = await tell(store, history[place - 1])
            assert (again.changed, again.withdrawn) == (0, 0)
        await tell(Store(pool) if look.before == "elsewhere" else store, told)
    await assert_told(store, history, memory)
    async with store.reading() as tx:
        assert await tx.odds.stored() == sum(map(len, memory.path.values()))
    for told in history:
        again = await tell(store, told)
        assert (again.changed, again.withdrawn) == (0, 0)
    await assert_told(store, history, memory)


@given(looks=st.lists(shown, min_size=2, max_size=5), data=st.data())
@examples
async def test_looks_that_come_in_another_order_tell_the_same_story(
    pool: Pool, looks: list[Shown], data: st.DataObject
) -> None:
    store = await fresh_store(pool)
    history, memory = history_of(looks)
    for told in data.draw(st.permutations(history)):
        await tell(store, told)
    await assert_told(store, history, memory)


async def test_a_price_that_is_gone_is_told_once_and_lay_sides_go_with_their_kind(
    store: Store, pool: Pool
) -> None:
    fixture = a_fixture()
    everything = a_board(
        a_book("betfair_ex_eu", 2, 3, 4), a_book("betfair_ex_eu", 2.1, 3.1, 4.1, lay=True)
    )
    nothing = replace(everything.where(everything.odds < 0), as_of=NOW + MINUTE)
    scope = {fixture.id: frozenset({MarketKind.MATCH_ODDS})}
    async with store.transaction() as tx:
        assert await tx.odds.add(everything) == Stored(offered=6, changed=6, withdrawn=0)
        assert await tx.odds.add(nothing) == Stored(offered=0, changed=0, withdrawn=0)
        assert await tx.odds.add(nothing, scope) == Stored(offered=0, changed=0, withdrawn=6)
        later = replace(nothing, as_of=NOW + 2 * MINUTE)
        assert await tx.odds.add(later, scope) == Stored(offered=0, changed=0, withdrawn=0)
        back = replace(everything, as_of=NOW + 3 * MINUTE)
        assert await tx.odds.add(back, scope) == Stored(offered=6, changed=6, withdrawn=0)
    assert await pool.fetchval("select count(*) from odds_changes where odds is null") == 6
    assert await pool.fetchval("select count(*) from fixture_looks") == 4


async def test_prices_that_were_not_confirmed_stand_as_they_were(store: Store) -> None:
    """A frozen book is listed still: it has neither left nor closed its market."""
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        both = a_board(a_book("frozen", 2, 3, 4), a_book("other", 2.1, 3, 4))
        await tx.odds.add(both)
    names = BookmakerKey("frozen"), BookmakerKey("other")
    left = both.where(both.bookmaker == both.bookmakers.index(names[1]))
    scope = {a_fixture().id: frozenset({MarketKind.MATCH_ODDS})}
    unconfirmed = ((0, both.bookmakers.index(names[0]), MarketKind.MATCH_ODDS),)
    for minute, silent in ((1, unconfirmed), (2, ())):
        late = replace(left, as_of=NOW + minute * MINUTE)
        async with store.transaction() as tx:
            stored = await tx.odds.add(late, scope, silent)
        assert (stored.changed, stored.withdrawn) == (0, 0 if silent else 3)


async def test_changes_of_one_instant_are_all_kept_in_their_order(store: Store) -> None:
    fixture = a_fixture()
    told = (2.0, 2.2, 2.1, 2.2)
    for odds in told:
        async with store.transaction() as tx:
            await tx.fixtures.save([fixture], NOW)
            await tx.odds.add(a_board(a_book("pinnacle", odds, 0, 0)))
    async with store.reading() as tx:
        path = await tx.odds.path([fixture.id], NOW, NOW)
        now = await tx.odds.latest([fixture.id], NOW, NOW)
    assert path.odds.tolist() == list(told)
    assert now.odds.tolist() == [2.2]


async def test_two_writers_at_once_tell_one_story(pool: Pool) -> None:
    """The service and a snapshot by hand: each must see what the other has stored."""
    one, other = Store(pool), Store(pool)
    async with one.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)

    async def look(store: Store, minute: int) -> int:
        board = replace(a_board(a_crowd(2.0, 3.5, 3.6)), as_of=NOW + minute * MINUTE)
        async with store.transaction() as tx:
            return (await tx.odds.add(board)).changed

    async with asyncio.TaskGroup() as group:  # which of them comes first is not known
        looks = [group.create_task(look(store, 0)) for store in (one, other) * 4]
    assert sorted(task.result() for task in looks) == [0] * 7 + [21]
    assert [await look(store, 1 + at) for at, store in enumerate((one, other) * 2)] == [0] * 4
    async with one.reading() as tx:
        assert await tx.odds.stored() == 21


async def test_a_book_that_is_new_in_a_failed_look_is_numbered_again(store: Store) -> None:
    with pytest.raises(Cancelled):  # noqa: PT012  # what was written before is the point
        async with store.transaction() as tx:
            await tx.odds.add(a_board(a_book("new", 2, 3, 4)))
            raise Cancelled
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.odds.add(a_board(a_book("new", 2, 3, 4)))
        assert (await tx.odds.latest([a_fixture().id], NOW, NOW)).bookmakers == ("new",)


async def test_the_last_word_on_a_price_within_one_board_counts(store: Store) -> None:
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        board = a_board(a_book("pinnacle", 2, 3, 4), a_book("pinnacle", 2.5, 0, 0))
        assert await tx.odds.add(board) == Stored(offered=4, changed=3, withdrawn=0)
        assert sorted((await tx.odds.latest([a_fixture().id], NOW, NOW)).odds) == [2.5, 3, 4]


async def test_markets_that_were_not_asked_for_stand_as_they_were(store: Store) -> None:
    both = a_board(a_book("pinnacle", 2, 3, 4), a_book("pinnacle", 1.8, 2.0, market=_BTTS))
    goals = replace(a_board(a_book("pinnacle", 1.9, 1.9, market=_BTTS)), as_of=NOW + MINUTE)
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.odds.add(both)
        await tx.odds.add(goals)
        now = await tx.odds.latest([a_fixture().id], NOW, NOW + MINUTE)
        since = await tx.odds.latest([a_fixture().id], NOW + MINUTE, NOW + MINUTE)
    assert sorted(now.odds.tolist()) == [1.9, 1.9, 2, 3, 4]
    assert since.odds.tolist() == [1.9, 1.9]
