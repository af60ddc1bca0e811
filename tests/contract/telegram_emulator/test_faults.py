"""Floods, scripted faults and lost answers."""

from datetime import timedelta

import pytest
from telegram import Bot
from telegram.error import NetworkError, RetryAfter, TimedOut

from sandbox.telegram import (
    FloodLimits,
    People,
    TelegramSandbox,
    open_people,
    open_telegram,
)
from tests.contract.telegram_emulator.parts import bot_of, refused


async def test_a_flood_is_refused_with_the_time_to_wait() -> None:
    limits = FloodLimits(private_burst=2, group_per_minute=3, per_second=100)
    async with (
        open_telegram(flood=limits) as tight,
        open_people(tight.url) as crowd,
        bot_of(tight) as bot,
    ):
        await crowd.write(1002, "/start")
        group = (await crowd.open_chat("group", [1001]))["chat_id"]
        for chat, allowed, longest in ((1002, 2, 1), (group, 3, 60)):
            for _ in range(allowed):
                await bot.send_message(chat, "fast")
            with pytest.raises(RetryAfter) as caught:
                await bot.send_message(chat, "fast")
            assert isinstance(caught.value.retry_after, timedelta)
            assert 1 <= caught.value.retry_after.total_seconds() <= longest
        assert len(tight.log) == 5


async def test_scripted_faults_spoil_requests_in_order(
    telegram: TelegramSandbox,
    bot: Bot,
    people: People,
) -> None:
    await people.spoil(method="sendMessage", retry_after=7)
    await people.spoil(method="*", chat_id=1002, status=502)
    with pytest.raises(RetryAfter) as caught:
        await bot.send_message(1002, "a")
    assert caught.value.retry_after == timedelta(seconds=7)
    with refused(NetworkError, "bad gateway"):
        await bot.send_message(1002, "b")
    await bot.send_message(1002, "c")
    await people.spoil(method="sendMessage", status=500, times=9)
    await people.forgive()
    await bot.send_message(1002, "d")
    assert [entry.text for entry in telegram.log] == ["c", "d"]


async def test_a_fault_with_an_unknown_field_is_refused(people: People) -> None:
    with pytest.raises(ValueError, match="unknown fields of a fault: drop"):
        await people.spoil(method="sendMessage", drop=True)


async def test_an_answer_can_be_lost_after_the_message_was_accepted(
    telegram: TelegramSandbox,
    bot: Bot,
    people: People,
) -> None:
    await people.spoil(method="sendMessage", drop_after_accept=True)
    await people.spoil(method="sendMessage", drop_after_accept=True, status=502)
    for text in ("lost", "gateway"):
        with pytest.raises(NetworkError):
            await bot.send_message(1002, text)
    await bot.send_message(1002, "kept")
    assert [(entry.text, entry.dropped) for entry in telegram.log] == [
        ("lost", True),
        ("gateway", True),
        ("kept", False),
    ]
    seen = [event["text"] for event in await people.events(1002) if event["kind"] == "send"]
    assert seen == ["/start", "lost", "gateway", "kept"]
    listed = (await people.get("/deliveries"))["deliveries"]
    assert [one["method"] for one in listed] == ["sendMessage"] * 3


async def test_a_bot_that_stops_waiting_has_lost_the_answer_too(
    telegram: TelegramSandbox,
    bot: Bot,
    people: People,
) -> None:
    await people.spoil(method="sendMessage", delay_seconds=0.4)
    with pytest.raises(TimedOut):
        await bot.send_message(1002, "slow", read_timeout=0.1)
    await people.events(1002, after=2, wait=3)
    await bot.send_message(1002, "next")
    assert [(entry.text, entry.dropped) for entry in telegram.log] == [
        ("slow", True),
        ("next", False),
    ]
