"""Facts: what providers said stays as it was said, once, whatever is read or sent again."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta, timezone
from typing import TYPE_CHECKING

import numpy as np
import pytest

from engine.collect.known import UnmatchedName
from engine.collect.payload import API_FOOTBALL, Ask
from engine.domain.fixture import FixtureStatus
from engine.domain.market import MATCH_ODDS
from engine.domain.price import Basis, PriceTable, Rung
from storage.odds import Stored
from tests.builders import KICK_OFF, NOW, a_board, a_book, a_crowd, a_fixture
from tests.integration.storage.shelf import MINUTE, a_look, a_payload, an_event, selections

if TYPE_CHECKING:
    from engine.domain.board import Board
    from storage.pool import Pool
    from storage.store import Store

PARIS = timezone(timedelta(hours=2))


async def keep(store: Store, *boards: Board) -> None:
    async with store.transaction() as tx:
        for board in boards:
            await tx.fixtures.save(board.fixtures, board.as_of)
            await tx.odds.add(board)


async def test_an_answer_is_kept_byte_for_byte(store: Store, pool: Pool) -> None:
    broken = b'\x00\xff{"cut": '
    async with store.transaction() as tx:
        assert await tx.payloads.add([a_payload(broken, status=502)]) == 1
    row = await pool.fetchrow("select * from payloads")
    assert row is not None
    assert (row["body"], row["status"], row["fetched_at"]) == (broken, 502, NOW)
    assert (row["params"], row["headers"]) == (
        {"regions": "eu"},
        {"x-requests-remaining": "499"},
    )


async def test_the_same_answer_of_the_same_moment_is_kept_once(store: Store, pool: Pool) -> None:
    other_ask = Ask(source=API_FOOTBALL, path="/fixtures", params=(("date", "2026-08-01"),))
    for _ in range(2):
        async with store.transaction() as tx:
            await tx.payloads.add(
                [
                    a_payload(),
                    a_payload(b"{}"),
                    a_payload(fetched_at=NOW + MINUTE),
                    a_payload(ask=other_ask),
                ]
            )
    assert await pool.fetchval("select count(*) from payloads") == 4


@pytest.mark.parametrize(
    "moment",
    [
        datetime(2026, 8, 31, 23, 59, 59, 999999, tzinfo=UTC),
        datetime(2026, 9, 1, tzinfo=UTC),
        datetime(2026, 9, 1, 1, 30, tzinfo=PARIS),
        datetime(2026, 9, 20, 1, 30, tzinfo=PARIS),
        datetime(2026, 12, 31, 23, 30, tzinfo=timezone(timedelta(hours=-11))),
        datetime(2028, 2, 29, 12, tzinfo=UTC),
    ],
)
async def test_every_moment_has_its_month_whatever_zone_it_is_told_in(
    store: Store, pool: Pool, moment: datetime
) -> None:
    async with store.transaction() as tx:
        await tx.payloads.add([a_payload(fetched_at=moment)])
    table = await pool.fetchval("select tableoid::regclass::text from payloads")
    assert table == f"payloads_{moment.astimezone(UTC):%Y_%m}"


async def test_one_batch_may_span_months(store: Store, pool: Pool) -> None:
    moments = [NOW + timedelta(days=31 * month) for month in range(4)]
    async with store.transaction() as tx:
        await tx.payloads.add([a_payload(fetched_at=moment) for moment in moments])
    tables = await pool.fetch("select distinct tableoid from payloads")
    assert len(tables) == 4


async def test_a_moved_kick_off_keeps_the_fixture_and_the_day_it_was_first_set_for(
    store: Store,
) -> None:
    fixture = a_fixture()
    moved = replace(fixture, kick_off=KICK_OFF + timedelta(days=3), status=FixtureStatus.POSTPONED)
    async with store.transaction() as tx:
        await tx.fixtures.save([fixture], NOW)
        await tx.fixtures.save([moved], NOW + MINUTE)
    async with store.reading() as tx:
        assert await tx.fixtures.get([fixture.id]) == (moved,)
        assert await tx.fixtures.original_kick_offs([fixture.id]) == {fixture.id: KICK_OFF}
        assert await tx.fixtures.count() == 1


async def test_an_older_look_does_not_undo_what_a_later_one_saw(store: Store) -> None:
    fixture = a_fixture()
    late, early = NOW + MINUTE, NOW
    async with store.transaction() as tx:
        await tx.fixtures.save([replace(fixture, kick_off=KICK_OFF + MINUTE)], late)
        await tx.fixtures.link([an_event(kick_off=KICK_OFF + MINUTE, seen_at=late)])
        await tx.fixtures.save([fixture], early)
        await tx.fixtures.link([an_event(kick_off=KICK_OFF, seen_at=early)])
    async with store.reading() as tx:
        assert (await tx.fixtures.get([fixture.id]))[0].kick_off == KICK_OFF + MINUTE
        assert await tx.fixtures.event_ids(KICK_OFF + MINUTE) != {}


async def test_fixtures_of_a_window_include_its_start_and_not_its_end(store: Store) -> None:
    first, last = a_fixture(), a_fixture("nice", "nantes", kick_off=KICK_OFF + MINUTE)
    async with store.transaction() as tx:
        await tx.fixtures.save([last, first], NOW)
        assert await tx.fixtures.between(KICK_OFF, KICK_OFF + MINUTE) == (first,)
        assert await tx.fixtures.between(KICK_OFF, KICK_OFF + 2 * MINUTE) == (first, last)


async def test_an_event_id_is_one_fixture_for_ever_and_knows_when_it_was_first_met(
    store: Store,
) -> None:
    mine, other = a_fixture(), a_fixture("nice", "nantes")
    async with store.transaction() as tx:
        await tx.fixtures.save([mine, other], NOW)
        await tx.fixtures.link([an_event()])
        await tx.fixtures.link([an_event(fixture_id=other.id, seen_at=NOW + MINUTE)])
    async with store.reading() as tx:
        assert await tx.fixtures.event_ids(KICK_OFF) == {("odds_api", "e1"): mine.id}
        assert await tx.fixtures.first_seen(KICK_OFF) == {("odds_api", "e1"): NOW}
        assert await tx.fixtures.event_ids(KICK_OFF + MINUTE) == {}


async def test_of_two_ids_of_one_fixture_the_one_seen_last_speaks_for_it(store: Store) -> None:
    fixture = a_fixture()
    async with store.transaction() as tx:
        await tx.fixtures.save([fixture], NOW)
        await tx.fixtures.link(
            [
                an_event("a", seen_at=NOW + MINUTE),
                an_event("b"),
                an_event("7", provider=API_FOOTBALL),
            ]
        )
        assert await tx.fixtures.events_of([fixture.id]) == {
            (fixture.id, "odds_api"): "a",
            (fixture.id, API_FOOTBALL): "7",
        }


async def test_an_unknown_name_waits_once_with_its_likeliest_teams_and_a_count(
    store: Store,
) -> None:
    name = UnmatchedName(
        provider="odds_api",
        competition="soccer_epl",
        name="Arsnl",
        opponent="Chelsea",
        kick_off=KICK_OFF,
        suggestions=(("arsenal", 91.5),),
    )
    for look in range(3):
        async with store.transaction() as tx:
            await tx.fixtures.queue_unmatched([name, name], NOW + look * MINUTE)
    async with store.reading() as tx:
        (waiting,) = await tx.fixtures.unmatched()
    assert (waiting["name"], waiting["seen"], waiting["suggestions"]) == (
        "Arsnl",
        3,
        [["arsenal", 91.5]],
    )


async def test_quotes_come_back_as_the_board_they_were(store: Store) -> None:
    fixtures = (a_fixture(), a_fixture("nice", "nantes"))
    board = a_board(
        a_book("pinnacle", 2.06, 3.60, 3.80),
        a_book("betfair_ex_eu", 2.10, 3.70, 3.90, fixture=1, lay=True),
        fixtures=fixtures,
    )
    await keep(store, board)
    async with store.reading() as tx:
        back = await tx.odds.latest([f.id for f in fixtures], NOW, NOW)
        assert await tx.odds.stored() == 6
    told = {
        (
            back.fixtures[fixture].home.key,
            back.bookmakers[bookmaker],
            selection,
            odds,
            quoted_at,
            lay,
        )
        for fixture, bookmaker, selection, odds, quoted_at, lay in zip(
            back.fixture.tolist(),
            back.bookmaker.tolist(),
            back.selection.tolist(),
            back.odds.tolist(),
            back.quoted_at.tolist(),
            back.lay.tolist(),
            strict=True,
        )
    }
    at = NOW.timestamp() - 30
    home, draw, away = (selection.number for selection in MATCH_ODDS.selections)
    assert told == {
        ("lens", "pinnacle", home, 2.06, at, False),
        ("lens", "pinnacle", draw, 3.60, at, False),
        ("lens", "pinnacle", away, 3.80, at, False),
        ("nice", "betfair_ex_eu", home, 2.10, at, True),
        ("nice", "betfair_ex_eu", draw, 3.70, at, True),
        ("nice", "betfair_ex_eu", away, 3.90, at, True),
    }


async def test_the_same_look_twice_adds_nothing(store: Store) -> None:
    board = a_board(a_crowd(2.02, 3.50, 3.60))
    await keep(store, board, board)
    await keep(store, board)
    async with store.transaction() as tx:
        for _ in range(2):
            await tx.odds.add_look(a_look())
        assert await tx.odds.stored() == len(board)
        assert (await tx.odds.totals())["looks"] == 1


async def test_the_latest_quotes_are_those_of_the_last_look_of_each_fixture(
    store: Store,
) -> None:
    """A book that stopped quoting must not linger from an earlier look."""
    both = (a_fixture(), a_fixture("nice", "nantes"))
    before = a_board(
        a_book("pinnacle", 2.0, 3.5, 3.6),
        a_book("gone", 9.0, 9.0, 9.0),
        a_book("pinnacle", 1.5, 4.0, 6.0, fixture=1),
        fixtures=both,
    )
    after = replace(a_board(a_book("pinnacle", 2.1, 3.4, 3.5)), as_of=NOW + MINUTE)
    await keep(store, before, after)
    async with store.reading() as tx:
        ids = [fixture.id for fixture in both]
        now = await tx.odds.latest(ids, NOW, NOW + MINUTE)
        then = await tx.odds.latest(ids, NOW, NOW)
        never = await tx.odds.latest(ids, NOW + 2 * MINUTE, NOW + 3 * MINUTE)
    assert sorted(now.odds.tolist()) == [1.5, 2.1, 3.4, 3.5, 4.0, 6.0]
    assert now.as_of == NOW + MINUTE
    assert len(then) == len(before)
    assert len(never) == 0


async def test_an_empty_board_is_no_look_at_all(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.odds.add(a_board()) == Stored(offered=0, changed=0, withdrawn=0)
        assert await tx.odds.stored() == 0


async def test_looks_add_up_by_reason(store: Store) -> None:
    async with store.transaction() as tx:
        assert await tx.odds.totals() == {
            "offered": 0,
            "kept": 0,
            "looks": 0,
            "fixtures_priced": 0,
        }
        await tx.odds.add_look(a_look())
        await tx.odds.add_look(a_look(captured_at=NOW + MINUTE, rejected={"stale": 5}, refused={}))
        assert await tx.odds.totals() == {
            "offered": 20,
            "kept": 14,
            "looks": 2,
            "fixtures_priced": 2,
        }
        assert await tx.odds.rejected() == {"bad_price": 1, "stale": 7}
        assert await tx.odds.refused() == {"edge_too_small": 4}


async def test_fair_prices_that_serve_every_book_are_kept_as_believed_and_once(
    store: Store, pool: Pool
) -> None:
    column = np.array([0.4, 0.41])
    table = PriceTable(
        as_of=NOW,
        fixtures=(a_fixture(),),
        bookmakers=(a_book("soft", 2, 3, 4)[0].bookmaker,),
        fixture=np.array([0, 0], dtype=np.int32),
        selection=np.array(selections("home", "home"), dtype=np.int32),
        excluded=np.array([-1, 0], dtype=np.int16),
        probability=column,
        std_error=column / 40,
        refund=column * 0,
        rung=np.array([int(Rung.SHARP), int(Rung.CONSENSUS)], dtype=np.int8),
        books=np.array([1, 7], dtype=np.int16),
        dispersion=column / 10,
        quoted_at=column,
        basis=np.array([int(Basis.QUOTED), int(Basis.QUOTED)], dtype=np.int8),
        disagreement=np.array([0.05, np.nan]),
        stands_alone=np.array([True, True]),
        close=np.array([0.41, np.nan]),
        close_error=np.array([np.nan, np.nan]),
    )
    empty = replace(table, **{n: getattr(table, n)[:0] for n in COLUMNS})
    async with store.transaction() as tx:
        assert [await tx.prices.add(each) for each in (table, table, empty)] == [1, 1, 0]
    rows = await pool.fetch(
        "select excluded, probability, rung, books, basis, disagreement, stands_alone, close,"
        " close_error from prices"
    )
    assert [tuple(row) for row in rows] == [("", 0.4, 1, 1, 1, 0.05, True, 0.41, None)]


COLUMNS = (
    "fixture",
    "selection",
    "excluded",
    "probability",
    "std_error",
    "refund",
    "rung",
    "books",
    "dispersion",
    "quoted_at",
    "basis",
    "disagreement",
    "stands_alone",
    "close",
    "close_error",
)
