"""Replies when Telegram, or a part of the house, does not do its share."""

import asyncio
from datetime import timedelta

import structlog

from bot.access import AllowList
from bot.callbacks import Signer, Tap
from engine.domain.alert import Role
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, a_pick, open_house


async def test_a_screen_whose_message_is_gone_comes_as_a_new_one(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/aide")
        await house.people.spoil(
            method="editMessageText",
            status=400,
            description="Bad Request: message to edit not found",
        )
        await house.tap(MEMBER, shown, "Menu")
        [menu] = await house.see(MEMBER)
        assert (menu["kind"], menu["message_id"] > shown["message_id"]) == ("send", True)
        assert menu["buttons"]


async def test_a_poll_that_is_refused_halts_the_sending_and_is_made_again(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.people.spoil(method="getUpdates", status=401, times=2)
        async with asyncio.timeout(10):
            while house.door.halt.reason is None:
                await asyncio.sleep(0.02)
        [shown] = await house.write(MEMBER, "/aide")
        assert "/picks" in shown["text"]
        [health] = await house.write(OWNER, "/sante")
        assert "Envois arrêtés" in health["text"]


async def test_a_short_pause_asked_by_telegram_is_taken(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.people.spoil(method="sendMessage", retry_after=1)
        [shown] = await house.write(MEMBER, "/aide")
        assert "/picks" in shown["text"]


async def test_a_long_pause_is_not_waited_for(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.people.spoil(method="sendMessage", retry_after=3600)
        with structlog.testing.capture_logs() as logs:
            [apology] = await house.write(MEMBER, "/aide")
        assert "référence" in apology["text"]
        assert [entry["event"] for entry in logs if entry["log_level"] == "error"] == [
            "handler_failed"
        ]


async def test_nobody_apologises_to_someone_who_blocked_the_bot(pool: Pool) -> None:
    async with open_house(pool) as house:
        with structlog.testing.capture_logs() as logs:
            await house.people.spoil(method="sendMessage", status=403)
            await house.people.write(MEMBER, "/aide")
            assert await house.sees_nothing(MEMBER)
        assert "reply_unwanted" in [entry["event"] for entry in logs]
        assert await house.write(MEMBER, "/aide")


async def test_an_apology_that_cannot_be_sent_is_logged(pool: Pool) -> None:
    async with open_house(pool) as house:
        with structlog.testing.capture_logs() as logs:
            await house.people.spoil(method="sendMessage", status=400, times=2)
            await house.people.write(MEMBER, "/aide")
            assert await house.sees_nothing(MEMBER)
        assert "apology_unsent" in [entry["event"] for entry in logs]


async def test_a_button_to_a_screen_no_longer_there_shows_a_fresh_menu(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/aide")
        data = Signer(b"secret of the tests").encode(MEMBER, Tap(screen="bygone"))
        answer = (await house.people.tap(MEMBER, shown, data))["answer"]
        assert answer["text"] == "Menu mis à jour"
        [menu] = await house.see(MEMBER)
        assert menu["buttons"]


async def test_a_role_lowered_in_the_settings_holds_from_the_next_start(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
    demoted = AllowList(owners=frozenset({OWNER}), viewers=frozenset({MEMBER}))
    async with open_house(pool, allowed=demoted) as house, house.store.reading() as tx:
        person = await tx.people.get(MEMBER)
        assert person
        assert person.role is Role.VIEWER
        assert await tx.people.subscribers() == ()


async def test_many_people_at_once_each_get_their_own_answers_in_order(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        async with asyncio.TaskGroup() as crowd:
            for person in (OWNER, MEMBER):
                for text in ("/pick 1", "/pick 99", "/aide"):
                    crowd.create_task(house.people.write(person, text))
        for person in (OWNER, MEMBER):
            answers = await house.see(person, 3)
            assert sorted(answer["text"][:2] for answer in answers) == ["Je", "❓ ", "🎯 "]
