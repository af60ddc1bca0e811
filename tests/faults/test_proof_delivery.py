"""From a card that arrived to the message that swears its day, over the real wire."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from engine.alerting.proofs import compose_proof
from engine.domain.pick import Provenance
from jobs.proof_check import differences, prove
from jobs.prove import close_days
from tests.faults.post_office import MEMBER, OTHER

if TYPE_CHECKING:
    from engine.domain.proof import DayProof
    from tests.faults.post_office import PostOffice

MIDNIGHT: Final = datetime(2026, 11, 23, tzinfo=UTC)


async def close_the_day(post: PostOffice) -> DayProof:
    """Close the first day of the chain and queue its message for both readers."""
    post.hands.now = MIDNIGHT + timedelta(minutes=10)
    async with post.store.transaction() as tx:
        (day,) = await close_days(tx, Provenance.LIVE, post.hands.now)
        await tx.outbox.add(compose_proof(day, ((MEMBER, 0), (OTHER, 0)), post.hands.now))
        again = compose_proof(day, ((MEMBER, 0), (OTHER, 0)), post.hands.now)
        assert await tx.outbox.add(again) == 0
    return day


async def test_a_day_is_sworn_by_when_its_cards_arrived_and_said_to_each_keeper_once(
    post: PostOffice,
) -> None:
    await post.put("PSG", "Lyon", "Nice")
    async with post.sender() as delivery:
        await delivery.drain()
        day = await close_the_day(post)
        await delivery.drain()
    assert day.n == 3
    for chat in (MEMBER, OTHER):
        assert day.chain in post.sent(chat)[-1]
        assert "22" in post.sent(chat)[-1]
        assert sum(day.chain in text for text in post.sent(chat)) == 1
    async with post.store.reading() as tx:
        found, _ = await differences(tx)
        (closed,) = await tx.proofs.days(Provenance.LIVE)
        shown = [await prove(tx, Provenance.LIVE, number) for number in (1, 2, 3)]
    assert found == ()
    assert (closed.said, closed.published_at) == (day.chain, post.hands.now)
    assert all(one is not None and one.agrees for one in shown)


async def test_an_answer_lost_after_the_proof_was_accepted_repeats_it_once_at_most(
    post: PostOffice,
) -> None:
    await post.put("PSG")
    async with post.sender() as delivery:
        await delivery.drain()
        await close_the_day(post)
        await post.people.spoil(method="sendMessage", drop_after_accept=True, times=9)
        for _ in range(3):
            await delivery.drain()
            post.hands.pass_by(minutes=1)
    assert len(post.sent(OTHER)) == 2


async def test_a_card_that_never_arrived_is_not_sworn(post: PostOffice) -> None:
    await post.put("PSG", "Lyon")
    await post.people.spoil(method="sendMessage", drop_after_accept=True, times=2)
    async with post.sender() as delivery:
        await delivery.drain()
    states = [str(row["state"]) for row in await post.outbox()]
    async with post.store.reading() as tx:
        waiting = await tx.proofs.open_picks(Provenance.LIVE, MIDNIGHT)
    assert len(waiting) == states.count("sent") < 2
