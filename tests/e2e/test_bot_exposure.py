"""What a person has at risk, their caps, and the warning on a slip."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

import pytest

from engine.domain.own_caps import OwnCaps
from tests.e2e.bot_house import MEMBER, House, a_pick, open_house

if TYPE_CHECKING:
    from storage.pool import Pool


async def press(house: House, shown: Any, label: str) -> Any:
    house.clock.now += timedelta(seconds=1)
    await house.tap(MEMBER, shown, label)
    return (await house.see(MEMBER))[-1]


async def write(house: House, text: str) -> Any:
    house.clock.now += timedelta(seconds=1)
    house.clock.ticks += 10
    return (await house.write(MEMBER, text))[-1]


async def caps(house: House) -> OwnCaps | None:
    async with house.store.reading() as tx:
        return (await tx.preferences.of(MEMBER)).own_caps


@pytest.mark.parametrize(
    ("language", "command", "nothing", "match"),
    [
        ("fr", "/exposition", "Aucun de vos paris", "PSG – Lens : 20,00 €, 2,0 % sur 3,0 %"),
        ("en", "/exposure", "None of your bets", "PSG – Lens: €20.00, 2.0% of 3.0%"),
    ],
)
async def test_open_bets_are_told_in_every_way_beside_the_caps(
    pool: Pool, language: str, command: str, nothing: str, match: str
) -> None:
    async with open_house(pool) as house:
        await write(house, "/start")
        async with house.store.transaction() as tx:
            await tx.people.set_language(MEMBER, language, house.clock.now)
        assert nothing in (await write(house, command))["text"]
        await a_pick(house.store, after=timedelta(hours=3))
        await write(house, "/bet 1 2.00 20€ betclic")
        shown = await write(house, command)
        assert match in shown["text"]
        assert "Betclic" in shown["text"]
        assert "⚠️" not in shown["text"]


async def test_a_slip_over_a_cap_says_so_and_is_noted_all_the_same(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        shown = await write(house, "/exposition")
        shown = await press(house, shown, "Plafonds")
        shown = await press(house, await press(house, shown, "Match"), "2")
        assert "Par match : 2 %" in shown["text"]
        assert (await caps(house)) == OwnCaps(match=0.02, league=0.05, day=0.08, open=0.16)
        slip = await write(house, "/pris 1 2,00 15€ betclic")
        assert "⚠️" not in slip["text"]
        slip = await press(house, slip, "Mise ×2")
        assert (
            "Au-delà de votre plafond de 2,0 % pour ce match (PSG – Lens) : 3,0 %" in slip["text"]
        )
        async with house.store.reading() as tx:
            [bet] = await tx.bets.of(MEMBER)
        assert bet.bet.stake == 3
        over = await write(house, "/exposition")
        assert "⚠️ PSG – Lens : 30,00 €, 3,0 % sur 2,0 %" in over["text"]
        back = await press(house, await press(house, over, "Plafonds"), "Comme la maison")
        assert "Par match : 3 %" in back["text"]
        assert await caps(house) is None


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/exposition jour aucun", "Par jour : aucun"),
        ("/exposure league 10%", "Par ligue : 10 %"),
        ("/exposition tout 12,5", "En tout : 12,5 %"),
        ("/exposition match 0", "Je ne lis pas"),
        ("/exposition match 200%", "Je ne lis pas"),
        ("/exposition <b> 3", "Je ne lis pas"),
    ],
)
async def test_caps_are_typed_as_people_type_them(pool: Pool, typed: str, told: str) -> None:
    async with open_house(pool) as house:
        assert told in (await write(house, typed))["text"]


async def test_words_that_were_asked_for_are_a_cap(pool: Pool) -> None:
    async with open_house(pool) as house:
        shown = await press(house, await write(house, "/exposition"), "Plafonds")
        await press(house, await press(house, shown, "Book"), "Écrire")
        assert "Par book : 25 %" in (await write(house, "25%"))["text"]
