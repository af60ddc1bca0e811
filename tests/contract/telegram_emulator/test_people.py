"""People, chats, queries and menus."""

import asyncio

import pytest
from telegram import (
    Bot,
    BotCommand,
    BotCommandScope,
    BotCommandScopeAllPrivateChats,
    BotCommandScopeChat,
    BotCommandScopeChatMember,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InlineQueryResultArticle,
    InlineQueryResultsButton,
    InputTextMessageContent,
    Update,
)
from telegram.error import BadRequest, ChatMigrated, Forbidden

from sandbox.telegram import People
from tests.contract.telegram_emulator.parts import keys, last_update, refused


async def test_the_bot_writes_only_to_those_who_started_it(bot: Bot) -> None:
    with refused(Forbidden, "bot can't initiate conversation with a user"):
        await bot.send_message(1003, "hello")
    with refused(BadRequest, "chat not found"):
        await bot.send_message(77, "hello")


async def test_a_person_who_blocks_the_bot_is_out_of_reach_until_unblocking(
    bot: Bot,
    people: People,
) -> None:
    await people.block(1002)
    with refused(Forbidden, "bot was blocked by the user"):
        await bot.send_message(1002, "hello")
    changed = (await last_update(bot)).my_chat_member
    assert changed
    assert changed.old_chat_member.status == "member"
    assert changed.new_chat_member.status == "kicked"
    await people.unblock(1002)
    assert (await bot.send_message(1002, "back")).text == "back"


async def test_a_tap_carries_its_data_and_reads_the_answer(bot: Bot, people: People) -> None:
    sent = await bot.send_message(1002, "tap", reply_markup=keys("go|1"))
    place = {"chat_id": 1002, "message_id": sent.message_id}
    async with asyncio.TaskGroup() as group:
        tapped = group.create_task(people.tap(1002, place, "go|1"))
        await asyncio.sleep(0.05)
        query = (await last_update(bot)).callback_query
        assert query
        assert (query.data, query.message and query.message.message_id) == (
            "go|1",
            sent.message_id,
        )
        await query.answer("Done", show_alert=True)
    assert tapped.result()["answer"] == {"text": "Done", "show_alert": True, "url": None}
    with refused(BadRequest, "query is too old and response timeout expired"):
        await query.answer("again")


async def test_a_tap_must_be_answered_in_time_and_in_200_characters(
    bot: Bot,
    people: People,
) -> None:
    sent = await bot.send_message(1002, "tap", reply_markup=keys("x"))
    place = {"chat_id": 1002, "message_id": sent.message_id}
    tapped = await people.tap(1002, place, "x", wait=0)
    with refused(BadRequest, "message_too_long"):
        await bot.answer_callback_query(tapped["callback_query_id"], "x" * 201)
    await asyncio.sleep(0.35)
    with refused(BadRequest, "query is too old"):
        await bot.answer_callback_query(tapped["callback_query_id"])


async def test_inline_answers_reach_the_person_who_asked(bot: Bot, people: People) -> None:
    result = InlineQueryResultArticle("1", "PSG", InputTextMessageContent("PSG @ 2.10"))
    async with asyncio.TaskGroup() as group:
        asked = group.create_task(people.ask_inline(1003, "psg"))
        await asyncio.sleep(0.05)
        query = (await last_update(bot)).inline_query
        assert query
        assert query.query == "psg"
        await query.answer([result])
    assert [one["title"] for one in asked.result()["answer"]["results"]] == ["PSG"]


async def test_a_shared_result_is_a_message_of_who_shared_it(bot: Bot, people: People) -> None:
    group = (await people.open_chat("group", [1003, 1002], bot=False))["id"]
    content = InputTextMessageContent("<b>PSG</b>", parse_mode="HTML")
    button = InlineKeyboardButton("open", url="https://t.me/mon_ps_sandbox_bot?start=p_1")
    result = InlineQueryResultArticle(
        "1", "PSG", content, reply_markup=InlineKeyboardMarkup([[button]])
    )
    async with asyncio.TaskGroup() as tasks:
        asked = tasks.create_task(people.ask_inline(1003, "psg"))
        await asyncio.sleep(0.05)
        query = (await last_update(bot)).inline_query
        assert query
        above = InlineQueryResultsButton("settings", start_parameter="inline")
        await query.answer([result], cache_time=5, is_personal=True, button=above)
    answer = asked.result()["answer"]
    assert (answer["cache_time"], answer["is_personal"]) == (5, True)
    assert answer["button"]["start_parameter"] == "inline"
    await people.share(1003, asked.result()["inline_query_id"], "1", group)
    [seen] = [one for one in await people.events(1002) if one.get("via_bot")]
    assert (seen["text"], seen["entities"][0]["type"]) == ("PSG", "bold")
    assert seen["from"]["id"] == 1003
    assert seen["via_bot"]["username"] == "mon_ps_sandbox_bot"
    with pytest.raises(ValueError, match="no such result"):
        await people.share(1003, asked.result()["inline_query_id"], "2", group)
    with pytest.raises(ValueError, match="no such inline query"):
        await people.share(1002, asked.result()["inline_query_id"], "1", group)


