"""Who is let in: nobody by default, and no button works for anyone but its owner."""

from datetime import timedelta
from typing import Any

import pytest

from bot.callbacks import Signer, Tap
from bot.commands import COMMANDS, SCREENS
from engine.domain.alert import Role
from storage.pool import Pool
from tests.e2e.bot_house import MEMBER, OWNER, STRANGER, VIEWER, House, a_pick, open_house
from tests.permissions import BUTTONS
from tests.permissions import COMMANDS as COMMANDS_ASK

ROLES = {OWNER: Role.OWNER, MEMBER: Role.MEMBER, VIEWER: Role.VIEWER}
DENIALS = {
    "This command is restricted to those who run the bot.": Role.ADMIN,
    "This command is for members.": Role.MEMBER,
}


async def test_a_stranger_gets_one_refusal_a_minute_and_nothing_else(pool: Pool) -> None:
    async with open_house(pool) as house:
        [refusal] = await house.write(STRANGER, "/start")
        assert "privé" in refusal["text"]
        assert "private" in refusal["text"]
        assert not refusal["buttons"]
        for text in ("/picks", "#P1", "/help", "hello", "/start 0123456789abcdef0123"):
            await house.people.write(STRANGER, text)
        assert await house.sees_nothing(STRANGER)
        house.clock.ticks += 61
        [again] = await house.write(STRANGER, "/stats")
        assert again["text"] == refusal["text"]
        async with house.store.reading() as tx:
            assert await tx.people.get(STRANGER) is None


async def test_a_strangers_tap_reads_the_refusal_and_changes_nothing(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        group = (await house.people.open_chat("group", [MEMBER, STRANGER]))["id"]
        [shown] = await house.write(MEMBER, "/pick 1", chat_id=group)
        await house.see(STRANGER)
        answer = await house.tap(STRANGER, shown, "Détail")
        assert "private" in answer["text"]
        assert await house.sees_nothing(MEMBER)


async def test_a_button_works_for_its_owner_alone(pool: Pool) -> None:
    async with open_house(pool) as house:
        await a_pick(house.store, after=timedelta(hours=3))
        group = (await house.people.open_chat("group", [MEMBER, VIEWER]))["id"]
        [shown] = await house.write(MEMBER, "/pick 1", chat_id=group)
        assert (await house.tap(VIEWER, shown, "Détail"))["text"] == "This button is not for you."
        assert await house.sees_nothing(MEMBER)
        await house.tap(MEMBER, shown, "Détail")
        [detail] = await house.see(MEMBER)
        assert detail["kind"] == "edit"
        assert await pool.fetchval("select count(*) from audit where action = 'tap_refused'") == 1


@pytest.mark.parametrize(
    "data", ["", "v1|health|0||AAAAAAAAAAA", "v1|card|1|", "\u202e<b>", "x" * 64]
)
async def test_forged_bytes_are_refused(pool: Pool, data: str) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/aide")
        answer = await _forge(house, MEMBER, shown, data)
        assert answer["text"] == "Ce bouton n’est pas pour vous."


async def test_a_button_of_an_older_version_shows_a_fresh_menu(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/aide")
        answer = await _forge(house, MEMBER, shown, "v0|whatever|it|was")
        assert answer["text"] == "Menu mis à jour"
        [menu] = await house.see(MEMBER)
        assert "Choisissez" in menu["text"]
        assert menu["buttons"]


async def test_a_signed_button_does_not_lift_its_owner_above_their_role(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/aide")
        signed = Signer(b"secret of the tests").encode(MEMBER, Tap(screen="health"))
        answer = await _forge(house, MEMBER, shown, signed)
        assert answer["text"] == "Cette commande est réservée aux responsables du bot."


@pytest.mark.parametrize("place", ["private", "group"])
@pytest.mark.parametrize("person", [OWNER, MEMBER, VIEWER, STRANGER])
async def test_every_command_in_every_place_for_every_role(
    pool: Pool, person: int, place: str
) -> None:
    async with open_house(pool) as house:
        chat = person
        if place == "group":
            chat = (await house.people.open_chat("group", [OWNER, MEMBER, VIEWER, STRANGER]))["id"]
        for command in COMMANDS:
            house.clock.ticks += 61
            [shown] = await house.write(person, f"/{command.name}", chat_id=chat)
            assert _outcome(shown) == _expected(person, command.name, place), command.name


async def test_every_screen_asks_for_its_role(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(VIEWER, "/help")
        for screen in SCREENS:
            house.clock.ticks += 61
            signed = Signer(b"secret of the tests").encode(VIEWER, Tap(screen=screen, number=7))
            answer = await _forge(house, VIEWER, shown, signed)
            told = str((answer or {}).get("text"))
            asked = BUTTONS[screen].role
            assert DENIALS.get(told) is _denial(asked), screen


async def test_too_many_commands_are_told_once_then_dropped(pool: Pool) -> None:
    async with open_house(pool) as house:
        await house.write(MEMBER, "/start")
        for _ in range(19):
            await house.write(MEMBER, "/langue")
        [notice] = await house.write(MEMBER, "/langue")
        assert "20 commandes" in notice["text"]
        await house.people.write(MEMBER, "/langue")
        assert await house.sees_nothing(MEMBER)
        assert await house.write(VIEWER, "/langue")
        house.clock.ticks += 61
        [shown] = await house.write(MEMBER, "/langue")
        assert "langue" in shown["text"]


async def test_too_many_taps_are_told_under_the_button(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/langue")
        for _ in range(19):
            assert not (await house.tap(MEMBER, shown, "Français"))["text"]
        assert "20 commandes" in (await house.tap(MEMBER, shown, "Français"))["text"]


async def test_words_nobody_taught_us_are_answered_with_what_was_meant(pool: Pool) -> None:
    async with open_house(pool) as house:
        [shown] = await house.write(MEMBER, "/pickz <b>")
        assert "/pickz" in shown["text"]
        assert "/pick" in shown["text"]
        [shown] = await house.write(MEMBER, "bonjour & bonsoir")
        assert "« bonjour »" in shown["text"]
        group = (await house.people.open_chat("group", [MEMBER]))["id"]
        await house.people.write(MEMBER, "bonjour", chat_id=group)
        assert await house.sees_nothing(MEMBER)


def _expected(person: int, command: str, place: str) -> str:
    if person == STRANGER:
        return "refused"
    asked = COMMANDS_ASK[command]
    if list(Role).index(ROLES[person]) < list(Role).index(asked.role):
        return "forbidden"
    return "private only" if place == "group" and asked.private else "welcome"


def _denial(asked: Role) -> Role | None:
    """Return for whom a viewer is told that a screen is; None where it is for viewers."""
    if asked is Role.VIEWER:
        return None
    return Role.ADMIN if asked in {Role.ADMIN, Role.OWNER} else Role.MEMBER


def _outcome(shown: Any) -> str:
    marks = {
        "refused": ("this bot is private",),
        "forbidden": ("est réservée", "is restricted", "is for members"),
        "private only": ("conversation privée", "in a private chat"),
    }
    text = shown["text"] or ""
    return next(
        (name for name, words in marks.items() if any(w in text for w in words)), "welcome"
    )


async def _forge(house: House, person: int, shown: Any, data: str) -> Any:
    return (await house.people.tap(person, shown, data))["answer"]
