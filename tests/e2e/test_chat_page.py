"""The chat page in a real browser: what a person sees and presses."""

from __future__ import annotations

from contextlib import asynccontextmanager
from datetime import timedelta
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from PIL import Image
from playwright.async_api import ConsoleMessage, Page, async_playwright, expect
from telegram import Bot, BotCommand, InlineKeyboardButton, InlineKeyboardMarkup
from telegram.ext import Application

from sandbox.telegram import People, TelegramSandbox, open_people, open_telegram
from tests.e2e.bot_house import a_pick, open_house

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

    from storage.pool import Pool

CHROMIUM = Path("/usr/bin/chromium")
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
SHOTS = Path(__file__).parents[2] / "var" / "screenshots"
HOSTILE = "<img src=x onerror=\"document.title='taken'\">"

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(not CHROMIUM.exists(), reason=f"no chromium at {CHROMIUM}"),
]


@asynccontextmanager
async def open_page(url: str) -> AsyncIterator[Page]:
    """Open the page; whatever goes wrong inside it fails the test."""
    problems: list[str] = []
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        page = await browser.new_page(viewport={"width": 1100, "height": 820}, locale="fr-FR")
        page.on("pageerror", lambda error: problems.append(str(error)))

        def note(line: ConsoleMessage) -> None:
            if line.type == "error":
                problems.append(line.text)

        page.on("console", note)
        await page.goto(url)
        try:
            yield page
        finally:
            await browser.close()
    assert problems == []


@asynccontextmanager
async def open_street() -> AsyncIterator[tuple[TelegramSandbox, Bot, People, Page]]:
    async with (
        open_telegram(flood=None) as telegram,
        open_people(telegram.url) as people,
        Application.builder().token(telegram.token).base_url(telegram.bot_url).build().bot as bot,
        open_page(telegram.url) as page,
    ):
        yield telegram, bot, people, page


async def started(page: Page) -> None:
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.get_by_label("Message", exact=True)).to_be_visible()


def keys(*rows: tuple[str, str]) -> InlineKeyboardMarkup:
    return InlineKeyboardMarkup(
        [[InlineKeyboardButton(text, callback_data=data)] for text, data in rows]
    )


async def answered(bot: Bot, text: str, **fields: Any) -> None:
    """Answer the last press, as a bot would."""
    query = None
    while query is None:
        query = (await bot.get_updates(timeout=5))[-1].callback_query
    await query.answer(text, **fields)


async def test_the_page_opens_as_the_member_who_has_not_started_yet() -> None:
    async with open_street() as (_, bot, people, page):
        await expect(page.get_by_role("note")).to_contain_text("No real Telegram is involved")
        await expect(page.locator("#people [aria-current=true]")).to_contain_text("Mathis")
        await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
        await started(page)
        await expect(page.locator("li.mine")).to_contain_text("/start")
        [event] = [one for one in await people.events(1002) if one["kind"] == "send"]
        assert event["text"] == "/start"
        assert (await bot.send_message(1002, "welcome")).text == "welcome"


async def test_formatting_is_shown_and_nothing_a_bot_sends_becomes_markup() -> None:
    async with open_street() as (_, bot, _people, page):
        await started(page)
        await bot.send_message(
            1002,
            "<b>Lyon</b> <s>2.10</s> <code>1.92</code> <tg-spoiler>3-1</tg-spoiler>\n"
            '<blockquote>why</blockquote>\n\N{FIRE} <a href="https://example.org/">more</a>',
            "HTML",
        )
        card = page.locator("li.theirs").last
        for tag, text in (("strong", "Lyon"), ("s", "2.10"), ("code", "1.92"), ("a", "more")):
            await expect(card.locator(f".text {tag}")).to_have_text(text)
        await expect(card.locator("blockquote")).to_have_text("why")
        await expect(card.locator(".spoiler.shown")).to_have_count(0)
        await card.locator(".spoiler").click()
        await expect(card.locator(".spoiler.shown")).to_have_text("3-1")

        await bot.send_message(1002, HOSTILE, reply_markup=keys((HOSTILE, "x")))
        await expect(page.locator("li.theirs .text").last).to_have_text(HOSTILE)
        await expect(page.locator("#log img")).to_have_count(0)
        assert await page.title() != "taken"


