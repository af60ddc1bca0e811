"""Pictures in chat: in place, sent once and then by name, and never waited for."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from io import BytesIO
from threading import Event
from typing import Any

import pytest
from PIL import Image

from bot.commands import SCREENS
from bot.context import Screen, Visit
from bot.pictures import Picture, Studio
from bot.render.html import Html
from engine.domain.alert import Role
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, House, open_house

Draw = Callable[[], bytes]


@pytest.fixture
def draws(monkeypatch: pytest.MonkeyPatch) -> dict[str, Draw]:
    """Lead the language buttons to pictures of a test; return what draws each of them."""
    found: dict[str, Draw] = {}

    async def show(visit: Visit) -> None:
        """Show the picture of a language."""
        key = next(one for one in found if one.startswith(visit.tap.args))
        caption, words = Html(f"<b>picture {key}</b>"), Html(f"words {key}")
        picture = Picture(key=key, draw=found[key], caption=caption, words=words)
        await visit.show_picture(picture, visit.buttons.languages("lang"))

    monkeypatch.setitem(SCREENS, "lang", Screen(role=Role.VIEWER, private=True, handler=show))
    return found


@asynccontextmanager
async def shown(pool: Pool, **changes: Any) -> AsyncIterator[tuple[House, Any]]:
    async with open_house(pool, **changes) as house:
        [asked] = await house.write(MEMBER, "/langue")
        yield house, asked


async def press(house: House, message: Any, label: str) -> Any:
    await house.tap(MEMBER, message, label)
    return (await house.see(MEMBER))[-1]


async def gone(house: House) -> list[int]:
    """Return the messages that were taken away."""
    seen = await house.people.events(MEMBER, after=0)
    return [event["message_id"] for event in seen if event["kind"] == "delete"]


def png(grey: int) -> bytes:
    out = BytesIO()
    Image.new("L", (64, 40), grey).save(out, format="png")
    return out.getvalue()


async def test_a_picture_takes_the_place_of_words_and_then_of_another_picture(
    pool: Pool, draws: dict[str, Draw]
) -> None:
    draws |= {"fr": lambda: png(3), "en": lambda: png(5)}
    async with shown(pool) as (house, asked):
        first = await press(house, asked, "Français")
        assert (first["kind"], first["message_id"]) == ("edit", asked["message_id"])
        assert first["caption"] == "picture fr"
        second = await press(house, first, "English")
        assert (second["kind"], second["message_id"]) == ("edit", asked["message_id"])
        assert second["files"] != first["files"]


async def test_a_picture_becomes_words_by_going(pool: Pool, draws: dict[str, Draw]) -> None:
    draws["fr"] = lambda: png(3)
    async with shown(pool) as (house, asked):
        picture = await press(house, asked, "Français")
        await house.tap(MEMBER, picture, "Menu")
        [menu] = await house.see(MEMBER)
        assert menu["kind"] == "send"
        assert await gone(house) == [asked["message_id"]]
        assert "Choisissez" in menu["text"]


async def test_a_picture_is_uploaded_once_and_drawn_once(
    pool: Pool, draws: dict[str, Draw]
) -> None:
    drawn: list[str] = []

    def draw() -> bytes:
        drawn.append("fr")
        return png(3)

    draws |= {"fr": draw, "en": lambda: png(5)}
    async with shown(pool) as (house, asked):
        first = await press(house, asked, "Français")
        await press(house, first, "English")
        again = await press(house, first, "Français")
        assert again["files"] == first["files"]
        assert drawn == ["fr"]
    draws["fr"] = lambda: png(9)
    await pool.execute("delete from processed_updates")
    async with shown(pool) as (house, asked):  # another emulator: it does not know the name
        redrawn = await press(house, asked, "Français")
        assert redrawn["files"]


async def test_words_come_when_a_picture_takes_too_long_or_fails(
    pool: Pool, draws: dict[str, Draw]
) -> None:
    finish = Event()

    def slow() -> bytes:
        finish.wait(30)
        return png(3)

    def broken() -> bytes:
        raise RuntimeError("no such font")

    draws |= {"fr": slow, "en": broken}
    async with shown(pool, studio=Studio(seconds=0.05)) as (house, asked):
        late = await press(house, asked, "Français")
        assert late["text"] == "words fr"
        finish.set()
        failed = await press(house, late, "English")
        assert failed["text"] == "words en"


async def test_the_fourth_new_picture_of_a_minute_is_words(
    pool: Pool, draws: dict[str, Draw]
) -> None:
    async with shown(pool) as (house, asked):
        for n in range(3):
            draws.clear()
            draws[f"fr{n}"] = lambda: png(3)
            assert (await press(house, asked, "Français"))["files"]
        draws.clear()
        draws["fr3"] = lambda: png(3)
        await house.tap(MEMBER, asked, "Français")
        [words] = await house.see(MEMBER)
        assert words["text"].startswith("words fr3\n")
        assert "trois graphiques" in words["text"].lower()
        house.clock.ticks += 61
        assert (await press(house, words, "Français"))["files"]
