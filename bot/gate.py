"""What a card is held against at the moment it is sent: its price, its reader, what they have."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from engine.alerting.route import Route, route
from engine.domain.wish import CardFacts, Wish

if TYPE_CHECKING:
    from datetime import datetime
    from zoneinfo import ZoneInfo

    from engine.alerting.rules import AlertRules
    from storage.picks import PriceNow
    from storage.store import Tx
    from storage.views import OutboxRow, PickView

PRIVATE: Final = "private"


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
    sent = await tx.readers.sent(row.chat_id, view.fixture.id, wish, rules, now)
    facts = CardFacts(pick=view.pick, fixture=view.fixture)
    return Gate(
        price=await price_now(tx, view, now),
        route=route(facts, wish, rules, now, sent=sent),
        beside=await tx.readers.beside(row, view.fixture),
    )


async def price_now(tx: Tx, view: PickView, now: datetime) -> PriceNow | None:
    """Return the best price of now, at the book the card shows where that still has it."""
    shown = view.update.bookmaker if view.update else None
    return await tx.picks.price_now(view.pick.id, now, shown=shown)