@pytest.mark.parametrize(
    ("content", "title"),
    [("<b>open", "PSG"), ("", "PSG"), ("x" * 5000, "PSG"), ("fine", "")],
)
async def test_an_inline_answer_that_could_not_be_sent_is_refused(
    bot: Bot, people: People, content: str, title: str
) -> None:
    result = InlineQueryResultArticle(
        "1", title, InputTextMessageContent(content, parse_mode="HTML")
    )
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(people.ask_inline(1003, "psg", wait=0.1))
        await asyncio.sleep(0.05)
        query = (await last_update(bot)).inline_query
        assert query
        with pytest.raises(BadRequest):
            await query.answer([result])


async def test_menus_resolve_from_the_narrowest_scope_and_language(
    bot: Bot,
    people: People,
) -> None:
    async def put(name: str, scope: BotCommandScope | None = None, language: str = "") -> None:
        await bot.set_my_commands([BotCommand(name, "what it does")], scope, language)

    await put("default")
    await put("defaut", language="fr")
    assert await people.commands(1002) == ["defaut"]
    assert await people.commands(1003) == ["default"]
    await put("private", BotCommandScopeAllPrivateChats())
    assert await people.commands(1002) == ["private"]
    await put("own", BotCommandScopeChat(1002))
    assert await people.commands(1002) == ["own"]
    assert await people.commands(1003) == ["private"]
    await bot.delete_my_commands(BotCommandScopeChat(1002))
    assert await people.commands(1002) == ["private"]
    assert [one.command for one in await bot.get_my_commands(language_code="fr")] == ["defaut"]


async def test_a_group_member_may_have_a_menu_of_their_own(bot: Bot, people: People) -> None:
    group = (await people.open_chat("group", [1001, 1002]))["chat_id"]
    await bot.set_my_commands([BotCommand("all", "x")])
    await bot.set_my_commands([BotCommand("one", "x")], BotCommandScopeChatMember(group, 1002))
    assert await people.commands(1002, group) == ["one"]
    assert await people.commands(1001, group) == ["all"]


async def test_a_menu_needs_a_known_chat_and_plain_names(bot: Bot) -> None:
    with refused(BadRequest, "chat not found"):
        await bot.set_my_commands([BotCommand("x", "x")], BotCommandScopeChat(1004))
    with refused(BadRequest, "bot_command_invalid"):
        await bot.set_my_commands([BotCommand("Émoi", "x")])


async def test_a_group_migrates_to_a_new_number(bot: Bot, people: People) -> None:
    group = await people.open_chat("group", [1001, 1002], title="Punters")
    await bot.send_message(group["chat_id"], "hello")
    new = await people.migrate(group["chat_id"])
    with refused(ChatMigrated, f"New chat id: {new['chat_id']}"):
        await bot.send_message(group["chat_id"], "hello")
    assert (await bot.send_message(new["chat_id"], "hello")).chat.type == "supergroup"


async def test_a_supergroup_has_topics_and_can_kick_the_bot(bot: Bot, people: People) -> None:
    forum = await people.open_chat("supergroup", [1001], topics=["Foot"])
    thread = forum["topics"][0]["message_thread_id"]
    sent = await bot.send_message(forum["chat_id"], "goal", message_thread_id=thread)
    assert sent.is_topic_message
    with refused(BadRequest, "message thread not found"):
        await bot.send_message(forum["chat_id"], "goal", message_thread_id=999)
    await people.set_bot(forum["chat_id"], "kicked")
    with refused(Forbidden, "bot was kicked from the supergroup chat"):
        await bot.send_message(forum["chat_id"], "hello")


async def test_in_a_group_the_bot_hears_only_what_is_meant_for_it(
    bot: Bot,
    people: People,
) -> None:
    group = (await people.open_chat("group", [1001]))["chat_id"]
    await people.join(1002, group)
    for text in ("private talk", "/stats", "hey @mon_ps_sandbox_bot"):
        await people.write(1002, text, chat_id=group)
    updates = await bot.get_updates(allowed_updates=Update.ALL_TYPES)
    heard = [one.message.text for one in updates if one.message and one.message.chat_id == group]
    assert heard == [None, "/stats", "hey @mon_ps_sandbox_bot"]
    assert (await bot.get_chat_member(group, 1002)).status == "member"
    assert (await bot.get_chat_member(group, 1001)).status == "creator"
    assert (await bot.get_chat(group)).title == "Test group"


async def test_message_numbers_are_unique_only_within_a_chat(bot: Bot, people: People) -> None:
    await people.write(1001, "/start")
    one, two = await bot.send_message(1001, "a"), await bot.send_message(1002, "a")
    assert one.message_id == two.message_id


async def test_events_after_a_number_are_all_and_only_the_later_ones(
    bot: Bot,
    people: People,
) -> None:
    sent = await bot.send_message(1002, "one")
    number = (await people.events(1002))[-1]["event"]
    await sent.edit_text("two", reply_markup=keys("x"))
    await sent.delete()
    later = await people.events(1002, after=number)
    assert [(one["kind"], one["message_id"]) for one in later] == [("edit", 2), ("delete", 2)]
    assert later[0]["buttons"] == [[{"text": "x", "callback_data": "x"}]]
    assert await people.events(1003, after=number) == []
