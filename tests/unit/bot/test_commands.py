from itertools import pairwise

import pytest
from telegram.constants import BotCommandLimit

from bot.commands import COMMANDS, SCREENS, commands_for
from bot.context import Command
from bot.menus import menu_of
from bot.texts.loader import LANGUAGES
from engine.domain.alert import Role
from tests.unit.bot.views import TEXTS

MENU_LINES = 32  # about 12 for people, 20 for those who run the bot
NAMES = [name for command in COMMANDS for name in command.names]


def test_no_two_commands_share_a_name() -> None:
    assert len(set(NAMES)) == len(NAMES)
    menu = [command for command in COMMANDS if command.listed]  # the rest is typed or tapped
    assert len(menu) <= BotCommandLimit.MAX_COMMAND_NUMBER


@pytest.mark.parametrize("name", NAMES)
def test_names_are_what_telegram_takes(name: str) -> None:
    assert name.isascii()
    assert name.islower()
    assert name.replace("_", "").isalnum()
    assert len(name) <= BotCommandLimit.MAX_COMMAND


@pytest.mark.parametrize("command", COMMANDS, ids=lambda command: command.name)
@pytest.mark.parametrize("language", LANGUAGES)
def test_every_command_has_help_and_a_documented_handler(command: Command, language: str) -> None:
    assert TEXTS.find(language, f"help.{command.name}")
    assert command.handler.__doc__
    assert command.name_in(language) in command.names


def test_every_help_text_belongs_to_a_command() -> None:
    helped = {key.removeprefix("help.") for key in TEXTS.words["fr"] if key.startswith("help.")}
    assert helped - {"title", "item", "item_alias"} == {command.name for command in COMMANDS}


def test_stronger_roles_may_do_all_that_weaker_ones_may() -> None:
    reach = [set(commands_for(role)) for role in Role]
    assert all(weaker <= stronger for weaker, stronger in pairwise(reach))
    assert set(COMMANDS) == reach[-1]


def test_menus_show_each_language_its_own_names() -> None:
    shown = {
        language: [line.command for line in menu_of(COMMANDS, TEXTS, language)]
        for language in LANGUAGES
    }
    assert {"litiges", "invite"} <= set(shown["fr"])
    assert {"disputes", "invite"} <= set(shown["en"])
    assert "litiges" not in shown["en"]


def test_a_menu_is_short_and_help_tells_the_rest() -> None:
    listed = [command for command in COMMANDS if command.listed]
    assert len(listed) <= MENU_LINES
    readers = {command.name for command in commands_for(Role.VIEWER) if command.listed}
    assert {"menu", "picks", "stats", "aide"} <= readers


def test_screens_and_commands_of_one_handler_ask_for_the_same_role() -> None:
    asked = {command.handler: (command.role, command.private) for command in COMMANDS}
    for screen in SCREENS.values():
        if screen.handler in asked:
            assert (screen.role, screen.private) == asked[screen.handler]
