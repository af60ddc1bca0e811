"""What may be sent and edited, and the words of each refusal."""

from io import BytesIO

import aiohttp
import pytest
from telegram import (
    Bot,
    InlineKeyboardButton,
    InlineKeyboardMarkup,
    InputMediaDocument,
    InputMediaPhoto,
    Message,
    ReplyParameters,
)
from telegram.error import BadRequest

from sandbox.telegram import People, TelegramSandbox
from tests.contract.telegram_emulator.parts import keys, picture, refused


async def test_limits_count_utf16_units_after_the_entities_are_parsed(bot: Bot) -> None:
    sent = await bot.send_message(1002, f"<b>{'x' * 4096}</b>", "HTML")
    assert len(sent.text or "") == 4096
    await bot.send_message(1002, "\N{FIRE}" * 2048)
    with refused(BadRequest, "message is too long"):
        await bot.send_message(1002, "\N{FIRE}" * 2048 + "x")
    with refused(BadRequest, "message text is empty"):
        await bot.send_message(1002, " <b> </b>\n", "HTML")
    await bot.send_photo(1002, picture(), caption="x" * 1024)
    with refused(BadRequest, "message caption is too long"):
        await bot.send_photo(1002, picture(), caption="x" * 1025)


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("<b>x", 'Can\'t find end tag corresponding to start tag "b"'),
        ("é<br>", 'Unsupported start tag "br" at byte offset 2'),
        ("<b>x</i>", 'Unmatched end tag at byte offset 4, expected "</b>", found "</i>"'),
        ("x</b>", "Unexpected end tag at byte offset 1"),
        ("1 < 2", 'Unsupported start tag "" at byte offset 2'),
        ("<span>x</span>", 'Tag "span" must have class "tg-spoiler" at byte offset 0'),
    ],
)
async def test_bad_html_is_refused_in_telegrams_words(bot: Bot, html: str, reason: str) -> None:
    with refused(BadRequest, f"can't parse entities: {reason}"):
        await bot.send_message(1002, html, "HTML")


async def test_an_edit_must_change_something(bot: Bot) -> None:
    sent = await bot.send_message(1002, "<b>a</b>", "HTML", reply_markup=keys("x"))
    with refused(BadRequest, "message is not modified: specified new message content"):
        await sent.edit_text("<b>a</b>", "HTML", reply_markup=keys("x"))
    edited = await sent.edit_text("a", reply_markup=keys("x"))
    assert isinstance(edited, Message)
    assert edited.edit_date
    assert edited.entities == ()
    bare = await sent.edit_reply_markup()
    assert isinstance(bare, Message)
    assert (bare.text, bare.reply_markup) == ("a", None)


async def test_an_edit_needs_a_message_of_the_bots_own_of_its_kind(bot: Bot) -> None:
    sent = await bot.send_message(1002, "a")
    with refused(BadRequest, "message to edit not found"):
        await bot.edit_message_text("b", 1002, 9999)
    with refused(BadRequest, "message can't be edited"):
        await bot.edit_message_text("b", 1002, 1)
    with refused(BadRequest, "there is no caption in the message to edit"):
        await sent.edit_caption("b")
    photo = await bot.send_photo(1002, picture())
    with refused(BadRequest, "there is no text in the message to edit"):
        await photo.edit_text("b")
    await sent.delete()
    with refused(BadRequest, "message to delete not found"):
        await sent.delete()


async def test_callback_data_has_1_to_64_bytes(bot: Bot) -> None:
    await bot.send_message(1002, "x", reply_markup=keys("é" * 32))
    with refused(BadRequest, "button_data_invalid"):
        await bot.send_message(1002, "x", reply_markup=keys("é" * 32 + "x"))


@pytest.mark.parametrize(
    "button",
    [
        InlineKeyboardButton("none"),
        InlineKeyboardButton("two", "https://a.fr", "c"),
        InlineKeyboardButton("bad", "nonsense"),
        InlineKeyboardButton(" ", callback_data="x"),
    ],
)
async def test_a_button_has_a_text_and_exactly_one_action(
    bot: Bot,
    button: InlineKeyboardButton,
) -> None:
    with refused(BadRequest, "inline keyboard button"):
        await bot.send_message(1002, "x", reply_markup=InlineKeyboardMarkup([[button]]))


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
async def test_a_photo_keeps_its_bytes_its_size_and_its_file_id(bot: Bot, kind: str) -> None:
    sent = await bot.send_photo(1002, picture(kind))
    assert (sent.photo[-1].width, sent.photo[-1].height) == (40, 30)
    again = await bot.send_photo(1002, sent.photo[-1].file_id)
    file = await bot.get_file(again.photo[-1].file_id)
    assert bytes(await file.download_as_bytearray()) == picture(kind)


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"%PDF-1.7", "image_process_failed"),
        (picture(size=(4100, 20)), "photo_invalid_dimensions"),
        (picture() + b"\0" * 10 * 2**20, "too big for a photo; the maximum size is 10485760"),
    ],
)
async def test_a_photo_is_a_png_or_jpeg_within_limits(
    bot: Bot,
    data: bytes,
    reason: str,
) -> None:
    with refused(BadRequest, reason):
        await bot.send_photo(1002, data)


async def test_a_text_becomes_a_photo_in_place(
    started: TelegramSandbox,
    bot: Bot,
    people: People,
) -> None:
    sent = await bot.send_message(1002, "chart soon")
    media = InputMediaPhoto(picture(), caption="<i>here</i>", parse_mode="HTML")
    edited = await sent.edit_media(media)
    assert isinstance(edited, Message)
    assert (edited.text, edited.caption) == (None, "here")
    event = (await people.events(1002))[-1]
    assert (event["kind"], event["message_id"]) == ("edit", sent.message_id)
    async with (
        aiohttp.ClientSession(started.url) as session,
        session.get(event["files"][0]["url"]) as answer,
    ):
        assert answer.content_type == "image/png"
        assert await answer.read() == picture()


async def test_documents_and_albums_arrive_by_attachment(bot: Bot, people: People) -> None:
    await bot.send_document(1002, BytesIO(b"a;b"), "out <1>", filename="picks.csv")
    media = [InputMediaDocument(b"1", filename="1.txt"), InputMediaDocument(b"2", "c")]
    album = await bot.send_media_group(1002, media)
    assert len({one.media_group_id for one in album}) == 1
    events = (await people.events(1002))[-3:]
    assert events[0]["files"][0]["file_name"] == "picks.csv"
    assert [one["caption"] for one in events] == ["out <1>", None, "c"]


async def test_replies_point_at_messages_that_exist(bot: Bot, people: People) -> None:
    sent = await bot.send_message(1002, "re", reply_parameters=ReplyParameters(1))
    assert sent.reply_to_message
    assert sent.reply_to_message.text == "/start"
    assert (await people.events(1002))[-1]["reply_to"] == 1
    with refused(BadRequest, "message to be replied not found"):
        await bot.send_message(1002, "re", reply_parameters=ReplyParameters(99))
