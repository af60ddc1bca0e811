"""How updates reach the bot: polling, webhook, tokens."""

import asyncio

import aiohttp
import pytest
from aiohttp import web
from telegram import Bot
from telegram.error import Conflict, InvalidToken

from sandbox.telegram import People, TelegramSandbox
from tests.contract.telegram_emulator.parts import bot_of, last_update, refused


async def test_a_wrong_token_is_unauthorised(telegram: TelegramSandbox) -> None:
    bot = bot_of(telegram, "1:wrong")
    with pytest.raises(InvalidToken):
        await bot.initialize()
    await bot.shutdown()


async def test_an_unknown_method_is_not_found(telegram: TelegramSandbox) -> None:
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{telegram.bot_url}{telegram.token}/sendPigeon") as answer,
    ):
        assert answer.status == 404
        body = await answer.json()
    assert body == {"ok": False, "error_code": 404, "description": "Not Found"}


async def test_what_a_person_writes_arrives_as_an_update(bot: Bot, people: People) -> None:
    await people.write(1002, "/stats now")
    update = await last_update(bot)
    assert update.message
    assert update.message.from_user
    assert update.message.text == "/stats now"
    assert update.message.parse_entities(["bot_command"]).popitem()[1] == "/stats"
    assert update.message.from_user.language_code == "fr"
    assert await bot.get_updates(offset=update.update_id + 1) == ()


async def test_updates_come_back_until_an_offset_confirms_them(bot: Bot, people: People) -> None:
    await people.write(1002, "two")
    first = await bot.get_updates(limit=1)
    assert await bot.get_updates(limit=1) == first
    second = await bot.get_updates(offset=first[0].update_id + 1)
    assert [one.message and one.message.text for one in second] == ["two"]


async def test_only_the_kinds_asked_for_are_queued(bot: Bot, people: People) -> None:
    await bot.get_updates(allowed_updates=["inline_query"])
    await people.write(1002, "unheard")
    await people.ask_inline(1002, "heard", wait=0)
    updates = await bot.get_updates()
    assert [one.inline_query and one.inline_query.query for one in updates][1:] == ["heard"]


async def test_a_second_poller_ends_the_first_with_a_conflict(
    telegram: TelegramSandbox,
) -> None:
    async with bot_of(telegram) as one, bot_of(telegram) as two, asyncio.TaskGroup() as group:
        first = group.create_task(_conflict_of(one))
        await asyncio.sleep(0.1)
        second = group.create_task(two.get_updates(timeout=1))
        assert "terminated by other getUpdates" in await first
        assert await second == ()


async def _conflict_of(bot: Bot) -> str:
    with pytest.raises(Conflict) as caught:
        await bot.get_updates(timeout=5)
    return str(caught.value)


async def test_polling_and_a_webhook_exclude_each_other(bot: Bot) -> None:
    await bot.set_webhook("http://127.0.0.1:9/hook", secret_token="s3cret")
    with refused(Conflict, "webhook is active"):
        await bot.get_updates()
    assert (await bot.get_webhook_info()).url == "http://127.0.0.1:9/hook"
    await bot.delete_webhook()
    assert len(await bot.get_updates()) == 1


async def test_a_webhook_gets_the_secret_and_each_update_until_a_2xx(bot: Bot) -> None:
    seen: list[str | None] = []
    accepted = asyncio.Event()

    async def hook(request: web.Request) -> web.Response:
        seen.append(request.headers.get("X-Telegram-Bot-Api-Secret-Token"))
        if len(seen) == 1:
            return web.Response(status=503)
        accepted.set()
        return web.Response()

    app = web.Application()
    app.router.add_post("/hook", hook)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    await bot.set_webhook(f"http://127.0.0.1:{runner.addresses[0][1]}/hook", secret_token="s")
    async with asyncio.timeout(5):
        await accepted.wait()
    await runner.cleanup()
    assert seen == ["s", "s"]
