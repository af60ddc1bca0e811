"""How odds moved between two looks, kept with the facts of the later one."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any, TypeAlias

import asyncpg
import pytest

from engine.collect.asks import ask_league
from engine.domain.market import MarketKind
from engine.domain.movement import MoveKind
from jobs.look import judge, read_inputs
from sandbox.feeds import stamp
from tests.integration.walks.world import START

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from engine.collect.payload import Payload
    from engine.domain.movement import Movement
    from jobs.look import Seen
    from storage.pool import Pool
    from tests.integration.walks.world import House

Edit: TypeAlias = "Callable[[dict[str, Any]], dict[str, Any] | None]"
FIVE_MINUTES, FOUR_HOURS = timedelta(minutes=5), timedelta(hours=4)


@pytest.fixture
async def first(house: House) -> tuple[Payload, ...]:
    """One league's answer of the beginning, already judged."""
    rules = house.ctx.rules
    asks = [ask_league(rules.competitions[0], rules.collect.markets, rules.collect, "sweep")]
    payloads = (await house.ctx.feeds.fetch(asks)).payloads
    await look(house, payloads, START)
    return payloads


async def look(house: House, payloads: tuple[Payload, ...], at: datetime) -> Seen:
    house.hands.at = at
    return await judge(house.ctx, payloads, await read_inputs(house.ctx, at), at, "test")


def later(payloads: tuple[Payload, ...], at: datetime, edit: Edit) -> tuple[Payload, ...]:
    """The same answer again, confirmed at `at`, each book as `edit` leaves it."""
    (payload,) = payloads
    events = json.loads(payload.body)
    for event in events:
        books = [edit(book) for book in event["bookmakers"]]
        event["bookmakers"] = [_confirmed(book, at) for book in books if book is not None]
    return (replace(payload, body=json.dumps(events).encode(), fetched_at=at),)


def _confirmed(book: dict[str, Any], at: datetime) -> dict[str, Any]:
    book["last_update"] = stamp(at)
    for market in book["markets"]:
        market["last_update"] = stamp(at)
    return book


def as_it_was(book: dict[str, Any]) -> dict[str, Any]:
    return book


def shorter_over(book: dict[str, Any]) -> dict[str, Any]:
    """Every book takes 8 % off what an over pays and adds it to the under."""
    for market in book["markets"]:
        for outcome in market["outcomes"] if market["key"] == "totals" else ():
            factor = 0.92 if outcome["name"] == "Over" else 1.08
            outcome["price"] = round(outcome["price"] * factor, 2)
    return book


async def stored(house: House, seen: Seen) -> tuple[Movement, ...]:
    ids = [fixture.id for fixture in seen.intake.board.fixtures]
    async with house.store.reading() as tx:
        return await tx.movements.of_fixtures(ids, START, seen.at)


async def test_books_that_move_together_between_two_near_looks_are_steam(
    house: House, first: tuple[Payload, ...]
) -> None:
    at = START + FIVE_MINUTES
    seen = await look(house, later(first, at, shorter_over), at)
    kinds = {one.kind for one in seen.movements}
    assert kinds == {MoveKind.STEAM, MoveKind.DRIFT}
    assert {one.market for one in seen.movements} == {MarketKind.TOTAL_GOALS}
    assert {one.resolution for one in seen.movements} == {FIVE_MINUTES}
    assert {one.fixture_id for one in seen.movements} == {
        fixture.id for fixture in seen.intake.board.fixtures
    }
    counts = seen.report()["movements"]
    assert counts == {kind: sum(o.kind == kind for o in seen.movements) for kind in kinds}
    assert set(await stored(house, seen)) == set(seen.movements)


async def test_the_same_move_between_looks_four_hours_apart_is_drift_alone(
    house: House, first: tuple[Payload, ...]
) -> None:
    at = START + FOUR_HOURS
    seen = await look(house, later(first, at, shorter_over), at)
    assert {one.kind for one in seen.movements} == {MoveKind.DRIFT}
    assert {one.resolution for one in seen.movements} == {FOUR_HOURS}


async def test_a_look_that_changes_nothing_moves_nothing_and_again_adds_nothing(
    house: House, first: tuple[Payload, ...], pool: Pool
) -> None:
    at = START + FIVE_MINUTES
    assert (await look(house, later(first, at, as_it_was), at)).movements == ()
    moved = await look(house, later(first, at + FIVE_MINUTES, shorter_over), at + FIVE_MINUTES)
    count = await pool.fetchval("select count(*) from movements")
    assert count == len(moved.movements) > 0
    await look(house, later(first, at + FIVE_MINUTES, shorter_over), at + FIVE_MINUTES)
    assert await pool.fetchval("select count(*) from movements") == count


async def test_a_book_that_leaves_closes_its_markets_and_its_return_is_told(
    house: House, first: tuple[Payload, ...]
) -> None:
    at = START + FIVE_MINUTES
    leaver = json.loads(first[0].body)[0]["bookmakers"][-1]["key"]

    def without(book: dict[str, Any]) -> dict[str, Any] | None:
        return None if book["key"] == leaver else book

    gone = await look(house, later(first, at, without), at)
    assert {(one.kind, one.books) for one in gone.movements} == {(MoveKind.SUSPENDED, (leaver,))}
    again = at + FIVE_MINUTES
    back = await look(house, later(first, again, as_it_was), again)
    assert {(one.kind, one.books) for one in back.movements} == {(MoveKind.RETURNED, (leaver,))}
    assert {(one.started_at, one.resolution) for one in back.movements} == {(at, FIVE_MINUTES)}


async def test_books_that_all_close_a_market_suspend_it(
    house: House, first: tuple[Payload, ...]
) -> None:
    def without_totals(book: dict[str, Any]) -> dict[str, Any]:
        book["markets"] = [market for market in book["markets"] if market["key"] != "totals"]
        return book

    at = START + FIVE_MINUTES
    seen = await look(house, later(first, at, without_totals), at)
    assert {(one.kind, one.market) for one in seen.movements} == {
        (MoveKind.MARKET_SUSPENDED, MarketKind.TOTAL_GOALS)
    }


async def test_movements_are_facts_of_their_look_both_are_kept_or_neither(
    house: House, first: tuple[Payload, ...], pool: Pool
) -> None:
    await pool.execute(
        "create function refuse() returns trigger language plpgsql as"
        " $$ begin raise exception 'disk full'; end $$"
    )
    await pool.execute(
        "create trigger refuse before insert on movements for each row execute function refuse()"
    )
    changes = await pool.fetchval("select count(*) from odds_changes")
    at = START + FIVE_MINUTES
    with pytest.raises(asyncpg.RaiseError, match="disk full"):
        await look(house, later(first, at, shorter_over), at)
    assert await pool.fetchval("select count(*) from odds_changes") == changes
