"""Buttons that do what a command does: what may be typed may be tapped."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from zlib import crc32

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from telegram import InlineKeyboardButton

    from bot.context import Command, Visit

RUN: Final = "run"
EXAMPLE: Final = "x"
"""Of a button: with the words of the command's example."""
PARKED: Final = "p"
"""Of a button: its number leads to the command and its words, kept for a while."""
A_ROW: Final = 2
"""A phone cuts the longer of three labels in two."""


def number_of(command: Command) -> int:
    """Return how a button knows a command, whatever others come and go."""
    return crc32(command.name.encode())


def numbered(commands: Iterable[Command], number: int) -> Command | None:
    """Return the command that a button means, if it is among these."""
    return next((each for each in commands if number_of(each) == number), None)


def called(commands: Iterable[Command], name: str) -> Command | None:
    """Return the command of this name or alias, if it is among these."""
    return next((each for each in commands if name in each.names), None)


def label_of(visit: Visit, command: Command) -> str:
    """Return what a button to a command says: its own words, or its name."""
    keys = (f"button.{name}" for name in command.names)
    found = (visit.voice.texts.maybe(visit.language, key) for key in keys)
    return next((text for text in found if text), f"/{command.name_in(visit.language)}")


def door(visit: Visit, command: Command) -> InlineKeyboardButton:
    """Return a button that does what the bare command does."""
    return visit.buttons.labelled(label_of(visit, command), RUN, number=number_of(command))


def doors(visit: Visit, names: Sequence[str]) -> list[InlineKeyboardButton]:
    """Return the doors to those of these commands that exist and that this person may use."""
    found = (called(visit.commands, name) for name in names)
    return [door(visit, command) for command in found if command is not None]


def two_a_row(buttons: Sequence[InlineKeyboardButton]) -> list[list[InlineKeyboardButton]]:
    return [list(buttons[at : at + A_ROW]) for at in range(0, len(buttons), A_ROW)]
