"""A morning's learning over the real wire: said once a day, with a way to its screen."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING

from bot.callbacks import Signer, Tap
from engine.alerting.learning import compose_learning
from tests.faults.post_office import MEMBER
from tests.unit.bot.test_learning import REPORT

if TYPE_CHECKING:
    from tests.faults.post_office import PostOffice


async def test_a_morning_with_news_is_said_once_with_a_way_to_all_of_it(post: PostOffice) -> None:
    async with post.store.transaction() as tx:
        for minutes in range(2):
            again = replace(REPORT, at=REPORT.at + timedelta(minutes=minutes))
            await tx.outbox.add(compose_learning(again, [MEMBER], post.hands.now))
    async with post.sender() as delivery:
        await delivery.drain()
        post.hands.pass_by(minutes=1)
        await delivery.drain()
    events = await post.people.events(MEMBER, after=0)
    [event] = [one for one in events if one.get("buttons")]
    assert "118 avant, 109 maintenant" in event["text"]
    [[button]] = event["buttons"]
    assert Signer(b"s" * 32).decode(MEMBER, button["callback_data"]) == Tap(screen="learning")
