"""Revisions of records: whatever changes a record makes it newer, in the order of commits."""

from __future__ import annotations

import asyncio
from decimal import Decimal
from typing import TYPE_CHECKING

import pytest

from bot.records import MOST, Records
from engine.domain.closing import Grade
from engine.domain.numbers import units
from engine.domain.pick import Provenance
from engine.domain.pick_filter import parse
from engine.domain.settlement import Outcome
from tests.builders import NOW
from tests.integration.storage.shelf import a_close, a_pick_of, a_settlement, keep_picks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from engine.domain.record import SettledBet
    from storage.store import Store

PAPER, LIVE = Provenance.PAPER, Provenance.LIVE


async def settle(
    store: Store, provenance: Provenance, code: str = "home", sequence: int = 1
) -> None:
    profit = units("0.6") if sequence == 1 else units("-0.5")
    outcome = Outcome.WON if sequence == 1 else Outcome.LOST
    pick = a_pick_of(provenance, code)
    async with store.transaction() as tx:
        await tx.settlements.add([a_settlement(pick.id, sequence, profit=profit, outcome=outcome)])


async def profits(records: Records, provenance: Provenance) -> list[Decimal]:
    return [bet.profit for bet in (await records.of(provenance)).bets]


async def test_settlements_corrections_and_closes_make_a_record_newer(store: Store) -> None:
    pick = a_pick_of(PAPER)
    await keep_picks(store, pick)

    async def revision() -> int:
        async with store.reading() as tx:
            return await tx.settlements.revision(PAPER)

    seen = [await revision()]
    await settle(store, PAPER)
    seen.append(await revision())
    async with store.transaction() as tx:
        await tx.closings.close_picks([a_close(pick, Grade.A)])
    seen.append(await revision())
    await settle(store, PAPER, sequence=2)
    seen.append(await revision())
    await settle(store, PAPER, sequence=2)
    assert await revision() == seen[-1], "what was there already changes nothing"
    assert seen == sorted(set(seen))
    async with store.reading() as tx:
        assert await tx.settlements.revision(LIVE) == 0


async def test_a_record_is_read_once_and_then_only_what_changed(store: Store) -> None:
    await keep_picks(store, a_pick_of(PAPER), a_pick_of(PAPER, "away"), a_pick_of(LIVE))
    await settle(store, PAPER)
    records = Records(store)
    first = await records.of(PAPER)
    assert await records.of(PAPER) is first
    await settle(store, PAPER, "away")
    await settle(store, PAPER, sequence=2)
    await settle(store, LIVE)
    assert sorted(await profits(records, PAPER)) == [Decimal("-0.5"), Decimal("0.6")]
    fresh = Records(store)
    assert set((await fresh.of(PAPER)).bets) == set((await records.of(PAPER)).bets)
    assert await profits(records, LIVE) == [Decimal("0.6")]


async def test_nobody_sees_a_revision_before_an_older_one(store: Store) -> None:
    """Two settle at once: the later waits, so that who reads in between misses neither."""
    await keep_picks(store, a_pick_of(PAPER), a_pick_of(PAPER, "away"))
    records, entered = Records(store), asyncio.Event()

    async def slow() -> None:
        async with store.transaction() as tx:
            await tx.settlements.add([a_settlement(a_pick_of(PAPER).id)])
            entered.set()
            await asyncio.sleep(0.3)

    async with asyncio.TaskGroup() as both:
        both.create_task(slow())
        await entered.wait()
        later = both.create_task(settle(store, PAPER, "away"))
        await asyncio.sleep(0.1)
        assert not later.done()
        assert await profits(records, PAPER) == []
    assert len(await profits(records, PAPER)) == 2


async def test_what_was_worked_out_is_worked_out_again_only_when_the_record_changed(
    store: Store,
) -> None:
    await keep_picks(store, a_pick_of(PAPER), a_pick_of(PAPER, "away"))
    await settle(store, PAPER)
    records, asked = Records(store), list[int]()

    def count(bets: Sequence[SettledBet]) -> int:
        asked.append(len(bets))
        return len(bets)

    both = await asyncio.gather(*(records.told(PAPER, "n", count) for _ in range(5)))
    assert (both, asked) == ([1] * 5, [1])
    away = parse("market=away", NOW)
    assert await records.told(PAPER, "n", count, picks=away) == 0
    await settle(store, PAPER, "away")
    assert await records.told(PAPER, "n", count) == 2
    assert await records.told(PAPER, "n", count, picks=away) == 1
    assert asked == [1, 0, 2, 1]


async def test_work_that_failed_is_tried_again_and_few_answers_are_kept(store: Store) -> None:
    records, tries = Records(store), list[int]()

    def fails_once(_: Sequence[SettledBet]) -> str:
        tries.append(1)
        if len(tries) == 1:
            raise ZeroDivisionError
        return "told"

    with pytest.raises(ZeroDivisionError):
        await records.told(PAPER, "hard", fails_once)
    assert await records.told(PAPER, "hard", fails_once) == "told"
    for question in range(2 * MOST):
        await records.told(PAPER, question, len)
    assert len(records._answers) == MOST


async def test_what_is_read_beside_a_record_is_read_once_a_revision(store: Store) -> None:
    await keep_picks(store, a_pick_of(PAPER))
    records, reads = Records(store), list[int]()

    async def read(_: object) -> int:
        reads.append(1)
        return len(reads)

    assert [await records.read(PAPER, "beside", read) for _ in range(3)] == [1, 1, 1]
    await settle(store, PAPER)
    assert await records.read(PAPER, "beside", read) == 2