async def test_a_press_waits_then_tells_and_the_card_changes_in_place() -> None:
    async with open_street() as (_, bot, _people, page):
        await started(page)
        sent = await bot.send_message(1002, "open", reply_markup=keys(("Bet", "b"), ("Why", "w")))
        await page.get_by_role("button", name="Bet").click()
        await expect(page.locator(".key.busy")).to_have_text("Bet")
        await answered(bot, "Noted")
        await expect(page.locator("#toast")).to_have_text("Noted")
        await expect(page.locator(".key.busy")).to_have_count(0)
        await sent.edit_text("closed at 1.92", reply_markup=keys(("Why", "w")))
        card = page.locator("li.theirs")
        await expect(card).to_have_count(1)
        await expect(card).to_contain_text("closed at 1.92")
        await expect(card.locator(".stamp")).to_contain_text("edited")
        await page.get_by_role("button", name="Why").click()
        await answered(bot, "Pinnacle says 1.92", show_alert=True)
        await expect(page.get_by_role("dialog")).to_contain_text("Pinnacle says 1.92")
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("dialog")).to_be_hidden()
        await sent.delete()
        await expect(card).to_have_count(0)


async def test_commands_complete_from_the_persons_own_menu() -> None:
    async with open_street() as (_, bot, people, page):
        await started(page)
        english = [BotCommand("stats", "your figures"), BotCommand("start", "begin")]
        await bot.set_my_commands(english)
        await bot.set_my_commands([BotCommand("stats", "tes chiffres")], language_code="fr")
        field = page.get_by_label("Message", exact=True)
        await expect(page.locator("#menu-button")).to_be_visible()
        await field.press_sequentially("/st")
        await expect(page.get_by_role("option")).to_have_text(["/statstes chiffres"])
        await field.press("Enter")
        await expect(page.locator("li.mine").last).to_contain_text("/stats")
        await expect(field).to_have_value("")
        texts = [one["text"] for one in await people.events(1002) if one["kind"] == "send"]
        assert texts == ["/start", "/stats"]


async def test_photos_and_documents_can_be_opened() -> None:
    async with open_street() as (_, bot, _people, page):
        await started(page)
        picture = BytesIO()
        Image.new("RGB", (320, 200), "teal").save(picture, "PNG")
        await bot.send_photo(1002, picture.getvalue(), "profit")
        image = page.get_by_role("img", name="profit")
        await expect(image).to_be_visible()
        assert await image.evaluate("image => image.naturalWidth") == 320
        await page.get_by_role("button", name="Open the photo").click()
        await expect(page.locator("#viewer")).to_be_visible()
        await page.get_by_role("button", name="Close the photo").click()
        await bot.send_document(1002, BytesIO(b"a;b"), filename="picks.csv")
        async with page.expect_download() as download:
            await page.get_by_role("link", name="picks.csv").click()
        assert (await (await download.value).path()).read_bytes() == b"a;b"


async def test_others_show_what_they_have_not_read_and_blocking_hides_the_line() -> None:
    async with open_street() as (_, bot, people, page):
        await started(page)
        await people.write(1001, "/start")
        for text in ("one", "two"):
            await bot.send_message(1001, text)
        await expect(page.get_by_label("2 unread")).to_be_visible()
        await page.get_by_role("button", name="Olivia").click()
        await expect(page.locator("li.theirs")).to_have_count(2)
        await expect(page.get_by_label("2 unread")).to_have_count(0)
        await page.get_by_role("button", name="Block bot", exact=True).click()
        await expect(page.get_by_label("Message", exact=True)).to_be_hidden()
        await page.get_by_role("button", name="Unblock bot").click()
        await expect(page.get_by_label("Message", exact=True)).to_be_visible()


async def test_the_real_bots_first_pick_card_is_pictured(pool: Pool) -> None:
    """The picture stays in var/screenshots, which git ignores, for a person to look at."""
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3), home="Lyon", away="Marseille")
        url = str(house.app.bot.base_url).partition("/bot")[0]
        async with open_page(url) as page:
            await started(page)
            await expect(page.locator("li.theirs").first).to_be_visible()
            field = page.get_by_label("Message", exact=True)
            await field.fill("/picks")
            await field.press("Enter")
            await page.get_by_role("button", name="#P1", exact=True).click()
            card = page.locator("li.theirs").last
            await expect(card).not_to_contain_text("page 1/1")  # the list became the card
            await expect(card).to_contain_text("Marseille")
            await expect(page.locator(".key.busy")).to_have_count(0)
            SHOTS.mkdir(parents=True, exist_ok=True)
            await page.screenshot(path=SHOTS / "first-pick-card.png")
    with Image.open(SHOTS / "first-pick-card.png") as picture:
        assert picture.size == (1100, 820)
        assert len(picture.convert("RGB").getcolors(10**6) or []) > 100
