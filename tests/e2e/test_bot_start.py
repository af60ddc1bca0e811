"""Onboarding and languages, as people live them."""

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from bot.access import AllowList
from bot.app import set_menus
from bot.commands import commands_for
from engine.domain.alert import Role
from engine.domain.preferences import Caps, EventClass, Volume
from sandbox.telegram import FloodLimits
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, VIEWER, House, open_house


async def skip(house: House, person: int, n: int = 3) -> list[Any]:
    """Skip what is asked after the language; return the `n` messages that follow."""
    [asked] = await house.see(person)
    await house.tap(person, asked, "⏩")
    return await house.see(person, n)


@pytest.mark.parametrize(
    ("language", "how", "told"),
    [("fr", "Lire cette carte", "cote juste"), ("en", "How to read", "fair odds")],
)
async def test_a_sample_says_how_it_is_read_and_can_be_bet_by_nobody(
    pool: Pool, language: str, how: str, told: str
) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        async with house.store.transaction() as tx:
            await tx.people.set_language(MEMBER, language, house.clock.now)
        [shown] = await house.write(MEMBER, "/test")
        assert shown["text"].startswith("🧪")
        screens = [b["callback_data"].split("|")[1] for row in shown["buttons"] for b in row]
        assert screens == ["howread", "menu"]
        await house.tap(MEMBER, shown, how)
        [read] = await house.see(MEMBER)
        assert read["message_id"] == shown["message_id"]
        assert told in read["text"]
        assert all(f"{n}\ufe0f\u20e3" in read["text"] for n in range(1, 9))


async def test_a_member_chooses_a_language_and_sees_a_marked_sample(pool: Pool) -> None:
    async with open_house(pool) as house:
        [greeting] = await house.write(MEMBER, "/start")
        assert "Bonjour Mathis" in greeting["text"]
        assert "Choose your language" in greeting["text"]
        await house.tap(MEMBER, greeting, "Français")
        [zone] = await house.see(MEMBER)
        assert "Paris" in zone["text"]
        assert "09 74 75 13 13" in zone["text"]
        await house.tap(MEMBER, zone, "Zurich")
        [loudness] = await house.see(MEMBER)
        await house.tap(MEMBER, loudness, "5 meilleurs")
        welcome, card, after = await house.see(MEMBER, 3)
        assert welcome["kind"] == "edit"
        assert welcome["message_id"] == greeting["message_id"]
        assert "EXEMPLE" in welcome["text"]
        assert card["text"].startswith("🧪 EXEMPLE · ce n’est pas un vrai pick")
        assert "EXEMPLE · SWEET SPOT" in card["text"]
        assert "PSG – Lens" in card["text"]
        assert "Lire cette carte" in card["buttons"][0][0]["text"]
        assert "09 74 75 13 13" in after["text"]
        assert "Et maintenant ?" in after["text"]
        await is_kept(house)


async def is_kept(house: House) -> None:
    """Check that what the newcomer chose is kept."""
    async with house.store.reading() as tx:
        person = await tx.people.get(MEMBER)
        pushed = await tx.people.subscribers()
        chosen = await tx.preferences.of(MEMBER)
    assert chosen.time_zone == "Europe/Zurich"
    assert chosen.volume(EventClass.PICK) is Volume.SILENT
    assert chosen.caps == Caps(match=1, hour=2, day=5)
    assert person
    assert (person.role, person.language, person.chat_id) == (Role.MEMBER, "fr", MEMBER)
    assert [one.user_id for one in pushed] == [MEMBER]


async def test_starting_again_changes_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        [greeting] = await house.write(MEMBER, "/start")
        await house.tap(MEMBER, greeting, "English")
        await skip(house, MEMBER)
        async with house.store.transaction() as tx:
            await tx.people.set_wants_picks(MEMBER, False, house.clock.now)
            before = await tx.people.get(MEMBER)
        [again] = await house.write(MEMBER, "/start")
        assert again["text"].startswith("👋 Hello Mathis, everything is already set up.")
        async with house.store.reading() as tx:
            assert await tx.people.get(MEMBER) == before


