"""What stands on top of every message while the house is not as usual."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import pytest

from engine.domain.pick import Provenance
from engine.domain.switch import Switch, SwitchName
from tests.e2e.bot_house import MEMBER, House, a_pick, open_house

if TYPE_CHECKING:
    from storage.pool import Pool

ASKED = ("/menu", "/picks", "/stats", "/aide", "/pick 1", "/pick 99", "/mesparis", "/kelly 2,1 50")


async def speak(house: House, language: str) -> None:
    await house.write(MEMBER, "/start")
    async with house.store.transaction() as tx:
        await tx.people.set_language(MEMBER, language, house.clock.now)


@pytest.mark.parametrize("language", ["fr", "en"])
async def test_maintenance_is_said_once_on_every_message_while_it_is_on(
    pool: Pool, language: str
) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=5))
        await speak(house, language)
        switch = Switch(
            name=SwitchName.MAINTENANCE,
            turned_at=house.clock.now,
            turned_by=1001,
            until=house.clock.now + timedelta(hours=2),
        )
        async with house.store.transaction() as tx:
            await tx.switches.turn_on(switch)
        for typed in ASKED:
            [shown] = await house.write(MEMBER, typed)
            text = shown.get("text") or shown.get("caption")
            assert text.startswith("🔧 Maintenance"), typed
            assert text.count("🔧 Maintenance") == 1, typed
        await house.tap(MEMBER, shown, "Menu")
        [edited] = await house.see(MEMBER)
        assert edited["text"].startswith("🔧 Maintenance")
        house.clock.now += timedelta(hours=2)
        [shown] = await house.write(MEMBER, "/picks")
        assert "Maintenance" not in shown["text"]


@pytest.mark.parametrize(("language", "told"), [("fr", "n’est joué"), ("en", "nothing below")])
async def test_paper_trading_is_said_on_every_message(
    pool: Pool, language: str, told: str
) -> None:
    async with open_house(pool, provenance=Provenance.PAPER) as house:
        await speak(house, language)
        for typed in ASKED:
            [shown] = await house.write(MEMBER, typed)
            text = shown.get("text") or shown.get("caption")
            assert text.startswith("🧪 PAPER"), typed
            assert told in text
