"""What the bot asks back, and what it asks to be typed."""

from datetime import timedelta

import pytest

from bot.asked_back import ask_back, confirmed
from bot.commands import SCREENS
from bot.context import Screen, Visit
from bot.render.html import Html, escape
from bot.typed import expect_words, expected
from engine.domain.alert import Role
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, House, open_house


@pytest.fixture
def done(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Lead the French button to a question back, the English one to words to be typed."""
    found: list[str] = []

    async def ask(visit: Visit) -> None:
        """Ask back, or for words."""
        if visit.tap.args == "fr":
            await ask_back(visit, Html("sure?"), what="hello", body={"n": "7"}, back="menu")
        else:
            await expect_words(visit, Html("how much?"), screen="hello", body={"n": "8"})

    async def do(visit: Visit) -> None:
        """Do what was asked."""
        kept = expected(visit, "hello")
        if kept is None:
            kept = await confirmed(visit, "hello")
        if kept is not None:
            found.append(f"{kept['n']} {visit.text}".strip())
            await visit.show(escape(f"done {found[-1]}"), visit.buttons.back())

    for name, handler in (("lang", ask), ("hello", do)):
        screen = Screen(role=Role.VIEWER, private=True, handler=handler)
        monkeypatch.setitem(SCREENS, name, screen)
    return found


async def question(house: House, language: str, person: int = MEMBER) -> dict[str, object]:
    [asked] = await house.write(person, "/langue")
    await house.tap(person, asked, language)
    [shown] = await house.see(person)
    return dict(shown)


async def test_what_is_asked_back_is_done_by_the_second_button_and_once(
    pool: Pool, done: list[str]
) -> None:
    async with open_house(pool) as house:
        asked = await question(house, "Français")
        await house.tap(MEMBER, asked, "Confirmer")
        assert (await house.see(MEMBER))[0]["text"] == "done 7"
        await house.tap(MEMBER, asked, "Confirmer")
        assert "Trop tard" in (await house.see(MEMBER))[0]["text"]
        assert done == ["7"]


async def test_a_question_lapses_after_half_a_minute(pool: Pool, done: list[str]) -> None:
    async with open_house(pool) as house:
        asked = await question(house, "Français")
        house.clock.now += timedelta(seconds=31)
        await house.tap(MEMBER, asked, "Confirmer")
        assert "Trop tard" in (await house.see(MEMBER))[0]["text"]
        assert done == []


async def test_a_cancelled_question_does_nothing(pool: Pool, done: list[str]) -> None:
    async with open_house(pool) as house:
        asked = await question(house, "Français")
        await house.tap(MEMBER, asked, "Annuler")
        assert "Choisissez" in (await house.see(MEMBER))[0]["text"]
        assert done == []


async def test_words_go_to_the_screen_that_asked_for_them_and_only_the_next_ones(
    pool: Pool, done: list[str]
) -> None:
    async with open_house(pool) as house:
        await question(house, "English")
        [told] = await house.write(MEMBER, "12,50 €\n<b>")
        assert told["text"] == "done 8 12,50 €\n<b>"
        [unknown] = await house.write(MEMBER, "13")
        assert "« 13 »" in unknown["text"]
        assert done == ["8 12,50 €\n<b>"]


async def test_a_command_typed_instead_forgets_the_question(pool: Pool, done: list[str]) -> None:
    async with open_house(pool) as house:
        await question(house, "English")
        await house.write(MEMBER, "/aide")
        [unknown] = await house.write(MEMBER, "13")
        assert "« 13 »" in unknown["text"]
        assert done == []


async def test_nobody_elses_words_answer_a_question(pool: Pool, done: list[str]) -> None:
    async with open_house(pool) as house:
        await question(house, "English")
        [unknown] = await house.write(OWNER, "13")
        assert "« 13 »" in unknown["text"]
        assert done == []
