"""A pause in the middle of sending: nothing more goes out, and nothing late goes out after it."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine.domain.switch import Switch, SwitchName
from tests.faults.post_office import NOW

if TYPE_CHECKING:
    from tests.faults.post_office import PostOffice


async def pause(post: PostOffice) -> None:
    async with post.store.transaction() as tx:
        await tx.switches.turn_on(
            Switch(name=SwitchName.SENDER_PAUSED, turned_at=post.hands.now, turned_by=1001)
        )


async def resume(post: PostOffice) -> None:
    async with post.store.transaction() as tx:
        await tx.switches.turn_off(SwitchName.SENDER_PAUSED, 1001, post.hands.now)


async def test_nothing_is_sent_while_paused_and_all_of_it_in_order_after(post: PostOffice) -> None:
    await post.put("Lens", "Nice", "Metz")
    await pause(post)
    async with post.sender() as delivery:
        await delivery.drain()
        assert post.sent() == []
        await resume(post)
        await delivery.drain()
    cards = post.sent()
    assert len(cards) == 3
    assert all(home in card for home, card in zip(("Lens", "Nice", "Metz"), cards, strict=True))


async def test_what_had_its_time_during_a_pause_is_not_said_late(post: PostOffice) -> None:
    await post.put("Lens", kick_off=NOW + timedelta(minutes=30))
    await pause(post)
    async with post.sender() as delivery:
        await delivery.drain()
        post.hands.pass_by(hours=1)
        await resume(post)
        await delivery.drain()
    assert post.sent() == []
    assert await post.states() == ["expired"]
