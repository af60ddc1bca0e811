"""The outbox: each thing said once, waiting edits give way to newer ones."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.domain.alert import AlertKind, DeliveryState
from tests.builders import NOW, a_pick
from tests.integration.storage.shelf import LEASE, MINUTE, an_alert, keep_picks, queue

if TYPE_CHECKING:
    from storage.pool import Pool
    from storage.store import Store


async def states(pool: Pool) -> dict[str, str]:
    rows = await pool.fetch("select version, state from outbox order by id")
    return {row["version"]: row["state"] for row in rows}


async def test_the_same_thing_is_said_once_in_each_chat(store: Store) -> None:
    assert await queue(store, an_alert(), an_alert(), an_alert(chat_id=1003)) == 2
    assert await queue(store, an_alert(priority=1, created_at=NOW + MINUTE)) == 0
    assert await queue(store, an_alert("2")) == 1


async def test_what_was_said_once_is_not_said_again_after_it_was_sent(store: Store) -> None:
    await queue(store, an_alert())
    async with store.transaction() as tx:
        (row,) = await tx.claims.claim(NOW, lease=LEASE, owner="me", fencing=1, busy=(), limit=9)
        await tx.claims.finish(row.id, DeliveryState.SENT, fencing=1, now=NOW, message_id=5)
    assert await queue(store, an_alert()) == 0


async def test_a_newer_edit_supersedes_waiting_ones_of_the_same_card_alone(
    store: Store, pool: Pool
) -> None:
    """Ten moves in an hour are one edit: the card shows what is true when it is sent."""
    pick, other = a_pick(), a_pick("away")
    await keep_picks(store, pick, other)
    await queue(
        store,
        an_alert("card", kind=AlertKind.PICK, pick_id=pick.id),
        an_alert("move 1", kind=AlertKind.PRICE, pick_id=pick.id),
        an_alert("other card's", kind=AlertKind.PRICE, pick_id=other.id),
        an_alert("other chat's", 1003, kind=AlertKind.PRICE, pick_id=pick.id),
        an_alert("to the owner"),
        an_alert("move 2", kind=AlertKind.PRICE, pick_id=pick.id),
        an_alert("close", kind=AlertKind.CLOSE, pick_id=pick.id),
    )
    assert await states(pool) == {
        "card": "pending",
        "move 1": "cancelled",
        "other card's": "pending",
        "other chat's": "pending",
        "to the owner": "pending",
        "move 2": "cancelled",
        "close": "pending",
    }
    row = await pool.fetchrow("select * from outbox where version = 'move 1'")
    assert row is not None
    assert (row["last_error"], row["finished_at"]) == ("superseded", NOW)


async def test_an_edit_said_before_supersedes_nothing(store: Store, pool: Pool) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    move = an_alert("move", kind=AlertKind.PRICE, pick_id=pick.id)
    close = an_alert("close", kind=AlertKind.CLOSE, pick_id=pick.id)
    await queue(store, move, close, move)
    assert await states(pool) == {"move": "cancelled", "close": "pending"}


async def test_an_edit_being_sent_is_not_taken_back(store: Store, pool: Pool) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    await queue(store, an_alert("move", kind=AlertKind.PRICE, pick_id=pick.id))
    async with store.transaction() as tx:
        await tx.claims.claim(NOW, lease=LEASE, owner="me", fencing=1, busy=(), limit=9)
    await queue(store, an_alert("close", kind=AlertKind.CLOSE, pick_id=pick.id))
    assert await states(pool) == {"move": "sending", "close": "pending"}


async def test_a_chat_that_blocked_the_bot_gets_nothing_more(store: Store, pool: Pool) -> None:
    await queue(store, an_alert("1"), an_alert("2"), an_alert("3", 1003))
    async with store.transaction() as tx:
        assert await tx.outbox.cancel_chat(1002, "blocked", NOW) == 2
        assert await tx.outbox.cancel_chat(1002, "blocked", NOW) == 0
        assert await tx.outbox.counts() == {"cancelled": 2, "pending": 1}
    assert await states(pool) == {"1": "cancelled", "2": "cancelled", "3": "pending"}


async def test_what_waits_for_a_group_follows_it_to_its_new_id(store: Store, pool: Pool) -> None:
    await queue(store, an_alert("waits", -5), an_alert("also", -5), an_alert("mine", 1002))
    async with store.transaction() as tx:
        await tx.claims.claim(NOW, lease=LEASE, owner="me", fencing=1, busy=(1002,), limit=1)
        await tx.outbox.migrate_chat(-5, -1005)
    rows = await pool.fetch("select version, chat_id from outbox")
    assert {row["version"]: row["chat_id"] for row in rows} == {
        "waits": -1005,
        "also": -1005,
        "mine": 1002,
    }


async def test_the_report_reads_the_whole_outbox_oldest_first(store: Store) -> None:
    await queue(store, an_alert("b"), an_alert("a"))
    async with store.reading() as tx:
        rows = await tx.outbox.rows()
    assert [(row["version"], row["state"], row["attempts"]) for row in rows] == [
        ("b", "pending", 0),
        ("a", "pending", 0),
    ]


async def test_an_alert_about_an_unknown_pick_is_refused(store: Store) -> None:
    with pytest.raises(Exception, match="foreign key"):
        await queue(store, an_alert(kind=AlertKind.PICK, pick_id=a_pick().id))


async def test_a_hold_is_only_ever_prolonged(store: Store, pool: Pool) -> None:
    """Two 429s in flight: the shorter one must not end the longer one's pause."""
    async with store.transaction() as tx:
        await tx.outbox.hold(1002, NOW + timedelta(seconds=30))
        await tx.outbox.hold(1002, NOW + timedelta(seconds=5))
    assert await pool.fetchval("select until from holds") == NOW + timedelta(seconds=30)
