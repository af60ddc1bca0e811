"""What was sent stands: the database itself refuses to change it, whoever asks."""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING

import asyncpg
import pytest

from engine.domain.pick import Provenance
from engine.domain.proof import close_day, genesis
from tests.builders import NOW, a_pick
from tests.integration.storage.shelf import a_close, a_settlement, an_update
from tests.integration.walks.sent import a_live_pick, keep, send

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store

MINUTE = timedelta(minutes=1)


@pytest.mark.parametrize(
    "change",
    [
        "update picks set odds = 9",
        "update picks set stake = stake * 2",
        "update picks set provenance = 'backtest'",
        "update picks set taken_at = taken_at - interval '1 day'",
        "update picks set signal_score = 99",
        "delete from picks",
        "truncate picks cascade",
        "delete from outbox",
        "update outbox set state = 'cancelled'",
        "update outbox set finished_at = finished_at - interval '1 hour'",
        "update outbox set pick_id = null",
        "truncate outbox",
    ],
)
async def test_a_pick_that_was_sent_is_never_changed(
    store: Store, pool: Pool, change: str
) -> None:
    await keep(store, a_live_pick())
    await send(store, a_live_pick(), NOW)
    before = await pool.fetch("select * from picks, outbox")
    with pytest.raises(asyncpg.RestrictViolationError):
        await pool.execute(change)
    assert await pool.fetch("select * from picks, outbox") == before


async def test_a_pick_on_its_way_is_not_changed_either(store: Store, pool: Pool) -> None:
    await keep(store, a_live_pick())
    await send(store, a_live_pick(), NOW)
    await pool.execute("alter table outbox disable trigger sent_cards_stand")
    for state in ("sending", "uncertain"):
        await pool.execute("update outbox set state = $1", state)
        with pytest.raises(asyncpg.RestrictViolationError):
            await pool.execute("update picks set odds = 9")


async def test_a_pick_that_nobody_saw_may_still_go(store: Store, pool: Pool) -> None:
    await keep(store, a_live_pick(), a_live_pick("away"))
    await send(store, a_live_pick(), NOW)
    await pool.execute("delete from picks where id = $1", a_live_pick("away").id)
    assert await pool.fetchval("select count(*) from picks") == 1


async def test_what_happens_to_a_sent_pick_is_still_written_down(store: Store, pool: Pool) -> None:
    """Its price, its close, its result and its card's later faces are rows of their own."""
    pick = a_live_pick()
    await keep(store, pick)
    await send(store, pick, NOW)
    async with store.transaction() as tx:
        await tx.picks.add_updates([an_update(pick.id)])
        await tx.settlements.hold([pick.id])
        await tx.settlements.add([a_settlement(pick.id)])
        await tx.closings.close_picks([a_close(pick, None)])
        await tx.claims.touch_card(1002, pick.id, 6, "other")
    assert await pool.fetchval("select message_id from outbox") == 6


async def test_a_closed_day_is_never_changed(store: Store, pool: Pool) -> None:
    pick = a_live_pick()
    await keep(store, pick)
    await send(store, pick, NOW)
    async with store.transaction() as tx:
        sent = await tx.proofs.open_picks(Provenance.LIVE, NOW + MINUTE)
        day = close_day(
            Provenance.LIVE, date(2026, 8, 1), [sent[0].leaf], genesis(Provenance.LIVE)
        )
        assert await tx.proofs.close(day, sent, NOW)
        assert not await tx.proofs.close(day, sent, NOW)
    for change in (
        "delete from proofs",
        "delete from proof_leaves",
        "truncate proofs cascade",
        "truncate proof_leaves",
        "update proofs set day = day - 1",
        "update proof_leaves set position = position + 1",
    ):
        with pytest.raises(asyncpg.RestrictViolationError):
            await pool.execute(change)
    async with store.reading() as tx:
        assert await tx.proofs.last(Provenance.LIVE) == day
        assert await tx.proofs.open_picks(Provenance.LIVE, NOW + MINUTE) == ()


async def test_a_pick_is_sworn_by_the_first_card_of_it_that_arrived(store: Store) -> None:
    pick = a_live_pick()
    await keep(store, pick, a_pick("away"))
    await send(store, pick, NOW + 2 * MINUTE, chat=1003)
    await send(store, pick, NOW + MINUTE, chat=1004)
    await send(store, pick, NOW + 3 * MINUTE, chat=1005)
    async with store.reading() as tx:
        assert await tx.proofs.open_picks(Provenance.LIVE, NOW + MINUTE) == ()
        (sent,) = await tx.proofs.open_picks(Provenance.LIVE, NOW + 2 * MINUTE)
        assert await tx.proofs.open_picks(Provenance.PAPER, NOW + timedelta(days=9)) == ()
    assert sent.sent_at == NOW + MINUTE
    assert (sent.id, sent.odds, sent.stake) == (pick.id, pick.odds, pick.stake)
