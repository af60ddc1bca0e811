"""A close that came late, on the card of somebody who has read the first one."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from engine.alerting.compose import compose_closes
from engine.domain.closing import Grade
from engine.settlement.closing import close_pick
from jobs.regrade import regrade
from tests.builders import a_closing_line
from tests.faults.post_office import NOW

if TYPE_CHECKING:
    from datetime import datetime

    from engine.domain.pick import Pick
    from tests.faults.post_office import PostOffice

KICK_OFF = NOW + timedelta(hours=3)


async def close(post: PostOffice, pick: Pick) -> None:
    """Fix a close that nobody caught, and say so, as the walk at kick-off does."""
    async with post.store.transaction() as tx:
        closes = [close_pick(pick, [], kick_off=KICK_OFF, now=post.hands.now)]
        await tx.closings.close_picks(closes)
        await tx.outbox.add(compose_closes(closes, post.rules, post.hands.now))


async def catch(post: PostOffice, pick: Pick, source: str, grade: Grade, at: datetime) -> None:
    """Keep a capture that commits late, and let the next walk regrade."""
    line = a_closing_line(
        source,
        "over_2.5",
        fixture_id=pick.fixture_id,
        kick_off=KICK_OFF,
        captured_at=at,
        grade=grade,
    )
    async with post.store.transaction() as tx:
        await tx.closings.add([line])
        await regrade(tx, await tx.picks.all_views(), post.rules, post.hands.now)


async def test_a_better_close_edits_the_card_in_place_each_time(post: PostOffice) -> None:
    (pick,) = await post.put()
    async with post.sender() as delivery:
        await delivery.drain()
        post.hands.pass_by(hours=3)
        await close(post, pick)
        await delivery.drain()
        post.hands.pass_by(minutes=1)
        await catch(post, pick, "consensus", Grade.B, KICK_OFF - timedelta(minutes=9))
        await delivery.drain()
        post.hands.pass_by(minutes=1)
        await catch(post, pick, "exchange", Grade.A, KICK_OFF - timedelta(minutes=2))
        await delivery.drain()
        post.hands.pass_by(minutes=1)
        await catch(post, pick, "exchange", Grade.A, KICK_OFF - timedelta(minutes=1))
        await delivery.drain()
    assert len(post.sent()) == 1, "one card, whatever becomes known"
    none, first, second = post.edits()
    assert "CLV" in none
    assert "note" not in none
    assert "note B" in first
    assert "note A" in second
    assert {row["state"] for row in await post.outbox() if row["chat_id"] == 1002} == {"sent"}
