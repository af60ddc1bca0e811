"""What the platform and the network can do to an alert, and what must come of it."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from bot.halt import Halt
from engine.domain.alert import AlertKind
from tests.faults.post_office import MEMBER, NOW, OTHER, a_card

if TYPE_CHECKING:
    from tests.faults.post_office import PostOffice


async def test_a_committed_alert_is_sent_once_and_marked(post: PostOffice) -> None:
    await post.put()
    async with post.sender() as delivery:
        await delivery.drain()
        await delivery.drain()
    assert len(post.sent()) == 1
    assert "PSG" in post.sent()[0]
    assert await post.states() == ["sent"]


async def test_the_same_alert_twice_is_one_row(post: PostOffice) -> None:
    await post.put()
    await post.put()
    assert await post.states() == ["pending"]


async def test_an_alert_committed_by_a_sender_that_died_is_sent_by_the_next(
    post: PostOffice,
) -> None:
    await post.put()
    async with post.sender(fencing=1):
        pass
    async with post.sender(fencing=2) as successor:
        await successor.drain()
    assert len(post.sent()) == 1


async def test_an_answer_lost_after_acceptance_leads_to_one_marked_reminder(
    post: PostOffice,
) -> None:
    await post.put()
    await post.people.spoil(method="sendMessage", drop_after_accept=True)
    async with post.sender() as delivery:
        await delivery.drain()
    first, second = post.sent()
    assert "renvoi" not in first
    assert "renvoi" in second
    assert await post.states() == ["sent"]


async def test_a_second_loss_is_not_answered_with_a_third_message(post: PostOffice) -> None:
    await post.put()
    await post.people.spoil(method="sendMessage", drop_after_accept=True, times=9)
    async with post.sender() as delivery:
        await delivery.drain()
        post.hands.pass_by(minutes=1)
        await delivery.drain()
    assert len(post.sent()) == 2
    assert await post.states() == ["uncertain"]


async def test_a_stalled_answer_is_uncertain_and_never_blindly_repeated(post: PostOffice) -> None:
    await post.put()
    await post.people.spoil(method="sendMessage", drop_after_accept=True, delay_seconds=5)
    async with post.sender(send_timeout_seconds=0.3) as delivery:
        await delivery.drain()
    assert [("renvoi" in text) for text in post.sent()] == [False, True]


async def test_a_vanished_senders_alert_waits_for_its_lease_then_comes_as_a_reminder(
    post: PostOffice,
) -> None:
    await post.put()
    async with post.store.transaction() as tx:
        await tx.claims.claim(
            NOW, lease=timedelta(seconds=60), owner="dead", fencing=1, busy=(), limit=1
        )
    async with post.sender(fencing=2) as successor:
        await successor.drain()
        assert post.sent() == []
        post.hands.pass_by(seconds=61)
        await successor.drain()
    assert len(post.sent()) == 1
    assert "renvoi" in post.sent()[0]


async def test_a_paused_leader_cannot_mark_what_its_successor_took_over(post: PostOffice) -> None:
    await post.put()
    async with post.store.transaction() as tx:
        (row,) = await tx.claims.claim(
            NOW, lease=timedelta(seconds=60), owner="old", fencing=1, busy=(), limit=1
        )
        await tx.claims.lapse(NOW + timedelta(seconds=61))
        await tx.claims.revive(NOW + timedelta(seconds=61))
        await tx.claims.claim(
            NOW + timedelta(seconds=61),
            lease=timedelta(seconds=60),
            owner="new",
            fencing=2,
            busy=(),
            limit=1,
        )
        assert not await tx.claims.requeue(row.id, NOW, fencing=1, error="late")


async def test_slow_down_parks_that_chat_alone_until_its_deadline(post: PostOffice) -> None:
    await post.put("PSG", "Brest")
    await post.put("Nice", chat_id=OTHER)
    await post.people.spoil(method="sendMessage", chat_id=MEMBER, retry_after=2)
    async with post.sender() as delivery:
        await delivery.drain()
        assert post.sent(MEMBER) == []
        assert len(post.sent(OTHER)) == 1
        post.hands.pass_by(seconds=1)
        await delivery.drain()
        assert post.sent(MEMBER) == []
    post.hands.pass_by(seconds=3)
    async with post.sender() as delivery:
        await delivery.drain()
    assert ["PSG" in text for text in post.sent(MEMBER)] == [True, False]
    assert {row["attempts"] for row in await post.outbox()} == {1}


async def test_a_reader_who_blocked_the_bot_gets_one_attempt_and_nothing_more(
    post: PostOffice,
) -> None:
    await post.put("PSG", "Brest", "Nice")
    await post.people.block(MEMBER)
    async with post.sender() as delivery:
        await delivery.drain()
    assert await post.states() == ["cancelled"] * 3
    async with post.store.reading() as tx:
        person = await tx.people.get(MEMBER)
        assert person is not None
        assert person.state == "blocked"
        assert [s.user_id for s in await tx.people.subscribers()] == [OTHER]


async def test_markup_the_platform_refuses_is_said_in_plain_words_once(post: PostOffice) -> None:
    await post.put()
    await post.people.spoil(
        method="sendMessage", status=400, description="Bad Request: can't parse entities: oops"
    )
    async with post.sender() as delivery:
        await delivery.drain()
    assert len(post.sent()) == 1
    assert await post.states() == ["sent"]


async def test_hostile_team_names_arrive_as_they_are(post: PostOffice) -> None:
    await post.put("_*[<b>&`~ \u202eZalgo̷̧ 💥")
    async with post.sender() as delivery:
        await delivery.drain()
    assert "_*[<b>&`~" in post.sent()[0]


async def test_a_server_error_leaves_the_send_uncertain(post: PostOffice) -> None:
    await post.put()
    await post.people.spoil(method="sendMessage", status=502, description="Bad Gateway")
    async with post.sender() as delivery:
        await delivery.drain()
    assert ["renvoi" in text for text in post.sent()] == [True]


async def test_an_unreachable_platform_is_tried_again_until_it_answers(post: PostOffice) -> None:
    await post.put()
    async with post.sender(max_attempts=4) as delivery:
        delivery._sending._bot._base_url = "http://127.0.0.1:9/bot"
        await delivery.drain()
        assert await post.states() == ["pending"]
    post.hands.pass_by(seconds=5)
    async with post.sender() as delivery:
        await delivery.drain()
    assert len(post.sent()) == 1
    assert "renvoi" not in post.sent()[0]


async def test_a_refused_token_stops_sending_and_uses_up_no_attempt(post: PostOffice) -> None:
    await post.put("PSG", "Brest")
    await post.people.spoil(method="sendMessage", status=401, description="Unauthorized")
    async with post.sender() as delivery:
        await delivery.drain()
        assert await post.states() == ["pending", "pending"]
        assert post.halt.reason == "token_refused"
    assert {row["attempts"] for row in await post.outbox()} == {0}


async def test_a_token_that_works_again_brings_out_what_waited(post: PostOffice) -> None:
    await post.put("PSG", "Brest")
    await post.people.spoil(method="sendMessage", status=401, description="Unauthorized")
    stop = asyncio.Event()
    async with (
        post.sender(halt_seconds=0.1, poll_seconds=0.05) as delivery,
        asyncio.TaskGroup() as group,
    ):
        await post.people.spoil(method="getMe", status=401, description="Unauthorized")
        group.create_task(delivery.run(stop))
        async with asyncio.timeout(10):
            while not post.halt.reason:
                await asyncio.sleep(0.02)
            while await post.states() != ["sent", "sent"]:
                post.hands.pass_by(seconds=1)  # the refused alert waits a jittered while
                await asyncio.sleep(0.02)
        stop.set()
    assert post.halt == Halt(reason=None)
    assert len(post.sent()) == 2


async def test_no_card_goes_out_from_two_minutes_before_kick_off(post: PostOffice) -> None:
    await post.put(kick_off=NOW + timedelta(minutes=10))
    post.hands.pass_by(minutes=8)
    async with post.sender() as delivery:
        await delivery.drain()
    assert post.sent() == []
    assert await post.states() == ["expired"]


async def test_an_old_price_waits_for_a_fresh_look_and_is_sent_with_the_price_of_then(
    post: PostOffice,
) -> None:
    await post.put()
    post.hands.pass_by(minutes=11)
    async with post.sender() as delivery:
        await delivery.drain()
        assert post.sent() == []
        assert await post.states() == ["pending"]
        fixture, _ = a_card()
        await post.quote(fixture, 1.99)
        post.hands.pass_by(minutes=2)
        await delivery.drain()
    assert "1,99" in post.sent()[0]


async def test_a_price_that_fell_below_the_minimum_is_never_sent(post: PostOffice) -> None:
    await post.put()
    fixture, _ = a_card()
    post.hands.pass_by(seconds=30)
    await post.quote(fixture, 1.80)
    async with post.sender() as delivery:
        await delivery.drain()
    assert post.sent() == []
    assert await post.states() == ["cancelled"]


async def test_an_edit_changes_the_card_in_place_and_an_unchanged_one_sends_nothing(
    post: PostOffice,
) -> None:
    await post.put()
    async with post.sender() as delivery:
        await delivery.drain()
        post.hands.pass_by(hours=3)
        await post.put(kind=AlertKind.CLOSE, version="close", kick_off=NOW + timedelta(hours=30))
        await delivery.drain()
        await post.put(kind=AlertKind.CLOSE, version="again", kick_off=NOW + timedelta(hours=30))
        await delivery.drain()
    assert len(post.sent()) == 1
    assert len(post.edits()) == 1
    assert await post.states() == ["sent"] * 3


async def test_an_edit_whose_answer_was_lost_is_simply_made_again(post: PostOffice) -> None:
    await post.put()
    async with post.sender() as delivery:
        await delivery.drain()
        post.hands.pass_by(hours=3)
        await post.put(kind=AlertKind.CLOSE, version="close", kick_off=NOW + timedelta(hours=30))
        await post.people.spoil(method="editMessageText", drop_after_accept=True)
        await delivery.drain()
        post.hands.pass_by(seconds=5)
        await delivery.drain()
    assert await post.states() == ["sent", "sent"]
    assert len(post.sent()) == 1


async def test_a_deleted_card_is_replaced_by_one_new_message(post: PostOffice) -> None:
    await post.put()
    async with post.sender() as delivery:
        await delivery.drain()
        post.hands.pass_by(hours=3)
        await post.put(kind=AlertKind.CLOSE, version="close", kick_off=NOW + timedelta(hours=30))
        await post.people.spoil(
            method="editMessageText",
            status=400,
            description="Bad Request: message to edit not found",
        )
        await delivery.drain()
    assert len(post.sent()) == 2
    assert await post.states() == ["sent", "sent"]


async def test_a_waiting_edit_gives_way_to_a_newer_one(post: PostOffice) -> None:
    await post.put()
    await post.put(kind=AlertKind.PRICE, version="moved 1")
    await post.put(kind=AlertKind.PRICE, version="moved 2")
    assert await post.states() == ["pending", "cancelled", "pending"]


async def test_a_poison_row_dies_after_three_tries_and_the_others_flow(post: PostOffice) -> None:
    (poison,) = await post.put("PSG")
    await post.put("Brest")
    async with post.store.transaction() as tx:
        await tx._connection.execute(
            "update picks set bookmaker = '', second_odds = 'NaN', second_bookmaker = 'x',"
            " selection = 1 where id = $1",
            poison.id,
        )
    async with post.sender() as delivery:
        for _ in range(4):
            await delivery.drain()
            post.hands.pass_by(seconds=31)
    states = {row["pick_id"]: row["state"] for row in await post.outbox()}
    assert states.pop(poison.id) == "dead"
    assert set(states.values()) == {"sent"}


@pytest.mark.parametrize("workers", [2, 4])
async def test_several_senders_on_one_outbox_send_nothing_twice(
    post: PostOffice, workers: int
) -> None:
    homes = [f"Club {n}" for n in range(24)]
    for index, home in enumerate(homes):
        await post.put(home, chat_id=MEMBER if index % 2 else OTHER)

    async def work() -> None:
        async with post.sender() as delivery:
            await delivery.drain()

    async with asyncio.TaskGroup() as group:
        for _ in range(workers):
            group.create_task(work())
    async with post.sender() as delivery:
        await delivery.drain()
    assert len(post.sent(MEMBER)) + len(post.sent(OTHER)) == len(homes)
    assert set(await post.states()) == {"sent"}
