"""A chapter of the catalogue: commands and screens that belong together."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.context import Command, Screen


@dataclass(frozen=True, slots=True, kw_only=True)
class Chapter:
    """Commands in the order of help, and what their buttons open.

    `name` is the key of its title (`chapter.<name>`). A button's screen is named by at most
    eight letters. What `shows_picks` is closed to people in a pause they chose: a chapter says so
    of all that is in it, unless it is said of one command or screen.
    """

    name: str
    commands: tuple[Command, ...]
    screens: Mapping[str, Screen]
    shows_picks: bool = True
