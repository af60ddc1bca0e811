"""Closes of picks as entries: the last counts, none is ever changed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import uuid4

import asyncpg
import pytest

from engine.domain.closing import BookOffer, Grade
from engine.domain.numbers import BookmakerKey, Odds
from engine.domain.pick import Provenance
from engine.domain.settlement import Outcome
from storage.migrate import MIGRATIONS, migrate
from storage.pool import connect, open_pool
from storage.store import Store
from tests.builders import KICK_OFF, NOW, a_closing_line, a_fixture, a_pick
from tests.integration.storage.shelf import MINUTE, a_close, a_pick_of, a_settlement, keep_picks

if TYPE_CHECKING:
    from pathlib import Path

    from storage.dsn import Dsn
    from storage.pool import Pool

LATE = KICK_OFF + timedelta(hours=3)
PAPER = Provenance.PAPER


async def _history(store: Store) -> list[tuple[int, str, Grade | None]]:
    async with store.reading() as tx:
        entries = await tx.closings.history(a_pick().id)
    return [(each.sequence, each.why, each.grade) for each in entries]


async def _counting(pool: Pool) -> list[tuple[str | None, str | None]]:
    return [tuple(row) for row in await pool.fetch("select grade, alt_grade from pick_closes")]


async def test_a_better_close_counts_and_what_counted_before_stays(
    store: Store, pool: Pool
) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    better = replace(a_close(pick, Grade.A, Grade.B), closed_at=LATE)
    async with store.transaction() as tx:
        await tx.closings.regrade([better])
        assert await tx.closings.history(pick.id) == (), "nothing to take the place of"
        await tx.closings.close_picks([a_close(pick, None)])
    async with store.transaction() as tx:
        await tx.closings.regrade([better])
        fixed = (await tx.closings.fixed([pick.id]))[pick.id]
    assert (fixed.grade, fixed.alternative, fixed.closed_at) == (Grade.A, Grade.B, LATE)
    assert await _counting(pool) == [("A", "B")]
    assert await _history(store) == [(1, "kick_off", None), (2, "better", Grade.A)]


async def test_a_kick_off_that_moved_reopens_and_is_closed_anew(store: Store, pool: Pool) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    moved = replace(a_close(pick, Grade.B), kick_off=LATE, closed_at=LATE)
    async with store.transaction() as tx:
        await tx.closings.close_picks([a_close(pick, Grade.A)])
        await tx.closings.regrade([moved])
        await tx.closings.reopen([pick.id], NOW)
        await tx.closings.reopen([pick.id], NOW)
        assert await tx.closings.fixed([pick.id]) == {}
        assert [one.pick.id for one in await tx.picks.to_close(LATE, PAPER)] == [pick.id]
        await tx.closings.close_picks([moved])
    assert await _counting(pool) == [("B", None)]
    assert await _history(store) == [
        (1, "kick_off", Grade.A),
        (2, "moved", None),
        (3, "kick_off", Grade.B),
    ]


@pytest.mark.parametrize(
    "change",
    [
        "update pick_closes set clv = 1",
        "update pick_close_entries set grade = 'A'",
        "delete from pick_closes",
        "truncate pick_close_entries",
    ],
)
async def test_an_entry_can_neither_be_changed_nor_taken_away(
    store: Store, pool: Pool, change: str
) -> None:
    await keep_picks(store, a_pick())
    async with store.transaction() as tx:
        await tx.closings.close_picks([a_close(a_pick(), Grade.C)])
    with pytest.raises(asyncpg.RestrictViolationError, match="history"):
        await pool.execute(change)
    assert await _counting(pool) == [("C", None)]


async def test_picks_of_which_a_better_close_was_kept_are_found(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)

    async def improvable(since: timedelta = timedelta(0)) -> bool:
        async with store.reading() as tx:
            return bool(await tx.closings.improvable(KICK_OFF + since, PAPER))

    async with store.transaction() as tx:
        await tx.closings.close_picks([a_close(pick, Grade.B, Grade.B)])
        others = [
            a_closing_line("sharp", grade=Grade.B),
            a_closing_line("sharp", code="draw"),
            a_closing_line(
                "exchange",
                captured_at=KICK_OFF - 3 * MINUTE,
                kick_off=KICK_OFF + timedelta(days=1),
            ),
            a_closing_line("exchange", captured_at=pick.taken_at),
        ]
        await tx.closings.add(others)
    assert not await improvable()
    async with store.transaction() as tx:
        await tx.closings.add([a_closing_line("exchange")])
    assert await improvable()
    assert not await improvable(since=MINUTE), "only what was closed lately is looked at"


async def test_what_a_source_says_without_a_book_stands_beside_what_it_says_with_it(
    store: Store,
) -> None:
    generous = a_pick().bookmaker
    whole = a_closing_line("consensus", grade=Grade.B)
    apart = replace(whole, excluded=generous)
    sharp = a_closing_line("sharp", book=BookmakerKey("pinnacle"))
    async with store.transaction() as tx:
        await tx.fixtures.save([a_fixture()], NOW)
        await tx.closings.add([whole, apart, sharp, whole])
        kept = await tx.closings.of_fixtures([a_fixture().id])
    assert kept == (whole, apart, sharp)


async def test_offers_of_the_books_that_were_bet_are_kept_once_and_before_kick_off(
    store: Store,
) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    offers = [
        BookOffer(
            fixture_id=pick.fixture_id,
            selection=pick.selection,
            bookmaker=pick.bookmaker,
            odds=Odds(odds),
            captured_at=KICK_OFF - minutes * MINUTE,
            kick_off=KICK_OFF,
        )
        for odds, minutes in ((2.1, 10), (2.05, 2))
    ]
    async with store.transaction() as tx:
        await tx.closings.add_offers(offers)
        await tx.closings.add_offers(offers)
        assert await tx.closings.offers_of([pick.fixture_id]) == tuple(offers)
        assert await tx.closings.offers_of([]) == ()
    with pytest.raises(asyncpg.CheckViolationError):
        async with store.transaction() as tx:
            await tx.closings.add_offers([replace(offers[0], captured_at=KICK_OFF + MINUTE)])


async def test_coverage_counts_what_finished_by_grade_of_one_provenance(store: Store) -> None:
    codes = ("home", "draw", "away", "dc_1x", "dnb_home")
    mine = [a_pick_of(PAPER, code) for code in codes]
    other = a_pick_of(Provenance.BACKTEST)
    await keep_picks(store, *mine, other)
    home, draw, away, unplayed, pushed = mine
    async with store.transaction() as tx:
        await tx.closings.close_picks(
            [
                a_close(home, Grade.A, Grade.B),
                a_close(draw, Grade.C),
                a_close(away, None),
                a_close(unplayed, Grade.A),
                a_close(other, Grade.D),
            ]
        )
        await tx.settlements.add(
            [
                *(a_settlement(each.id) for each in (home, draw, other)),
                a_settlement(unplayed.id, outcome=Outcome.VOID, full_time=None),
                a_settlement(pushed.id, outcome=Outcome.VOID),
            ]
        )
        told = await tx.closings.coverage(PAPER)
        past = await tx.closings.coverage(Provenance.BACKTEST)
        none = await tx.closings.coverage(PAPER, until=KICK_OFF)
    assert (told.n, told.headline, told.alternative) == (
        3,
        {Grade.A: 1, Grade.C: 1},
        {Grade.B: 1},
    ), "a push finished, what was not played did not, what is open is not over"
    assert (past.n, past.share(Grade.D)) == (1, 1.0)
    assert (none.n, none.share()) == (0, None)


async def test_closes_from_before_there_were_entries_are_their_first(
    cluster: Dsn, tmp_path: Path
) -> None:
    name = f"old_{uuid4().hex}"
    conn = await connect(cluster)
    await conn.execute(f"create database {name}")
    for file in sorted(MIGRATIONS.glob("*.sql")):
        if file.name < "0016":
            shutil.copy(file, tmp_path)
    async with open_pool(cluster.with_database(name)) as pool:
        await migrate(pool, tmp_path)
        async with Store(pool).transaction() as tx:
            await tx.fixtures.save([a_fixture()], NOW)
        await pool.execute(
            "insert into picks (id, provenance, fixture_id, selection, market_code, bookmaker,"
            " odds, quoted_at, fair_probability, fair_std_error, refund, rung, books, dispersion,"
            " edge, edge_low, edge_high, min_odds, signal_score, sweet_spot_score, in_zone, stake,"
            " policy_version, taken_at) values ($1, 'paper', $2, $3, 'home', 'generous', 2.2, $4,"
            " .5, .01, 0, 1, 6, 0, .1, .05, .15, 2, 60, 70, true, .5, 'v0', $4)",
            a_pick().id,
            a_fixture().id,
            a_pick().selection.number,
            NOW,
        )
        await pool.execute(
            "insert into pick_closes (pick_id, closed_at, kick_off, grade, clv, movement)"
            " values ($1, $2, $2, 'A', 0.02, 0.1)",
            a_pick().id,
            KICK_OFF,
        )
        await migrate(pool)
        row = await pool.fetchrow("select grade, clv, movement from pick_closes")
        assert await _history(Store(pool)) == [(1, "kick_off", Grade.A)]
    await conn.execute(f"drop database {name} with (force)")
    await conn.close()
    assert row is not None
    assert tuple(row) == ("A", 0.02, None), "it was no movement of the book that was bet"
