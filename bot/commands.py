"""THE catalogue: menu, help, handlers and permissions all read these chapters."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from bot.access import covers
from bot.catalogue.alerts import ALERTS
from bot.catalogue.bets import BETS
from bot.catalogue.home import HOME
from bot.catalogue.house import HOUSE
from bot.catalogue.keeping import KEEPING
from bot.catalogue.matches import MATCHES
from bot.catalogue.people import PEOPLE
from bot.catalogue.picks import PICKS
from bot.catalogue.places import PLACES
from bot.catalogue.rights import RIGHTS
from bot.catalogue.settings import SETTINGS
from bot.catalogue.statistics import STATISTICS
from bot.catalogue.tools import TOOLS
from bot.catalogue.upkeep import UPKEEP

if TYPE_CHECKING:
    from collections.abc import Mapping

    from bot.catalogue.chapter import Chapter
    from bot.context import Command, Screen
    from engine.domain.alert import Role

CHAPTERS: Final[tuple[Chapter, ...]] = (
    PICKS,
    MATCHES,
    STATISTICS,
    BETS,
    ALERTS,
    TOOLS,
    SETTINGS,
    RIGHTS,
    HOME,
    UPKEEP,
    PLACES,
    KEEPING,
    HOUSE,
    PEOPLE,
)
COMMANDS: Final[tuple[Command, ...]] = tuple(
    replace(command, chapter=chapter.name) for chapter in CHAPTERS for command in chapter.commands
)
SCREENS: Final[Mapping[str, Screen]] = {
    name: screen for chapter in CHAPTERS for name, screen in chapter.screens.items()
}
"""What buttons open, by the name their callback data carries."""


def commands_for(role: Role) -> tuple[Command, ...]:
    """Return the commands that someone of `role` may use, in the order of help."""
    return tuple(command for command in COMMANDS if covers(role, command.role))