async def test_a_viewer_reads_and_is_pushed_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        [greeting] = await house.write(VIEWER, "/start")
        assert "Hello Victor" in greeting["text"]
        await house.tap(VIEWER, greeting, "English")
        [zone] = await house.see(VIEWER)
        await house.tap(VIEWER, zone, "Keep this")
        *_, after = await house.see(VIEWER, 3)
        assert "read-only" in after["text"]
        async with house.store.reading() as tx:
            assert await tx.people.subscribers() == ()


async def test_a_language_chosen_later_is_kept_and_changes_the_menu(pool: Pool) -> None:
    async with open_house(pool) as house:
        [choice] = await house.write(MEMBER, "/langue")
        await house.tap(MEMBER, choice, "English")
        [done] = await house.see(MEMBER)
        assert "English" in done["text"]
        [shown] = await house.write(MEMBER, "/help")
        assert "open picks, by kick-off" in shown["text"]
        menu = await house.people.commands(MEMBER)
        assert menu == listed(Role.MEMBER, "en")
        assert {"whynot", "markets", "help", "language"} <= set(menu)


async def test_menus_follow_role_and_language(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(OWNER, "/start")
        await set_menus(house.app, house.door)
        assert await house.people.commands(MEMBER) == listed(Role.VIEWER, "fr")
        assert await house.people.commands(OWNER) == listed(Role.OWNER, "fr")
        assert {"sante", "litiges"} <= set(await house.people.commands(OWNER))
        await house.write(MEMBER, "/start")
        await house.write(MEMBER, "/picks")
        assert "steam" in await house.people.commands(MEMBER)
        assert await house.people.commands(VIEWER) == listed(Role.VIEWER, "en")


def listed(role: Role, language: str) -> list[str]:
    """Return the menu that people of a role and language are to see."""
    return [one.name_in(language) for one in commands_for(role) if one.listed]


async def test_an_update_seen_before_is_not_done_twice(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        seen = await pool.fetchval("select max(update_id) from processed_updates")
        async with house.store.transaction() as tx:
            assert await tx.updates.first_seen(seen + 1, house.clock.now)
        await house.people.write(MEMBER, "/picks")
        assert await house.sees_nothing(MEMBER)
        await house.write(MEMBER, "/picks")


async def test_a_crowded_chat_still_gets_every_message(pool: Pool) -> None:
    slow = FloodLimits(private_burst=1, private_per_second=2.0)
    async with open_house(pool, flood=slow) as house:
        [greeting] = await house.write(MEMBER, "/start")
        await house.tap(MEMBER, greeting, "Français")
        assert len(await skip(house, MEMBER)) == 3


async def test_blocking_and_coming_back_are_remembered(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        await house.people.block(MEMBER)
        await _until_state(house, "blocked")
        await house.people.unblock(MEMBER)
        await _until_state(house, "active")


async def test_people_taken_off_the_lists_are_pushed_nothing_more(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        await house.write(OWNER, "/start")
        async with house.store.transaction() as tx:  # another emulator counts from one again
            await tx.updates.forget(house.clock.now + timedelta(seconds=1))
    fewer = AllowList(owners=frozenset({OWNER}))
    async with open_house(pool, allowed=fewer) as house:
        async with house.store.reading() as tx:
            assert [one.user_id for one in await tx.people.subscribers()] == [OWNER]
        [refusal] = await house.write(MEMBER, "/start")
        assert "privé" in refusal["text"]
        async with house.store.reading() as tx:
            assert [one.user_id for one in await tx.people.subscribers()] == [OWNER]


async def _until_state(house: House, state: str) -> None:
    async with asyncio.timeout(5):
        while True:
            async with house.store.reading() as tx:
                person = await tx.people.get(MEMBER)
            if person and person.state == state:
                return
            await asyncio.sleep(0.02)
