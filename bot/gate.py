"""What a card is held against at the moment it is sent: its price, its reader, what they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.alerting.announcements import ROLE_OVER
from engine.alerting.care import Passage, passage
from engine.alerting.route import Route, route
from engine.domain.alert import AlertKind
from engine.domain.preferences import EventClass, Volume
from engine.domain.wish import CardFacts, Wish
from storage.access import ROLE_OVER as OVER

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from engine.alerting.rules import AlertRules
    from engine.domain.bet import TakenBetNow
    from storage.picks import PriceNow
    from storage.store import Tx
    from storage.views import OutboxRow, PickView

PRIVATE: Final = "private"
KEEPERS: Final = frozenset({AlertKind.OPS, AlertKind.POLICY, AlertKind.LEARNING})
"""What is told to those who keep the house alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Gate:
    """A new card at the door: the best price of now, how it goes, the card it stands under.

    `beside` is the message of the first card of the same match in this chat.
    """

    price: PriceNow | None
    route: Route
    beside: int | None

    @property
    def hushed(self) -> bool:
        """Whether nothing may ring now: quiet hours, or a volume without a sound."""
        return self.route.silent or self.route.until is not None


async def gate_of(
    tx: Tx, row: OutboxRow, view: PickView, now: datetime, *, rules: AlertRules, house: ZoneInfo
) -> Gate:
    """Read what a new card is held against.

    A place, not being a person, has no quiet hours, and was asked what it wants when the card
    was made; its caps are everybody's.
    """
    wish = Wish(house=house)
    if row.chat_type == PRIVATE:
        wish = (await tx.readers.wishes([row.chat_id], now, house))[row.chat_id]
    bets: tuple[TakenBetNow, ...] = ()
    if wish.care.limits:
        bets = await tx.bets.of(row.chat_id)
    sent = await tx.readers.sent(row.chat_id, view.fixture.id, wish, rules, now)
    facts = CardFacts(pick=view.pick, fixture=view.fixture)
    return Gate(
        price=await price_now(tx, view, now),
        route=route(facts, wish, rules, now, sent=sent, bets=bets),
        beside=await tx.readers.beside(row, view.fixture),
    )


async def withheld_from(tx: Tx, row: OutboxRow, now: datetime) -> str | None:
    """Return why a person is told nothing any more, whatever waits for them; None where they are.

    Who is banned hears nothing from that moment on, nor does who has no role left: but that it
    has ended, if it has. Announcements may be turned off until they are sent.
    """
    if row.chat_type != PRIVATE or row.subscriber_state == "blocked":
        return "blocked" if row.subscriber_state == "blocked" else None
    why = await tx.access.withheld(row.chat_id, now, for_keepers=row.kind in KEEPERS)
    if row.kind is AlertKind.ACCESS and row.body.get("what") == ROLE_OVER:
        return None if why == OVER else why or "role goes on"
    off = row.preferences.volume(EventClass.NEWS) is Volume.OFF
    return "off" if why is None and off and row.kind is AlertKind.ANNOUNCEMENT else why


async def passage_of(tx: Tx, row: OutboxRow, now: datetime) -> Passage:
    """Return whether anything of this kind goes to its reader now; a place is nobody's pause."""
    if row.chat_type != PRIVATE:
        return Passage.OPEN
    return passage(row.kind, await tx.care.of(row.chat_id), now)


async def price_now(tx: Tx, view: PickView, now: datetime) -> PriceNow | None:
    """Return the best price of now, at the book the card shows where that still has it."""
    shown = view.update.bookmaker if view.update else None
    return await tx.picks.price_now(view.pick.id, now, shown=shown)
