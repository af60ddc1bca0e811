"""Claims: one alert in flight a chat, under a lease and a leader's number."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.alert import AlertKind, DeliveryState
from storage.outbox import EVERYONE
from tests.builders import NOW, a_pick
from tests.integration.storage.shelf import (
    LEASE,
    MINUTE,
    a_person,
    an_alert,
    keep_picks,
    queue,
)

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.alert import Alert
    from engine.domain.pick import Pick
    from storage.pool import Pool
    from storage.store import Store
    from storage.views import OutboxRow


async def claim(store: Store, now: datetime = NOW, **overrides: Any) -> tuple[OutboxRow, ...]:
    asked: dict[str, Any] = {
        "lease": LEASE,
        "owner": "me",
        "fencing": 1,
        "busy": (),
        "limit": 9,
    }
    async with store.transaction() as tx:
        return await tx.claims.claim(now, **asked | overrides)


async def finish(store: Store, row: OutboxRow, **overrides: Any) -> bool:
    said: dict[str, Any] = {"fencing": 1, "now": NOW, "message_id": 7, "payload_hash": "h"}
    async with store.transaction() as tx:
        return await tx.claims.finish(row.id, DeliveryState.SENT, **said | overrides)


async def versions(store: Store, **asked: Any) -> list[str]:
    return [row.version for row in await claim(store, **asked)]


def a_card(pick: Pick, version: str = "card", **overrides: Any) -> Alert:
    return an_alert(version, kind=AlertKind.PICK, pick_id=pick.id, **overrides)


async def test_the_most_urgent_alert_of_each_chat_goes_first(store: Store) -> None:
    await queue(
        store,
        an_alert("late", 1, priority=10),
        an_alert("urgent", 1, priority=1),
        an_alert("first", 2, priority=5),
        an_alert("second", 2, priority=5),
    )
    assert await versions(store) == ["urgent", "first"]


async def test_of_more_chats_than_wanted_the_most_urgent_are_served(store: Store) -> None:
    await queue(store, *(an_alert(f"{chat}", chat, priority=9 - chat) for chat in range(1, 5)))
    assert await versions(store, limit=2) == ["4", "3"]
    assert await versions(store, limit=0) == []
    assert await versions(store, limit=9) == ["2", "1"]


async def test_a_chat_has_one_alert_in_flight(store: Store) -> None:
    """Telegram keeps no order between requests: an edit could overtake its card."""
    await queue(store, an_alert("1"), an_alert("2"))
    (first,) = await claim(store)
    assert await claim(store) == ()
    assert await finish(store, first)
    assert await versions(store) == ["2"]


async def test_two_claimants_at_once_never_take_the_same_alert(store: Store) -> None:
    await queue(store, *(an_alert(f"{n}", chat) for chat in range(1, 7) for n in range(2)))
    taken = await asyncio.gather(*(claim(store, owner=f"{n}") for n in range(4)))
    ids = [row.id for rows in taken for row in rows]
    assert len(ids) == len(set(ids)) == 6
    assert {row.version for rows in taken for row in rows} == {"0"}


async def test_an_alert_waits_for_its_time_its_chat_and_its_hold(store: Store) -> None:
    await queue(
        store,
        an_alert("early", 1, not_before=NOW + MINUTE),
        an_alert("busy", 2),
        an_alert("held", 3),
        an_alert("free", 4),
    )
    async with store.transaction() as tx:
        await tx.outbox.hold(3, NOW + MINUTE)
    assert await versions(store, busy=(2,)) == ["free"]
    assert await versions(store, busy=(2,), now=NOW + MINUTE) == ["early", "held"]
    assert await versions(store) == ["busy"]


async def test_an_alert_not_yet_due_does_not_hold_up_the_next_of_its_chat(store: Store) -> None:
    await queue(store, an_alert("later", priority=1, not_before=NOW + MINUTE), an_alert("now"))
    assert await versions(store) == ["now"]


async def test_a_hold_on_everyone_holds_everyone_until_it_is_over(store: Store) -> None:
    await queue(store, an_alert("1", 1), an_alert("2", 2))
    async with store.transaction() as tx:
        await tx.outbox.hold(EVERYONE, NOW + MINUTE)
    assert await versions(store, now=NOW + MINUTE - timedelta(seconds=1)) == []
    assert await versions(store, now=NOW + MINUTE) == ["1", "2"]


async def test_a_claim_tells_all_that_sending_needs(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    async with store.transaction() as tx:
        await tx.people.save(a_person(language="en"), NOW)
    await queue(store, a_card(pick))
    (card,) = await claim(store)
    assert (card.kind, card.pick_id, card.attempts, card.reminder) == (
        AlertKind.PICK,
        pick.id,
        1,
        False,
    )
    assert (card.body, card.language, card.subscriber_state) == (
        {"reason": "why"},
        "en",
        "active",
    )
    await finish(store, card, message_id=77, payload_hash="as sent")
    await queue(store, an_alert("move", kind=AlertKind.PRICE, pick_id=pick.id))
    (edit,) = await claim(store)
    assert (edit.card_message_id, edit.card_state, edit.card_hash) == (77, "sent", "as sent")


async def test_a_chat_of_nobody_we_know_is_said_so(store: Store) -> None:
    await queue(store, an_alert())
    (row,) = await claim(store)
    assert (row.language, row.subscriber_state) == ("fr", "unknown")


async def test_a_card_that_became_a_new_message_is_edited_there_from_now_on(
    store: Store,
) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    await queue(store, a_card(pick), a_card(pick, chat_id=1003))
    for row in await claim(store):
        await finish(store, row)
    async with store.transaction() as tx:
        await tx.claims.touch_card(1002, pick.id, 99, "new")
    await queue(
        store,
        *(an_alert("x", chat, kind=AlertKind.PRICE, pick_id=pick.id) for chat in (1002, 1003)),
    )
    cards = {row.chat_id: (row.card_message_id, row.card_hash) for row in await claim(store)}
    assert cards == {1002: (99, "new"), 1003: (7, "h")}


async def test_a_leader_that_lost_the_lead_marks_nothing(store: Store, pool: Pool) -> None:
    """What a paused process believes it sent was already taken over by the next one."""
    await queue(store, an_alert())
    (mine,) = await claim(store, fencing=1)
    after = NOW + LEASE + timedelta(seconds=1)
    async with store.transaction() as tx:
        await tx.claims.lapse(after)
        await tx.claims.revive(after)
    (theirs,) = await claim(store, now=after, fencing=2)
    assert theirs.id == mine.id
    assert not await finish(store, mine, fencing=1)
    async with store.transaction() as tx:
        assert not await tx.claims.requeue(mine.id, NOW, fencing=1, error="late")
    assert await pool.fetchval("select state from outbox") == "sending"
    assert await finish(store, theirs, fencing=2)
    assert not await finish(store, theirs, fencing=2)


async def test_an_end_is_recorded_with_its_message_or_its_reason(store: Store, pool: Pool) -> None:
    await queue(store, an_alert("1", 1), an_alert("2", 2))
    sent, dead = await claim(store)
    await finish(store, sent, message_id=70, payload_hash="abc")
    async with store.transaction() as tx:
        await tx.claims.finish(
            dead.id, DeliveryState.DEAD, fencing=1, now=NOW, error="chat not found"
        )
    rows = await pool.fetch("select * from outbox order by id")
    assert [(r["state"], r["message_id"], r["payload_hash"], r["last_error"]) for r in rows] == [
        ("sent", 70, "abc", None),
        ("dead", None, None, "chat not found"),
    ]
    assert [(r["finished_at"], r["lease_until"]) for r in rows] == [(NOW, None)] * 2


@pytest.mark.parametrize(("refunded", "attempts"), [(True, 1), (False, 2)])
async def test_being_told_to_wait_costs_no_attempt(
    store: Store, *, refunded: bool, attempts: int
) -> None:
    await queue(store, an_alert())
    (row,) = await claim(store)
    later = NOW + MINUTE
    async with store.transaction() as tx:
        assert await tx.claims.requeue(
            row.id, later, fencing=1, error="429", refund_attempt=refunded
        )
    assert await claim(store) == ()
    (again,) = await claim(store, now=later)
    assert (again.attempts, again.reminder) == (attempts, False)


async def test_what_is_put_back_as_a_reminder_stays_one(store: Store) -> None:
    await queue(store, an_alert())
    for reminder in (True, False):
        (row,) = await claim(store)
        async with store.transaction() as tx:
            await tx.claims.requeue(row.id, NOW, fencing=1, error="x", reminder=reminder)
    assert (await claim(store))[0].reminder


async def test_what_can_no_longer_be_said_in_time_is_not_said(store: Store, pool: Pool) -> None:
    soon = NOW + MINUTE
    await queue(
        store,
        an_alert("in flight", 1, expires_at=soon),
        an_alert("over", 2, expires_at=soon, not_before=soon),
        an_alert("still", 3, expires_at=soon + MINUTE),
    )
    assert len(await claim(store)) == 2
    async with store.transaction() as tx:
        assert await tx.claims.expire(soon - timedelta(seconds=1)) == 0
        assert await tx.claims.expire(soon) == 1
    rows = await pool.fetch("select version, state from outbox order by id")
    assert [tuple(row) for row in rows] == [
        ("in flight", "sending"),
        ("over", "expired"),
        ("still", "sending"),
    ]


async def test_a_vanished_sender_leaves_its_alerts_uncertain_but_not_ours_in_flight(
    store: Store,
) -> None:
    await queue(store, an_alert("1", 1), an_alert("2", 2))
    ours, _ = await claim(store)
    async with store.transaction() as tx:
        assert await tx.claims.lapse(NOW + LEASE) == 0
        late = NOW + LEASE + timedelta(microseconds=1)
        assert await tx.claims.lapse(late, in_flight=[ours.id]) == 1
        assert await tx.outbox.counts() == {"sending": 1, "uncertain": 1}


async def test_an_uncertain_alert_is_repeated_once_as_a_reminder_and_no_more(
    store: Store,
) -> None:
    """Nobody knows whether it arrived: saying it twice unmarked would be a second pick."""
    pick = a_pick()
    await keep_picks(store, pick)
    await queue(store, a_card(pick, expires_at=NOW + 60 * MINUTE))
    now = NOW
    for reminder in (False, True):
        (row,) = await claim(store, now=now)
        assert row.reminder is reminder
        now += MINUTE
        async with store.transaction() as tx:
            assert await tx.claims.lapse(now) == 1
            assert await tx.claims.revive(now) == (0 if reminder else 1)
    assert await claim(store, now=now) == ()


async def test_an_edit_is_repeated_freely_until_it_is_late(store: Store) -> None:
    """Editing a message to what it already shows harms nobody."""
    pick = a_pick()
    await keep_picks(store, pick)
    await queue(
        store, an_alert("e", kind=AlertKind.PRICE, pick_id=pick.id, expires_at=NOW + 3 * MINUTE)
    )
    now = NOW
    for alive in (True, True, False):
        (row,) = await claim(store, now=now)
        assert not row.reminder
        now += MINUTE
        async with store.transaction() as tx:
            await tx.claims.lapse(now)
            assert await tx.claims.revive(now) == alive


async def test_a_card_whose_message_is_known_is_not_sent_again(store: Store) -> None:
    pick = a_pick()
    await keep_picks(store, pick)
    await queue(store, a_card(pick))
    (card,) = await claim(store)
    async with store.transaction() as tx:
        await tx.claims.finish(
            card.id, DeliveryState.UNCERTAIN, fencing=1, now=NOW, message_id=7, error="timeout"
        )
        assert await tx.claims.revive(NOW) == 0


async def test_a_revived_alert_is_not_over(store: Store, pool: Pool) -> None:
    await queue(store, an_alert())
    (row,) = await claim(store)
    await finish(store, row, message_id=None, now=NOW)
    await pool.execute("update outbox set state = 'uncertain'")
    async with store.transaction() as tx:
        assert await tx.claims.revive(NOW) == 1
    assert await pool.fetchval("select finished_at from outbox") is None
