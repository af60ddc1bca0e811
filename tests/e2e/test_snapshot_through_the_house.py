"""One look at the market, from the providers' wire to what a person reads in Telegram."""

from __future__ import annotations

from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import pytest

from bot.replayed import Reader, open_delivery
from sandbox.telegram import open_people, open_telegram
from storage.store import Store
from tests.integration.walks.world import House, open_house, open_outside, subscribe

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from datetime import datetime

    from sandbox.telegram import People
    from storage.pool import Pool
    from storage.store import Tx

READER = Reader(bankroll=Decimal(1000), currency="EUR", time_zone=ZoneInfo("Europe/Paris"))
_WAIT = timedelta(seconds=61)  # longer than alerts wait for their group and edits for their turn


@dataclass(slots=True, kw_only=True)
class Street:
    """The house, and the person across the street who reads what comes out of it."""

    house: House
    people: People
    url: str
    token: str

    async def deliver(self) -> None:
        """Deliver all that is due a minute after the house's last look."""
        due = self.house.hands.at + _WAIT

        async def clock(_: Tx) -> datetime:
            return due

        async with open_delivery(
            self.house.store,
            self.house.ctx.rules.alerts,
            READER,
            url=self.url,
            token=self.token,
            clock=clock,
        ) as delivery:
            await delivery.drain()

    async def cards(self) -> dict[int, str]:
        """Return the text each message of the bot shows now."""
        shown: dict[int, str] = {}
        for event in await self.people.events(1002):
            if event.get("by_bot") or event["kind"] == "edit":
                shown[event["message_id"]] = event["text"]
        return shown


@pytest.fixture
async def street(pool: Pool) -> AsyncIterator[Street]:
    async with _opened(pool) as opened:
        yield opened


@asynccontextmanager
async def _opened(pool: Pool) -> AsyncIterator[Street]:
    store = Store(pool)
    await subscribe(store, 1002)
    async with (
        open_telegram(flood=None) as telegram,
        open_people(telegram.url) as people,
        open_outside() as outside,
        open_house(store, outside) as house,
    ):
        await people.write(1002, "/start")
        yield Street(house=house, people=people, url=telegram.url, token=telegram.token)


async def test_one_look_is_one_message_per_pick_and_the_same_look_again_says_nothing(
    street: Street,
) -> None:
    await street.house.run("snapshot")
    await street.deliver()
    picks = await street.house.picks()
    first = await street.cards()
    assert len(first) == len(picks) > 0
    for view in picks:
        assert any(view.fixture.home.name in text for text in first.values())

    street.house.hands.at += timedelta(microseconds=1)
    await street.house.run("snapshot")
    await street.deliver()
    assert await street.cards() == first


@pytest.mark.lasting
async def test_a_card_lives_from_value_to_close_to_result_in_one_message(street: Street) -> None:
    house = street.house
    await house.run("snapshot")
    await street.deliver()
    sent = await street.cards()
    kick_off = min(view.fixture.kick_off for view in await house.picks())
    for minutes in (60, 10, 2):
        house.hands.at = kick_off - timedelta(minutes=minutes)
        await house.run("closing")
    house.hands.at = kick_off
    await house.run("kick_off")
    await street.deliver()
    closed = await street.cards()
    assert any("CLV" in closed[message] for message in sent)

    house.hands.at = kick_off + timedelta(minutes=115)
    await house.run("settle")
    house.hands.at += timedelta(minutes=13)
    outcome: dict[str, Any] = dict((await house.run("settle")).report)
    await street.deliver()
    settled = await street.cards()
    assert outcome["settled"] > 0
    assert settled.keys() == closed.keys()
    changed = [message for message in sent if settled[message] != closed[message]]
    assert changed
