"""A version that waits for a person, over the real wire: said once, with buttons that work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.callbacks import Signer, Tap
from engine.alerting.versions import compose_version
from engine.domain.policy_version import Change, VersionState
from engine.domain.version_card import VersionCard
from tests.faults.post_office import MEMBER

if TYPE_CHECKING:
    from tests.faults.post_office import PostOffice

CARD = VersionCard(
    number=7,
    name="v0.7",
    state=VersionState.READY,
    beside="v0",
    serves="v0",
    changes=(Change(threshold="zone_low", old=60.0, new=55.0),),
    evidence={"e_value": 41.5},
)


async def test_a_version_that_is_ready_is_said_once_with_the_buttons_to_decide(
    post: PostOffice,
) -> None:
    async with post.store.transaction() as tx:
        for _ in range(2):
            await tx.outbox.add(compose_version(CARD, [MEMBER], post.hands.now))
    async with post.sender() as delivery:
        await delivery.drain()
        post.hands.pass_by(minutes=1)
        await delivery.drain()
    events = await post.people.events(MEMBER, after=0)
    [event] = [one for one in events if one.get("buttons")]
    assert "60\u00a0→ 55" in event["text"]
    buttons = [button for row in event["buttons"] for button in row]
    taps = [Signer(b"s" * 32).decode(MEMBER, button["callback_data"]) for button in buttons]
    assert taps == [
        Tap(screen="vask", number=7, args="c"),
        Tap(screen="vask", number=7, args="r"),
        Tap(screen="version", number=7),
        Tap(screen="versions"),
    ]
